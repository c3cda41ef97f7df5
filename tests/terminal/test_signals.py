"""Signals reach the app, and a terminal can be repaired."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import signal
import termios
from collections.abc import Iterator

import pyte
import pytest

from hq_tui.terminal import signals
from hq_tui.terminal.signals import HANDLED, REPAIR, exit_code, restore_terminal, terminal_problem


@pytest.mark.parametrize("number", HANDLED)
async def test_every_handled_signal_reaches_the_app(number: signal.Signals) -> None:
    heard: asyncio.Queue[int] = asyncio.Queue()
    remove = signals.install(asyncio.get_running_loop(), heard.put_nowait)
    try:
        os.kill(os.getpid(), number)
        assert await asyncio.wait_for(heard.get(), 5) == number
        os.kill(os.getpid(), number)
        assert await asyncio.wait_for(heard.get(), 5) == number, "and a second time"
    finally:
        remove()
    assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_exit_code_names_the_signal(number: int, code: int) -> None:
    assert exit_code(number) == code


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    for number in (ours, theirs):
        try:
            os.close(number)
        except OSError:
            pass  # the test closed it itself


def test_a_raw_terminal_edits_lines_again(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    attributes = termios.tcgetattr(theirs)
    attributes[0] &= ~(termios.ICRNL | termios.IXON)
    attributes[1] &= ~termios.OPOST
    attributes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    with os.fdopen(os.dup(theirs), "w") as output:
        assert restore_terminal(output, theirs)
    incoming, outgoing, _, local, *_ = termios.tcgetattr(theirs)
    assert incoming & termios.ICRNL
    assert outgoing & termios.OPOST
    assert local & termios.ECHO
    assert local & termios.ICANON
    assert local & termios.ISIG
    assert os.read(ours, 4096).decode() == REPAIR


def test_a_terminal_that_is_gone_needs_no_repair(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    output = os.fdopen(os.dup(theirs), "w")
    os.close(ours)
    assert not restore_terminal(output, theirs)
    with pytest.raises(OSError, match="Input/output"):
        output.close()


def test_every_mode_that_is_left_on_is_switched_off() -> None:
    screen = pyte.Screen(20, 4)
    fresh = set(screen.mode)
    stream = pyte.Stream(screen)
    stream.feed(
        "$ ls\r\n\x1b[?25l\x1b[?7l\x1b[?1h\x1b[?1003h\x1b[?2004h\x1b[?1004h\x1b[2;3r\x1b[7m"
    )
    assert screen.mode != fresh, "or this test could not fail"
    stream.feed(REPAIR)
    assert screen.mode == fresh
    assert screen.margins is None
    assert not screen.cursor.attrs.reverse


def test_a_terminal_that_needs_no_repair_keeps_its_cursor() -> None:
    screen = pyte.Screen(20, 4)
    # pyte alone writes the letter of the keyboard's sequence.
    pyte.Stream(screen).feed("one\r\ntwo" + REPAIR.replace("\x1b[<u", ""))
    assert (screen.cursor.x, screen.cursor.y) == (3, 1)


class Stream(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


CLOSED = Stream(True)
CLOSED.close()
CLOSED.isatty = io.StringIO.isatty.__get__(CLOSED)  # type: ignore[method-assign]  # it raises


@pytest.mark.parametrize(
    ("stdin", "stderr", "environment", "problem"),
    [
        (Stream(True), Stream(True), {"TERM": "xterm"}, None),
        (Stream(False), Stream(True), {"TERM": "xterm"}, "standard input is not a terminal"),
        (Stream(True), Stream(False), {"TERM": "xterm"}, "standard error is not a terminal"),
        (CLOSED, Stream(True), {"TERM": "xterm"}, "standard input is not a terminal"),
        (Stream(True), Stream(True), {}, "TERM is not set"),
        (Stream(True), Stream(True), {"TERM": "dumb"}, "TERM=dumb"),
    ],
)
def test_a_terminal_that_cannot_be_used_gets_a_clear_word(
    stdin: Stream, stderr: Stream, environment: dict[str, str], problem: str | None
) -> None:
    said = terminal_problem(stdin, stderr, environment)
    assert said == problem if problem is None else said is not None and problem in said
