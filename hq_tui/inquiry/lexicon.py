"""What a clause gives away by its words alone: a plan, a cause, an absolute, a vague term.

Each feature is one table of expressions. A feature decides which questions of
the bank fit a clause and how much the clause is worth asking about; it is a
reason to look, never a judgement about the person who wrote it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from .language import LINES, stem, weighty_stems, word_count
from .vocabulary import STOP_WORDS

_PATTERNS = {
    "absolute": r"always|never|all|every(?:one|body|thing|where)?|nobody|no one|none|nothing|only|"
    r"completely|totally|impossible|entirely|must|cannot|can't|any(?:one|body|thing)?|forever|"
    r"obviously|clearly|of course|no way|without exception|whole|zero|guaranteed?|best|worst",
    "hedge": r"i think|i guess|i believe|i suppose|maybe|perhaps|probably|possibly|might|could be|"
    r"seems?|apparently|likely|should be|kind of|sort of|roughly|more or less|i feel|i assume",
    "causal": r"because|since|so that|therefore|hence|due to|thanks to|leads? to|causes?|makes?|"
    r"as a result|which means|that's why|drives?|results? in|so",
    "obligation": r"must|have to|has to|need to|needs to|should|ought to|required?|supposed to|"
    r"got to|mandatory|we need|i need",
    "comparative": r"\w{3,}er than|more|less|better|worse|faster|slower|cheaper|easier|harder|"
    r"simpler|safer|bigger|smaller|fewer|higher|lower|best|worst|most|least",
    "prediction": r"will|won't|going to|gonna|would|by (?:next|the end)|next (?:year|"
    r"month|quarter)|"
    r"soon|eventually|in the future|expect|forecast|'ll",
    "plan": r"we (?:are going to|will|should|want to|plan to|need to|can)|i (?:am going to|will|"
    r"should|want to|plan to|need to|want)|let's|i'm (?:going to|planning|thinking of)|"
    r"we're (?:going to|planning|moving|switching|building)|plan(?:ning)? to|thinking (?:of|about)|"
    r"switch(?:ing)? to|mov(?:e|ing) to|rewrit(?:e|ing)|replac(?:e|ing)|launch(?:ing)?|"
    r"hir(?:e|ing)",
    "authority": r"everyone (?:says|knows|does|uses)|everybody (?:says|knows)|best practice|"
    r"industry standard|experts?|they say|people say|studies show|research shows|my (?:boss|manager"
    r"|doctor|lawyer|professor|advisor)|according to|said|says|textbook|consultants?|"
    r"the data shows?",
    "people": r"people|users?|customers?|clients?|team|staff|employees?|colleagues?|students?|"
    r"parents?|children|kids|manager|boss|developers?|engineers?|everyone|everybody|they|patients?|"
    r"members?|neighbou?rs?|teachers?|my (?:wife|husband|partner|mother|father|family)",
    "constraint": r"deadline|budget|limit|only have|cannot|can't|no time|not enough|at most|"
    r"at least|by (?:monday|friday|june|july|january|the end)|within|restricted|"
    r"regulation|law|legal",
    "problem": r"bug|error|fails?|failing|failed|broken|breaks?|crash(?:es|ed)?|slow|problem|issue|"
    r"wrong|hangs?|timeout|leak|outage|complain(?:s|ed|t|ts)?|stuck|missing|lost|lose",
    "general": r"people|everyone|everybody|users|customers|students|usually|generally|in general|"
    r"typically|tend to|most|nobody|companies|teams|developers|always|never|men|women|kids",
    "dilemma": r"either|or|versus|vs|rather than|instead of|whether",
    "number": r"\d+(?:[.,]\d+)*\s?(?:%|\w+)?|percent|half|twice|double|dozens?|hundreds?|"
    r"thousands?",
    "pronoun": r"it|this|that|they|these|those",
    "concession": r"but|though|although|however|except|only when|only if|in fact|actually|at least|"
    r"still|to be honest|honestly|admittedly|unless|apart from|not really|on paper",
    "admission": r"(?:i|we|nobody|no one) (?:have|has|had)? ?(?:never|not|n't)|"
    r"i assume[d]?|i guessed|"
    r"haven't|hasn't|didn't (?:check|ask|look|measure|test)|no idea|not sure|"
    r"nobody (?:has|ever|checked|"
    r"asked|tested)|i only|we only|just one|once",
}

_COMPILED = {
    name: re.compile(rf"(?<![\w'])(?:{body})(?![\w])", re.IGNORECASE)
    for name, body in _PATTERNS.items()
}

_VAGUE = frozenset(
    stem(word)
    for word in """
simple simpler easy complex complicated better best worse good bad great fast slow quick scalable
scale
clean modern robust flexible productive productivity efficient effective quality value flat healthy
successful success fail fails fair unfair proper reliable stable safe secure risky engaged
engagement
motivated motivation professional serious ready useful usable intuitive user-friendly friendly nice
important critical urgent soon late big small large cheap expensive affordable reasonable
appropriate
normal natural obvious clear smart agile lean strategic innovative innovation culture alignment
aligned
ownership transparent transparency trust respect support learn understand improve improvement growth
grow mature legacy maintainable maintain performance performant impact meaningful sustainable
responsible responsibility accountable accountability real proper strong weak high low rich poor
happy unhappy balanced balance freedom creative creativity talent talented senior junior elegant
lightweight heavy dirty messy toxic lazy committed commitment loyal loyalty lose loss broken works
working done finished production-ready enterprise seamless smooth fresh local organic focused focus
deep shallow difficult hard tough boring interesting fun attractive beautiful ugly right wrong
enough too often rarely many few several most experienced competent trustworthy valuable relevant
independent autonomy autonomous community inclusive diverse comfortable convenient quiet loud tired
""".split()
)

_WEIGHTS = {
    "absolute": 3.0,
    "causal": 2.5,
    "plan": 2.5,
    "evaluative": 2.0,
    "authority": 2.0,
    "obligation": 2.0,
    "prediction": 1.5,
    "general": 1.5,
    "comparative": 1.5,
    "hedge": 1.0,
    "people": 0.5,
    "constraint": 1.0,
    "problem": 1.5,
    "number": 1.0,
    "dilemma": 0.5,
    "admission": 0.5,
}

_ABOUT = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_CHOICE = re.compile(
    r"(?:either|between|whether)?\s*\b([\w'’\- ]{3,40}?)\s+(?:or|versus|vs\.?)\s+([\w'’\- ]{3,40})",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"^(.{3,120}?),?\s+(?:because|since|due to|thanks to|as a result of)\s+(.{3,120})$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the tables found in one clause, and the words that showed it."""

    names: frozenset[str]
    samples: tuple[tuple[str, str], ...]
    term: str
    salience: float

    def sample(self, name: str) -> str:
        """The first words that showed feature `name`, as typed; empty when it is not there."""
        return dict(self.samples).get(name, "")


@lru_cache(maxsize=LINES)
def features(text: str) -> Features:
    """The features of one clause or sentence, with one sample of each."""
    found = {name: hit for name, table in _COMPILED.items() if (hit := table.search(text))}
    names = set(found)
    term = vague_term(text)
    if term and stem(term.lower()) in _VAGUE:
        names |= {"evaluative", "vague"}
    if word_count(text) >= 12:
        names.add("long")
    samples = tuple((name, hit.group().strip()) for name, hit in found.items())
    weight = sum(_WEIGHTS.get(name, 0.0) for name in names)
    return Features(
        names=frozenset(names),
        samples=samples,
        term=term,
        salience=weight + 0.5 * min(len(weighty_stems(text)), 8),
    )


@lru_cache(maxsize=LINES)
def vague_term(text: str) -> str:
    """The word of `text` that could mean most different things; as typed, or empty."""
    return next(iter(vague_terms(text)), "")


def vague_terms(text: str) -> tuple[str, ...]:
    """The words of `text` worth defining: value words first, then the longest content words."""
    typed = [
        found.group()
        for found in _ABOUT.finditer(text)
        if found.group().lower() not in STOP_WORDS and len(found.group()) > 2
    ]
    value = [word for word in typed if stem(word.lower()) in _VAGUE]
    weighty = [word for word in typed if word.islower() and weighty_stems(word)]
    rest = sorted((word for word in weighty if word not in value), key=lambda word: -len(word))
    return tuple(dict.fromkeys([*value, *rest]))


def cause_and_effect(text: str) -> tuple[str, str] | None:
    """The cause and the effect of a "… because …" sentence, as typed."""
    found = _CAUSE.match(text)
    if found is None or word_count(found.group(2)) < 3:
        return None
    return found.group(2).strip(), found.group(1).strip(" ,")


def choice(text: str) -> tuple[str, str] | None:
    """The two sides of an "a or b" clause, as typed."""
    found = _CHOICE.search(text)
    if found is None:
        return None
    sides = (found.group(1).strip(), found.group(2).strip())
    return sides if all(weighty_stems(side) for side in sides) else None
