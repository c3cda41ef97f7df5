"""Whether two statements give amounts that cannot both hold.

Two numbers of one unit clash only when they measure the same thing in the same
case: the subject and the verb are compared before the sizes are. Where one of the
statements only speaks of a narrower case, that is a reason to ask and no clash,
unless the other one left no case out.
"""

from functools import lru_cache

from .finding import Finding, stronger
from .language import (
    LINES,
    clauses,
    content_stems,
    sentences,
    stem,
    weighty_stems,
    words,
)
from .quantities import Quantity, quantities
from .scope import UNIVERSAL, limits, scope_of

_SET_VERBS = frozenset(
    stem(word)
    for word in "keep take cost last pay earn weigh need use spend save run wait open".split()
)
"""Verbs that say what an amount is an amount of: kept 30 days, takes 2 hours."""


def amounts_apart(older: str, newer: str) -> Finding | None:
    """The strongest sign that the amounts in two statements exclude each other, if there is one."""
    if limits(older) != limits(newer):
        return None
    best: Finding | None = None
    for one in _parts(older):
        for other in _parts(newer):
            best = stronger(best, _amounts(one, other))
    return best


@lru_cache(maxsize=LINES)
def _parts(text: str) -> tuple[str, ...]:
    parts = (clause.text for part in sentences(text) for clause in clauses(part.text))
    return tuple(half for part in parts for half in part.split(" and "))[:12]


def _amounts(one: str, other: str) -> Finding | None:
    """Two amounts of one unit that exclude each other, in clauses about the same thing."""
    best: Finding | None = None
    for left in quantities(one):
        for right in quantities(other):
            if left.excludes(right):
                best = stronger(best, _weighed(one, other, left, right))
    return best


def _weighed(one: str, other: str, left: Quantity, right: Quantity) -> Finding | None:
    """How much it says that `left` in one clause and `right` in the other exclude each other."""
    units = content_stems(left.typed) | content_stems(right.typed)
    common = weighty_stems(one) & weighty_stems(other)
    shared = common - units
    if not shared:
        return _COUNTED if common else None
    verbs = [_SET_VERBS & content_stems(text) for text in (one, other)]
    if all(verbs) and not verbs[0] & verbs[1]:
        return None
    if left.unit != "date" and scope_of(one).apart(scope_of(other)):
        return None
    own = [weighty_stems(a) - weighty_stems(b) - units for a, b in ((one, other), (other, one))]
    open_ended = left.unit == "date" or UNIVERSAL.search(one) or UNIVERSAL.search(other)
    counters = bool(open_ended) and not all(own)
    alike = len(shared) > max(map(len, own)) and _head(one) == _head(other)
    return _APART if counters or alike or not any(own) else _PERHAPS


_APART = Finding(strong=True, score=1.2, why="they give different amounts")
_PERHAPS = Finding(strong=False, score=0.6, why="they give different amounts")
_COUNTED = Finding(strong=False, score=0.35, why="they count the same thing differently")


def _head(text: str) -> str:
    """The stem of the first word that carries meaning, which is mostly what a clause is about."""
    return next((stem(word) for word in words(text) if weighty_stems(word)), "")
