"""Asking a terminal what it can do, outside the app.

Every terminal answers the last question (what it is); the answers that came before that one
are all there will be. One that answers nothing is not waited for long.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from dataclasses import dataclass

from hq_tui.terminal.input_parser import BACKGROUND_QUESTION, light_background

QUESTIONS = b"\x1b[?2026$p\x1b[?u" + BACKGROUND_QUESTION.encode() + b"\x1b[c"
PATIENCE = 0.5
"""Seconds for all answers."""

_LAST = re.compile(rb"\x1b\[\?[\d;]*c")
_SYNC = re.compile(rb"\x1b\[\?2026;[12]\$y")
_KEYS = re.compile(rb"\x1b\[\?\d+u")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityAnswer:
    """A terminal's answer about what it can do."""

    synchronises: bool
    reports_keys: bool
    is_light: bool | None
    """True if its background is light; None if it does not say."""


def ask_terminal(incoming: int, outgoing: int) -> CapabilityAnswer | None:
    """Ask the terminal behind these two files; None if it says nothing in time."""
    try:
        before = termios.tcgetattr(incoming)
        tty.setcbreak(incoming, termios.TCSANOW)
    except (OSError, termios.error):
        return None
    try:
        os.write(outgoing, QUESTIONS)
        heard = _listen(incoming)
    except OSError:
        return None
    finally:
        termios.tcsetattr(incoming, termios.TCSANOW, before)
    if not heard:
        return None
    return CapabilityAnswer(
        synchronises=bool(_SYNC.search(heard)),
        reports_keys=bool(_KEYS.search(heard)),
        is_light=light_background(heard.decode("ascii", "replace")),
    )


def _listen(incoming: int) -> bytes:
    heard = b""
    end = time.monotonic() + PATIENCE
    while not _LAST.search(heard):
        wait = end - time.monotonic()
        if wait <= 0 or not select.select([incoming], [], [], wait)[0]:
            break
        data = os.read(incoming, 4096)
        if not data:
            break
        heard += data
    return heard
