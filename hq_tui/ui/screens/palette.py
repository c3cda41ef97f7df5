"""The command palette, with a cursor that stands still: a blink is bytes on an idle line."""

from __future__ import annotations

from textual.command import CommandPalette
from textual.widgets import Input

from hq_tui.ui.screens.focus import FixedFocus


class Palette(FixedFocus, CommandPalette):
    """Textual's palette."""

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False
