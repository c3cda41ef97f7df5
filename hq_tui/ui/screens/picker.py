"""A list to choose one thing from, narrowed as one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.screens.focus import FixedFocus

IN_FORCE = "▸ "
"""Before the row of what is in force."""
NOTHING = "nothing matches"
LONGEST = 400
"""Characters of a label that are looked at; no row is as wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose: what it is known by, its row, and more words it is found by."""

    id: str
    label: str
    words: str = ""


class PickScreen(FixedFocus, ModalScreen[str | None]):
    """Ends with the id of the choice, or None; `current` is the one that is in force.

    With `free`, what was typed may be the answer.
    """

    BINDINGS = [  # noqa: RUF012 - Textual's own form
        Binding("escape", "cancel", "Close", show=False),
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, free: bool = False, current: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self.choices = tuple(choices)
        self._free = free
        self.current = current

    def compose(self) -> ComposeResult:
        with Vertical(id="pick"):
            yield Static(Content.styled(self._title, "bold"), id="pick-title")
            yield Input(placeholder="type to narrow", id="narrow")
            yield OptionList(*self._options(""), id="choices", markup=False)

    def on_mount(self) -> None:
        narrow = self.query_one("#narrow", Input)
        narrow.cursor_blink = False
        narrow.focus()
        names = [choice.id for choice in self.choices]
        at = names.index(self.current) if self.current in names else 0
        self.query_one(OptionList).highlighted = at

    def on_input_changed(self, event: Input.Changed) -> None:
        choices = self.query_one(OptionList)
        choices.clear_options()
        choices.add_options(self._options(event.value))
        choices.action_first()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        choices = self.query_one(OptionList)
        if choices.highlighted is not None:
            self.dismiss(choices.get_option_at_index(choices.highlighted).id)
        elif self._free and event.value.strip():
            self.dismiss(event.value.strip())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def _options(self, typed: str) -> list[Option]:
        marks = {self.current: IN_FORCE} if self.current else {}
        blank = " " * len(IN_FORCE) if marks else ""
        found = [
            Option(Content(marks.get(choice.id, blank) + row_of(choice.label)), id=choice.id)
            for choice in self.choices
            if matches(typed, f"{choice.label} {choice.words}")
        ]
        nothing = f"{NOTHING} · Enter takes it as it is" if self._free else NOTHING
        return found or [Option(Content.styled(nothing, "dim"), disabled=True)]


def row_of(label: str) -> str:
    """A label safe and on one row; its columns stay apart as they are."""
    return sanitise(label[:LONGEST]).replace("\n", " ")


def matches(typed: str, text: str) -> bool:
    """True if every word typed is somewhere in the text, in any order, whatever the case."""
    low = text.casefold()
    return all(word in low for word in typed.casefold().split())
