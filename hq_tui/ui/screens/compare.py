"""Two branches to read side by side, scrolled together, and a passage to carry over.

The screen ends with the passage that is to go into the composer of the other branch, or with
nothing. It reads what it is given and changes nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Static

from hq_tui.ui.screens.compare_rows import (
    GUTTER,
    NAMES,
    WIDE,
    ComparedExchange,
    CompareRow,
    Passage,
    column_width,
    laid_out,
)
from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.transcript.layout.rows import Span
from hq_tui.ui.widgets.bars import fitted
from hq_tui.ui.widgets.key_foot import KeyFoot

KEYS = (
    ("n p", "turns"),
    ("Left Right", "side"),
    ("[ ]", "passage"),
    ("c", "carries it to the other branch"),
    ("Esc", "closes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A passage to put into the composer of the other branch: whose it is, and its words."""

    side: int
    turn: int
    text: str


class CompareView(ScrollView, can_focus=True):
    """The page. Only the rows on screen are ever painted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "compare-view--text",
        "compare-view--head",
        "compare-view--quiet",
        "compare-view--passage",
    }
    DEFAULT_CSS = """
    CompareView { height: 1fr; background: $surface; scrollbar-size-vertical: 1; }
    CompareView > .compare-view--text { background: $surface; color: $foreground; }
    CompareView > .compare-view--head { background: $surface; color: $text-muted; }
    CompareView > .compare-view--quiet { background: $surface; color: $text-muted; }
    CompareView > .compare-view--passage { background: $surface; color: $text-primary; }
    """

    def __init__(self, found: Sequence[ComparedExchange]) -> None:
        super().__init__(id="compare-view")
        self._found = found
        self._rows: list[CompareRow] = []
        self.passage: Passage | None = None

    def on_resize(self) -> None:
        self._rows = laid_out(self._found, self.size.width)
        self.virtual_size = Size(0, len(self._rows))
        self.refresh()
        if self.passage is not None:
            self.show_exchange(self.passage[0])

    def show_exchange(self, place: int) -> None:
        """Bring an exchange to the top."""
        at = next((y for y, row in enumerate(self._rows) if row.exchange == place), 0)
        self.scroll_to(y=at, animate=False, force=True)

    def mark(self, passage: Passage | None) -> None:
        """Put the pointer before another passage, and bring it into sight."""
        self.passage = passage
        at = [y for y, row in enumerate(self._rows) if passage in row.passages]
        top, height = self.scroll_offset.y, self.size.height
        if passage is not None and at and not top <= at[0] <= at[-1] < top + height:
            self.scroll_to(y=max(0, at[-1] - height + 2), animate=False, force=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        place, width = y + self.scroll_offset.y, self.size.width
        base = self.get_component_rich_style("compare-view--text")
        if place >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[place]
        if len(row.cells) < 2:
            return Strip(self._cell(row, 0, width), width)
        room = column_width(width)
        left, right = self._cell(row, 0, room), self._cell(row, 1, width - room - 3)
        divider = self.get_component_rich_style("compare-view--quiet")
        return Strip([*left, Segment(" │ ", divider), *right], width)

    def _cell(self, row: CompareRow, side: int, width: int) -> list[Segment]:
        """One cell, as wide as told, with its signs before it."""
        base = self.get_component_rich_style("compare-view--text")
        is_marked = self.passage is not None and row.passages[side] == self.passage
        lead = ("▸" if is_marked else " ") + ("*" if row.stars[side] else " ") + " "
        plain = self.get_component_rich_style("compare-view--passage") if is_marked else base
        segments = [Segment(lead, plain)]
        used = GUTTER
        for span in row.cells[side]:
            text = span[0]
            if used + cell_len(text) > width:
                text = set_cell_size(text, max(0, width - used))
            segments.append(Segment(text, self._style(span, plain)))
            used += cell_len(text)
        return [*segments, Segment(" " * (width - used), base)]

    def _style(self, span: Span, base: Style) -> Style:
        text_style = span[1]
        if text_style.role in {"head", "quiet"}:
            base = self.get_component_rich_style(f"compare-view--{text_style.role}")
        return base + Style(bold=text_style.bold or None, underline=text_style.underline or None)


class CompareScreen(FixedFocus, ModalScreen[Carried | None]):
    """Ends with a passage to carry over, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("space,pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("n,alt+down", "turn(1)", show=False),
        Binding("p,alt+up", "turn(-1)", show=False),
        Binding("left", "side(0)", show=False),
        Binding("right", "side(1)", show=False),
        Binding("left_square_bracket", "passage(-1)", show=False),
        Binding("right_square_bracket", "passage(1)", show=False),
        Binding("c", "carry", show=False),
    ]
    DEFAULT_CSS = """
    CompareScreen { align: center middle; }
    CompareScreen #compare-box {
        width: 100%; max-width: 200; height: 100%; padding: 0 1; background: $surface;
    }
    CompareScreen #compare-names, CompareScreen #compare-keys {
        height: auto; color: $text-muted;
    }
    """

    def __init__(self, names: tuple[str, str], found: Sequence[ComparedExchange]) -> None:
        super().__init__()
        self._names = names
        self._found = found
        self._apart = [place for place, one in enumerate(found) if not one.is_same]
        self._at = self._apart[0] if self._apart else -1
        self._side = 1
        self._nth = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="compare-box"):
            yield Static(Content(""), id="compare-names")
            yield CompareView(self._found)
            yield KeyFoot(KEYS, id="compare-keys")

    def on_mount(self) -> None:
        self._page.focus()
        self._last_passage()
        if self._apart:
            self.call_after_refresh(self._page.show_exchange, self._at)

    def on_resize(self) -> None:
        self._tell()

    @property
    def _page(self) -> CompareView:
        return self.query_one(CompareView)

    @property
    def _said(self) -> list[str]:
        """The paragraphs of the reply that is at hand."""
        return self._found[self._at].paragraphs(self._side) if self._apart else []

    def _tell(self) -> None:
        """Say which is which, and whose passage is chosen."""
        lines = []
        for side, name in enumerate(self._names):
            sign = "▸" if side == self._side and self._apart else " "
            lines.append(f"{sign} {NAMES[side]}  {name}")
        width = max(1, self.size.width - 2)
        if not self._apart:
            lines.append("The two do not differ.")
        elif width >= WIDE:
            room = column_width(width)
            lines = [set_cell_size(fitted(lines[0], room), room + 3) + fitted(lines[1], room)]
        rows = "\n".join(fitted(line, width) for line in lines)
        self.query_one("#compare-names", Static).update(Content(rows))

    def _last_passage(self) -> None:
        """Choose the last paragraph of the reply that is at hand."""
        said = self._said
        self._nth = len(said) - 1
        self._page.mark((self._at, self._side, self._nth) if said else None)
        self._tell()

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_scroll(self, by: int) -> None:
        self._page.scroll_relative(y=by, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by screenfuls."""
        by = pages * max(1, self._page.size.height - 1)
        self._page.scroll_relative(y=by, animate=False)

    def action_turn(self, by: int) -> None:
        """Go to the turn before or after in which the two differ."""
        if self._apart:
            place = self._apart.index(self._at) + by
            self._at = self._apart[max(0, min(len(self._apart) - 1, place))]
            self._page.show_exchange(self._at)
            self._last_passage()

    def action_side(self, side: int) -> None:
        """Choose the reply of the other side."""
        self._side = side
        self._last_passage()

    def action_passage(self, by: int) -> None:
        """Choose the paragraph before or after."""
        if said := self._said:
            self._nth = max(0, min(len(said) - 1, self._nth + by))
            self._page.mark((self._at, self._side, self._nth))

    def action_carry(self) -> None:
        """End with the chosen passage."""
        if said := self._said:
            turn = self._found[self._at].numbers[self._side]
            self.dismiss(Carried(side=self._side, turn=turn, text=said[self._nth]))
