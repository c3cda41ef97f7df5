"""The part of a long text that no step has reached yet.

It is shown all the same, folded and without any formatting, so that no word is missing
while the rest is laid out in slices. Only its line lengths are looked at in advance; a row
is made when it is asked for, which is when it is on screen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import overload

from .rows import Ink, Row
from .wrap import break_points

SHORT = 8_192
"""A rest up to this length is wrapped at words."""


def rest_of(text: str, width: int, ink: Ink, at: int, before: Sequence[Row] = ()) -> Sequence[Row]:
    """The rows `before`, and those of `text`, which begins at `at` in the whole."""
    lazy = _Rest(text, width, ink, at, list(before))
    return lazy if len(text) > SHORT else lazy.wrapped()


class _Rest(Sequence[Row]):
    def __init__(self, text: str, width: int, ink: Ink, at: int, before: list[Row]) -> None:
        self._lines = text.split("\n")
        self._width = width
        # Half as many characters fit where some may be two columns wide.
        self._step = width if text.isascii() else max(1, width // 2)
        self._ink = ink
        self._at = at
        self._before = before
        self._ends = list(accumulate(max(1, -(-len(line) // self._step)) for line in self._lines))

    def __len__(self) -> int:
        return len(self._before) + self._ends[-1]

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [self._row(number) for number in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._row(index)

    def _row(self, index: int) -> Row:
        if index < len(self._before):
            return self._before[index]
        index -= len(self._before)
        number = bisect_right(self._ends, index)
        line = self._lines[number]
        begin = (index - (self._ends[number - 1] if number else 0)) * self._step
        return self._made(line[begin : begin + self._step], first=begin == 0)

    def _made(self, shown: str, *, first: bool) -> Row:
        spans = ((shown, self._ink),) if shown else ()
        return Row(spans=spans, join="\n" if first else "", at=self._at)

    def wrapped(self) -> list[Row]:
        """The same text as rows that break at words."""
        rows = list(self._before)
        for line in self._lines:
            points = break_points(line, self._width)
            for begin, end in zip(points, [*points[1:], len(line)], strict=True):
                shown = line[begin:end].rstrip(" ")
                rows.append(self._made(shown, first=begin == 0))
        return rows
