"""The transcript: everything that was said, as one widget.

It joins four parts to Textual: the entries with their heights, the viewport that makes strips
of rows, the anchor that says where the screen stands, and the search. Only the rows that
changed are drawn again. A click on a link is only told; opening anything is up to the app.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from hq_tui.ui.rendering.frame import FrameScheduler
from hq_tui.ui.transcript.entries import Entry, Role
from hq_tui.ui.transcript.entry_list import EntryList
from hq_tui.ui.transcript.frame_rate import FrameLimiter
from hq_tui.ui.transcript.markdown import parser as markdown
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.painter import ROLES
from hq_tui.ui.transcript.scroll_anchor import ScrollAnchor
from hq_tui.ui.transcript.search import WHOLE, TranscriptSearch
from hq_tui.ui.transcript.selection import Selected, clicked_code, copied
from hq_tui.ui.transcript.viewport import Viewport

FLUSH_RATE = 20.0
"""Frames a second, at most, while text flows."""

WORK = 0.008
"""Seconds of laying out after which keys have their turn, in a frame while text flows."""


class Transcript(ScrollView, can_focus=True):
    """A whole session, with the end in view until the reader looks elsewhere."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{role}" for role in ROLES}

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
        & > .transcript--bar { color: $text-primary; }
        & > .transcript--question { color: $text-primary; text-style: bold; }
        & > .transcript--block { color: $foreground; background: $surface; }
        & > .transcript--language { color: $text-muted; }
        & > .transcript--keyword { color: $text-primary; }
        & > .transcript--string { color: $text-success; }
        & > .transcript--number { color: $text-warning; }
        & > .transcript--comment { color: $text-muted; text-style: italic; }
        & > .transcript--name { text-style: bold; }
        & > .transcript--builtin { color: $text-accent; }
        & > .transcript--hit { background: #ffc473; color: #000000; }
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

    @dataclass
    class UnseenChanged(Message):
        """The number of rows that came while the reader looked elsewhere is another."""

        lines: int

    @dataclass
    class ParserLoaded(Message):
        """All that it takes to draw Markdown is there."""

    def __init__(
        self,
        *,
        before_frame: Callable[[], None] | None = None,
        settled: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._before_frame = before_frame
        """Called before a frame is drawn, to bring what is new by then."""
        self._on_settled = settled
        """Called when other rows are in view."""
        self._clock = clock
        self._frame = FrameScheduler(self)
        self.pace = FrameLimiter(FLUSH_RATE, clock=clock, later=self._frame.later, draw=self._draw)
        """Limits how often frames are drawn; told of whatever `before_frame` has to bring."""
        self.entry_list = EntryList()
        self.scroll_anchor = ScrollAnchor(
            self,
            self.entry_list,
            self._frame,
            on_unread=lambda lines: self.post_message(self.UnseenChanged(lines)),
            settled=self._settled,
        )
        self.search = TranscriptSearch(
            self.entry_list,
            changed=self.refresh,
            show=lambda row: self.scroll_anchor.go(max(0, row - self.size.height // 3)),
        )
        self.viewport = Viewport(self, self.entry_list, self.search, draw_again=self.pace.changed)
        self._cursor: tuple[int, int] | None = None
        self._loads_parser = False

    # --- what is shown ------------------------------------------------------------------

    def load(self, entries: Sequence[Entry]) -> None:
        """Show `entries` instead of what was there, with their end in view."""
        self.search.clear()
        self._cursor = None
        self.entry_list.load(entries)
        self.scroll_anchor.load()

    def prepend(self, entries: Sequence[Entry]) -> None:
        """Show `entries` above what is there; the rows on the screen stay where they are."""
        with self.scroll_anchor.prepending(len(entries)):
            self.search.clear()
            self._cursor = None
            self.entry_list.prepend(entries)

    def put(self, index: int, entry: Entry) -> None:
        """Show `entry` as the entry `index`, which is there already or is the next one."""
        self.entry_list.put(index, entry)
        self.pace.changed()

    def truncate(self, count: int) -> None:
        """Show only the first `count` entries."""
        if count < len(self.entry_list.entries):
            hold = self.scroll_anchor.top()
            self.entry_list.truncate(count)
            self.scroll_anchor.settle(hold, WorkBudget(), first=0)

    def toggle_thinking(self) -> None:
        """Fold or unfold all thoughts and the input of all tools."""
        hold = self.scroll_anchor.top()
        self.entry_list.toggle_all()
        self.scroll_anchor.redraw(hold)

    # --- drawing ------------------------------------------------------------------------

    def _draw(self) -> None:
        """Draw a frame."""
        with self.pace.frame():
            if self._before_frame is not None:
                self._before_frame()
            if self.size.height and self.entry_list.entries:
                budget = WorkBudget(until=self._clock() + WORK, clock=self._clock)
                hold = self.scroll_anchor.top()
                row = self.entry_list.find_place(hold, budget)
                first = self.entry_list.refresh(budget)
                with self._frame.gathered():
                    self.scroll_anchor.settle(hold, budget, first=first, was=row)

    @property
    def question_in_sight(self) -> bool:
        """True if the question of the last reply stands on the screen."""
        latest = self.entry_list.entries[-3:]
        last = next((one for one in reversed(latest) if one.role is Role.ASSISTANT), None)
        if last is None:
            return False
        try:
            rows = self.entry_list.rows(int(self.scroll_y), self.size.height, WorkBudget())
            return any(row.asks and entry.key == last.key for entry, _, _, row in rows)
        except Exception:  # noqa: BLE001 - rows that cannot be made are told where they are drawn
            return True

    def _settled(self) -> None:
        """Go on soon where something near the screen is not drawn to its end."""
        if self._on_settled is not None:
            self._on_settled()
        if not self.entry_list.unfinished or not self.is_attached:
            return
        if markdown.is_loaded():
            self.pace.go_on()
        elif not self._loads_parser:
            self._loads_parser = True
            self.call_after_refresh(_load_parser, lambda: self.post_message(self.ParserLoaded()))

    def on_transcript_parser_loaded(self, event: ParserLoaded) -> None:
        event.stop()
        self._loads_parser = False
        self._draw()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of some rows of the screen."""
        return self.viewport.strips(crop)

    def render_line(self, y: int) -> Strip:
        """One row that says which character stands where; asked for under the mouse only."""
        return self.viewport.pointed_at(y)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.viewport.forget_style()

    def on_resize(self) -> None:
        """Lay out anew where the width is another; the row being read stays."""
        self.scroll_anchor.fit(self.viewport.fit(self.size.width).text)

    # --- scrolling ----------------------------------------------------------------------

    def scroll_end(self, **_options: Any) -> None:
        """Go to the end, and follow it."""
        self.scroll_anchor.to_end()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        # There is no scrollbar to be moved, so Textual's own watcher is not asked: it would
        # move one that cannot be seen, and have the whole screen arranged anew for it.
        self.scroll_anchor.scrolled(int(old_value), int(new_value))

    def _scroll_update(self, virtual_size: Size) -> None:
        # Textual keeps the position within the range when the widget's height changes; the
        # reader has not scrolled.
        with self.scroll_anchor.by_ourselves():
            super()._scroll_update(virtual_size)

    def _scroll_to(self, *args: Any, **options: Any) -> bool:
        # Gliding would send the whole screen many times, and fight with text that grows.
        return super()._scroll_to(*args, **{**options, "animate": False})

    # --- turns --------------------------------------------------------------------------

    def previous_turn(self) -> None:
        """Go to the beginning of this turn, or of the one before."""
        top = int(self.scroll_y)
        index, offset = self.entry_list.heights.locate(top)
        for candidate in range(index if offset else index - 1, -1, -1):
            if self.entry_list.entries[candidate].role is Role.USER:
                self.scroll_anchor.go(self.entry_list.heights.start(candidate))
                return
        self.scroll_anchor.go(0)

    def next_turn(self) -> None:
        """Go to the beginning of the next turn, or to the end."""
        index, _ = self.entry_list.heights.locate(int(self.scroll_y))
        for candidate in range(index + 1, len(self.entry_list.entries)):
            if self.entry_list.entries[candidate].role is Role.USER:
                self.scroll_anchor.go(self.entry_list.heights.start(candidate))
                return
        self.scroll_end()

    def go_to(self, key: str) -> None:
        """Go to the beginning of the entry with this key, if there is one."""
        entries = self.entry_list.entries
        index = next((at for at, entry in enumerate(entries) if entry.key == key), None)
        if index is not None:
            self.scroll_anchor.go(self.entry_list.heights.start(index))

    # --- what is pointed at and taken out -----------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Fold what was clicked, tell of a link, or remember where the reader points."""
        meta = event.style.meta
        line = int(self.scroll_y) + event.y
        self._cursor = (
            self.entry_list.heights.locate(line) if line < self.entry_list.total else None
        )
        if fold := meta.get("fold"):
            key, _, part = str(fold).rpartition("\n")
            hold = self.scroll_anchor.top()
            self.entry_list.toggle_collapsed(key, int(part))
            self.scroll_anchor.redraw(hold)
        elif href := meta.get("href"):
            self.post_message(self.LinkClicked(str(href)))

    def code_block_at_cursor_or_last(self) -> str | None:
        """The block of code that was clicked last, or the last one there is."""
        clicked = clicked_code(self.entry_list, self._cursor)
        return self.entry_list.last_code_block() if clicked is None else clicked

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text under a selection: wraps joined, decoration left out."""
        start, end = selection
        if start is None and end is None:
            return "\n\n".join(entry.prose for entry in self.entry_list.entries), "\n"
        first = start or Offset(0, 0)
        last = end or Offset(WHOLE, max(0, self.entry_list.total - 1))
        rows = self.entry_list.rows(first.y, last.y - first.y + 1, WorkBudget(WHOLE))
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
        start = self.entry_list.heights.start(self._cursor[0])
        height = self.entry_list.heights[self._cursor[0]]
        chosen = Selection(Offset(0, start), Offset(WHOLE, start + max(0, height - 2)))
        self.screen.selections = {self: chosen}


def _load_parser(then: Callable[[], object]) -> None:
    """Load what draws Markdown in a thread, and call `then` there."""

    def load() -> None:
        markdown.load()
        then()

    threading.Thread(target=load, name="load-markdown", daemon=True).start()
