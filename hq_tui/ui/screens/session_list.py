"""A long list of sessions of which only the rows on screen are ever drawn.

There is no widget and no object of Textual's for a row, so that thousands cost what a
screenful costs. Rows of three kinds stand in one list: sessions, places where a word was
found, and headings, which cannot be chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hq_tui.core.text.sanitize import counted
from hq_tui.ui.widgets.bars import fitted

NARROW, MIDDLE, WIDE = 45, 90, 100
"""Cells from which on the age is shown too, then the tokens, and then mode and model."""
SEEN = 12
"""Characters behind the beginning of a hit that have to be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionListRow:
    """A session: what it is known by, its columns, and the words it is found by."""

    id: str
    title: str
    mode: str = ""
    model: str = ""
    age: str = ""
    turns: int = 0
    tokens: str = ""
    state: str = ""
    words: str = ""
    """Casefolded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMatches:
    """A place where the words typed stand."""

    id: str
    title: str
    where: str
    text: str
    at: int = 0
    """The character of `text` at which the first of the words stands."""


Line = SessionListRow | SessionMatches | str


class SessionList(ScrollView, can_focus=False):
    """The rows and a cursor on one of them. Speaks when the cursor moves or a row is chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "session-list--plain",
        "session-list--cursor",
        "session-list--quiet",
        "session-list--heading",
    }
    DEFAULT_CSS = """
    SessionList { height: 1fr; background: $surface; scrollbar-size-vertical: 1; }
    SessionList > .session-list--plain { background: $surface; color: $foreground; }
    SessionList > .session-list--quiet { background: $surface; color: $text-muted; }
    SessionList > .session-list--heading { background: $surface; text-style: bold; }
    SessionList > .session-list--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
    }
    """

    @dataclass
    class Moved(Message):
        """The cursor is on another session."""

        id: str

    @dataclass
    class Chosen(Message):
        """A row was clicked."""

        id: str

    def __init__(self) -> None:
        super().__init__(id="session-list")
        self._lines: Sequence[Line] = ()
        self._cursor = 0

    @property
    def chosen(self) -> SessionListRow | SessionMatches | None:
        """The row that the cursor is on."""
        line = self._lines[self._cursor] if self._cursor < len(self._lines) else ""
        return None if isinstance(line, str) else line

    def show(self, lines: Sequence[Line], *, stay: bool = False) -> None:
        """Other rows; the cursor goes to the first, or stays on its session."""
        before = self.chosen.id if stay and self.chosen else ""
        self._lines = lines
        self._cursor = next(
            (at for at, line in enumerate(lines) if _id(line) and _id(line) == before), 0
        )
        self.virtual_size = Size(0, len(lines))
        self.move(0)

    def move(self, by: int) -> None:
        """Move the cursor over so many rows; headings are stepped over."""
        last = len(self._lines) - 1
        place = max(0, min(last, self._cursor + by))
        step = -1 if by < 0 else 1
        while 0 <= place <= last and not _id(self._lines[place]):
            place += step
        if 0 <= place <= last:
            self._cursor = place
            self.scroll_to_region(Region(0, place, 1, 1), animate=False)
        self.refresh()
        if self.chosen is not None:
            self.post_message(self.Moved(self.chosen.id))

    def page(self, pages: int) -> None:
        """Move the cursor over so many screenfuls."""
        self.move(pages * max(1, self.size.height - 1))

    def on_click(self, event: events.Click) -> None:
        place = event.y + self.scroll_offset.y
        if place < len(self._lines) and _id(self._lines[place]):
            self.move(place - self._cursor)
            self.post_message(self.Chosen(_id(self._lines[place])))

    def render_line(self, y: int) -> Strip:
        place, width = y + self.scroll_offset.y, self.size.width
        line: Line = self._lines[place] if place < len(self._lines) else ""
        kind = "heading" if isinstance(line, str) else "plain"
        if place == self._cursor and kind == "plain":
            kind = "cursor"
        style = self.get_component_rich_style(f"session-list--{kind}")
        quiet = self.get_component_rich_style("session-list--quiet")
        text, tail = drawn(line, width)
        tail_style = style if kind == "cursor" else quiet
        return Strip([Segment(text, style), Segment(tail, tail_style)], width)


def drawn(line: Line, width: int) -> tuple[str, str]:
    """A row as two texts that together are `width` cells wide: what matters, and the rest."""
    match line:
        case SessionListRow():
            tail = _columns(line, width)
            room = max(0, width - cell_len(tail))
            title = fitted(line.title, room - 1) if room > 1 else ""
            return set_cell_size(f" {title}", room), tail
        case SessionMatches():
            tail = set_cell_size(f"  {line.where} · {line.title}", min(width // 3, 40))
            room = max(0, width - cell_len(tail))
            return set_cell_size(f" {_around(line, room - 1)}", room), tail
        case _:
            return set_cell_size(f" {line}" if line else "", width), ""


def _around(found: SessionMatches, room: int) -> str:
    """The text from its beginning, or from where the words can be seen in `room` columns."""
    text, at = found.text, found.at
    if cell_len(text[: at + SEEN]) <= room:
        return text
    return "…" + text[max(0, at - max(1, room // 4)) :]


def _columns(row: SessionListRow, width: int) -> str:
    """The columns beside a session's title: more of them, the more room there is."""
    counts = row.tokens + " tokens" if row.tokens else ""
    tokens = f" {counts:>13}" if width >= MIDDLE else ""
    age = f" {row.age:>9}" if width >= NARROW else ""
    right = f"  {counted(row.turns, 'turn'):>9}{tokens}{age}  {row.state:<9} "
    if width < WIDE:
        return set_cell_size(right, min(cell_len(right), width * 2 // 3))
    return f"  {set_cell_size(row.mode, 9)} {set_cell_size(row.model, 17)}{right}"


def _id(line: Line) -> str:
    return "" if isinstance(line, str) else line.id
