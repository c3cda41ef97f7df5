"""The part of a long text that no step has reached yet.

It is shown all the same, folded and without any formatting, so that no word is missing
while the rest is laid out in slices. Only its line lengths are looked at in advance; a row
is made when it is asked for, which is when it is on screen. Of a text of megabytes even
that would take long, and be done again for every slice: of its middle a note stands until
it is reached, between the words that come next and the last ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import overload

from hq_tui.ui.transcript import glyphs
from hq_tui.ui.transcript.layout.rows import TextRow, TextStyle
from hq_tui.ui.transcript.layout.wrap import break_points

SHORT = 8_192
"""A rest up to this length is wrapped at words."""

END = 100_000
"""Of a rest more than twice as long only so many characters at each end are shown."""


def rest_of(
    text: str, width: int, style: TextStyle, at: int, before: Sequence[TextRow] = ()
) -> Sequence[TextRow]:
    """The rows `before`, and those of `text` from `at` on."""
    length = len(text) - at
    if length <= SHORT:
        return _Rest(text[at:], width, style, at, list(before)).wrapped()
    if length <= 2 * END:
        return _Rest(text[at:], width, style, at, list(before))
    first = _Rest(text[at : at + END], width, style, at, list(before))
    last = text[-END:]
    note = note_row(f"{length - 2 * END:,} more characters are being laid out", at + END)
    return _Rest(last, width, style, len(text) - END, _Joined(first, note))


def note_row(words: str, at: int) -> TextRow:
    """A row of our own in place of text that is not shown."""
    return TextRow(
        spans=((f"{glyphs.ELLIPSIS} {words}", TextStyle(role="quiet")),), silent=True, at=at
    )


class _Joined(Sequence[TextRow]):
    """Rows, and one more."""

    def __init__(self, rows: Sequence[TextRow], last: TextRow) -> None:
        self._rows = rows
        self._last = last

    def __len__(self) -> int:
        return len(self._rows) + 1

    @overload
    def __getitem__(self, index: int) -> TextRow: ...

    @overload
    def __getitem__(self, index: slice) -> list[TextRow]: ...

    def __getitem__(self, index: int | slice) -> TextRow | list[TextRow]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return self._last if index == len(self._rows) else self._rows[index]


class _Rest(Sequence[TextRow]):
    def __init__(
        self, text: str, width: int, style: TextStyle, at: int, before: Sequence[TextRow]
    ) -> None:
        self._lines = text.split("\n")
        self._width = width
        # Half as many characters fit where some may be two columns wide.
        self._step = width if text.isascii() else max(1, width // 2)
        self._style = style
        self._at = at
        self._before = before
        self._ends = list(accumulate(max(1, -(-len(line) // self._step)) for line in self._lines))

    def __len__(self) -> int:
        return len(self._before) + self._ends[-1]

    @overload
    def __getitem__(self, index: int) -> TextRow: ...

    @overload
    def __getitem__(self, index: slice) -> list[TextRow]: ...

    def __getitem__(self, index: int | slice) -> TextRow | list[TextRow]:
        if isinstance(index, slice):
            return [self._row(number) for number in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._row(index)

    def _row(self, index: int) -> TextRow:
        if index < len(self._before):
            return self._before[index]
        index -= len(self._before)
        number = bisect_right(self._ends, index)
        line = self._lines[number]
        begin = (index - (self._ends[number - 1] if number else 0)) * self._step
        return self._made(line[begin : begin + self._step], first=begin == 0)

    def _made(self, shown: str, *, first: bool) -> TextRow:
        spans = ((shown, self._style),) if shown else ()
        return TextRow(spans=spans, join="\n" if first else "", at=self._at)

    def wrapped(self) -> list[TextRow]:
        """The same text as rows that break at words."""
        rows = list(self._before)
        for line in self._lines:
            points = break_points(line, self._width)
            for begin, end in zip(points, [*points[1:], len(line)], strict=True):
                shown = line[begin:end].rstrip(" ")
                rows.append(self._made(shown, first=begin == 0))
        return rows
