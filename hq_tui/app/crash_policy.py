"""Handles failures in the app: the first defect is kept, and the app ends in order.

Textual would print a traceback with the values of variables and lose what fails in a worker.
Here a defect of one panel costs that panel alone. A screen that is still being put up when the
app is left loses its parts; that is no defect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.css.query import NoMatches
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen
from textual.worker import NoActiveWorker, get_current_worker

from hq_tui.ui.rendering import textual_private

MOUNTING = 1.0
"""Seconds that a screen which is being put up may take while the app is left."""


class CrashPolicy:
    """The first defect of one app, and the way out that waits for a screen to be whole."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        """The defect that ended the app, if one did."""
        self._mounting: asyncio.Future[None] | None = None

    def is_defect(self, error: BaseException, *, leaving: bool) -> bool:
        """Keep `error`; False where it only says that a screen lost its parts on leaving."""
        if leaving and isinstance(getattr(error, "error", error), NoMatches):
            return False
        self.error = self.error or error
        return True

    def leave(self, screens: Sequence[Screen[Any]], end: Callable[[], None]) -> None:
        """Call `end` once no screen is half put up: from then on Textual mounts nothing."""
        half = [screen for screen in screens if not screen.is_mounted]
        if half and self._mounting is None:
            self._mounting = asyncio.ensure_future(_mounted(half))
            self._mounting.add_done_callback(lambda _mounted: end())
        else:
            end()


def failed_panel() -> ModalScreen[Any] | None:
    """The panel whose message or worker is running; None where it is the session's screen's."""
    return _panel_around(textual_private.active_pump()) or _panel_around(_worker_node())


def _panel_around(pump: MessagePump | None) -> ModalScreen[Any] | None:
    while pump is not None and not isinstance(pump, ModalScreen):
        pump = textual_private.parent_of(pump)
    return pump


def _worker_node() -> MessagePump | None:
    """The widget that the running worker works for, whoever began it."""
    try:
        return get_current_worker().node
    except NoActiveWorker:
        return None


async def close_panel(app: App[Any], panel: ModalScreen[Any]) -> None:
    """Close `panel`, unless that was done for another of its defects."""
    if panel is app.screen:
        await app.pop_screen()


async def _mounted(screens: Sequence[Screen[Any]]) -> None:
    """Wait until these are on the screen with all their parts, or for long enough."""
    with suppress(TimeoutError):
        async with asyncio.timeout(MOUNTING):
            for screen in screens:
                await textual_private.until_mounted(screen)
