"""A real tmux as a terminal to compare with, fed and read over its control mode."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 20.0
"""Seconds after which a tmux that does not end by itself is killed."""

AT_ONCE = 800
"""Characters that tmux is sure to read at once: it joins emoji only within what it reads."""


class Pane:
    """One pane: what is written to it, and the screen that tmux makes of it."""

    def __init__(self, control: Control, name: str, pipe: Path) -> None:
        self._control = control
        self._name = name
        self._written = 0
        self._pipe = os.open(pipe, os.O_RDWR)

    def feed(self, data: str) -> None:
        """Show `data`, which comes through a line discipline; wait until all of it was read."""
        piece = ""
        for part in re.split("(?=\x1b)", data.replace("\n", "\r\n")):
            if len(piece) + len(part) > AT_ONCE:
                self._show(piece)
                piece = ""
            piece += part
        self._show(piece)

    def _show(self, piece: str) -> None:
        self._written += 1
        waited_for = f"read{self._written}"
        os.write(self._pipe, f"{piece}\x1b]2;{waited_for}\x1b\\".encode())
        title = ["display-message", "-p", "-t", self._name, "'#{pane_title}'"]
        while self._control.ask(*title) != [waited_for]:
            pass

    def rows(self) -> list[str]:
        """The screen, row by row, with the sequences that style it."""
        return self._control.ask("capture-pane", "-e", "-N", "-p", "-t", self._name)

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the next character goes."""
        told = self._control.ask(
            "display-message", "-p", "-t", self._name, "'#{cursor_x} #{cursor_y}'"
        )
        x, y = told[0].split()
        return int(x), int(y)

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._pipe)


class Control:
    """The control mode of a tmux server of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, *words: str) -> list[str]:
        """Give tmux one command; the lines it answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> list[str]:
        """The lines of the next answer; what tmux tells by itself is passed over."""
        assert self._process.stdout is not None
        lines: list[str] | None = None
        for told in self._process.stdout:
            line = told.removesuffix("\n")
            if line.startswith("%begin "):
                lines = []
            elif line.startswith("%error "):
                raise AssertionError(f"tmux: {lines}")
            elif line.startswith("%end "):
                return lines or []
            elif lines is not None:
                lines.append(line)
        raise AssertionError("tmux ended")


def reading(pipe: Path) -> str:
    """The command that writes what comes from `pipe` to its terminal as it is."""
    return f"stty -opost -echo && exec cat {pipe}"


@contextmanager
def panes(folder: Path, width: int, height: int, count: int = 2) -> Iterator[list[Pane]]:
    """So many panes of this size, each in a window of its own."""
    server = ["tmux", "-S", str(folder / "tmux"), "-f", os.devnull, "-u"]
    size = ["-x", str(width), "-y", str(height)]
    pipes = [folder / f"pipe{number}" for number in range(count)]
    for pipe in pipes:
        os.mkfifo(pipe, 0o600)
    process = subprocess.Popen(
        [*server, "-C", "new-session", *size, reading(pipes[0])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
    )
    control = Control(process)
    opened: list[Pane] = []
    try:
        control.answer()
        control.ask("refresh-client", "-f", "no-output", "-C", f"{width}x{height}")
        for pipe in pipes[1:]:
            control.ask("new-window", "-d", f"'{reading(pipe)}'")
        opened += [Pane(control, f":{number}", pipe) for number, pipe in enumerate(pipes)]
        yield opened
    finally:
        for pane in opened:
            pane.close()
        with suppress(OSError, AssertionError):
            control.ask("kill-server")
        process.communicate(timeout=PATIENCE)
