"""The way out to the terminal, and how hard it pushes back.

Textual hands its output to a thread that writes it to a file. `BackpressureFile` is that file:
it knows how much is still on its way and how long the terminal kept us waiting, and when
the terminal is gone it swallows the rest instead of taking the thread down with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TextIO


class Backpressure(NamedTuple):
    """Counts of what the terminal took since it was last asked."""

    written: int
    """Bytes it took."""

    blocked: float
    """Seconds it kept the writer waiting."""

    waiting: int
    """Characters handed over and not taken yet."""


class BackpressureFile:
    """A terminal's file: writes that are counted and timed. Written to by one thread."""

    def __init__(
        self, file: TextIO, clock: Callable[[], float], on_drained: Callable[[], None]
    ) -> None:
        self.is_lost = False
        self.bytes_written = 0
        self._file = file
        self._clock = clock
        self._on_drained = on_drained
        self._expected = 0
        self._passed = 0
        self._blocked = 0.0
        self._begun: float | None = None
        self._reported = (0, 0.0)

    def expect(self, text: str) -> None:
        """Count `text` as on its way; the thread will write it."""
        self._expected += len(text)

    @property
    def waiting(self) -> int:
        """Characters on their way."""
        return self._expected - self._passed

    def pressure(self) -> Backpressure:
        """The backpressure since the last call; a write under way counts too."""
        begun = self._begun
        hanging = 0.0 if begun is None else self._clock() - begun
        written, blocked = self.bytes_written, self._blocked + hanging
        since = self._reported
        self._reported = (written, blocked)
        return Backpressure(
            written=written - since[0],
            blocked=max(0.0, blocked - since[1]),
            waiting=self.waiting,
        )

    def fileno(self) -> int:
        """The file's number."""
        return self._file.fileno()

    def write(self, text: str) -> None:
        """Write `text`."""
        self._timed(lambda: self._file.write(text))
        self.bytes_written += len(text.encode("utf-8", "backslashreplace"))
        self._passed += len(text)

    def flush(self) -> None:
        """Send what was written, and say so once nothing is on its way."""
        self._timed(self._file.flush)
        if not self.waiting:
            self._on_drained()

    def _timed(self, work: Callable[[], object]) -> None:
        if self.is_lost:
            return
        self._begun = self._clock()
        try:
            work()
        except (OSError, ValueError):
            self.is_lost = True
        self._blocked += self._clock() - self._begun
        self._begun = None
