"""Holds the screen in its place: at the end of the text, or still at what is being read.

Wherever the text changes, the row at the top of the screen is named before and found again
after, so nothing that happens above it can move what is being read. The scroll range is set
without asking for a new layout of the screen, because text grows many times a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection

from hq_tui.ui.rendering.frame import FrameScheduler
from hq_tui.ui.transcript import follow
from hq_tui.ui.transcript.entry_list import EntryList, RowAnchor
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.unread import UnreadState

_ROUNDS = 12


class ScrollAnchor:
    """Holds the view of `widget` still, or follows the end of `entry_list`.

    `on_unread` is told how many rows came below since the reader looked away from the end,
    `settled` is called when what is in view is where it belongs.
    """

    def __init__(
        self,
        widget: ScrollView,
        entry_list: EntryList,
        frame: FrameScheduler,
        *,
        on_unread: Callable[[int], object],
        settled: Callable[[], None],
    ) -> None:
        self.mode: follow.Mode = "smooth"
        self.panel_letters: Callable[[], int] = lambda: 0
        """The number of letters beside the text to be drawn again whenever it moves."""
        self.follows = True
        """True if the end stays in view while text flows."""
        self.unread = 0
        self._widget = widget
        self._entry_list = entry_list
        self._frame = frame
        self._on_unread = on_unread
        self._settled = settled
        self._seen = UnreadState(entry_list)
        self._read: tuple[RowAnchor, int] | None = None
        self._moving = False

    def top(self) -> RowAnchor:
        """The row at the top of the screen."""
        return self._entry_list.place(int(self._widget.scroll_y), WorkBudget())

    def load(self) -> None:
        """Other entries are shown: go to their end."""
        self._seen.forget()
        self.follows = True
        self._move_to(0)
        last = RowAnchor(max(0, len(self._entry_list.entries) - 1), 0, 0)
        self.settle(last, WorkBudget(), first=0, at_end=True)

    @contextmanager
    def prepending(self, count: int) -> Iterator[None]:
        """So many entries are put before all others in here; what is read stays where it is."""
        budget = WorkBudget()
        hold = self.top()
        was = self._entry_list.find_place(hold, budget)
        yield
        self._seen.shift(count)
        self._read = None
        self.settle(hold._replace(entry=hold.entry + count), budget, first=0, was=was)

    def redraw(self, hold: RowAnchor) -> None:
        """Bring what changed up to date, with the row `hold` where it was."""
        budget = WorkBudget()
        first = self._entry_list.refresh(budget)
        self.settle(hold, budget, first=max(0, first))

    def settle(
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
        height = self._widget.size.height
        if not height or not self._entry_list.entries:
            self._show(0, first)
            return
        top = 0
        for _ in range(_ROUNDS):
            top = self._target(hold, budget, at_end)
            if not self._entry_list.measure(top, height, budget):
                break
            first = 0
        row = self._entry_list.find_place(hold, budget)
        if was is not None and row != was:
            first = 0
            self._shift_selection(row - was)
        self._show(top, first)
        self._entry_list.drop_far(top, height)
        self._settled()

    def _target(self, hold: RowAnchor, budget: WorkBudget, at_end: bool) -> int:
        total, height = self._entry_list.total, self._widget.size.height
        if at_end:
            return follow.end(total, height)
        row = self._entry_list.find_place(hold, budget)
        if self.follows:
            free = follow.step(height, self.mode, self.panel_letters())
            return follow.followed(row, total, height, free)
        return min(row, max(follow.end(total, height), int(self._widget.scroll_y)))

    def _show(self, top: int, first: int) -> None:
        """Move the screen to `top`, and draw again what changed from the row `first` on."""
        width, height = self._widget.size
        extent = follow.extent(top, self._entry_list.total, height)
        self._widget.set_reactive(ScrollView.virtual_size, Size(width, extent))
        if top != int(self._widget.scroll_y):
            self._move_to(top)
        elif first >= 0:
            begin = max(0, first - top)
            if begin < height:
                self._frame.want(Region(0, begin, width, height - begin))
        self._tell_unread(top)

    def _move_to(self, top: int) -> None:
        with self.by_ourselves():
            self._widget.scroll_target_y = self._widget.scroll_y = top

    @contextmanager
    def by_ourselves(self) -> Iterator[None]:
        """Scrolling in here is not the reader's."""
        before, self._moving = self._moving, True
        try:
            yield
        finally:
            self._moving = before

    def _shift_selection(self, rows: int) -> None:
        """Keep a selection on its text when rows above it came or went."""
        selection = self._widget.text_selection
        if selection is None or selection.start is None or selection.end is None:
            return
        moved = Selection(selection.start + Offset(0, rows), selection.end + Offset(0, rows))
        screen = self._widget.screen
        screen.selections = {**screen.selections, self._widget: moved}

    def to_end(self) -> None:
        """Go to the end, and follow it."""
        self.follows = True
        self._seen.forget()
        self.settle(self.top(), WorkBudget(), at_end=True)

    def scrolled(self, old: int, new: int) -> None:
        """The position changed: draw it, and take it in where that was the reader's doing."""
        size = self._widget.size
        if old != new:
            self._frame.want(size.region)
        if self._moving or not self._entry_list.entries or not size.height:
            return
        height, budget = size.height, WorkBudget()
        if 0 < old - new <= 2 * height:
            # What comes into view above may be measured for the first time here: what was
            # at the top must end up exactly as far down as the reader scrolled.
            hold = self._entry_list.place(old, budget)
            self._entry_list.measure_above(hold.entry, old - new + height, budget)
            new = max(0, self._entry_list.find_place(hold, budget) - (old - new))
        self.go(new)

    def go(self, row: int) -> None:
        """Put `row` at the top, and follow if that is the end."""
        budget = WorkBudget()
        self._entry_list.measure(row, self._widget.size.height, budget)
        at_end = row >= follow.end(self._entry_list.total, self._widget.size.height)
        if at_end:
            self._seen.forget()
        elif self.follows:
            self._seen.saw_all_above(self._entry_list.total)
        self.follows = at_end
        self.settle(self._entry_list.place(row, budget), budget, first=0)

    def _tell_unread(self, top: int) -> None:
        unseen = self._seen.count(top + self._widget.size.height)
        if unseen != self.unread:
            self.unread = unseen
            self._on_unread(unseen)

    def fit(self, width: int) -> None:
        """Lay out anew where text has another width; the row being read stays."""
        budget = WorkBudget()
        at_end = self.follows and self.mode == "smooth"
        if not self._entry_list.entries or self._entry_list.width == width:
            self._entry_list.width = width
            self.settle(self.top(), budget, first=0, at_end=at_end)
        elif self.follows:
            self._entry_list.width = width
            self._entry_list.forget_views()
            last = RowAnchor(len(self._entry_list.entries) - 1, 0, 0)
            self.settle(last, budget, first=0, at_end=True)
        else:
            hold = self.top()
            if self._read is None or self._read[0] != hold:
                self._read = hold, self._entry_list.letters_before(hold, budget)
            letters = self._read[1]
            self._entry_list.width = width
            self._entry_list.forget_views()
            hold = self._entry_list.place_after(hold, letters, budget)
            self.settle(hold, budget, first=0)
            self._read = self.top(), letters
