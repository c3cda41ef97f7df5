"""Signals on their way to the loop, and what happens when the loop does not answer.

A handler that never comes back would keep the terminal, and whoever sits before it could
only kill the program. So a thread of its own takes every signal first, from a pipe that
the system writes to whatever Python is doing, hands it to the loop and waits for a word.
When none comes it has the terminal given back and the text saved at once, while the loop
still gets its chance to leave in order; when that passes too, it ends the process.

Waiting is counted in steps that this thread has lived through, a longer one as no more than
a step: a machine that was asleep, or too busy to run anybody, is no reason to give up.
What the thread cannot help against is C code that never lets go of the interpreter.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from hq_tui.terminal.signals import HANDLED

HEARD, KEY = 0, 255
"""Messages of the loop and the keyboard on the pipe; any other byte is the number of a signal."""


class WatchdogTimeouts(NamedTuple):
    """Waits for the loop, in seconds without an answer."""

    step: float = 0.05
    """The longest that is counted at once."""
    rescue: float = 0.2
    """Until the terminal is given back and the text is saved."""
    deaf: float = 1.0
    """Until a key that asks to leave, after one that had no answer, is a signal."""
    end: float = 2.0
    """Until the process is ended."""
    insisted: float = 1.0
    """The same when a second signal came."""
    rest: float = 1.0
    """Between two questions to a loop that answers and is leaving."""


class WatchdogActions(NamedTuple):
    """The means of a watchdog. `ask` runs in the loop; it raises RuntimeError when that is over."""

    ask: Callable[[int], None]
    """Hand a signal to the loop, or 0 to hear whether it is there; both end in `tell(HEARD)`."""
    rescue: Sequence[Callable[[], None]]
    """Each is done in a thread of its own, since each may hang."""
    end: Callable[[int], None]
    """End the process as this signal would."""
    is_ours: Callable[[int], bool]
    """True if a signal means us, and not a program that has the terminal for a while."""


class Watchdog:
    """Stands between the signals and the loop, from `start` until the process is over."""

    def __init__(self, means: WatchdogActions, patience: WatchdogTimeouts | None = None) -> None:
        self._means = means
        self._patience = patience or WatchdogTimeouts()
        self._hearing, self._telling = os.pipe()
        os.set_blocking(self._telling, False)
        self._caught: list[int] = []
        self._open = 0
        self._silent = 0.0
        self._rescued = False

    def start(self) -> None:
        """Take the signals over from the loop, in whose thread this is called."""
        signal.set_wakeup_fd(self._telling, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def tell(self, what: int) -> None:
        """That the loop answers, that a leaving key was pressed, or that a signal came.

        Any thread may call.
        """
        with suppress(OSError):
            os.write(self._telling, bytes([what]))

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._hearing, select.POLLIN)
        try:
            while True:
                waited, began = self._open, time.monotonic()
                ready = poll.poll(self._timeout())
                for byte in os.read(self._hearing, 64) if ready else b"":
                    self._told(byte)
                if waited and self._open:
                    self._lived(min(self._patience.step, time.monotonic() - began))
                elif not ready:
                    self._ask(0)
        except RuntimeError:
            return  # the loop is over, and the process with it

    def _timeout(self) -> float | None:
        """Milliseconds until the next look; None while nobody has asked to leave."""
        if self._open:
            return 1000 * self._patience.step
        return 1000 * self._patience.rest if self._caught else None

    def _told(self, byte: int) -> None:
        if byte == HEARD:
            self._open = max(0, self._open - 1)
            self._silent = self._silent if self._open else 0.0
        elif byte == KEY:
            deaf = self._silent >= self._patience.deaf
            self._signalled(signal.SIGINT) if deaf else self._ask(0)
        elif byte in HANDLED and self._means.is_ours(byte):
            self._signalled(byte)

    def _signalled(self, number: int) -> None:
        # A second hang-up says nothing new: the kernel sends one, and so does the shell.
        if number != signal.SIGHUP or not self._caught:
            self._caught.append(number)
        self._ask(number)

    def _ask(self, number: int) -> None:
        self._means.ask(number)
        self._open += 1

    def _lived(self, seconds: float) -> None:
        """So much longer without an answer."""
        self._silent += seconds
        if not self._caught:
            return
        patience = self._patience
        if not self._rescued and self._silent >= patience.rescue:
            self._rescued = True
            for work in self._means.rescue:
                threading.Thread(target=work, name="rescue", daemon=True).start()
        elif self._silent >= (patience.end if len(self._caught) == 1 else patience.insisted):
            self._means.end(self._caught[-1])
