"""Searching all entries, and marking what was found on the rows that are shown.

The search runs over the texts and is quick at any length. Where a hit stands on screen is
worked out only for entries that are drawn, over their rows joined again, so that a hit
across a wrap is marked on both rows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from hq_tui.ui.transcript.entries import Entry, Prose
from hq_tui.ui.transcript.entry_view import EntryView


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
    """What is searched for, and where it was found."""

    def __init__(self) -> None:
        self.pattern: re.Pattern[str] | None = None
        self.hits: list[MatchPosition] = []
        self.current = -1
        self._marked: dict[int, tuple[EntryView, int, dict[int, list[TextRange]]]] = {}

    @property
    def active(self) -> bool:
        """Whether something is searched for."""
        return self.pattern is not None

    @property
    def hit(self) -> MatchPosition | None:
        """The hit that the reader is at."""
        return self.hits[self.current] if 0 <= self.current < len(self.hits) else None

    def clear(self) -> None:
        """Search for nothing."""
        self.pattern, self.hits, self.current = None, [], -1
        self._marked.clear()

    def search(self, text: str, entries: Sequence[Entry]) -> int:
        """Find `text`, in any case of letters; how often it was found."""
        self.clear()
        if not text.strip():
            return 0
        self.pattern = re.compile(re.escape(text), re.IGNORECASE)
        self.again(entries)
        return len(self.hits)

    def again(self, entries: Sequence[Entry]) -> None:
        """Search anew, and stay at the hit the reader is at."""
        if self.pattern is None:
            return
        was = self.hit
        self.hits = [
            MatchPosition(index, number)
            for index, entry in enumerate(entries)
            for number in range(_count(self.pattern, entry))
        ]
        self.current = bisect_right(self.hits, was) - 1 if was is not None else -1

    def step(self, by: int, near: int) -> MatchPosition | None:
        """Go to the next hit or the one before; the first time, to the one nearest `near`."""
        if not self.hits:
            return None
        if self.current < 0:
            after = bisect_right(self.hits, MatchPosition(near, -1))
            self.current = after - 1 if by < 0 else after
        else:
            self.current += by
        self.current %= len(self.hits)
        return self.hit

    def stretches(self, index: int, view: EntryView, row: int) -> Sequence[TextRange]:
        """What to mark on one row of the entry `index`."""
        if self.pattern is None:
            return ()
        known = self._marked.get(index)
        if known is None or known[0] is not view or known[1] != view.version:
            known = self._marked[index] = (view, view.version, _mark(self.pattern, view))
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
