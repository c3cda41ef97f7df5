"""A real xterm as a terminal to compare with, on a display of its own, fed through pipes.

It is asked for the checksum of each cell (DECRQCRA), which tells the character with its marks
and whether it is bold, underlined, blinking, reversed or hidden. Colours are not in it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.readable import is_readable

PATIENCE = 20.0
"""Seconds after which an answer counts as missing."""

Cells = tuple[list[bytes], bytes]
"""The checksums of all cells, row by row, and where the cursor is."""

BOLD_BLANK, BLANK = b"FF60", b"FFE0"
_CHECKSUM = re.compile(rb"\x1bP\d+!~([0-9A-F]{4})\x1b\\")
_CURSOR = re.compile(rb"\x1b\[(\d+;\d+)R")


class Window:
    """One xterm: what is written to it, and the screen that it makes of it."""

    def __init__(self, keys: Path, output: Path, width: int, height: int) -> None:
        self._output = os.open(output, os.O_RDWR)
        self._keys = os.open(keys, os.O_RDWR)
        self._places = [(x, y) for y in range(1, height + 1) for x in range(1, width + 1)]

    def feed(self, data: str) -> None:
        """Show `data`, which comes through a line discipline."""
        os.write(self._output, data.replace("\n", "\r\n").encode())

    def seen(self) -> Cells:
        """What stands there now. A blank that is bold looks like any other."""
        asked = [f"\x1b[1;1;{y};{x};{y};{x}*y" for x, y in self._places]
        os.write(self._output, ("".join(asked) + "\x1b[6n").encode())
        answer = b""
        while not (cursor := _CURSOR.search(answer)):
            assert is_readable(self._keys, PATIENCE), f"xterm does not answer: {answer[-80:]!r}"
            answer += os.read(self._keys, 65536)
        told = [BLANK if sum_ == BOLD_BLANK else sum_ for sum_ in _CHECKSUM.findall(answer)]
        assert len(told) == len(self._places)
        return told, cursor[1]

    def close(self) -> None:
        """Let go of the pipes."""
        os.close(self._output)
        os.close(self._keys)


@contextmanager
def windows(folder: Path, width: int, height: int, count: int = 2) -> Iterator[list[Window]]:
    """So many windows of this size, each with a small font, on a display that nobody sees."""
    with ExitStack() as stack:
        reading, writing = os.pipe()
        server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-nolisten"]
        display = _started(stack, [*server, "tcp"], {}, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, f"no display: {display.poll()}"
        opened = []
        for window in range(count):
            output, keys = folder / f"output{window}", folder / f"keys{window}"
            os.mkfifo(output, 0o600)
            os.mkfifo(keys, 0o600)
            opened.append(Window(keys, output, width, height))
            stack.callback(opened[-1].close)
            inside = f"stty raw -echo; cat {output} & exec cat > {keys}"
            command = ["xterm", "-u8", "-geometry", f"{width}x{height}"]
            command += ["-xrm", "*allowWindowOps: true", "-xrm", "*disallowedWindowOps: 1"]
            environment = {"DISPLAY": f":{number}", "LC_ALL": "C.UTF-8"}
            _started(stack, [*command, "-e", "sh", "-c", inside], environment)
        yield opened


def _started(
    stack: ExitStack, command: list[str], more: dict[str, str], pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """A process that ends with `stack`."""
    process = subprocess.Popen(
        command, env={**os.environ, **more}, stderr=subprocess.DEVNULL, pass_fds=pass_fds
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process
