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
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .amounts import amounts_apart
from .finding import Finding, stronger
from .language import (
    LIGHT_STEMS,
    LINES,
    clauses,
    sentences,
    stem,
    weighty_stems,
    words,
)
from .lexicon import features
from .opposites import FRAMES, OPPOSITES
from .scope import CHANGED, CONDITIONAL, EXCEPTED, UNIVERSAL, Scope, scope_of
from .vocabulary import STOP_WORDS

_NEGATORS = frozenset(
    """
    not no never nobody none nothing neither nor cannot without hardly rarely seldom barely unable
    """.split()
)
_SUBJECTS = frozenset({"nobody", "none", "nothing", "neither", "no"})
"""Negators in front of a noun: what they deny is the whole sentence, not its next word."""
_COPULA = re.compile(r"(?:is|are|was|were|be|been|being)(?:n't)?")
"""What is denied after one of these is the noun or the adjective, however far behind it comes."""
_GOES_ON = re.compile(
    r"\W*(?:never|always|not|do|does|did|is|are|was|were|has|have|will|can|must|should)\b",
    re.IGNORECASE,
)
_NEGATED_VERBS = re.compile(r"^(?:fail|refus|lack|stop)")
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
_DISMISSED = re.compile(
    r"\b(?:is|are|was|were)(?: not|n't)(?: really)? (?:what|why|how|where|the (?:point|"
    r"issue|problem|"
    r"reason)|my|our|important|relevant|it\b)",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(must|will|can|should|need|want)(?:n't|not)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stance:
    """One clause as stems in order, those of them that it denies, and what limits its scope."""

    order: tuple[str, ...]
    subject: str
    names: frozenset[str]
    stems: frozenset[str]
    denied: frozenset[str]
    verb: str
    by_subject: bool
    absolute: bool
    universal: bool
    limited: bool
    conditional: bool
    scope: Scope

    def meets(self, other: "_Stance") -> bool:
        """Whether both speak without a limit, and both under a condition or neither."""
        if self.limited or other.limited or self.scope.apart(other.scope):
            return False
        if self.conditional == other.conditional:
            return True
        one, case = (other, self) if self.conditional else (self, other)
        return case.is_a_case_against(one)

    def is_a_case_against(self, other: "_Stance") -> bool:
        """Whether `other` speaks of every case, and this is one of them."""
        common = self.stems & other.stems
        every = other.universal and other.subject in self.stems | self.names
        return every and len(common) >= 2 and not other.stems - common - LIGHT_STEMS


def compare(older: str, newer: str) -> Finding | None:
    """How two statements stand to each other: a clash, a lean, or (None) nothing that shows."""
    best: Finding | None = None
    for one in _stances(older):
        for other in _stances(newer):
            for found in (_polarity(one, other, older, newer), _antonym(one, other)):
                best = stronger(best, found)
    best = stronger(best, amounts_apart(older, newer))
    return best if best is not None and best.strong else stronger(best, _lean(older, newer))


@lru_cache(maxsize=LINES)
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
    negated, by_subject, copular, verb = False, False, False, ""
    for before, word in pairwise(("", *words(clause))):
        if word in {"nobody", "none", "nothing"} and order:
            denied.add(order[-1])
            verb = verb or order[-1]
        elif _negates(word):
            negated = True
            by_subject = by_subject or word in _SUBJECTS
            copular = bool(_COPULA.fullmatch(word) or _COPULA.fullmatch(before))
        elif word == "be" and _negates(before):
            copular = True
        elif word not in STOP_WORDS and len(word) > 2:
            root = stem(word)
            order.append(root)
            if negated:
                denied.add(root)
                verb = verb or ("" if by_subject or copular else root)
            negated = negated or bool(_NEGATED_VERBS.match(root))
    if _DISMISSED.search(clause):
        denied, verb = denied | set(order), ""
    limited = bool(
        CHANGED.search(whole)
        or EXCEPTED.search(whole)
        or _DEFINED.search(sentence)
        or _OTHER_VIEW.search(whole)
    )
    return _Stance(
        order=tuple(order),
        subject=_subject(clause, sentence, order),
        names=frozenset(word.removesuffix("s") for word in words(sentence)),
        stems=frozenset(order),
        denied=frozenset(denied),
        verb=verb,
        by_subject=by_subject,
        absolute=bool(_ABSOLUTE.search(clause)),
        universal=bool(UNIVERSAL.search(clause)),
        limited=limited,
        conditional=bool(CONDITIONAL.match(sentence) or CONDITIONAL.search(clause)),
        scope=scope_of(clause),
    )


def _subject(clause: str, sentence: str, order: list[str]) -> str:
    """What the clause is about; one that begins with its verb goes on about the sentence's."""
    within = sentence if _GOES_ON.match(clause) else clause
    typed = next((word for word in words(within) if stem(word) in order or weighty_stems(word)), "")
    doer = typed.endswith(("er", "ers", "or", "ors"))
    return typed.removesuffix("s") if doer else stem(typed) if typed else ""


def _negates(word: str) -> bool:
    return (
        word in _NEGATORS
        or word.endswith("n't")
        or word in {"dont", "doesnt", "didnt", "isnt", "cant"}
    )


def _polarity(one: _Stance, other: _Stance, older: str, newer: str) -> Finding | None:
    common = one.stems & other.stems
    flipped = (one.denied ^ other.denied) & common
    if not flipped or not one.meets(other) or not _predicates(one, other) <= common:
        return None
    whole = [(a, b) for a, b in ((one, other), (other, one)) if a.by_subject]
    if any(a.stems - b.stems for a, b in whole) and len(flipped - LIGHT_STEMS) < 2:
        return None
    shared = weighty_stems(older) & weighty_stems(newer)
    same_modal = bool(_modals(one, older) & _modals(other, newer))
    support = len(shared | flipped) + (1 if same_modal and flipped & shared else 0)
    needed = 1 if one.absolute else 2
    if not flipped - LIGHT_STEMS and len(shared) < needed:
        return None
    if support < 2 or _other_case(one, other, flipped):
        return None
    counters = one.is_a_case_against(other) or other.is_a_case_against(one)
    narrow = _own(one, other) and _own(other, one) and not counters
    strong = not narrow or len(common) >= 3
    return Finding(
        strong=strong,
        score=1.0 + 0.1 * support if strong else 0.5,
        why="one says what the other denies",
    )


def _predicates(one: _Stance, other: _Stance) -> frozenset[str]:
    """What each of the two says not to be so; it must be what the other speaks of."""
    return frozenset(each.verb for each in (one, other) if each.verb)


def _modals(stance: _Stance, text: str) -> frozenset[str]:
    return frozenset(hit.lower() for hit in _MODAL.findall(text)) if stance.order else frozenset()


def _own(one: _Stance, other: _Stance) -> frozenset[str]:
    return one.stems - other.stems - LIGHT_STEMS


def _other_case(one: _Stance, other: _Stance, flipped: frozenset[str]) -> bool:
    """Whether the subject, or what follows a flipped word, differs: another case, not a clash."""
    common = one.stems & other.stems
    known = common | (one.names & other.names)
    subjects = {one.subject, other.subject}
    counters = one.is_a_case_against(other) or other.is_a_case_against(one)
    if len(subjects) == 2 and not subjects & known and not counters:
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
        for right in OPPOSITES.get(left, frozenset()) & other.stems - one.stems
    ]
    shared = (one.stems & other.stems) - LIGHT_STEMS
    if len(pairs) != 1 or not shared:
        return None
    left, right = pairs[0]
    if (left in one.denied) != (right in other.denied):
        return None
    strong = not (_own(one, other) - {left} and _own(other, one) - {right}) or len(shared) >= 2
    return Finding(strong=strong, score=1.0 if strong else 0.5, why="they use opposite words")


@lru_cache(maxsize=LINES)
def _is_another_view(text: str) -> bool:
    return bool(_OTHER_VIEW.search(text) or EXCEPTED.search(text))


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
    """In how many frames the two are at opposite poles."""
    (one, other), (against, beside) = _poles(older), _poles(newer)
    return (one & beside | other & against).bit_count()


@lru_cache(maxsize=LINES)
def _poles(text: str) -> tuple[int, int]:
    """The frames, a bit for each, in which `text` is at the first pole only, and the second.

    Denying changes sides.
    """
    affirmed: set[str] = {stem(word) for word in words(text)}
    denied: set[str] = set().union(*(stance.denied for stance in _stances(text)))
    affirmed -= denied
    first = second = 0
    for place, (one, other) in enumerate(FRAMES):
        first |= bool(affirmed & one or denied & other) << place
        second |= bool(affirmed & other or denied & one) << place
    return first & ~second, second & ~first
