"""The board on a screen of its own: every item with its quote, and what can be done with it.

Here the keyboard belongs to the board, so single letters act on the item that is lit. What
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

from hq_tui.inquiry.board.model import Item, Kind
from hq_tui.inquiry.state import Inquiry
from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.widgets.board_rows import (
    EMPTY,
    HEADING,
    closed_items,
    heading,
    in_order,
    item_lines,
)
from hq_tui.ui.widgets.key_foot import KeyFoot

_KEYS = {
    Kind.TENSION: (("1", "I drop one"), ("2", "I mean it differently"), ("3", "both hold")),
    Kind.OPEN_QUESTION: (("a", "answered"), ("e", "edit"), ("d", "drop"), ("p", "pin")),
    Kind.PROPOSAL: (("x", "accept"), ("d", "drop")),
}
_ANY = (("e", "edit"), ("d", "drop"), ("p", "pin"), ("x", "decide"))
_ALWAYS = (("u", "undo"), ("Enter", "to the message"), ("Esc", "closes"))
_WORDS = {"e": "edit", "d": "retract", "p": "pin", "a": "answer", "x": "decide", "u": "undo"}
_WIDEST = 100
_FRAME = 6


def text_width(columns: int) -> int:
    """The columns for words within the frame on a screen of `columns`, with its scroll bar."""
    return max(20, min(columns, _WIDEST) - _FRAME)


class BoardScreen(FixedFocus, ModalScreen[int]):
    """The board, to read and to work on; ends with the number of a message to go to."""

    @dataclass
    class Chosen(Message):
        """Something is to be done with an item: `what` is a slash word, `item` its id."""

        what: str
        item: str

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape,tab,q", "close", "Close", show=False, priority=True),
        Binding("f10", "act('brief')", show=False, id="brief"),
        *(Binding(key, f"act('{what}')", show=False) for key, what in _WORDS.items()),
        *(Binding(key, f"judge('{key}')", show=False) for key in "123"),
    ]

    def __init__(self, inquiry: Inquiry, who_writes: str = "", partner: str = "Claude") -> None:
        super().__init__()
        self.who_writes = who_writes
        self.partner = partner
        self._inquiry = inquiry
        self._dropping: tuple[str, ...] = ()
        """The sides of a contradiction of which one is about to be dropped."""

    def compose(self) -> ComposeResult:
        with Vertical(id="board-box"):
            yield Static(Content.styled("Board", HEADING), id="board-head")
            yield OptionList(id="items", markup=False)
            if self.who_writes:
                yield Static(Content(self.who_writes), id="board-foot")
            yield KeyFoot(id="board-keys")

    def on_mount(self) -> None:
        self.show(self._inquiry)
        self.query_one(OptionList).focus()
        # The list keeps its rows as they were drawn where only the colours of words changed.
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.show(self._inquiry))

    def on_resize(self) -> None:
        self.show(self._inquiry)

    def follow(self, inquiry: Inquiry) -> None:
        """Draw the board of `inquiry` where it is another than the one that is shown."""
        if self.is_mounted and inquiry.board is not self._inquiry.board:
            self.show(inquiry)

    def show(self, inquiry: Inquiry) -> None:
        """Draw another state of the board and stay on the item that is lit."""
        items = self.query_one(OptionList)
        lit = self._lit.id if self._lit else ""
        self._inquiry = inquiry
        items.clear_options()
        width = text_width(self.app.size.width)
        for kind, group in in_order(inquiry.board):
            self._add(*heading(kind, len(group)))
            for item in group:
                self._add_item(item, width)
        if closed := closed_items(inquiry.board):
            self._add("Settled or dropped", HEADING)
            for item in closed:
                self._add_item(item, width, "strike" if item.is_struck else "")
        if not items.option_count:
            self._add(EMPTY, "")
        names = [option.id for option in items.options]
        items.highlighted = names.index(lit) if lit in names else min(1, len(names) - 1)
        self._show_keys()

    def _add(self, text: str, style: str) -> None:
        items = self.query_one(OptionList)
        if items.option_count:
            items.add_option(Option(Content(""), disabled=True))
        items.add_option(Option(Content.styled(text, style), disabled=True))

    def _add_item(self, item: Item, width: int, style: str = "") -> None:
        first, *rest = item_lines(item, self._inquiry.board, width, self.partner)
        # Nothing is dim: the row that is lit would be too faint to read.
        content = Content("\n").join([Content.styled(first, style), *map(Content, rest)])
        self.query_one(OptionList).add_option(Option(content, id=item.id))

    @property
    def _lit(self) -> Item | None:
        items = self.query_one(OptionList)
        at = items.highlighted
        name = items.get_option_at_index(at).id if at is not None else None
        return self._inquiry.board.find(name) if name else None

    def on_option_list_option_highlighted(self) -> None:
        self._dropping = ()
        self._show_keys()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self._lit is not None and self._lit.turn and not self._lit.session:
            self.dismiss(self._lit.turn)

    def _show_keys(self) -> None:
        item = self._lit
        wanted = [*(_KEYS.get(item.kind, _ANY) if item else ()), *_ALWAYS]
        if self._dropping:
            wanted = [(str(at), f"drops {name}") for at, name in enumerate(self._dropping, 1)]
        self.query_one(KeyFoot).show(wanted)

    def action_close(self) -> None:
        if self._dropping:
            self._dropping = ()
            self._show_keys()
        else:
            self.dismiss()

    def action_act(self, what: str) -> None:
        self._dropping = ()
        if what in {"undo", "brief"} or self._lit is not None:
            self.app.post_message(self.Chosen(what, self._lit.id if self._lit else ""))

    def action_judge(self, key: str) -> None:
        """End the contradiction that is lit; which side is dropped is asked first."""
        item = self._lit
        if self._dropping:
            sides, self._dropping = self._dropping, ()
            if int(key) <= len(sides):
                self.app.post_message(self.Chosen("retract", sides[int(key) - 1]))
            self._show_keys()
        elif item is not None and item.kind is Kind.TENSION and not item.is_settled:
            if key == "1" and item.contradicts:
                self._dropping = item.contradicts[:3]
                self._show_keys()
            else:
                what = {"1": "retract", "2": "refine", "3": "contest"}[key]
                self.app.post_message(self.Chosen(what, item.id))
