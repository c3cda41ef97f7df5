"""Ends the app's process: on a signal, when the terminal goes, after a defect.

The screen goes first and at once. What happens then depends on why: when the terminal is
gone the reply is finished first, because somebody will come back for it; anything else
ends the reply where it stands. Everything is on disk before the process is over.

A loop that is stuck cannot do any of this; the watchdog then gives the terminal back.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from textual.driver import Driver

from hq_tui.app.app import HqApp, ProcessHooks
from hq_tui.runtime import crash_report
from hq_tui.runtime.watchdog import HEARD, KEY, Watchdog, WatchdogActions
from hq_tui.terminal import signals
from hq_tui.terminal.driver import DiffDriver
from hq_tui.ui.rendering import textual_private

LEAVING_KEYS = frozenset({"ctrl+c", "ctrl+q"})
"""Keys that ask to leave; a loop that is stuck would never hear of them."""
PATIENCE = 3.0
"""Seconds that an app which was told to leave may take before its task is cancelled."""
LAST_WORD = 0.5
"""Seconds that a process which is being ended may take to say so."""


class Stuck(Exception):  # noqa: N818 - the name stands in a line for people
    """The loop did not answer; the traceback is where it stood."""


class Shutdown:
    """Waits for the end of one app and brings it about in order."""

    _app: HqApp
    _watchdog: Watchdog

    def __init__(self) -> None:
        self._described: frozenset[str] = frozenset()
        self._caught: list[int] = []
        self._told = asyncio.Event()
        self._as_found: list[Any] | None = None

    @property
    def hooks(self) -> ProcessHooks:
        """Calls for the app's events."""
        return ProcessHooks(
            on_terminal=lambda driver: _suspend_in_order(driver, asyncio.get_running_loop()),
            on_exit=self._told.set,
            on_key=self._key_pressed,
            describe=self._describe,
        )

    @property
    def code(self) -> int:
        """The exit code: the signal's, 1 after a defect, else the app's own."""
        if self._caught:
            return signals.exit_code(self._caught[-1])
        if self._app.crash.error is not None:
            return 1
        return self._app.return_code or 0

    def _key_pressed(self, key: str) -> None:
        if key in LEAVING_KEYS:
            self._watchdog.tell(KEY)

    def _describe(self, error: Exception) -> str:
        """Report, once for each defect, that a part could not be drawn."""
        defect = crash_report.where(error)
        if defect in self._described:
            return ""
        self._described |= {defect}
        path = crash_report.write_report(error)
        report = f" Report: {path}" if path else ""
        return f"A part could not be drawn ({type(error).__name__}).{report}"

    @property
    def _hung_up(self) -> bool:
        return self._caught == [signal.SIGHUP]

    def on_signal(self, number: int) -> None:
        """Leave. A second hang-up says nothing new; any other signal ends the waiting too."""
        if number == signal.SIGHUP and self._caught:
            return
        self._caught.append(int(number))
        self._told.set()
        if len(self._caught) == 1:
            self._leave(self.code)
        elif self._app.is_ready:
            self._app.view.session.engine.stop()

    def _leave(self, code: int) -> None:
        """Close the screen without stopping the reply; its events are no longer drawn.

        A draft typed before the session is open is saved once it is.
        """
        app = self._app
        if app.composer.unsent.strip() and app.startup.defer(self._leave, code):
            return
        app.drafts.keep(app.composer.unsent)
        app.startup.detach()
        app.exit(code)

    async def run(self, app: asyncio.Task[Any]) -> None:
        """Wait until the app's task is over, and see to it once the app was told to leave."""
        told = asyncio.ensure_future(self._told.wait())
        await asyncio.wait({app, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not app.done():
            await asyncio.wait({app}, timeout=PATIENCE)
        if not app.done():
            app.cancel()
            await asyncio.wait({app}, timeout=PATIENCE)
        self._app.drafts.keep(self._app.composer.unsent)
        in_order = app.done() and not app.cancelled() and app.exception() is None
        if is_gone(sys.__stdin__):
            self._caught = self._caught or [int(signal.SIGHUP)]
        elif not in_order and sys.__stderr__ is not None:
            signals.restore_terminal(sys.__stderr__, 0)
        if app.done() and not app.cancelled() and not self._caught:
            app.result()

    async def finish(self, seconds: float) -> None:
        """After a hang-up let what is under way end, within `seconds`; else end it now."""
        if not self._app.is_ready:
            return
        engine = self._app.view.session.engine
        if self._hung_up:
            self._let_go(seconds if engine.is_running else 0)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await engine.wait_idle()
        engine.stop()
        await engine.wait_idle()

    def _let_go(self, seconds: float) -> None:
        """Have nothing more to do with the terminal."""
        if seconds and not is_gone(sys.__stdin__):
            words = f"hq-tui: the reply is being finished, for {seconds:.0f} s at most"
            with suppress(OSError, ValueError):
                print(words, file=sys.__stderr__, flush=True)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nowhere, number)
        os.close(nowhere)

    def install(self, app: HqApp) -> Callable[[], None]:
        """Take over the signals and watch the terminal of `app`; returns the way back."""
        self._app = app
        loop = asyncio.get_running_loop()
        with suppress(OSError, termios.error):
            self._as_found = termios.tcgetattr(0)
        remove = signals.install(loop, self.on_signal)

        def hear(number: int) -> None:
            watchdog.tell(HEARD)
            if number:
                self.on_signal(number)

        def ask(number: int) -> None:
            loop.call_soon_threadsafe(hear, number)

        rescue = (self._give_back, self._save)
        watchdog = Watchdog(WatchdogActions(ask, rescue, self._end, self._is_ours))
        watchdog.start()
        self._watchdog = watchdog
        threading.Thread(target=_wait_for_hang_up, args=(watchdog,), daemon=True).start()
        return remove

    def _is_ours(self, number: int) -> bool:
        """True if we are meant: an editor that has the terminal takes its Ctrl+C itself."""
        driver = textual_private.driver_of(self._app)
        return number != signal.SIGINT or driver is None or textual_private.has_terminal(driver)

    def _give_back(self) -> None:
        """Put the terminal right while the loop is stuck; what it still draws goes nowhere."""
        driver = textual_private.driver_of(self._app)
        if not isinstance(driver, DiffDriver) or not driver.has_terminal:
            return
        driver.let_go()
        if sys.__stderr__ is not None:
            signals.restore_terminal(sys.__stderr__, 0, self._as_found)

    def _save(self) -> None:
        if self._app.is_ready:
            self._app.view.session.emergency_save(self._app.composer.unsent)

    def _end(self, number: int) -> None:
        """End the process from beside the loop, with a word if anybody takes it."""
        words = threading.Thread(target=_tell_stuck, daemon=True)
        words.start()
        words.join(LAST_WORD)
        os._exit(signals.exit_code(number))


def _suspend_in_order(driver: Driver, loop: asyncio.AbstractEventLoop) -> None:
    """Take SIGTSTP and SIGCONT over from Textual's driver, which is running.

    Textual gives the terminal back inside the signal handler, which may strike while the main
    thread holds one of the locks of the output. Here the handler only asks the loop to.
    """

    def pause() -> None:
        driver.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)
        # Here the process stands still until it is continued.
        signals.wait_for_foreground()
        driver.resume_application_mode()

    def on_stop(_number: int, _frame: object) -> None:
        if textual_private.has_terminal(driver):
            loop.call_soon_threadsafe(pause)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    signal.signal(signal.SIGTSTP, on_stop)
    # Continuing needs no handler; one that was not stopped must not start its screen again.
    signal.signal(signal.SIGCONT, signal.SIG_DFL)


def _tell_stuck() -> None:
    frame = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001 - its one name
    trace = None
    while frame is not None:
        trace = TracebackType(trace, frame, frame.f_lasti, frame.f_lineno)
        frame = frame.f_back
    told = crash_report.tell(Stuck("the loop did not answer").with_traceback(trace))
    # Not `sys.stderr`, which Textual holds while it runs.
    if sys.__stderr__ is not None:
        crash_report.say(told, sys.__stderr__)


def is_gone(terminal: Any) -> bool:
    """True if the terminal that `terminal` reads from has hung up."""
    try:
        return _has_hung_up(terminal.fileno(), 0)
    except (AttributeError, OSError, ValueError):
        return True


def _has_hung_up(number: int, timeout: int | None) -> bool:
    poll = select.poll()
    poll.register(number, 0)
    return any(events & select.POLLHUP for _, events in poll.poll(timeout))


def _wait_for_hang_up(watchdog: Watchdog) -> None:
    """Tell of a terminal that goes without a signal; reading it would never end."""
    with suppress(OSError, ValueError):
        if _has_hung_up(0, None):
            watchdog.tell(signal.SIGHUP)
