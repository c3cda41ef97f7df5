"""Searching all entries, and marking what was found on the rows that are shown.

The search runs over the texts and is quick at any length. Where a hit stands on screen is
worked out only for entries that are drawn, over their rows joined again, so that a hit
across a wrap is marked on both rows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from hq_tui.ui.transcript.entries import Entry, Prose
from hq_tui.ui.transcript.entry_list import EntryList
from hq_tui.ui.transcript.entry_view import EntryView
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.painter import Overlay, Painter

WHOLE = 10_000_000
"""More characters than any entry has: draw it to its end, whatever that takes."""


class MatchPosition(NamedTuple):
    """One hit: the entry, and which one in that entry."""

    entry: int
    number: int


class TextRange(NamedTuple):
    """A part of a hit on one row, in characters of the row."""

    start: int
    end: int
    number: int


class TranscriptSearch:
    """The search in `entry_list`, and the places that it found.

    `changed` is called when other places are to be marked, `show` with the row of a hit.
    """

    def __init__(
        self, entry_list: EntryList, *, changed: Callable[[], object], show: Callable[[int], None]
    ) -> None:
        self.hits: list[MatchPosition] = []
        self._entry_list = entry_list
        self._changed = changed
        self._show = show
        self._pattern: re.Pattern[str] | None = None
        self._current = -1
        self._marked: dict[int, tuple[EntryView, int, dict[int, list[TextRange]]]] = {}

    @property
    def active(self) -> bool:
        """True if something is searched for."""
        return self._pattern is not None

    @property
    def hit(self) -> MatchPosition | None:
        """The hit that the reader is at."""
        return self.hits[self._current] if 0 <= self._current < len(self.hits) else None

    def clear(self) -> None:
        """Search for nothing, and mark nothing any more."""
        self._pattern, self.hits, self._current = None, [], -1
        self._marked.clear()
        self._changed()

    def find(self, text: str) -> int:
        """Mark every place where `text` stands, in any case of letters; how many there are."""
        self.clear()
        if text.strip():
            self._pattern = re.compile(re.escape(text), re.IGNORECASE)
            self._look()
        return len(self.hits)

    def _look(self) -> None:
        """Search anew, and stay at the hit the reader is at."""
        if self._pattern is None:
            return
        was = self.hit
        self.hits = [
            MatchPosition(index, number)
            for index, entry in enumerate(self._entry_list.entries)
            for number in range(_count(self._pattern, entry))
        ]
        self._current = bisect_right(self.hits, was) - 1 if was is not None else -1

    def go(self, by: int, top: int) -> None:
        """Go to the next hit or the one before; the first time, to the one nearest row `top`."""
        self._look()
        if not self.hits:
            return
        if self._current < 0:
            near = MatchPosition(self._entry_list.heights.locate(top)[0], -1)
            after = bisect_right(self.hits, near)
            self._current = after - 1 if by < 0 else after
        else:
            self._current += by
        self._current %= len(self.hits)
        self._show(self._row_of(self.hits[self._current]))

    def _row_of(self, hit: MatchPosition) -> int:
        """The row on which a hit begins; its entry is drawn to its end for that."""
        view = self._entry_list.view(hit.entry, WorkBudget(WHOLE))
        row = 0
        for number in range(view.height):
            found = self.stretches(hit.entry, view, number)
            if any(stretch.number <= hit.number for stretch in found):
                row = number
            if any(stretch.number >= hit.number for stretch in found):
                break
        return self._entry_list.heights.start(hit.entry) + row

    def overlays(self, painter: Painter, view: EntryView, number: int, line: int) -> list[Overlay]:
        """The marks on the row `number` of `view`, which stands on `line`."""
        index, _ = self._entry_list.heights.locate(line)
        return [
            Overlay(
                stretch.start,
                stretch.end,
                painter.role("hit-now" if self.hit == (index, stretch.number) else "hit"),
            )
            for stretch in self.stretches(index, view, number)
        ]

    def stretches(self, index: int, view: EntryView, row: int) -> Sequence[TextRange]:
        """The stretches to mark on one row of the entry `index`."""
        if self._pattern is None:
            return ()
        known = self._marked.get(index)
        if known is None or known[0] is not view or known[1] != view.version:
            known = self._marked[index] = (view, view.version, _mark(self._pattern, view))
        return known[2].get(row, ())


def _count(pattern: re.Pattern[str], entry: Entry) -> int:
    return sum(
        sum(1 for _ in pattern.finditer(part.text))
        for part in entry.parts
        if isinstance(part, Prose)
    )


def _mark(pattern: re.Pattern[str], view: EntryView) -> dict[int, list[TextRange]]:
    """The stretches of all hits on the rows of `view`."""
    text: list[str] = []
    starts: list[int] = []
    skips: list[int] = []
    length = 0
    for number in range(view.height):
        row = view.row(number)
        joined = row.join if number else ""
        text += (joined, row.content)
        starts.append(length + len(joined))
        skips.append(row.skip)
        length += len(joined) + len(row.content)
    marked: dict[int, list[TextRange]] = {}
    for number, match in enumerate(pattern.finditer("".join(text))):
        row_number = max(0, bisect_right(starts, match.start()) - 1)
        while row_number < len(starts) and starts[row_number] < match.end():
            start = max(0, match.start() - starts[row_number])
            end = match.end() - starts[row_number]
            skip = skips[row_number]
            marked.setdefault(row_number, []).append(TextRange(start + skip, end + skip, number))
            row_number += 1
    return marked
