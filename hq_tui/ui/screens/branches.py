"""The branches of a session, to go to one of them or to lay it beside the one that is open."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from hq_tui.ui.screens.picker import PickScreen
from hq_tui.ui.widgets.key_foot import KeyFoot

KEYS = (("Enter", "goes there"), ("Ctrl+K", "compares it with this one"), ("Esc", "closes"))


class BranchScreen(PickScreen):
    """Ends with a branch, or None; `compares` says that it is to be laid beside this one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+k", "compare", show=False, priority=True)
    ]

    compares = False

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#pick").mount(KeyFoot(KEYS, id="pick-keys"))

    def action_compare(self) -> None:
        """End with the lit branch, to be compared."""
        choices = self.query_one(OptionList)
        if choices.highlighted is not None and choices.option_count:
            self.compares = True
            self.dismiss(choices.get_option_at_index(choices.highlighted).id)
