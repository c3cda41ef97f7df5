"""Keeps the keys of a screen at one widget.

Textual gives them to whatever was clicked, to the next widget at Tab, and to none while
another window is in front. A person who then goes on typing would type into nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import Widget

    _Base = Screen[Any]
else:
    _Base = object


class FixedFocus(_Base):
    """A screen on which the first widget that has the focus keeps it."""

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give the focus to `widget` unless another one on the screen has it."""
        if self.focused is None or not self.focused.is_attached:
            super().set_focus(widget, scroll_visible, from_app_focus)

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close; a second key or click that came before it was closed asks for nothing more."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
