"""The board on a screen of its own: every item, and what can be done with one.

Here the keyboard belongs to the board, so single letters act on the line that is lit. What
is done goes back to the app as words; this screen changes nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hq_tui.inquiry.state import Inquiry
from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.widgets.board_rows import HEADS, item_line, wrapped

KEYS = "e edit  p pin  r retract  f refine  c contest  d decide  a answer"


_WIDEST = 100
_FRAME = 6


def text_width(columns: int) -> int:
    """The columns for words within the frame on a screen of `columns`, with its scroll bar."""
    return max(20, min(columns, _WIDEST) - _FRAME)


class BoardScreen(FixedFocus, ModalScreen[None]):
    """The board, to read and to work on."""

    @dataclass
    class Chosen(Message):
        """Something is to be done with an item: `what` is a slash word, `item` its id."""

        what: str
        item: str

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape,tab", "close", "Close", show=False, priority=True),
        Binding("e", "act('edit')", show=False),
        Binding("p", "act('pin')", show=False),
        Binding("r", "act('retract')", show=False),
        Binding("f", "act('refine')", show=False),
        Binding("c", "act('contest')", show=False),
        Binding("d", "act('decide')", show=False),
        Binding("a", "act('answer')", show=False),
    ]

    def __init__(self, inquiry: Inquiry, who_writes: str = "") -> None:
        super().__init__()
        self.who_writes = who_writes
        self._inquiry = inquiry

    def compose(self) -> ComposeResult:
        with Vertical(id="board-box"):
            yield Static(
                Content(f"BOARD  rev {self._inquiry.board.rev} · Esc closes"), id="board-head"
            )
            yield OptionList(id="items", markup=False)
            if self.who_writes:
                yield Static(Content(self.who_writes), id="board-foot")
            yield Static(Content(KEYS), id="board-keys")

    def on_mount(self) -> None:
        self.show(self._inquiry)
        self.query_one(OptionList).focus()

    def on_resize(self) -> None:
        self.show(self._inquiry)

    def show(self, inquiry: Inquiry) -> None:
        """Draw another state of the board and stay on the line that is lit."""
        self._inquiry = inquiry
        items = self.query_one(OptionList)
        lit = items.highlighted or 0
        items.clear_options()
        width = text_width(self.app.size.width)
        for kind, group in inquiry.board.groups():
            items.add_option(Option(Content.styled(HEADS[kind], "bold"), disabled=True))
            for item in group:
                style = "strike dim" if item.is_struck else ""
                words = "\n".join(wrapped(item_line(item), width))
                items.add_option(Option(Content.styled(words, style), id=item.id))
        if not items.option_count:
            items.add_option(Option(Content("nothing on the board yet"), disabled=True))
        items.highlighted = min(max(lit, 1), items.option_count - 1)

    def action_close(self) -> None:
        self.dismiss()

    def action_act(self, what: str) -> None:
        items = self.query_one(OptionList)
        if items.highlighted is None:
            return
        item = items.get_option_at_index(items.highlighted).id
        if item:
            self.app.post_message(self.Chosen(what, item))
