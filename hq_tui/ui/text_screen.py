"""A page to read: the brief, the review, a paste. Esc closes it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from hq_tui.core.safe_text import sanitise


class TextScreen(ModalScreen[None]):
    """A title, a text, and a line that says what can be done with it."""

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape,q", "dismiss", "Close", show=False)
    ]

    def __init__(self, title: str, text: str, foot: str) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._foot = foot

    def compose(self) -> ComposeResult:
        with Vertical(id="page"):
            yield Static(Content.styled(self._title, "bold"))
            with VerticalScroll(id="page-text"):
                yield Static(Content(sanitise(self._text)))
            yield Static(Content.styled(self._foot, "dim"))

    def on_mount(self) -> None:
        self.query_one("#page-text").focus()

    async def action_dismiss(self, result: None = None) -> None:
        self.dismiss(result)
