"""Compares two texts or two conversations.

Turns are paired by equal messages, and by order in between; within a pair, words that only
one side has are marked. A single shared word between two differences does not count as
equal, and texts with little in common are not marked at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain, groupby
from operator import attrgetter

WORTH = 1_000_000
"""Pairs of words up to which two texts are compared word by word, and not line by line."""
ALIKE = 0.3
"""Share of words in common below which two texts are simply different."""
MOST_TURNS = 2_000
"""Turns beyond which pairing goes by their order alone."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]"
    r"|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+(?:['’\-]\w+)*"
    r"|\s+|[^\w\s]"
)


class Similarity(StrEnum):
    """The result of comparing two texts."""

    SAME = "same"
    PARTLY = "partly"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A piece of a text; `differs` if the other text lacks it, or has it elsewhere."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both texts in pieces; those that do not differ are the same on both sides, in order."""

    likeness: Similarity
    left: tuple[DiffPiece, ...]
    right: tuple[DiffPiece, ...]


@dataclass(frozen=True, slots=True)
class DiffPair:
    """The indices of two turns to show side by side; None where one has no counterpart."""

    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of tokens of both texts, equal or not."""

    same: bool
    left: Sequence[str]
    right: Sequence[str]


def paired(left: Sequence[str], right: Sequence[str]) -> list[DiffPair]:
    """The turns of two talks, each once and in order; they are given by what was asked."""
    begin = _common_start(left, right)
    pairs = [DiffPair(place, place) for place in range(begin)]
    rest_left, rest_right = left[begin:], right[begin:]
    anchors = [(len(rest_left), len(rest_right), 0)]
    if sum(anchors[0]) <= MOST_TURNS:
        matcher = SequenceMatcher(None, rest_left, rest_right, autojunk=False)
        anchors = [(one.a, one.b, one.size) for one in matcher.get_matching_blocks()]
    done_left = done_right = 0
    for at_left, at_right, size in anchors:
        pairs += _in_order(begin, (done_left, at_left), (done_right, at_right))
        pairs += [DiffPair(begin + at_left + n, begin + at_right + n) for n in range(size)]
        done_left, done_right = at_left + size, at_right + size
    return pairs


def compared(left: str, right: str) -> Comparison:
    """Two texts in pieces."""
    if left == right:
        both = (DiffPiece(left, False),) if left else ()
        return Comparison(likeness=Similarity.SAME, left=both, right=both)
    runs = _joined(_without_crumbs(list(_runs(left, right))))
    alike = sum(_words(run.left) for run in runs if run.same)
    most = max(_words(_TOKEN.findall(left)), _words(_TOKEN.findall(right)))
    if not alike or alike < ALIKE * most:
        return Comparison(
            likeness=Similarity.OTHER,
            left=(DiffPiece(left, True),) if left else (),
            right=(DiffPiece(right, True),) if right else (),
        )
    return Comparison(
        likeness=Similarity.PARTLY,
        left=tuple(DiffPiece("".join(run.left), not run.same) for run in runs if run.left),
        right=tuple(DiffPiece("".join(run.right), not run.same) for run in runs if run.right),
    )


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, without the blank lines between them."""
    return [part.strip("\n") for part in re.split(r"\n(?:[ \t]*\n)+", text) if part.strip()]


def _common_start(left: Sequence[str], right: Sequence[str]) -> int:
    place = 0
    while place < min(len(left), len(right)) and left[place] == right[place]:
        place += 1
    return place


def _in_order(begin: int, left: tuple[int, int], right: tuple[int, int]) -> Iterator[DiffPair]:
    """Pair the turns between two anchors by their order."""
    count_left, count_right = left[1] - left[0], right[1] - right[0]
    for place in range(max(count_left, count_right)):
        yield DiffPair(
            begin + left[0] + place if place < count_left else None,
            begin + right[0] + place if place < count_right else None,
        )


def _runs(left: str, right: str) -> Iterator[_Run]:
    """Both texts in runs: by words, where they are long by lines and then by words."""
    mine, other = _TOKEN.findall(left), _TOKEN.findall(right)
    if len(mine) * len(other) <= WORTH:
        yield from _matched(mine, other)
        return
    lines, others = _LINE.findall(left), _LINE.findall(right)
    begin = _common_start(lines, others)
    start = _TOKEN.findall("".join(lines[:begin]))
    yield _Run(True, start, start)
    for run in _matched(lines[begin:], others[begin:]):
        mine, other = _TOKEN.findall("".join(run.left)), _TOKEN.findall("".join(run.right))
        if run.same or not mine or not other or len(mine) * len(other) > WORTH:
            yield _Run(run.same, mine, other)
        else:
            yield from _matched(mine, other)


def _matched(left: Sequence[str], right: Sequence[str]) -> Iterator[_Run]:
    """Both in runs; of very many, what comes again and again counts only beside other likeness."""
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) * len(right) > WORTH)
    for what, i1, i2, j1, j2 in matcher.get_opcodes():
        yield _Run(what == "equal", left[i1:i2], right[j1:j2])


def _without_crumbs(runs: Sequence[_Run]) -> Iterator[_Run]:
    """The runs, but a likeness of a word or less between two differences is none."""
    for place, run in enumerate(runs):
        inside = 0 < place < len(runs) - 1
        is_crumb = run.same and inside and _words(run.left) < 2
        yield _Run(False, run.left, run.right) if is_crumb else run


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    """Neighbours of one kind made into one."""
    joined: list[_Run] = []
    for same, neighbours in groupby(runs, key=attrgetter("same")):
        group = list(neighbours)
        left, right = chain(*(run.left for run in group)), chain(*(run.right for run in group))
        joined.append(_Run(same, list(left), list(right)))
    return joined


def _words(tokens: Sequence[str]) -> int:
    return sum(token[:1].isalnum() for token in tokens)
