"""The review on a screen of its own, with the turns at fault one key away.

Each check is a line, and under it stand the turns that it finds fault with; Enter on one
of these goes there. What a turn is, and how to get to it, is known to whoever pushed this
screen: it only gives the number back.
"""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from hq_tui.core.text.sanitize import counted
from hq_tui.inquiry.review.check import Check, Result
from hq_tui.inquiry.review.review import DISCLAIMER, Review
from hq_tui.ui.screens.board import text_width
from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.widgets.key_foot import KeyFoot

KEYS = (("Enter", "goes to the message"), ("Esc", "closes"))
_INDENT = " " * 4


class ReviewScreen(FixedFocus, ModalScreen[int]):
    """The review of the process. It ends with a turn to look at, or with 0."""

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape,q", "dismiss(0)", "Close", show=False)
    ]

    def __init__(self, review: Review) -> None:
        super().__init__()
        self.review = review

    def compose(self) -> ComposeResult:
        with Vertical(id="board-box"):
            yield Static(Content.styled(f"REVIEW of {counted(self.review.turns, 'turn')}", "bold"))
            yield OptionList(id="items", markup=False)
            about = f"{DISCLAIMER}\n{self.review.line}"
            yield Static(Content(about), id="board-foot")
            yield KeyFoot(KEYS, id="board-keys")

    def on_mount(self) -> None:
        items = self.query_one(OptionList)
        width = text_width(self.app.size.width)
        for check in self.review.told:
            items.add_option(_check_option(check, width))
            items.add_options([_turn_option(check, turn) for turn in check.turns])
        items.highlighted = None
        items.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int((event.option_id or "").rpartition("t")[2]))


def _check_option(check: Check, width: int) -> Option:
    words = wrap(check.line, width, subsequent_indent=_INDENT)
    style = "bold" if check.result is Result.FAILED else ""
    return Option(Content.styled("\n".join(words), style), disabled=True)


def _turn_option(check: Check, turn: int) -> Option:
    return Option(Content(f"{_INDENT}message {turn}"), id=f"{check.id}t{turn}")
