"""The threads in which the loop has slow things done, and an end that waits for none of them.

Looking up a host without a network can take half a minute, and nothing can interrupt it.
Python waits for such a thread before it ends, twice: when the loop is closed, and when the
process is over. By then everything is saved and the terminal is back, so whoever left would
look at a dead prompt. Here neither of the two waits longer than a moment.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

MOST = 32
"""Enough that lookups which hang do not keep the work from being done that saves a session."""
MOMENT = 0.5
"""Seconds that threads which are done may take to end."""


class DaemonExecutor(ThreadPoolExecutor):
    """A pool for the loop whose threads are not waited for."""

    def __init__(self) -> None:
        super().__init__(max_workers=MOST, thread_name_prefix="helper")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; what is being done is left to itself."""
        super().shutdown(wait=False, cancel_futures=True)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run `work` in a loop and return its exit code, with `DaemonExecutor` for what is slow."""

    async def helped() -> int:
        asyncio.get_running_loop().set_default_executor(DaemonExecutor())
        return await work

    return _end(asyncio.run(helped()))


def _end(code: int) -> int:
    """`code`, when nothing keeps the process from ending; else the process ends here with it."""
    others = [one for one in threading.enumerate() if one is not threading.current_thread()]
    for thread in others:
        if not thread.daemon:
            thread.join(MOMENT)
            if thread.is_alive():
                for stream in (sys.stdout, sys.stderr):
                    with suppress(OSError, ValueError):
                        stream.flush()
                os._exit(code)
    return code
