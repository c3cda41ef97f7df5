"""How the app's process ends: on a signal, when the terminal goes, after a defect.

The screen goes first and at once. What happens then depends on why: when the terminal is
gone the reply is finished first, because somebody will come back for it; anything else
ends the reply where it stands. Everything is on disk before the process is over.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from hq_tui.cli.watched import WatchedApp
from hq_tui.terminal import signals

PATIENCE = 3.0
"""Seconds that an app which was told to leave may take before its task is cancelled."""
BLOCKED = 5.0
"""Seconds after a signal in which the event loop must have heard of it."""


class Leaving:
    """Waits for the end of one app and brings it about in order."""

    def __init__(self, app: WatchedApp) -> None:
        self._app = app
        self._caught: list[int] = []
        self._told = asyncio.Event()
        self._heard = threading.Event()

    @property
    def code(self) -> int:
        """The exit code: the signal's, 1 after a defect, else the app's own."""
        if self._caught:
            return signals.exit_code(self._caught[-1])
        if self._app.crash is not None:
            return 1
        return self._app.return_code or 0

    @property
    def _hung_up(self) -> bool:
        return self._caught == [signal.SIGHUP]

    def on_signal(self, number: int) -> None:
        """Leave. A second hang-up says nothing new; any other signal ends the waiting too."""
        self._heard.set()
        if number == signal.SIGHUP and self._caught:
            return
        self._caught.append(int(number))
        if not self._told.is_set():
            self._told.set()
            self._app.leave(self.code)
        elif self._app.is_ready:
            self._app.session.engine.stop()

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
        engine = self._app.session.engine
        if self._hung_up:
            self._let_go(seconds if engine.is_running else 0)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await engine.settled()
        engine.stop()
        await engine.settled()

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

    def install(self) -> Callable[[], None]:
        """Take over the signals and watch the terminal; returns the way back."""
        loop = asyncio.get_running_loop()
        remove = signals.install(loop, self.on_signal)
        signalled, telling = os.pipe()
        os.set_blocking(telling, False)

        def tell(number: int, _frame: object) -> None:
            # Called between two steps of the main thread, which may hold any lock.
            with suppress(OSError):
                os.write(telling, bytes([number]))

        for number in signals.HANDLED:
            signal.signal(number, tell)
            signal.siginterrupt(number, False)
        for work in (
            partial(_wait_for_hang_up, loop, self.on_signal),
            partial(self._watch_loop, signalled),
        ):
            threading.Thread(target=work, name="leaving", daemon=True).start()
        return remove

    def _watch_loop(self, signalled: int) -> None:
        """The loop hears of a signal by itself; should it be stuck, this thread sees to the end."""
        number = os.read(signalled, 1)[0]
        if self._heard.wait(BLOCKED):
            return
        if sys.__stderr__ is not None:
            signals.restore_terminal(sys.__stderr__, 0)
        journal = self._app.session.recorder.journal if self._app.is_ready else None
        if journal is not None:
            journal.sync_blocking(1.0)
        os._exit(signals.exit_code(number))


def is_gone(terminal: Any) -> bool:
    """Whether the terminal that `terminal` reads from has hung up."""
    try:
        return _has_hung_up(terminal.fileno(), 0)
    except (AttributeError, OSError, ValueError):
        return True


def _has_hung_up(number: int, timeout: int | None) -> bool:
    poll = select.poll()
    poll.register(number, 0)
    return any(events & select.POLLHUP for _, events in poll.poll(timeout))


def _wait_for_hang_up(loop: asyncio.AbstractEventLoop, on_signal: Callable[[int], None]) -> None:
    """Tell of a terminal that goes without a signal; reading it would never end."""
    with suppress(OSError, ValueError, RuntimeError):
        if _has_hung_up(0, None):
            loop.call_soon_threadsafe(on_signal, int(signal.SIGHUP))
