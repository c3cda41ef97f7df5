"""Keeps the index of sessions up to date behind the screen, so that a search need not wait.

One pass in a thread of low priority: a little work, a longer rest, and none at all while a
reply flows or something stands over the session. The picker does the same work by itself
when it comes first. Whatever goes wrong here is left for the picker to meet: an index may be
lost at any time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from hq_tui.errors import HqError

if TYPE_CHECKING:
    from hq_tui.sessions.catalog import Catalogue

PIECE = 0.02
"""Seconds of work at a time."""
REST = 0.06
"""Seconds between two pieces."""
BUSY_REST = 1.0
"""Seconds until it is looked again whether the person still needs the machine."""
FIRST_REST = 3.0
"""Seconds after the first picture before anything is done."""


class IndexUpdater:
    """The thread. `is_busy` says whether the person needs the machine."""

    def __init__(self, open_it: Callable[[], Catalogue], is_busy: Callable[[], bool]) -> None:
        self._open = open_it
        self._is_busy = is_busy
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keep the index", daemon=True)

    def start(self) -> None:
        """Begin; nothing is done for a moment yet."""
        self._thread.start()

    def stop(self) -> None:
        """Do no more, and let go of the index; waits for the piece that is being done."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2.0)

    def _run(self) -> None:
        with suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        if self._stopped.wait(FIRST_REST):
            return
        with suppress(HqError, OSError):
            self.one_pass(self._stopped.wait)

    def one_pass(self, rest: Callable[[float], bool]) -> None:
        """Take in all that is new; `rest` sleeps and says whether to end at once."""
        if self._must_end(rest):
            return
        with closing(self._open()) as index:
            while index.refresh(PIECE):
                if rest(REST) or self._must_end(rest):
                    return

    def _must_end(self, rest: Callable[[float], bool]) -> bool:
        """Wait for as long as the person needs the machine; whether to end meanwhile."""
        while self._is_busy():
            if rest(BUSY_REST):
                return True
        return False
