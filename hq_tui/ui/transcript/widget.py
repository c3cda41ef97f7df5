"""The transcript: everything that was said, as one widget.

Drawing and scrolling are the canvas's business. Here is what a reader does with the text:
folding, searching, going from turn to turn, selecting, copying, following a link. A click
on a link is only told; opening anything is up to the app.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.selection import Selection

from hq_tui.core.text.fences import code_blocks
from hq_tui.ui.transcript.entries import Entry, Prose, Role
from hq_tui.ui.transcript.entry_list import RowAnchor
from hq_tui.ui.transcript.entry_view import EntryView
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.painter import Overlay
from hq_tui.ui.transcript.scroller import Scroller
from hq_tui.ui.transcript.search import TranscriptSearch
from hq_tui.ui.transcript.selection import Selected, copied
from hq_tui.ui.transcript.viewport import SLICE

_WHOLE = 10_000_000
"""More characters than any entry has: draw it to its end, whatever that takes."""


class Transcript(Scroller, can_focus=True):
    """A whole session, with the end in view until the reader looks elsewhere."""

    DEFAULT_CSS: ClassVar[str] = """
    Transcript {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size: 0 0;
        background: $background;
        color: $foreground;
        & > .transcript--quiet { color: $text-muted; }
        & > .transcript--struck { color: $text-muted; }
        & > .transcript--error { color: $text-error; }
        & > .transcript--warning { color: $text-warning; }
        & > .transcript--heading { color: $text-primary; text-style: bold; }
        & > .transcript--code { color: $text-accent; background: $surface; }
        & > .transcript--link { color: $text-primary; text-style: underline; }
        & > .transcript--url { color: $text-muted; }
        & > .transcript--quote { color: $text-muted; }
        & > .transcript--rule { color: $text-muted; }
        & > .transcript--bullet { color: $text-primary; }
        & > .transcript--bar { color: $accent; }
        & > .transcript--block { color: $foreground; background: $surface; }
        & > .transcript--language { color: $text-muted; }
        & > .transcript--keyword { color: $text-primary; }
        & > .transcript--string { color: $text-success; }
        & > .transcript--number { color: $text-warning; }
        & > .transcript--comment { color: $text-muted; text-style: italic; }
        & > .transcript--name { text-style: bold; }
        & > .transcript--builtin { color: $text-accent; }
        & > .transcript--hit { background: $warning-muted; color: $foreground; }
        & > .transcript--hit-now {
            background: $foreground; color: $background; text-style: bold;
        }
        &:light {
            & > .transcript--warning { color: $foreground; text-style: bold; }
            & > .transcript--code, & > .transcript--builtin { color: $foreground; }
            & > .transcript--number, & > .transcript--bar { color: $text-primary; }
            & > .transcript--string { color: $foreground; text-style: italic; }
        }
        &:ansi {
            & > .transcript--quiet, & > .transcript--struck, & > .transcript--url,
            & > .transcript--quote, & > .transcript--rule, & > .transcript--language,
            & > .transcript--comment { text-style: dim; }
            & > .transcript--bar, & > .transcript--code { color: $accent; }
            & > .transcript--warning { color: $warning; }
            & > .transcript--hit {
                background: ansi_default; color: ansi_default; text-style: reverse;
            }
            & > .transcript--hit-now {
                background: ansi_default; color: ansi_default; text-style: reverse bold underline;
            }
        }
    }
    """

    @dataclass
    class LinkClicked(Message):
        """The reader clicked a link. Nothing was opened."""

        href: str

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._finder = TranscriptSearch()
        self._cursor: tuple[int, int] | None = None

    def load(self, entries: Sequence[Entry]) -> None:
        """Show `entries` instead of what was there, with their end in view."""
        self._finder.clear()
        self._cursor = None
        super().load(entries)

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Show `entries` above what is there; the rows on the screen stay where they are."""
        budget = WorkBudget(SLICE)
        hold = self._top_place()
        was = self.book.find_place(hold, budget)
        self._finder.clear()
        self._cursor = None
        self.book.prepend(entries)
        self._unseen.shift(len(entries))
        self._read = None
        self._settle(hold._replace(entry=hold.entry + len(entries)), budget, first=0, was=was)
        self._wait_for_more()

    # --- folding and links --------------------------------------------------------------

    def toggle_thinking(self) -> None:
        """Fold or unfold all thoughts and the input of all tools."""
        hold = self._top_place()
        self.book.turn_all()
        self._redraw(hold)

    def _redraw(self, hold: RowAnchor) -> None:
        """Bring what changed up to date, with the row `hold` where it was."""
        budget = WorkBudget(SLICE)
        first = self.book.refresh(budget)
        self._settle(hold, budget, first=max(0, first))
        self._wait_for_more()

    def on_click(self, event: events.Click) -> None:
        """Fold what was clicked, tell of a link, or remember where the reader points."""
        meta = event.style.meta
        line = int(self.scroll_y) + event.y
        self._cursor = self.book.heights.locate(line) if line < self.book.total else None
        if fold := meta.get("fold"):
            key, _, part = str(fold).rpartition("\n")
            hold = self._top_place()
            self.book.toggle_collapsed(key, int(part))
            self._redraw(hold)
        elif href := meta.get("href"):
            self.post_message(self.LinkClicked(str(href)))

    # --- finding ------------------------------------------------------------------------

    def find(self, text: str) -> int:
        """Mark every place where `text` stands, in any case of letters; how many there are."""
        count = self._finder.search(text, self.book.entries)
        self.refresh()
        return count

    def find_next(self) -> None:
        """Go to the next hit; after the last one comes the first."""
        self._find(1)

    def find_previous(self) -> None:
        """Go to the hit before; before the first one comes the last."""
        self._find(-1)

    def clear_find(self) -> None:
        """Mark nothing any more."""
        self._finder.clear()
        self.refresh()

    def _find(self, by: int) -> None:
        self._finder.again(self.book.entries)
        hit = self._finder.step(by, self._top_place().entry)
        if hit is None:
            return
        view = self.book.view(hit.entry, WorkBudget(_WHOLE))
        row = 0
        for number in range(view.height):
            found = self._finder.stretches(hit.entry, view, number)
            if any(stretch.number <= hit.number for stretch in found):
                row = number
            if any(stretch.number >= hit.number for stretch in found):
                break
        line = self.book.heights.start(hit.entry) + row
        self._go(max(0, line - self.size.height // 3))

    def overlays(self, view: EntryView, number: int, row: TextRow, line: int) -> Sequence[Overlay]:
        """The selection, and what was searched for, on one row."""
        overlays = list(super().overlays(view, number, row, line))
        if self._finder.active:
            index, _ = self.book.heights.locate(line)
            hit = self._finder.hit
            for stretch in self._finder.stretches(index, view, number):
                now = hit is not None and (index, stretch.number) == hit
                style: Style = self.painter.role("hit-now" if now else "hit")
                overlays.append(Overlay(stretch.start, stretch.end, style))
        return overlays

    # --- turns --------------------------------------------------------------------------

    def previous_turn(self) -> None:
        """Go to the beginning of this turn, or of the one before."""
        top = int(self.scroll_y)
        index, offset = self.book.heights.locate(top)
        for candidate in range(index if offset else index - 1, -1, -1):
            if self.book.entries[candidate].role is Role.USER:
                self._go_to_entry(candidate)
                return
        self._go(0)

    def next_turn(self) -> None:
        """Go to the beginning of the next turn, or to the end."""
        index, _ = self.book.heights.locate(int(self.scroll_y))
        for candidate in range(index + 1, len(self.book.entries)):
            if self.book.entries[candidate].role is Role.USER:
                self._go_to_entry(candidate)
                return
        self.scroll_end()

    def go_to(self, key: str) -> None:
        """Go to the beginning of the entry with this key, if there is one."""
        entries = self.book.entries
        index = next((at for at, entry in enumerate(entries) if entry.key == key), None)
        if index is not None:
            self._go_to_entry(index)

    def _go_to_entry(self, index: int) -> None:
        if self.book.entries:
            self._go(self.book.heights.start(index))

    # --- taking text out ----------------------------------------------------------------

    def last_reply_text(self) -> str:
        """The words of the last reply, as they came."""
        for entry in reversed(self.book.entries):
            if entry.role is Role.ASSISTANT and entry.prose:
                return entry.prose
        return ""

    def code_block_at_cursor_or_last(self) -> str | None:
        """The block of code that was clicked last, or the last one there is."""
        clicked = self._clicked_code()
        if clicked is not None:
            return clicked
        for entry in reversed(self.book.entries):
            found = code_blocks(entry.prose)
            if found:
                return found[-1].code
        return None

    def _clicked_code(self) -> str | None:
        if self._cursor is None or self._cursor[0] >= len(self.book.entries):
            return None
        index, row_number = self._cursor
        view = self.book.view(index, WorkBudget(SLICE))
        row = view.row(row_number)
        section, _ = view.place(row_number)
        if row.fill is None or section >= len(view.sections):
            return None
        part = view.sections[section].part
        if not isinstance(part, Prose):
            return None
        after = (block.code for block in code_blocks(part.text) if block.end > row.at)
        return next(after, None)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection: wraps joined, decoration left out."""
        start, end = selection
        if start is None and end is None:
            return "\n\n".join(entry.prose for entry in self.book.entries), "\n"
        first = start or Offset(0, 0)
        last = end or Offset(_WHOLE, max(0, self.book.total - 1))
        rows = self.book.rows(first.y, last.y - first.y + 1, WorkBudget(_WHOLE))
        chosen = [
            Selected(
                view,
                number,
                row,
                first.x if line == first.y else 0,
                last.x if line == last.y else None,
            )
            for line, (_, view, number, row) in enumerate(rows, first.y)
        ]
        return copied(chosen), "\n"

    def text_select_all(self) -> None:
        """Select the entry that was clicked; a session as a whole is for the export."""
        if self._cursor is None:
            return
        start = self.book.heights.start(self._cursor[0])
        height = self.book.heights[self._cursor[0]]
        chosen = Selection(Offset(0, start), Offset(_WHOLE, start + max(0, height - 2)))
        self.screen.selections = {self: chosen}
