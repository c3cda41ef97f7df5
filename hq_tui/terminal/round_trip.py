"""Times the terminal's answers, where it answers.

One question is under way at most. A terminal that leaves one unanswered is not asked again
until that answer comes after all. The one who leaves the terminal can wait for what is
under way, so that it is not typed into the shell. Asked on one thread, answered on another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

QUESTION = "\x1b[5n"
"""Are you there? Every terminal answers that it is, in four characters."""

SHORTEST_WAIT, LONGEST_WAIT = 0.1, 1.0
"""Seconds for which an answer under way is waited for at the end; by how long the last took."""


class RoundTrip:
    """Times questions and answers."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._asked_at: float | None = None
        self._longest = 0.0
        self._is_back = threading.Event()
        self._is_back.set()

    def begin(self) -> str:
        """The question to send; empty while an answer is still under way."""
        if self._asked_at is not None:
            return ""
        self._is_back.clear()
        self._asked_at = self._clock()
        return QUESTION

    def end(self) -> float | None:
        """Seconds since the question that was answered now; None if there was none."""
        asked_at, self._asked_at = self._asked_at, None
        self._is_back.set()
        if asked_at is None:
            return None
        took = self._clock() - asked_at
        self._longest = max(self._longest, took)
        return took

    def wait(self) -> None:
        """Let what is under way arrive, for as long as it may take by what is known."""
        asked_at = self._asked_at
        if asked_at is not None:
            patience = min(LONGEST_WAIT, max(SHORTEST_WAIT, 1.5 * self._longest))
            self._is_back.wait(max(0.0, asked_at + patience - self._clock()))
