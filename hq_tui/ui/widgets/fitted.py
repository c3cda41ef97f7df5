"""Text that is made for the width it stands in.

A widget has no width before its first layout, and the event that tells of another one comes
after the screen was drawn with it. So such a text is made again when it is drawn, if the
room is not the one that it was made for: the first picture is as right as any later one.
One that is hidden keeps what it is given, and makes its text when it is drawn again.

Making a text is code like any other. What fails in it must not take the program down, with
a reply that is coming in: the widget says that it cannot be shown, the app is told why, and
everything else goes on.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from hq_tui.ui.rendering.compositor import NOT_SHOWN, DrawingFailed

Shown = TypeVar("Shown")
NEVER = Size(-1, -1)


class Fitted(Static, Generic[Shown]):
    """A text that says what it is given, in rows that depend on the size of the widget."""

    def __init__(self, now: Shown, *, id: str) -> None:
        super().__init__(Content(""), id=id)
        self.failed = False
        """True if it says that it cannot be shown, and has to be made whatever it showed last."""
        self._now = now
        self._made_for = NEVER

    def show(self, now: Shown) -> None:
        """Say `now`, at once or when it is seen again."""
        self._now = now
        if self.is_attached and all(node.display for node in self.ancestors_with_self):
            self._make()
        elif self._made_for != NEVER:
            self._made_for = NEVER
            self.refresh()

    def draw(self, now: Shown) -> None:
        """Make the text of `now` for the size that the widget has."""

    def _make(self) -> None:
        """Draw; where it fails, say so in this widget and to the app."""
        try:
            self.draw(self._now)
            self.failed = False
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs this widget alone
            self.failed = True
            self.app.post_message(DrawingFailed(error))
            self.update(Content(NOT_SHOWN), layout=False)

    def render(self) -> RenderResult:
        """The text, made for the present size."""
        if self._made_for != self.size:
            self._made_for = self.size
            self._make()
        return super().render()
