"""What the app does unasked for the sake of the terminal and of whoever sits before it.

On a slow line it draws less often and lets the text stand still while it fills the screen.
Where the signs it likes are not to be had it uses plain ones. When a reply took long and
nobody was looking, it rings. None of this changes what is said or kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hq_tui.core.events import Asked, AttemptStarted, Event, GaveUp, ReplyDone, ReplyStopped
from hq_tui.core.summary import title_of
from hq_tui.terminal import notice, signs
from hq_tui.terminal.driver import QuietDriver
from hq_tui.terminal.link import LinkMeter, Speed
from hq_tui.terminal.notice import Notice
from hq_tui.terminal.watch import LinkWatch
from hq_tui.ui.transcript import ASCII, UNICODE, choose

if TYPE_CHECKING:
    from hq_tui.app import HqApp

SLOW_RATE = 10.0
"""Frames a second on a slow line."""

LONG = 10.0
"""Seconds from which on the end of a reply is worth a notice."""


class Manners:
    """How one app behaves towards its terminal."""

    def __init__(self, app: HqApp, environment: Mapping[str, str]) -> None:
        self._app = app
        self._environment = environment
        self._usual_rate = app.chat.transcript.pace.rate
        self._began_at = 0.0
        self._knows_focus = False
        self._driver: QuietDriver | None = None
        plain = signs.are_plain(environment, asked=app.desk.settings.ascii)
        choose(ASCII if plain else UNICODE)

    def begin(self, driver: object) -> None:
        """The app is on its terminal now."""
        settings = self._app.desk.settings
        self._app.watch(self._app, "app_focus", self._focus_changed, init=False)
        self._adapt("slow" if settings.slow else "fast")
        if not isinstance(driver, QuietDriver):
            return
        self._driver = driver
        if not settings.slow:
            loop = asyncio.get_running_loop()
            meter = LinkMeter(self._app.clock.monotonic)
            LinkWatch(driver, meter, later=loop.call_later, on_change=self._link_changed)

    def _link_changed(self, speed: Speed) -> None:
        self._adapt(speed)
        self._app.look()

    def _adapt(self, speed: Speed) -> None:
        slow = speed == "slow"
        wish = self._app.desk.settings.following
        transcript = self._app.chat.transcript
        transcript.pace.rate = SLOW_RATE if slow else self._usual_rate
        stepwise = wish == "stepwise" or (slow and wish == "auto")
        transcript.following_mode = "stepwise" if stepwise else "smooth"
        self._app.situating.slow_link = slow

    def happened(self, event: Event) -> None:
        """Take in what the engine did: the end of a long reply is called out."""
        now = self._app.clock.time()
        match event:
            case Asked():
                self._began_at = now
            case AttemptStarted():
                self._began_at = self._began_at or now
            case ReplyDone() | GaveUp() | ReplyStopped():
                began, self._began_at = self._began_at, 0.0
                long = began and now - began > LONG
                if long and not isinstance(event, ReplyStopped) and not self._is_watched:
                    self._call("done" if isinstance(event, ReplyDone) else "cut off")

    @property
    def _is_watched(self) -> bool:
        """Whether the terminal has said that somebody looks at it."""
        return self._knows_focus and self._app.app_focus

    def _focus_changed(self) -> None:
        self._knows_focus = True

    def _call(self, what: str) -> None:
        way = notice.choose(Notice(self._app.desk.settings.notify), self._environment)
        title = title_of(self._app.session.talk)
        sequence = notice.encode(way, "hq-tui", f"{what}: {title}")
        if sequence and self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()
