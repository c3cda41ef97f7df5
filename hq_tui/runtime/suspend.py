"""Ctrl+Z from outside: the terminal goes back to the shell, and comes again with `fg`.

Textual does this inside the signal handler, which may strike while the main thread holds
one of the locks of the output; it would then wait for itself for ever. Here the handler
only asks the loop, and the loop does it between two of its steps.
"""

from __future__ import annotations

import asyncio
import os
import signal

from textual.driver import Driver


def install(driver: Driver, loop: asyncio.AbstractEventLoop) -> None:
    """Take SIGTSTP and SIGCONT over from Textual's driver, which is running."""

    def pause() -> None:
        driver.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)
        # Here the process stands still until it is continued.
        driver.resume_application_mode()

    def on_stop(_number: int, _frame: object) -> None:
        if driver._auto_restart:  # noqa: SLF001 - false while another program has the terminal
            loop.call_soon_threadsafe(pause)
        else:
            os.kill(os.getpid(), signal.SIGSTOP)

    signal.signal(signal.SIGTSTP, on_stop)
    # Continuing needs no handler; one that was not stopped must not start its screen again.
    signal.signal(signal.SIGCONT, signal.SIG_DFL)
