"""Ports of the engine: somewhere to write, a memory, and a clock.

They are protocols, so that a test can hold them still.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from hq_tui.core.requests.lessons import Lessons


class Recorder(Protocol):
    """The receiver of records: a journal, or a list in a test."""

    def append(self, record: dict[str, Any]) -> object:
        """Take a record and return at once."""

    async def sync(self) -> bool:
        """Wait until everything appended is safe; False when it could not be made so."""


class Memory(Protocol):
    """Lessons about the server, model by model, learned in this run or before."""

    def known(self, model: str) -> Lessons:
        """The lessons about a model."""
        ...

    async def learn(self, model: str, lessons: Lessons) -> None:
        """Keep something more."""


class Clock(Protocol):
    """The time of day, a time that only goes forward, and waiting."""

    def time(self) -> float:
        """Seconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds on a clock that is never set."""

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""


class SystemClock:
    """The clock of this machine."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for so many seconds."""
        await asyncio.sleep(seconds)
