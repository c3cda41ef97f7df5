"""Adapts the app to its terminal, and calls the person when they are away.

On a slow line it draws less often and lets the text stand still while it fills the screen.
When a reply took long and nobody was looking, it rings. None of this changes what is said or kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from textual.app import App

from hq_tui.core.conversation import Conversation
from hq_tui.core.events import AttemptStarted, Event, GaveUp, MessageSent, ReplyDone, ReplyStopped
from hq_tui.core.text.summary import title_of
from hq_tui.sessions.manager import SessionManager
from hq_tui.terminal import notifications
from hq_tui.terminal.driver import DiffDriver
from hq_tui.terminal.link_monitor import LinkMonitor
from hq_tui.terminal.link_speed import LinkMeter, Speed
from hq_tui.terminal.notifications import Notification
from hq_tui.ui.rendering import textual_private
from hq_tui.ui.screens.chat import ChatScreen

SLOW_RATE = 10.0
"""Frames a second on a slow line."""

LONG = 10.0
"""Seconds from which on the end of a reply is worth a notice."""


class LinkListener(Protocol):
    """Told when the line to the terminal became slow or quick."""

    def __call__(self, *, slow: bool) -> None:
        """Take it in."""
        ...


class TerminalPolicy:
    """One app's behaviour towards its terminal."""

    def __init__(
        self,
        app: App[Any],
        chat: ChatScreen,
        manager: SessionManager,
        environment: Mapping[str, str],
    ) -> None:
        self._app = app
        self._chat = chat
        self._transcript = chat.transcript
        self._settings = manager.settings
        self._clock = manager.clock
        self._environment = environment
        self._usual_rate = chat.transcript.pace.rate
        self._began_at = 0.0
        self._knows_focus = False
        self._driver: DiffDriver | None = None

    def begin(self, driver: object, on_link: LinkListener) -> None:
        """The app is on its terminal now; `on_link` is told how quick the line is."""
        self._app.watch(self._app, "app_focus", self._focus_changed, init=False)

        def adapt(speed: Speed) -> None:
            self._adapt(slow=speed == "slow")
            on_link(slow=speed == "slow")

        adapt("slow" if self._settings.slow else "fast")
        if not isinstance(driver, DiffDriver):
            return
        self._driver = driver
        self._chat.scrolls_alone = lambda: driver.has_margins
        if not self._settings.slow:
            loop = asyncio.get_running_loop()
            meter = LinkMeter(self._clock.monotonic)
            LinkMonitor(driver, meter, later=loop.call_later, on_change=adapt)

    def _adapt(self, *, slow: bool) -> None:
        wish = self._settings.following
        self._transcript.pace.rate = SLOW_RATE if slow else self._usual_rate
        stepwise = wish == "stepwise" or (slow and wish == "auto")
        self._transcript.scroll_anchor.mode = "stepwise" if stepwise else "smooth"

    def happened(self, event: Event, conversation: Conversation) -> None:
        """Take in what the engine did: the end of a long reply is called out."""
        now = self._clock.time()
        match event:
            case MessageSent():
                self._began_at = now
            case AttemptStarted():
                self._began_at = self._began_at or now
            case ReplyDone() | GaveUp() | ReplyStopped():
                began, self._began_at = self._began_at, 0.0
                long = began and now - began > LONG
                if long and not isinstance(event, ReplyStopped) and not self._is_watched:
                    what = "done" if isinstance(event, ReplyDone) else "cut off"
                    self._call(f"{what}: {title_of(conversation)}")

    @property
    def _is_watched(self) -> bool:
        """True if the terminal has said that somebody looks at it."""
        return self._knows_focus and self._app.app_focus

    def _focus_changed(self) -> None:
        self._knows_focus = True

    def _call(self, what: str) -> None:
        way = notifications.choose(Notification(self._settings.notify), self._environment)
        sequence = notifications.encode(way, "hq-tui", what)
        if sequence and self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    async def copy(self, text: str) -> str:
        """Put a text where the person can paste it, and say in words which way it went."""
        from hq_tui.terminal.clipboard import copied_words, copy, run_tool

        copied = await asyncio.to_thread(
            copy,
            text,
            environment=self._environment,
            run=run_tool,
            write=lambda sequence: self._app.call_from_thread(self._to_terminal, sequence),
        )
        return copied_words(copied)

    def _to_terminal(self, sequence: str) -> None:
        driver = textual_private.driver_of(self._app)
        if driver is not None:
            driver.write(sequence)
            driver.flush()
