"""Signals, and handing a terminal back in one piece.

A signal that nobody handles ends the process where it stands: the terminal stays raw, on
the other screen, with the mouse reporting. So every signal that asks us to go is turned
into a call on the loop, and the app leaves as it always does. When that cannot happen any
more, `restore_terminal` repairs what was left; it is safe to use on a terminal that needs
no repair.
"""

from __future__ import annotations

import asyncio
import os
import signal
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TextIO

HANDLED = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGINT)
"""The signals that are given to the app."""

REPAIR = (
    "\x1b\\"  # end whatever string was being sent
    "\x1b[?2026l"  # show what is drawn
    "\x1b[<u"  # the keyboard speaks the old way; each screen has its own setting
    "\x1b7\x1b[?69l\x1b[r\x1b8"  # the whole screen scrolls, and the cursor stays
    "\x1b7\x1b[?1049l"  # the shell's screen; one that is there already keeps its cursor
    "\x1b]8;;\x1b\\\x1b[m\x0f\x1b(B"  # no link, no colours, plain letters
    "\x1b[?25h\x1b[?7h"  # a cursor, and lines that wrap
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # no mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # no reports of focus, pastes, sizes
    "\x1b[?1l\x1b>"  # plain arrow keys and keypad
)
"""Sequences that put a terminal right, whatever state a full-screen program left it in."""

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"
"""The `TEXTUAL_DRIVER` of textual-serve: the terminal is a page in a browser."""


def exit_code(number: int) -> int:
    """The code that a process ended by signal `number` returns to its shell."""
    return 128 + number


def install(
    loop: asyncio.AbstractEventLoop, on_signal: Callable[[int], None]
) -> Callable[[], None]:
    """Call `on_signal` with its number for every handled signal; returns the way back."""
    for number in HANDLED:
        loop.add_signal_handler(number, on_signal, int(number))

    def remove() -> None:
        for number in HANDLED:
            loop.remove_signal_handler(number)

    return remove


def wait_for_foreground() -> None:
    """Stand still until the job has the terminal; one that goes on behind it may not draw."""
    with suppress(OSError):
        while os.tcgetpgrp(0) != os.getpgrp():
            os.kill(os.getpid(), signal.SIGSTOP)


def restore_terminal(
    output: TextIO, input_number: int | None = None, as_found: list[Any] | None = None
) -> bool:
    """Repair the terminal at `output`, and line editing at `input_number` if it is given.

    The line is set `as_found` where that is known. Returns whether the terminal took it;
    one that is gone needs no repair. Any thread may call.
    """
    # A shell may have the terminal by now; touching its settings would otherwise stop us.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        output.write(REPAIR)
        output.flush()
        if input_number is not None:
            wanted = as_found or line_editing(termios.tcgetattr(input_number))
            termios.tcsetattr(input_number, termios.TCSADRAIN, wanted)
    except (OSError, ValueError, termios.error):
        return False
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTTOU})
    return True


def line_editing(attributes: list[Any]) -> list[Any]:
    """Terminal `attributes` with what a shell expects: echo, lines, signals, CR and LF."""
    incoming, outgoing, control, local, *rest = attributes
    incoming = (incoming | termios.ICRNL | termios.IXON) & ~(termios.INLCR | termios.IGNCR)
    outgoing |= termios.OPOST | termios.ONLCR
    local |= termios.ECHO | termios.ECHOE | termios.ECHOK
    local |= termios.ICANON | termios.ISIG | termios.IEXTEN
    return [incoming, outgoing, control, local, *rest]


def terminal_problem(stdin: TextIO, stderr: TextIO, environment: Mapping[str, str]) -> str | None:
    """The reason that a full-screen app cannot run here, for people; None if it can.

    Textual reads from stdin and draws on stderr; stdout may well be a pipe. In a browser
    everything is.
    """
    if is_in_browser(environment):
        return None
    for stream, name in ((stdin, "standard input"), (stderr, "standard error")):
        try:
            is_terminal = stream.isatty()
        except (OSError, ValueError):
            is_terminal = False
        if not is_terminal:
            return f"{name} is not a terminal"
    term = environment.get("TERM", "")
    if not term:
        return "TERM is not set, so nothing is known about this terminal"
    if term in ("dumb", "unknown"):
        return f"this terminal (TERM={term}) cannot show a full screen"
    return None


def is_in_browser(environment: Mapping[str, str]) -> bool:
    """True if the app is shown by a browser, over pipes and not on a terminal."""
    return environment.get("TEXTUAL_DRIVER") == WEB_DRIVER
