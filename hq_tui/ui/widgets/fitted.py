"""Text that is made for the width it stands in.

A widget has no width before its first layout, and the event that tells of another one comes
after the screen was drawn with it. So such a text is made again when it is drawn, if the
room is not the one that it was made for: the first picture is as right as any later one.

Making a text is code like any other. What fails in it must not take the program down, with
a reply that is coming in: the widget says that it cannot be shown, the app is told why, and
everything else goes on.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from hq_tui.ui.rendering.compositor import NOT_SHOWN, DrawingFailed


class Fitted(Static):
    """A text whose rows depend on the size of the widget."""

    failed = False
    """Whether it says that it cannot be shown, and has to be made whatever it showed last."""

    _made_for = Size(-1, -1)

    def attempt(self, draw: Callable[[], object]) -> None:
        """Call `draw`; where it fails, say so in this widget and to the app."""
        try:
            draw()
            self.failed = False
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs this widget alone
            self.failed = True
            self.app.post_message(DrawingFailed(error))
            self.update(Content(NOT_SHOWN), layout=False)

    def make_again(self) -> None:
        """Make the text for the size that the widget has now."""

    def render(self) -> RenderResult:
        """The text, made for the present size."""
        if self._made_for != self.size:
            self._made_for = self.size
            self.make_again()
        return super().render()
