"""Counts what has come below the screen while the reader looked elsewhere."""

from __future__ import annotations

from hq_tui.ui.transcript.entry_list import EntryList


class UnreadState:
    """Remembers how far down the reader has seen, by entry, so that nothing above moves it."""

    def __init__(self, entry_list: EntryList) -> None:
        self._entry_list = entry_list
        self._seen: tuple[int, int] | None = None

    def forget(self) -> None:
        """The reader is at the end: everything is seen."""
        self._seen = None

    def shift(self, entries: int) -> None:
        """So many entries were put before all others; the reader has gone past them."""
        if self._seen is not None:
            self._seen = (self._seen[0] + entries, self._seen[1])

    def saw_all_above(self, row: int) -> None:
        """The reader has seen everything above `row`."""
        index, offset = self._entry_list.heights.locate(row - 1)
        self._seen = (index, offset + 1)

    def count(self, bottom: int) -> int:
        """The number of rows that the reader has not seen, with the screen reaching to `bottom`."""
        if self._seen is None:
            return 0
        index, offset = self._seen
        total = self._entry_list.total
        if index >= len(self._entry_list.entries):
            self.saw_all_above(total)
            return 0
        seen = self._entry_list.heights.start(index) + offset
        if min(bottom, total) > seen:
            seen = min(bottom, total)
            self.saw_all_above(seen)
        return max(0, total - seen)
