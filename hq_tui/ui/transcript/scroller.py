"""When the transcript draws, and where it stands in the text.

It joins the book, which knows what stands on which row, to Textual's scrolling, with one
difference: the scroll range is set without asking for a new layout of the screen, because
text grows here many times a second, and only the rows that changed are drawn again.

Wherever the text changes, the row at the top of the screen is named before and found again
after, so nothing that happens above it can move what is being read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection

from hq_tui.ui.rendering.frame import FrameScheduler
from hq_tui.ui.transcript import follow as following
from hq_tui.ui.transcript.entries import Entry
from hq_tui.ui.transcript.entry_list import RowAnchor
from hq_tui.ui.transcript.frame_rate import FrameLimiter
from hq_tui.ui.transcript.markdown import parser as markdown
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.painter import Margins
from hq_tui.ui.transcript.unread import UnreadState
from hq_tui.ui.transcript.viewport import SLICE, Viewport

FLUSH_RATE = 20.0
"""Frames a second, at most, while text flows."""

WORK = 0.008
"""Seconds of laying out after which keys have their turn, in a frame while text flows."""

_ROUNDS = 12


class Scroller(Viewport):
    """Shows entries, holds the view still or follows the end."""

    follow = reactive(True, repaint=False, init=False)
    """Whether the end stays in view while text flows."""

    unseen_lines = reactive(0, repaint=False, init=False)
    """How many rows came below since the reader looked away from the end."""

    @dataclass
    class UnseenChanged(Message, namespace="transcript"):
        """The number of rows that came while the reader looked elsewhere is another."""

        lines: int

    @dataclass
    class ParserLoaded(Message):
        """What it takes to draw Markdown is there."""

    def __init__(
        self,
        *,
        flush_rate: float = FLUSH_RATE,
        following_mode: following.Mode = "smooth",
        clock: Callable[[], float] = time.monotonic,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.following_mode = following_mode
        self._clock = clock
        self.before_frame: Callable[[], None] = _nothing_new
        """Called before a frame is drawn, to bring what is new by then."""
        self._frame = FrameScheduler(self)
        self.pace = FrameLimiter(flush_rate, clock=clock, later=self._frame.later, draw=self._flush)
        """How often frames are drawn; told of whatever `before_frame` has to bring."""
        self._unseen = UnreadState(self.book)
        self._read: tuple[RowAnchor, int] | None = None
        self._moving = False
        self._loading = False

    # --- what is shown ------------------------------------------------------------------

    def load(self, entries: Sequence[Entry]) -> None:
        """Show `entries` instead of what was there, with their end in view."""
        self.book.load(entries)
        self._unseen.forget()
        self.set_reactive(Scroller.follow, True)
        with self._by_ourselves():
            self.scroll_target_y = self.scroll_y = 0
        last = RowAnchor(max(0, len(entries) - 1), 0, 0)
        self._settle(last, WorkBudget(SLICE), first=0, at_end=True)
        self._wait_for_more()

    def put(self, index: int, entry: Entry) -> None:
        """Show `entry` as the entry `index`, which is there already or is the next one."""
        self.book.put(index, entry)
        self.pace.changed()

    def truncate(self, count: int) -> None:
        """Show only the first `count` entries."""
        if count < len(self.book.entries):
            hold = self._top_place()
            self.book.truncate(count)
            self._settle(hold, WorkBudget(SLICE), first=0)

    def flush_now(self) -> None:
        """Draw all that is waiting, to its end."""
        markdown.load()
        while True:
            self._flush()
            if not self.book.unfinished:
                break

    # --- drawing ------------------------------------------------------------------------

    def _flush(self) -> None:
        with self.pace.frame():
            self.before_frame()
            if self.size.height and self.book.entries:
                budget = WorkBudget(SLICE, self._clock() + WORK, self._clock)
                hold = self._top_place()
                row = self.book.find_place(hold, budget)
                first = self.book.refresh(budget)
                with self._frame.gathered():
                    self._settle(hold, budget, first=first, was=row)
        self._wait_for_more()

    def _draw_again(self) -> None:
        self.pace.changed()

    def _wait_for_more(self) -> None:
        """Go on soon where something near the screen is not drawn to its end."""
        if not self.book.unfinished or not self.is_attached:
            return
        if markdown.is_loaded():
            self.pace.go_on()
        elif not self._loading:
            self._loading = True
            self.call_after_refresh(self._load_parser)

    def _load_parser(self) -> None:
        def load() -> None:
            markdown.load()
            self.post_message(self.ParserLoaded())

        threading.Thread(target=load, name="load-markdown", daemon=True).start()

    def on_scroller_parser_loaded(self, event: ParserLoaded) -> None:
        event.stop()
        self._loading = False
        self._flush()

    def _settle(
        self,
        hold: RowAnchor,
        budget: WorkBudget,
        *,
        first: int = -1,
        was: int | None = None,
        at_end: bool = False,
    ) -> None:
        """Put the screen where it belongs: at the end, or with the row `hold` at its top.

        `first` is the first row that looks different, `was` the row on which `hold` was.
        """
        height = self.size.height
        if not height or not self.book.entries:
            self._show(0, first)
            return
        top = 0
        for _ in range(_ROUNDS):
            top = self._target(hold, budget, at_end)
            if not self.book.measure(top, height, budget):
                break
            first = 0
        row = self.book.find_place(hold, budget)
        if was is not None and row != was:
            first = 0
            self._shift_selection(row - was)
        self._show(top, first)
        self.book.drop_far(top, height)

    def _target(self, hold: RowAnchor, budget: WorkBudget, at_end: bool) -> int:
        total, height = self.book.total, self.size.height
        if at_end:
            return following.end(total, height)
        row = self.book.find_place(hold, budget)
        if self.follow:
            return following.followed(row, total, height, self.following_mode)
        return min(row, max(following.end(total, height), int(self.scroll_y)))

    def _show(self, top: int, first: int) -> None:
        """Move the screen to `top`, and draw again what changed from the row `first` on."""
        width, height = self.size
        extent = following.extent(top, self.book.total, height)
        self.set_reactive(Scroller.virtual_size, Size(width, extent))
        if top != int(self.scroll_y):
            with self._by_ourselves():
                self.scroll_target_y = self.scroll_y = top
        elif first >= 0:
            begin = max(0, first - top)
            if begin < height:
                self._frame.want(Region(0, begin, width, height - begin))
        self._tell_unseen(top)

    def _scroll_update(self, virtual_size: Size) -> None:
        # Textual keeps the position within the range when the widget's height changes; the
        # reader has not scrolled.
        with self._by_ourselves():
            super()._scroll_update(virtual_size)

    @contextmanager
    def _by_ourselves(self) -> Iterator[None]:
        """Scrolling in here is not the reader's."""
        before, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = before

    def _shift_selection(self, rows: int) -> None:
        """Keep a selection on its text when rows above it came or went."""
        selection = self.text_selection
        if selection is None or selection.start is None or selection.end is None:
            return
        moved = Selection(selection.start + Offset(0, rows), selection.end + Offset(0, rows))
        self.screen.selections = {**self.screen.selections, self: moved}

    # --- scrolling ----------------------------------------------------------------------

    def _top_place(self) -> RowAnchor:
        return self.book.place(int(self.scroll_y), WorkBudget(SLICE))

    def scroll_end(self, **options: Any) -> None:
        """Go to the end, and follow it."""
        self.follow = True
        self._settle(self._top_place(), WorkBudget(SLICE), at_end=True)

    def watch_follow(self, follow: bool) -> None:
        if follow:
            self._unseen.forget()
            at_end = self.following_mode == "smooth"
            self._settle(self._top_place(), WorkBudget(SLICE), at_end=at_end)
        else:
            self._unseen.saw_all_above(self.book.total)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        # There is no scrollbar to be moved, so Textual's own watcher is not asked: it would
        # move one that cannot be seen, and have the whole screen arranged anew for it.
        if int(old_value) != int(new_value):
            self._frame.want(self.size.region)
        if not self._moving and self.book.entries and self.size.height:
            self._reader_scrolled(int(old_value), int(new_value))

    def _reader_scrolled(self, old: int, new: int) -> None:
        height, budget = self.size.height, WorkBudget(SLICE)
        if 0 < old - new <= 2 * height:
            # What comes into view above may be measured for the first time here: what was
            # at the top must end up exactly as far down as the reader scrolled.
            hold = self.book.place(old, budget)
            self.book.measure_above(hold.entry, old - new + height, budget)
            new = max(0, self.book.find_place(hold, budget) - (old - new))
        self._go(new)

    def _go(self, row: int) -> None:
        """Put `row` at the top, and follow if that is the end."""
        budget = WorkBudget(SLICE)
        self.book.measure(row, self.size.height, budget)
        at_end = row >= following.end(self.book.total, self.size.height)
        if at_end:
            self._unseen.forget()
        elif self.follow:
            self._unseen.saw_all_above(self.book.total)
        self.set_reactive(Scroller.follow, at_end)
        self._settle(self.book.place(row, budget), budget, first=0)
        self._wait_for_more()

    def _tell_unseen(self, top: int) -> None:
        unseen = self._unseen.count(top + self.size.height)
        if unseen != self.unseen_lines:
            self.unseen_lines = unseen
            self.post_message(self.UnseenChanged(unseen))

    def on_resize(self, event: events.Resize) -> None:
        self.fit()

    def fit(self) -> None:
        """Lay out anew where the width is another; the row being read stays."""
        margins = Margins.of(self.size.width)
        if self._painter is not None and self._painter.margins != margins:
            self._painter = None
        budget = WorkBudget(SLICE)
        at_end = self.follow and self.following_mode == "smooth"
        if not self.book.entries or self.book.width == margins.text:
            self.book.width = margins.text
            self._settle(self._top_place(), budget, first=0, at_end=at_end)
        elif self.follow:
            self.book.width = margins.text
            self.book.forget_views()
            last = RowAnchor(len(self.book.entries) - 1, 0, 0)
            self._settle(last, budget, first=0, at_end=True)
        else:
            hold = self._top_place()
            if self._read is None or self._read[0] != hold:
                self._read = hold, self.book.letters_before(hold, budget)
            letters = self._read[1]
            self.book.width = margins.text
            self.book.forget_views()
            hold = self.book.place_after(hold, letters, budget)
            self._settle(hold, budget, first=0)
            self._read = self._top_place(), letters
        self._wait_for_more()


def _nothing_new() -> None:
    """Nobody has anything to bring."""
