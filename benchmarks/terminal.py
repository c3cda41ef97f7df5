"""A program on a terminal of its own, and everything it wrote with the time of it.

A thread takes what comes and stamps it, and does nothing more, so that the measuring does
not slow what is measured. It is drawn on the emulated screen when somebody asks: while
waiting for the first picture, or after a stream is over.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from benchmarks import process
from benchmarks.prose import KEY, NUMBERED
from benchmarks.screen import Screen

SIZE = 100, 30
"""Columns and rows where nothing else is said."""
PATIENCE = 120.0
"""Seconds after which a program counts as stuck."""

_ASKS_SYNC = b"\x1b[?2026$p"
_HAS_SYNC = b"\x1b[?2026;2$y"
_ASKS_MARGINS = b"\x1b[?69$p"
_HAS_MARGINS = b"\x1b[?69;2$y"


class StuckError(Exception):
    """Something that was waited for did not come."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was read at once, and when."""

    at: float
    data: bytes


@dataclass(slots=True)
class Seen:
    """What an eye at the screen would have noted: words and keys, with their times."""

    words: dict[str, float] = field(default_factory=dict)
    keys: list[tuple[float, int]] = field(default_factory=list)
    """How many typed letters stood on the screen from which time on."""


class Terminal:
    """One program on one terminal. Use it as `with Terminal(...) as terminal`."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str],
        *,
        size: tuple[int, int] = SIZE,
        has_margins: bool = False,
    ) -> None:
        columns, rows = size
        self._has_margins = has_margins
        self.chunks: list[Chunk] = []
        self.seen = Seen()
        self.screen = Screen(columns, rows)
        self._drawn = 0
        self._letters = [0] * rows
        self._news = threading.Condition()
        self._closing = False
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            argv, stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._closing = True
        self._reader.join()
        os.close(self._master)

    def _read(self) -> None:
        ready = select.poll()
        ready.register(self._master, select.POLLIN)
        while not self._closing:
            with suppress(OSError):
                if not ready.poll(100):
                    continue
                data = os.read(self._master, 65536)
                with self._news:
                    self.chunks.append(Chunk(time.monotonic(), data))
                    self._news.notify()
                if _ASKS_SYNC in data:
                    os.write(self._master, _HAS_SYNC)
                if _ASKS_MARGINS in data and self._has_margins:
                    os.write(self._master, _HAS_MARGINS)
                continue
            time.sleep(0.01)  # the program has not opened its side yet, or has left

    @property
    def cpu(self) -> float:
        """Processor seconds so far."""
        return process.cpu_seconds(self.pid)

    @property
    def written(self) -> int:
        """Bytes so far."""
        return sum(len(chunk.data) for chunk in self.chunks)

    def keys(self, text: str) -> float:
        """Press these keys; when."""
        now = time.monotonic()
        os.write(self._master, text.encode())
        return now

    def look(self) -> None:
        """Draw what has come since the last look, chunk by chunk, and note what appears."""
        while self._drawn < len(self.chunks):
            chunk = self.chunks[self._drawn]
            self._drawn += 1
            self.screen.feed(chunk.data)
            self._note(chunk.at)

    def _note(self, at: float) -> None:
        before = sum(self._letters)
        for row in self.screen.dirty:
            text = self.screen.text(row)
            self._letters[row] = text.count(KEY)
            for number in NUMBERED.findall(text):
                self.seen.words.setdefault(number, at)
        self.screen.dirty.clear()
        if (letters := sum(self._letters)) != before:
            self.seen.keys.append((at, letters))

    def wait_until(self, is_so: Callable[[], bool], what: str) -> float:
        """Wait until something shows on the screen; when the chunk that showed it came."""
        deadline = time.monotonic() + PATIENCE
        while True:
            while self._drawn < len(self.chunks):
                chunk = self.chunks[self._drawn]
                self._drawn += 1
                self.screen.feed(chunk.data)
                self._note(chunk.at)
                if is_so():
                    return chunk.at
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StuckError(f"waited in vain for {what}:\n{self.screen.display}")
            with self._news:
                if self._drawn == len(self.chunks):
                    self._news.wait(0.2)

    def wait_for(self, words: str) -> float:
        """Wait until `words` stand on the screen."""
        return self.wait_until(lambda: words in self.screen.display, f"“{words}”")

    def first_paint(self, words: str) -> float:
        """Seconds from the start until `words` stood on the screen; infinity if they never did."""
        try:
            return self.wait_for(words) - self.started
        except StuckError:
            return float("inf")

    def wait_a_while(self, is_so: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait for something that may never come."""
        deadline = time.monotonic() + seconds
        self.look()
        while not is_so() and time.monotonic() < deadline:
            time.sleep(0.02)
            self.look()

    @property
    def letters(self) -> int:
        """How many typed letters stand on the screen."""
        return sum(self._letters)

    def settle(self, *, window: float = 0.5, share: float = 0.04) -> None:
        """Wait until it has nothing to do any more."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            cpu, chunks = self.cpu, len(self.chunks)
            time.sleep(window)
            if self.cpu - cpu < share * window and len(self.chunks) - chunks < 4:
                return
        raise StuckError(f"never quiet:\n{self.screen.display}")
