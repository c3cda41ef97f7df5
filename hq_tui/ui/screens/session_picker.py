"""All sessions, to go on with one of them: narrowed, searched and put in order as one types.

The screen knows no disk. What it shows and what it has done are the business of the source
that it is given, whose answers it waits for in workers, so that a key is never kept waiting.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from hq_tui.ui.screens.focus import FixedFocus
from hq_tui.ui.screens.fuzzy import narrow
from hq_tui.ui.screens.session_list import Line, SessionList, SessionListRow, SessionMatches
from hq_tui.ui.widgets.key_foot import KeyFoot

LEAST_SEARCHED = 3
"""Letters from which on the words of the sessions are searched too."""
KEYS = (
    ("Enter", "open"),
    ("Ctrl+T", "rename"),
    ("Ctrl+D", "delete"),
    ("Ctrl+_", "undo"),
    ("Ctrl+E", "export"),
    ("Ctrl+K", "fork"),
    ("Esc", "close"),
)


class SessionSource(Protocol):
    """The sessions as the picker asks for them. Failures come back as words, not as errors."""

    async def rows(self) -> Sequence[SessionListRow]:
        """Every session, the newest first."""

    async def search(self, typed: str) -> Sequence[SessionMatches]:
        """The newest places where these words stand."""

    async def preview(self, session_id: str) -> str:
        """The last lines of a session."""

    async def rename(self, session_id: str, title: str) -> str:
        """Give a session a title; what to say about it."""

    async def delete(self, session_id: str) -> str:
        """Move a session to the trash; what to say about it."""

    async def undo(self) -> str:
        """Fetch back what was deleted last; what to say about it."""

    def close(self) -> None:
        """The picker is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """The picker's result: open, export or fork a session; `found` are words to go to."""

    what: str
    id: str
    found: str = ""


class SessionPicker(FixedFocus, ModalScreen[Picked | None]):
    """Ends with what was picked, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("ctrl+t", "name", show=False, priority=True),
        Binding("ctrl+d", "delete", show=False, priority=True),
        Binding("ctrl+underscore", "undo", show=False, priority=True),
        Binding("ctrl+e", "end('export')", show=False, priority=True),
        Binding("ctrl+k", "end('fork')", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    SessionPicker { align: center middle; }
    SessionPicker #sessions-box {
        width: 120; max-width: 100%; height: 90%; padding: 0 1;
        border: round $primary; background: $surface;
    }
    SessionPicker #sessions-title, SessionPicker #sessions-keys { color: $text-muted; }
    SessionPicker #sessions-title { height: 1; }
    SessionPicker #sessions-keys { height: auto; }
    SessionPicker Input, SessionPicker Input:focus {
        height: 1; border: none; padding: 0; margin: 0 0 1 0; background: $surface;
    }
    SessionPicker #preview {
        height: 6; margin: 1 0 0 0; color: $text-muted; text-wrap: wrap;
    }
    """

    def __init__(self, source: SessionSource) -> None:
        super().__init__()
        self._source = source
        self._rows: Sequence[SessionListRow] = ()
        self._wanted = ""
        """The end that was asked for before there was a row."""
        self._hits: Sequence[SessionMatches] = ()
        self._naming = ""
        self._narrowed = ""
        # Held, not asked for by name: a worker may end when the screen has lost its widgets.
        self._title = Static(Content("Sessions"), id="sessions-title")
        self._field = Input(placeholder="type to narrow and to search", id="narrow")
        self._list = SessionList()
        self._last_lines = Static(Content(""), id="preview")

    def compose(self) -> ComposeResult:
        with Vertical(id="sessions-box"):
            yield self._title
            yield self._field
            yield self._list
            yield self._last_lines
            yield KeyFoot(KEYS, id="sessions-keys")

    def on_mount(self) -> None:
        self._field.cursor_blink = False
        self._field.focus()
        self.run_worker(self._fetch, group="rows")  # type: ignore[arg-type]  # Textual takes it

    def on_unmount(self) -> None:
        self._source.close()

    def show_rows(self, rows: Sequence[SessionListRow]) -> None:
        """Other sessions, as they become known."""
        self._rows = rows
        if self.is_mounted:
            self._draw(stay=True)
            if self._wanted:
                self.action_end(self._wanted)

    def say(self, words: str) -> None:
        """A line above everything."""
        self._title.update(Content(words))

    async def _fetch(self, words: str = "") -> None:
        self.show_rows(await self._source.rows())
        if words:
            self.say(words)

    # What is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._naming:
            return
        self._narrowed, self._hits, self._wanted = event.value, (), ""
        self._draw()
        if len(event.value.strip()) >= LEAST_SEARCHED:
            self.run_worker(self._search(event.value), exclusive=True, group="search")

    async def _search(self, typed: str) -> None:
        hits = await self._source.search(typed)
        if typed == self._narrowed and not self._naming:
            self._hits = hits
            self._draw(stay=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._naming:
            self._end_naming(event.value.strip())
        else:
            self.action_end("open")

    def _draw(self, *, stay: bool = False) -> None:
        places = narrow([row.words for row in self._rows], self._narrowed)
        lines: list[Line] = [self._rows[place] for place in places]
        if self._hits:
            lines += [f"── found in what was said: {len(self._hits)}", *self._hits]
        self.say(f"Sessions, newest first · {len(places)} of {len(self._rows)}")
        self._list.show(lines, stay=stay)
        if self._list.chosen is None:
            self._last_lines.update(Content(""))

    # What the cursor is on

    def on_session_list_moved(self, event: SessionList.Moved) -> None:
        event.stop()
        self.run_worker(self._preview(event.id), exclusive=True, group="preview")

    def on_session_list_chosen(self, event: SessionList.Chosen) -> None:
        event.stop()
        self.action_end("open")

    async def _preview(self, session_id: str) -> None:
        said = await self._source.preview(session_id)
        if self._list.chosen is not None and self._list.chosen.id == session_id:
            self._last_lines.update(Content(said))

    def action_move(self, by: int) -> None:
        self._list.move(by)

    def action_page(self, pages: int) -> None:
        self._list.page(pages)

    # What is done with it

    def action_cancel(self) -> None:
        if self._naming:
            self._end_naming("")
        else:
            self.dismiss(None)

    def action_end(self, what: str) -> None:
        chosen = self._list.chosen
        self._wanted = "" if self._rows else what
        if chosen is not None and not self._naming:
            found = self._narrowed.strip() if isinstance(chosen, SessionMatches) else ""
            self.dismiss(Picked(what=what, id=chosen.id, found=found))

    def action_name(self) -> None:
        chosen = self._list.chosen
        if chosen is None or self._naming:
            return
        self._naming = chosen.id
        self._field.value = chosen.title
        self._field.cursor_position = len(chosen.title)
        self.say("A title, and Enter · Esc leaves it as it is")

    def _end_naming(self, title: str) -> None:
        session_id, self._naming = self._naming, ""
        with self.prevent(Input.Changed):
            self._field.value = self._narrowed
        self._draw(stay=True)
        if title:
            self.run_worker(self._then(self._source.rename, session_id, title), group="doing")

    def action_delete(self) -> None:
        chosen = self._list.chosen
        if chosen is not None and not self._naming:
            self.run_worker(self._then(self._source.delete, chosen.id), group="doing")

    def action_undo(self) -> None:
        if not self._naming:
            self.run_worker(self._then(self._source.undo), group="doing")

    async def _then(self, do: Callable[..., Awaitable[str]], *words: str) -> None:
        await self._fetch(await do(*words))
