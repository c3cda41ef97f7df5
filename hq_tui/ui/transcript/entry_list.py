"""All entries of a session, most of them only as text and a guessed height.

Only entries near the screen have a view, and at most some eighty of them; the others
are a text and a number. It answers where an entry begins and what stands on a row,
and measures what comes near the screen. It draws nothing and knows no widget.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from hq_tui.core.text.fences import code_blocks
from hq_tui.ui.transcript.entries import Entry, Prose, Role
from hq_tui.ui.transcript.entry_view import EntryView
from hq_tui.ui.transcript.heights import Heights
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.state import WorkBudget

KEPT = 80
"""The number of views that are kept."""


class RowAnchor(NamedTuple):
    """A row, named so that changes above it do not move it."""

    entry: int
    section: int
    row: int


class EntryList:
    """The entries, their views and their heights."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.heights = Heights()
        self.width = 80
        self.unfinished: set[int] = set()
        """Entries near the screen that are not drawn to their end."""
        self.show_all = False
        """True if thoughts and tools are unfolded unless a click folded them."""
        self.on_failure: Callable[[Exception], None] = lambda _error: None
        """Called when an entry could not be drawn and is shown plain."""
        self._toggled: set[tuple[str, int]] = set()
        self._views: OrderedDict[int, EntryView] = OrderedDict()
        self._stale: set[int] = set()
        self._added = -1

    @property
    def total(self) -> int:
        """The number of rows."""
        return self.heights.total

    def load(self, entries: Sequence[Entry]) -> None:
        """Begin anew with `entries`."""
        self.entries = list(entries)
        self._toggled.clear()
        self.forget_views()

    def forget_views(self) -> None:
        """Drop every view and guess every height anew."""
        self._views.clear()
        self._stale.clear()
        self.unfinished.clear()
        self.heights = Heights(self._guess(entry) for entry in self.entries)

    def put(self, index: int, entry: Entry) -> None:
        """Set the entry `index`, or add it when it is the next one."""
        if index == len(self.entries):
            if self._added < 0:
                self._added = index
            self.entries.append(entry)
            self.heights.append(self._guess(entry))
        else:
            self.entries[index] = entry
            self._stale.add(index)

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Add `entries` before all others, whose views stay as they are."""
        count = len(entries)
        self.heights = Heights([*(self._guess(entry) for entry in entries), *self.heights])
        self.entries[:0] = entries
        self._views = OrderedDict((count + index, view) for index, view in self._views.items())
        self._stale = {count + index for index in self._stale}
        self.unfinished = {count + index for index in self.unfinished}
        self._added += count if self._added >= 0 else 0

    def truncate(self, count: int) -> None:
        """Keep only the first `count` entries."""
        for index in range(count, len(self.entries)):
            self._views.pop(index, None)
            self._stale.discard(index)
            self.unfinished.discard(index)
        del self.entries[count:]
        self.heights.truncate(count)

    def _guess(self, entry: Entry) -> int:
        height = 1
        for part in entry.parts:
            height += 1
            if isinstance(part, Prose):
                height += part.text.count("\n") + len(part.text) // self.width
        return height

    def last_reply_text(self) -> str:
        """The words of the last reply, as they came."""
        replies = (entry for entry in reversed(self.entries) if entry.role is Role.ASSISTANT)
        return next((entry.prose for entry in replies if entry.prose), "")

    def last_code_block(self) -> str | None:
        """The last block of code that there is."""
        found = (code_blocks(entry.prose) for entry in reversed(self.entries))
        return next((blocks[-1].code for blocks in found if blocks), None)

    # --- folding ------------------------------------------------------------------------

    def toggle_collapsed(self, key: str, part: int) -> None:
        """Fold or unfold one part."""
        self._toggled ^= {(key, part)}
        self._stale.update(index for index in self._views if self.entries[index].key == key)

    def toggle_all(self) -> None:
        """Fold or unfold all parts that can be."""
        self.show_all = not self.show_all
        self._toggled.clear()
        self._stale.update(self._views)

    # --- measuring ----------------------------------------------------------------------

    def view(self, index: int, budget: WorkBudget) -> EntryView:
        """The view of an entry, drawn as far as the budget goes when it is new."""
        view = self._views.get(index)
        if view is None:
            view = self._views[index] = EntryView(self.width)
            self._draw(index, view, budget)
        else:
            self._views.move_to_end(index)
        return view

    def _draw(self, index: int, view: EntryView, budget: WorkBudget) -> int:
        """Bring a view up to date; by how many rows the entry grew."""
        entry = self.entries[index]
        try:
            view.update(entry, budget, lambda part: self._is_open(entry.key, part))
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs this entry alone
            view.give_up(entry)
            self.on_failure(error)
        self._stale.discard(index)
        if view.done:
            self.unfinished.discard(index)
        else:
            self.unfinished.add(index)
        return self.heights.change(index, view.height)

    def give_up(self, row: int) -> None:
        """Show the entry on this row plain from now on; it could not be painted."""
        index, _ = self.heights.locate(row)
        view = self._views.get(index)
        if view is not None and not view.failed:
            view.failed = True
            self._stale.add(index)

    def _is_open(self, key: str, part: int) -> bool:
        return self.show_all != ((key, part) in self._toggled)

    def refresh(self, budget: WorkBudget) -> int:
        """Bring all that changed up to date; the first row that looks different, or -1."""
        first = -1
        for index in sorted(self._stale | self.unfinished):
            view = self._views.get(index)
            if view is None:
                self._stale.discard(index)
                self.heights.change(index, self._guess(self.entries[index]))
                continue
            self._draw(index, view, budget)
            row = self.heights.start(index) + view.changed
            first = row if first < 0 else min(first, row)
        if self._added >= 0:
            row = self.heights.start(self._added)
            first = row if first < 0 else min(first, row)
            self._added = -1
        return first

    def measure(self, top: int, height: int, budget: WorkBudget) -> bool:
        """Make views of all that stands on these rows; whether any height was wrong."""
        if not self.entries:
            return False
        wrong = False
        index, _ = self.heights.locate(top)
        row = self.heights.start(index)
        while index < len(self.entries) and row < top + height:
            if index not in self._views:
                guessed = self.heights[index]
                self.view(index, budget)
                wrong |= self.heights[index] != guessed
            row += self.heights[index]
            index += 1
        return wrong

    def measure_above(self, index: int, rows: int, budget: WorkBudget) -> None:
        """Make views of the entries above `index` until they fill `rows`."""
        while index > 0 and rows > 0:
            index -= 1
            self.view(index, budget)
            rows -= self.heights[index]

    def drop_far(self, top: int, height: int) -> None:
        """Forget the views that were used least, but none on these rows."""
        excess = len(self._views) - KEPT
        if excess <= 0:
            return
        first, _ = self.heights.locate(top)
        last, _ = self.heights.locate(top + height)
        for index in list(self._views):
            if excess <= 0:
                break
            if not first <= index <= last and not self.entries[index].open:
                del self._views[index]
                self.unfinished.discard(index)
                excess -= 1

    # --- rows and places ----------------------------------------------------------------

    def rows(
        self, top: int, height: int, budget: WorkBudget
    ) -> Iterator[tuple[Entry, EntryView, int, TextRow]]:
        """The rows from `top` on, with their entries; fewer than `height` at the end."""
        if not self.entries or top >= self.total:
            return
        index, offset = self.heights.locate(top)
        while index < len(self.entries) and height > 0:
            view = self.view(index, budget)
            entry = view.entry or self.entries[index]
            for row in range(offset, min(view.height, offset + height)):
                yield entry, view, row, view.row(row)
                height -= 1
            offset = 0
            index += 1

    def place(self, row: int, budget: WorkBudget) -> RowAnchor:
        """The name of a row."""
        index, offset = self.heights.locate(row)
        if index >= len(self.entries):
            return RowAnchor(0, 0, 0)
        return RowAnchor(index, *self.view(index, budget).place(offset))

    def find_place(self, place: RowAnchor, budget: WorkBudget) -> int:
        """The row with the name `place`."""
        if place.entry >= len(self.entries):
            return 0
        view = self.view(place.entry, budget)
        return self.heights.start(place.entry) + view.index((place.section, place.row))

    def letters_before(self, place: RowAnchor, budget: WorkBudget) -> int:
        """Count the letters of the section above `place`; the same at every width."""
        view = self.view(place.entry, budget)
        start = view.index((place.section, 0))
        return sum(_letters(view.row(row)) for row in range(start, start + place.row))

    def place_after(self, place: RowAnchor, letters: int, budget: WorkBudget) -> RowAnchor:
        """The place in the section of `place` that has so many letters above it."""
        view = self.view(place.entry, budget)
        if place.section >= len(view.sections):
            return place
        section = view.sections[place.section]
        row = 0
        while row + 1 < section.height:
            letters -= _letters(section.row(row))
            if letters < 0:
                break
            row += 1
        return place._replace(row=row)


def _letters(row: TextRow) -> int:
    return sum(map(str.isalnum, row.content))
