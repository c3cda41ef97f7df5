"""The program on a terminal: a real one to the kernel, an emulated one to the eye.

It runs in a session of its own on a pty, as under ssh. What it writes is kept, drawn on
an emulated screen, and searched for the modes it set and took back. Waiting is always for
something, with a deadline far beyond what a busy machine needs.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pyte

from tests.support.program import command, surroundings
from tests.support.readable import is_readable
from tests.support.ready import Ready
from tests.support.screen import Screen

PATIENCE = 20.0
"""Seconds after which something that was waited for counts as missing."""

LAUNCH = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)
"""Makes the pty the controlling terminal, which only the process itself can do."""

_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KEYS = re.compile(rb"\x1b\[([<>])[0-9;]*u")
_POINTLESS = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*|\][^\x07\x1b]*)?$")
ON_AT_FIRST = frozenset({7, 25})
"""Private modes that a fresh terminal has on: lines wrap, the cursor shows."""


class Process(Protocol):
    """What a terminal needs of the program that runs on it."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Its exit code, once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, when it has ended."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""

    def kill(self) -> None:
        """Kill it."""


class Terminal:
    """One program on one terminal. Use it as `with Terminal(...) as terminal`."""

    def __init__(
        self,
        *words: str,
        env: Mapping[str, str] = os.environ,
        size: tuple[int, int] = (100, 30),
        argv: Sequence[str] = (),
        ready: Ready | None = None,
    ) -> None:
        self.master, self._slave = pty.openpty()
        columns, rows = size
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.attributes = termios.tcgetattr(self._slave)
        self.written = bytearray()
        self.arrivals: list[tuple[float, int]] = []
        """When something came, on `time.perf_counter`, and how much there was then in all."""
        self._screen = Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._drawn = 0
        self._display: list[str] = []
        """What stands on the screen, while nothing changes it."""
        self._told = 0
        self._lock = threading.Lock()
        self.process: Process
        argv, environment = argv or command(*words), surroundings(env)
        if ready is not None and ready.fits(environment):
            self.process = ready.start([os.ttyname(self._slave)] * 3, argv, environment)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-c", LAUNCH, *argv],
                stdin=self._slave,
                stdout=self._slave,
                stderr=self._slave,
                env=environment,
                start_new_session=True,
            )
        self._closing = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.hang_up()

    def _read(self) -> None:
        """Take what the program writes, at once, as a terminal does."""
        while not self._closing:
            with suppress(OSError, ValueError):
                ready = is_readable(self.master, 0.05)
                if ready:
                    data = os.read(self.master, 65536)
                    with self._lock:
                        self.written += data
                        self.arrivals.append((time.perf_counter(), len(self.written)))

    def rows_after_leaving(self) -> list[str]:
        """What was written after the app left its own screen."""
        after = bytes(self.written).rpartition(b"\x1b[?1049l")[2]
        screen = Screen(self._screen.columns, self._screen.lines)
        pyte.ByteStream(screen).feed(_POINTLESS.sub(b"", after))
        return list(screen.display)

    def wipe(self) -> None:
        """Forget the picture, as a shell that writes over it would."""
        _shown = self.rows
        self._screen.reset()
        self._display = []

    # What a person does

    def keys(self, text: str) -> None:
        """Press these keys."""
        os.write(self.master, text.encode())

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def hang_up(self) -> None:
        """Close the line, as when ssh drops."""
        if self._closing:
            return
        self._closing = True
        self._reader.join()
        os.close(self._slave)
        os.close(self.master)

    def echo(self, key: str) -> float:
        """Press a key that was not pressed yet; the seconds until the terminal has it back."""
        sent, spelt, before = time.perf_counter(), key.encode(), len(self.written)
        self.keys(key)
        self.wait_until(lambda: spelt in self.written[before:] or self._is_over, f"{key} echoed")
        end = self.written.index(spelt, before) + len(spelt)
        return next(when for when, size in list(self.arrivals) if size >= end) - sent

    # What a person sees

    @property
    def frames(self) -> list[tuple[float, str]]:
        """When something came, on `time.perf_counter`, and the screen after it; all since asked."""
        frames = []
        for when, size in self.arrivals[self._told :]:
            self._told += 1
            with self._lock:
                self._draw(size)
            frames.append((when, "\n".join(self._screen.display)))
        return frames

    @property
    def rows(self) -> list[str]:
        """What stands on the screen now."""
        with self._lock:
            self._draw(len(self.written))
            self._display = self._display or list(self._screen.display)
            return self._display.copy()

    @property
    def cursor(self) -> tuple[int, int]:
        """The column and the row of the terminal's own cursor now."""
        with self._lock:
            self._draw(len(self.written))
            return self._screen.cursor.x, self._screen.cursor.y

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        with self._lock:
            self._draw(len(self.written))
            self._screen.resize(rows, columns)
            self._display = []
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _draw(self, size: int) -> None:
        """Draw the first `size` bytes of what was written, but for a sequence half there."""
        data = bytes(self.written[self._drawn : size])
        if not data:
            return
        if unfinished := _UNFINISHED.search(data):
            data = data[: unfinished.start()]
        self._drawn += len(data)
        self._stream.feed(_POINTLESS.sub(b"", data))
        self._display = []

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.rows)

    def wait_for(self, words: str) -> str:
        """Wait until `words` stand on the screen; the screen."""
        self.wait_until(lambda: words in self.text or self._is_over, f"“{words}” on the screen")
        assert words in self.text, f"it ended without “{words}”:\n{self.text}"
        return self.text

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for anything else, looking at it often."""
        wait_until(is_so, lambda: f"{what}; the screen:\n{self.text}")

    def wait_for_end(self) -> int:
        """Wait until the program has ended and all it wrote was read; its exit code."""
        code = self.process.wait(PATIENCE)
        if not self._closing:
            self.wait_until(lambda: not self._has_more(), "the rest of the output")
        return code

    @property
    def _is_over(self) -> bool:
        return self.process.poll() is not None and not self._has_more()

    def _has_more(self) -> bool:
        return is_readable(self.master, 0.0)

    # What the terminal was left in

    @property
    def modes(self) -> set[int]:
        """The private modes that are on."""
        found = set(ON_AT_FIRST)
        with self._lock:
            for numbers, on in _MODE.findall(bytes(self.written)):
                for number in numbers.split(b";"):
                    (found.add if on == b"h" else found.discard)(int(number))
        return found

    @property
    def modes_touched(self) -> set[int]:
        """The private modes that were ever set or taken back."""
        with self._lock:
            found = _MODE.findall(bytes(self.written))
        return {int(number) for numbers, _ in found for number in numbers.split(b";")}

    @property
    def key_modes(self) -> int:
        """How many modes of the keyboard are stacked; no pop goes below none."""
        depth = 0
        with self._lock:
            for way in _KEYS.findall(bytes(self.written)):
                depth = depth + 1 if way == b">" else max(0, depth - 1)
        return depth

    @property
    def discipline(self) -> list[Any]:
        """The line discipline as it is now."""
        return termios.tcgetattr(self._slave)

    def assert_as_found(self) -> None:
        """The terminal is as it was before the program began, once all it wrote was read."""
        found = (self.attributes, set(ON_AT_FIRST), 0)
        self.wait_until(
            lambda: (self.discipline, self.modes, self.key_modes) == found,
            f"the terminal as it was found; modes {self.modes}, keys {self.key_modes}",
        )


def wait_until(is_so: Callable[[], bool], what: Callable[[], str] | str) -> None:
    """Wait for a condition, for as long as a busy machine may take; then say what is missing."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what if isinstance(what, str) else what()}")
        time.sleep(0.02)


def stopped(pid: int) -> bool:
    """Whether a process is stopped by a signal."""
    return _state(pid) == "T"


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1)
"""Signals that ask a program to go."""
