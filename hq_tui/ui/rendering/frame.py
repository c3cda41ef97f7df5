"""The frames of a widget whose text flows, drawn without the detour over Textual's messages.

Textual gathers what widgets want drawn anew: a message to the widget itself, one to its
screen, and then a timer of the screen. For a key that is the right thing. For text that
flows it is three turns of the loop and up to a sixtieth of a second for each frame, and the
transcript has gathered already. Where nothing else is going on, its frame is drawn at once;
otherwise it takes Textual's way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from textual.dom import NoScreen
from textual.geometry import Region
from textual.widget import Widget

from hq_tui.ui.rendering import textual_private
from hq_tui.ui.rendering.compositor import DirectCompositor


class FrameScheduler:
    """Draws what one widget wants drawn, at once or gathered."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._gathers = False
        self._wanted: Region | None = None

    def want(self, region: Region) -> None:
        """Have `region` drawn, in the widget's own columns and rows."""
        if not self._gathers:
            self._widget.refresh(region)
        else:
            self._wanted = region if self._wanted is None else self._wanted.union(region)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Draw what is wanted within once it is left."""
        self._gathers = True
        try:
            yield
        finally:
            self._gathers = False
            region, self._wanted = self._wanted, None
        if region is not None:
            draw(self._widget, region)

    def later(self, seconds: float, work: Callable[[], None]) -> asyncio.TimerHandle:
        """Do `work` in so many seconds. A timer of Textual's own would be a task each time."""
        return asyncio.get_running_loop().call_later(seconds, self._do, work)

    def _do(self, work: Callable[[], None]) -> None:
        widget = self._widget
        if not widget.is_attached:
            return
        with textual_private.in_context(widget):
            try:
                work()
            except Exception as error:  # noqa: BLE001  # what Textual's own timer does with it
                textual_private.report_exception(widget.app, error)


def draw(widget: Widget, region: Region) -> None:
    """Draw `region` of `widget`: at once where that is possible."""
    try:
        screen = widget.screen
    except NoScreen:
        return
    compositor = textual_private.compositor_of(screen)
    if (
        not isinstance(compositor, DirectCompositor)
        or widget.app.screen is not screen  # another one lies over it
        or textual_private.is_batching(widget.app)
        or textual_private.waits_for_layout(screen)
        or widget not in compositor.visible_widgets
    ):
        widget.refresh(region)
        return
    textual_private.mark_dirty(widget, region)
    compositor.update_widgets({widget})
    textual_private.display(screen, compositor.render_update())
