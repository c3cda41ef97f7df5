"""Text that is made for the width it stands in.

A widget has no width before its first layout, and the event that tells of another one comes
after the screen was drawn with it. So such a text is made again when it is drawn, if the
room is not the one that it was made for: the first picture is as right as any later one.
"""

from __future__ import annotations

from textual.app import RenderResult
from textual.geometry import Size
from textual.widgets import Static


class Fitted(Static):
    """A text whose rows depend on the size of the widget."""

    _made_for = Size(-1, -1)

    def make_again(self) -> None:
        """Make the text for the size that the widget has now."""

    def render(self) -> RenderResult:
        """The text, made for the present size."""
        if self._made_for != self.size:
            self._made_for = self.size
            self.make_again()
        return super().render()
