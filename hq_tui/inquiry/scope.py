"""Which case a clause is about: whose, when, and which number of its kind.

"Nobody works on Fridays" and "half of us work on Thursdays" share a verb and fit
together; so do "I never drink coffee" and "my wife does". Two clauses whose scopes
lie apart cannot contradict each other, however much they share. A clause that
names no person, time or number leaves the question open, and then nothing is apart.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from .language import LINES, content_stems

CHANGED = re.compile(
    r"\b(?:until|since (?:then|june|july|\w+ day|last|that)|used to|no longer|any ?more|"
    r"previously|formerly|"
    r"back then|in the past|at first|initially|originally|from now on|as of|starting|"
    r"so far|by then|"
    r"meanwhile|last (?:year|month|quarter)|before (?:that|we|the|\d{4})|after that|once (?:we|"
    r"the|it))\b",
    re.IGNORECASE,
)
"""Words that say it was, or will be, otherwise at another time."""
EXCEPTED = re.compile(
    r"\b(?:except|exceptions?|excluding|unless|other than|apart from|aside from|besides|the one|"
    r"on purpose|by design|deliberately|a little|a bit|partly|partially|somewhat|to some extent)\b",
    re.IGNORECASE,
)
"""Words by which a statement sets a case apart itself."""
CONDITIONAL = re.compile(
    r"^\W*(?:when|whenever|should|suppose|assuming|in case)\b|\bif\b", re.IGNORECASE
)
"""Words that make a statement hold under a condition."""
UNIVERSAL = re.compile(
    r"\b(?:always|never|all|every(?:one|body|thing|where)?|nobody|no one|none|nothing|any|"
    r"each(?=\s+\w))\b",
    re.IGNORECASE,
)
"""Words that leave no case out, so that a single case is enough to contradict them."""
_TIME = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|june|july|"
    r"august|september|october|november|december|mornings?|noon|lunch|afternoons?|evenings?|"
    r"nights?|weekends?|weekdays?|summers?|winters?|spring|autumn|holidays?)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:under|over|above|below|before|after|than|version|level|grade|class|phase|type|group|"
    r"option|number|step|part|page)\s+\d+\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\W*(?:[\w'’]+\W+){0,3}[\w'’]+")
"""The first words of a clause, where its subject stands."""
_PHRASE = re.compile(
    r"\b(?:(?P<place>in|at|on|inside|outside)|(?P<origin>from)|(?P<use>for|with|without)|"
    r"(?P<time>after|before|within|during|until))\s+(?P<rest>(?:[\w'’]+\W+){0,2}[\w'’]+)",
    re.IGNORECASE,
)
"""A preposition, by what it tells, and the words behind it."""
_SELF = re.compile(r"\b(?:i|we)(?:['’](?:m|re|ve|d|ll))?\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:he|she|his|her|(?:my|our) (?:wife|husband|partner|mother|father|mum|mom|dad|son|"
    r"daughter|brother|sister|boss|manager|friends?|neighbours?|neighbors?|colleagues?|parents|kids|"
    r"children)|next door|(?:the|an)other|others|elsewhere)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Times, places and numbered cases that a clause names, and whether it is about the speaker.

    `phrases` are the objects of its prepositions, as stems, by what the preposition tells.
    """

    times: frozenset[str]
    numbers: frozenset[str]
    phrases: tuple[tuple[str, frozenset[str]], ...]
    is_self: bool
    is_other: bool

    def apart(self, other: "Scope") -> bool:
        """Whether the two are about different cases, as far as they say."""
        return (
            _disjoint(self.times, other.times)
            or _disjoint(self.numbers, other.numbers)
            or _elsewhere(self.phrases, other.phrases)
            or (self.is_self and other.is_other)
            or (self.is_other and other.is_self)
            or (self.is_other != other.is_other and not (self.is_self or other.is_self))
        )


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _elsewhere(
    one: tuple[tuple[str, frozenset[str]], ...], other: tuple[tuple[str, frozenset[str]], ...]
) -> bool:
    """Whether both name a place (or a time, an origin, a use), and never the same one."""
    kinds = {kind for kind, _ in one} & {kind for kind, _ in other}
    return any(
        not frozenset().union(*(stems for kind, stems in one if kind == each))
        & frozenset().union(*(stems for kind, stems in other if kind == each))
        for each in kinds
    )


def _phrases(clause: str) -> tuple[tuple[str, frozenset[str]], ...]:
    found = []
    for hit in _PHRASE.finditer(clause):
        kind = next(each for each in _KINDS if hit[each])
        words_behind = content_stems(hit["rest"])
        if kind == "time":
            words_behind = frozenset(f"{hit[kind].lower()} {root}" for root in words_behind)
        if words_behind:
            found.append((kind, words_behind))
    return tuple(found)


_KINDS = ("place", "origin", "use", "time")


@lru_cache(maxsize=LINES)
def scope_of(clause: str) -> Scope:
    """What `clause` says about whom, when and which."""
    subject = _FIRST.match(clause)
    head = subject.group() if subject else clause
    speaker = bool(_SELF.search(head))
    return Scope(
        times=frozenset(hit.lower().removesuffix("s") for hit in _TIME.findall(clause)),
        numbers=frozenset(" ".join(hit.lower().split()) for hit in _NUMBERED.findall(clause)),
        phrases=_phrases(clause),
        is_self=speaker,
        is_other=not speaker and bool(_SOMEBODY.search(head)),
    )


@lru_cache(maxsize=LINES)
def limits(text: str) -> frozenset[str]:
    """The words by which a statement says itself that elsewhere or later it may be otherwise.

    Each is taken with the word behind it: two statements with the same limit can be compared.
    """
    found = (hit for sign in (CHANGED, EXCEPTED, CONDITIONAL) for hit in sign.finditer(text))
    behind = ((hit.group(), text[hit.end() :].split()[:1]) for hit in found)
    return frozenset(" ".join([sign, *word]).lower().strip(" .,;:") for sign, word in behind)
