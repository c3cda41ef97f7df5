"""A page to read: the brief, a paste. Esc closes it, other keys may ask for something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.labels import Key
from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.transcript import Entry, Prose, Role, Transcript
from hq_tui.ui.widgets.key_foot import KeyFoot


class TextScreen(FixedFocus, ModalScreen[str]):
    """A title, a text, and a line that says what can be done with it.

    A text in Markdown is drawn as replies are; any other stands as it is. It ends with what a
    key of `ends` stands for, else with nothing.
    """

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape,q", "dismiss('')", "Close", show=False),
    ]

    def __init__(
        self,
        title: str,
        text: str,
        keys: Sequence[Key] = (),
        *,
        markdown: bool = False,
        ends: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.text = text
        self._title = title
        self._keys = (*keys, ("Esc", "closes"))
        self._markdown = markdown
        self._ends = ends or {}

    def compose(self) -> ComposeResult:
        with Vertical(id="page"):
            yield Static(Content.styled(self._title, "bold"))
            if self._markdown:
                yield Transcript(id="page-text")
            else:
                with VerticalScroll(id="page-text"):
                    yield Static(Content(sanitise(self.text)))
            yield KeyFoot(self._keys, id="page-keys")

    def on_mount(self) -> None:
        page = self.query_one("#page-text")
        if isinstance(page, Transcript):
            prose = Prose(text=self.text)
            page.load([Entry(key="page", role=Role.ASSISTANT, turn=0, parts=(prose,))])
            page.go_to("page")
        page.focus()

    async def action_dismiss(self, result: str | None = None) -> None:
        self.dismiss(result)

    def on_key(self, event: events.Key) -> None:
        if event.key in self._ends:
            event.stop()
            self.dismiss(self._ends[event.key])
