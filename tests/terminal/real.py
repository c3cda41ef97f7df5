"""A program in a real pseudo-terminal, and everything it wrote there."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import sys
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.readable import is_readable

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds after which a program that does not do its part fails the test."""


class Terminal:
    """Our end of the line."""

    def __init__(self, process: int, number: int, width: int, height: int) -> None:
        self.process = process
        self.output = ""
        self._number = number
        self._decode = getincrementaldecoder("utf-8")().decode
        self._status: int | None = None
        self.resize(width, height)

    def resize(self, width: int, height: int) -> None:
        """Be another size; the program is told."""
        self.width, self.height = width, height
        size = struct.pack("HHHH", height, width, 0, 0)
        fcntl.ioctl(self._number, termios.TIOCSWINSZ, size)

    def send(self, text: str) -> None:
        """Type `text`."""
        os.write(self._number, text.encode())

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.process, number)

    def read_until(self, found: Callable[[str], bool], patience: float = PATIENCE) -> bool:
        """Read until `found` is true of all output; whether that came before the end."""
        end = time.monotonic() + patience
        while not found(self.output):
            wait = end - time.monotonic()
            if wait <= 0 or not self._read(wait):
                return found(self.output)
        return True

    def _read(self, wait: float) -> bool:
        if not is_readable(self._number, wait):
            return True
        try:
            data = os.read(self._number, 65536)
        except OSError:
            return False
        if b"\x1b[?2026$p" in data:
            os.write(self._number, b"\x1b[?2026;2$y")
        self.output += self._decode(data)
        return bool(data)

    def exit_code(self) -> int:
        """How the program ended; negative for a signal."""
        self.read_until(lambda _: False)
        if self._status is None:
            self._status = os.waitpid(self.process, 0)[1]
        return os.waitstatus_to_exitcode(self._status)

    def close(self) -> None:
        """Hang up, and leave nothing behind."""
        os.close(self._number)
        if self._status is None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


@contextmanager
def running(
    *wanted: str, width: int = 80, height: int = 24, **environment: str
) -> Iterator[Terminal]:
    """The sample app in a terminal of its own, ready."""
    process, number = pty.fork()
    if not process:
        os.chdir(ROOT)
        os.environ.update(environment, COLUMNS="", LINES="")
        command = [sys.executable, "-m", "tests.terminal.sample_app", *wanted]
        os.execv(sys.executable, command)
    terminal = Terminal(process, number, width, height)
    try:
        assert terminal.read_until(lambda output: "READY" in output), terminal.output[-2000:]
        yield terminal
    finally:
        terminal.close()
