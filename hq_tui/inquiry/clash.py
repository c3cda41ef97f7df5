"""Where two statements of one person do not fit together, as far as words can show it.

There are two strengths. A *clash* is lexical: the same predicate affirmed and
denied, antonyms about the same subject, two amounts that exclude each other. It
may be named as a tension. A *lean* is weaker: the two lines stand at opposite
poles of a familiar trade-off, or one takes back part of the other. It is a
reason to lay them next to each other and to ask, never to accuse.

Scope decides more than polarity: an exception the user named, a change over
time, a condition, somebody else's view, or the same verb with another object is
no clash. The rules err towards silence, because a false accusation costs more
than a missed one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .language import LIGHT_STEMS, clauses, content_stems, sentences, stem, weighty_stems, words
from .lexicon import features
from .opposites import ANTONYMS, FRAMES
from .quantities import quantities
from .vocabulary import STOP_WORDS

_NEGATORS = frozenset(
    """
    not no never nobody none nothing neither nor cannot without hardly rarely seldom barely unable
    """.split()
)
_NEGATED_VERBS = re.compile(r"^(?:fail|refus|lack|stop)")
_CHANGED = re.compile(
    r"\b(?:until|since (?:then|june|july|\w+ day|last|that)|used to|no longer|any ?more|"
    r"previously|formerly|"
    r"back then|in the past|at first|initially|originally|from now on|as of|starting|"
    r"so far|by then|"
    r"meanwhile|last (?:year|month|quarter)|before (?:that|we|the)|after that|once (?:we|"
    r"the|it))\b",
    re.IGNORECASE,
)
_EXCEPTED = re.compile(
    r"\b(?:except|exceptions?|excluding|unless|other than|apart from|aside from|besides|the one|"
    r"on purpose|by design|deliberately)\b",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    r"^\W*(?:when|whenever|should|suppose|assuming|in case)\b|\bif\b", re.IGNORECASE
)
_DEFINED = re.compile(r"\b(?:means|by .{1,40} (?:i|we) mean|stands for)\b", re.IGNORECASE)
_OTHER_VIEW = re.compile(
    r"\b(?:would (?:say|argue|call|object|claim|prefer|complain|tell|see|think)|"
    r"(?:he|she|[a-z]+) (?:thinks|argues|claims|suspects|prefers|believes|objects|disagrees))\b",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(
    r"\b(?:always|never|all|every|everyone|everybody|nobody|no one|none|only|must|nothing|any|best|"
    r"forever|can't|cannot|completely|impossible|anyone)\b",
    re.IGNORECASE,
)
_UNIVERSAL = re.compile(
    r"\b(?:always|never|all|every(?:one|body|thing|where)?|each|nobody|no one|none|nothing|any)\b",
    re.IGNORECASE,
)
"""Words that leave no case out, so that a single case is enough to contradict them."""
_SET_VERBS = frozenset(
    stem(word)
    for word in "keep take cost last pay earn weigh need use spend save run wait open".split()
)
"""Verbs that say what an amount is an amount of: kept 30 days, takes 2 hours."""
_DISMISSED = re.compile(
    r"\b(?:is|are|was|were)(?: not|n't)(?: really)? (?:what|why|how|where|the (?:point|"
    r"issue|problem|"
    r"reason)|my|our|important|relevant|it\b)",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(must|will|can|should|need|want)(?:n't|not)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why two statements were put side by side; `strong` when the words themselves clash."""

    strong: bool
    score: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stance:
    """One clause as stems in order, those of them that it denies, and what limits its scope."""

    order: tuple[str, ...]
    stems: frozenset[str]
    denied: frozenset[str]
    verb: str
    absolute: bool
    universal: bool
    limited: bool
    conditional: bool

    def meets(self, other: "_Stance") -> bool:
        """Whether both speak without a limit, and both under a condition or neither."""
        if self.limited or other.limited:
            return False
        if self.conditional == other.conditional:
            return True
        return any(each.universal and not each.conditional for each in (self, other))


def compare(older: str, newer: str) -> Finding | None:
    """How two statements stand to each other: a clash, a lean, or (None) nothing that shows."""
    best: Finding | None = None
    for one in _stances(older):
        for other in _stances(newer):
            for found in (_polarity(one, other, older, newer), _antonym(one, other)):
                best = _stronger(best, found)
    best = _stronger(best, _numbers(older, newer))
    return best if best is not None and best.strong else _stronger(best, _lean(older, newer))


def _stronger(one: Finding | None, other: Finding | None) -> Finding | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda each: (each.strong, each.score))


@lru_cache(maxsize=8192)
def _stances(text: str) -> tuple[_Stance, ...]:
    parts = [
        (clause.text, sentence.text)
        for sentence in sentences(text)
        for clause in clauses(sentence.text)
    ]
    return tuple(_stance(part, whole, text) for part, whole in parts[:12])


def _stance(clause: str, sentence: str, whole: str) -> _Stance:
    order: list[str] = []
    denied: set[str] = set()
    negated, verb = False, ""
    for word in words(clause):
        if word in {"nobody", "none", "nothing"} and order:
            denied.add(order[-1])
        elif _negates(word):
            negated = True
        elif word not in STOP_WORDS and len(word) > 2:
            root = stem(word)
            order.append(root)
            if negated:
                denied.add(root)
                verb = verb or root
            negated = negated or bool(_NEGATED_VERBS.match(root))
    if _DISMISSED.search(clause):
        denied |= set(order)
    limited = bool(
        _CHANGED.search(whole)
        or _EXCEPTED.search(whole)
        or _DEFINED.search(sentence)
        or _OTHER_VIEW.search(whole)
    )
    return _Stance(
        order=tuple(order),
        stems=frozenset(order),
        denied=frozenset(denied),
        verb=verb,
        absolute=bool(_ABSOLUTE.search(clause)),
        universal=bool(_UNIVERSAL.search(clause)),
        limited=limited,
        conditional=bool(_CONDITIONAL.match(sentence) or _CONDITIONAL.search(clause)),
    )


def _negates(word: str) -> bool:
    return (
        word in _NEGATORS
        or word.endswith("n't")
        or word in {"dont", "doesnt", "didnt", "isnt", "cant"}
    )


def _polarity(one: _Stance, other: _Stance, older: str, newer: str) -> Finding | None:
    common = one.stems & other.stems
    flipped = (one.denied ^ other.denied) & common
    if not flipped or not one.meets(other):
        return None
    shared = weighty_stems(older) & weighty_stems(newer)
    same_modal = bool(_modals(one, older) & _modals(other, newer))
    support = len(shared | flipped) + (1 if same_modal and flipped & shared else 0)
    needed = 1 if one.absolute else 2
    if not flipped - LIGHT_STEMS and len(shared) < needed:
        return None
    if support < 2 or _other_case(one, other, flipped, shared):
        return None
    narrow = not (one.absolute or other.absolute) and _own(one, other) and _own(other, one)
    strong = not narrow or len(common) >= 3
    return Finding(
        strong=strong,
        score=1.0 + 0.1 * support if strong else 0.5,
        why="one says what the other denies",
    )


def _modals(stance: _Stance, text: str) -> frozenset[str]:
    return frozenset(hit.lower() for hit in _MODAL.findall(text)) if stance.order else frozenset()


def _own(one: _Stance, other: _Stance) -> frozenset[str]:
    return one.stems - other.stems - LIGHT_STEMS


def _other_case(
    one: _Stance, other: _Stance, flipped: frozenset[str], shared: frozenset[str]
) -> bool:
    """Whether the subject, or what follows a flipped word, differs: another case, not a clash."""
    common = (one.stems & other.stems) | shared
    subjects = {one.order[0], other.order[0]}
    counters = (one.universal or other.universal) and len(one.stems & other.stems) >= 2
    if len(subjects) == 2 and not subjects & common and not counters:
        return True
    for root in flipped:
        beside = {_behind(one, root), _behind(other, root)}
        if len(beside) == 2 and not beside & common and "" not in beside:
            return True
    return False


def _behind(stance: _Stance, root: str) -> str:
    place = stance.order.index(root) + 1
    return stance.order[place] if place < len(stance.order) else ""


def _antonym(one: _Stance, other: _Stance) -> Finding | None:
    if not one.meets(other):
        return None
    pairs = [
        (left, right)
        for left in one.stems - other.stems
        for right in other.stems - one.stems
        if frozenset((left, right)) in ANTONYMS
    ]
    shared = (one.stems & other.stems) - LIGHT_STEMS
    if len(pairs) != 1 or not shared:
        return None
    left, right = pairs[0]
    if (left in one.denied) != (right in other.denied):
        return None
    strong = not (_own(one, other) - {left} and _own(other, one) - {right}) or len(shared) >= 2
    return Finding(strong=strong, score=1.0 if strong else 0.5, why="they use opposite words")


def _numbers(older: str, newer: str) -> Finding | None:
    if _limits(older) != _limits(newer):
        return None
    best: Finding | None = None
    for one in _parts(older):
        for other in _parts(newer):
            best = _stronger(best, _amounts(one, other))
    return best


@lru_cache(maxsize=8192)
def _limits(text: str) -> frozenset[str]:
    """The words by which a statement says itself that elsewhere or later it may be otherwise.

    Each is taken with the word behind it: two statements with the same limit can be compared.
    """
    found = (hit for sign in (_CHANGED, _EXCEPTED, _CONDITIONAL) for hit in sign.finditer(text))
    behind = ((hit.group(), text[hit.end() :].split()[:1]) for hit in found)
    return frozenset(" ".join([sign, *word]).lower().strip(" .,;:") for sign, word in behind)


@lru_cache(maxsize=8192)
def _is_another_view(text: str) -> bool:
    return bool(_OTHER_VIEW.search(text) or _EXCEPTED.search(text))


@lru_cache(maxsize=8192)
def _parts(text: str) -> tuple[str, ...]:
    parts = (clause.text for part in sentences(text) for clause in clauses(part.text))
    return tuple(half for part in parts for half in part.split(" and "))[:12]


def _amounts(one: str, other: str) -> Finding | None:
    """Two amounts of one unit that exclude each other, in clauses about the same thing."""
    best: Finding | None = None
    for left in quantities(one):
        for right in quantities(other):
            units = content_stems(left.typed) | content_stems(right.typed)
            shared = (weighty_stems(one) & weighty_stems(other)) - units
            if not left.excludes(right):
                continue
            if not shared:
                counted = bool(weighty_stems(one) & weighty_stems(other))
                best = best or (_COUNTED if counted else None)
                continue
            verbs = [_SET_VERBS & content_stems(text) for text in (one, other)]
            if all(verbs) and not verbs[0] & verbs[1]:
                continue
            own = [weighty_stems(a) - weighty_stems(b) - units for a, b in _both(one, other)]
            counters = bool(_UNIVERSAL.search(one) or _UNIVERSAL.search(other))
            strong = not all(own) or len(shared) > max(map(len, own)) or counters
            return Finding(
                strong=strong, score=1.2 if strong else 0.6, why="they give different amounts"
            )
    return best


_COUNTED = Finding(strong=False, score=0.35, why="they count the same thing differently")


def _both(one: str, other: str) -> Iterable[tuple[str, str]]:
    return ((one, other), (other, one))


def _lean(older: str, newer: str) -> Finding | None:
    """A weak sign: opposite poles of a frame, or a line that limits what it shares words with."""
    if _is_another_view(older) or _is_another_view(newer):
        return None
    shared = len(weighty_stems(older) & weighty_stems(newer))
    opposed = _opposed(older, newer)
    marks = features(newer).names & {"concession", "admission"}
    score = 0.45 * min(opposed, 2) + 0.15 * min(shared, 3) + 0.1 * len(marks)
    if not opposed and not (shared and marks):
        return None
    why = "opposite sides of a trade-off" if opposed else "one limits the other"
    return Finding(strong=False, score=score, why=why)


def _opposed(older: str, newer: str) -> int:
    return sum(
        bool((one[0] and other[1]) or (one[1] and other[0]))
        for one, other in zip(_poles(older), _poles(newer), strict=True)
        if not (one[0] and one[1]) and not (other[0] and other[1])
    )


@lru_cache(maxsize=8192)
def _poles(text: str) -> tuple[tuple[bool, bool], ...]:
    """Per frame, whether `text` is at the first and the second pole; denying changes sides."""
    affirmed: set[str] = {stem(word) for word in words(text)}
    denied: set[str] = set().union(*(stance.denied for stance in _stances(text)))
    affirmed -= denied
    return tuple(
        (bool(affirmed & one or denied & other), bool(affirmed & other or denied & one))
        for one, other in FRAMES
    )
