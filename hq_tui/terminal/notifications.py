"""A word to someone who looks elsewhere: the reply is done.

Terminals know three ways: the bell, and two escape sequences with a text. The text may
come from outside, so it is made one safe line first. Over ssh nothing is sent unless it was
asked for: what rings or pops up there is someone else's desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from hq_tui.core.text.sanitize import one_line

MAX_NOTICE = 120
"""The longest text of a notice, in characters."""

_SPEAKS_OSC_9 = ("iTerm.app", "WezTerm", "ghostty", "vscode", "WarpTerminal")


class Notification(StrEnum):
    """A way to call the person."""

    AUTO = "auto"
    OFF = "off"
    BELL = "bell"
    OSC9 = "osc9"
    OSC777 = "osc777"


def choose(wish: Notification, environment: Mapping[str, str]) -> Notification:
    """The way to call in this environment, if the reader wishes `wish`."""
    if wish is not Notification.AUTO:
        return wish
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return Notification.OFF
    if environment.get("TMUX") or environment.get("STY"):
        return Notification.BELL
    if environment.get("TERM_PROGRAM") in _SPEAKS_OSC_9 or "kitty" in environment.get("TERM", ""):
        return Notification.OSC9
    if environment.get("TERM", "").startswith(("rxvt", "foot")):
        return Notification.OSC777
    return Notification.BELL


def encode(notice: Notification, title: str, body: str) -> str:
    """The sequence that calls with `title` and `body`; empty for none."""
    title, body = _plain(title), _plain(body)
    match notice:
        case Notification.BELL:
            return "\x07"
        case Notification.OSC9:
            # A text that begins with a number would be another command.
            return f"\x1b]9;{title or 'notice'}: {body}\x07"
        case Notification.OSC777:
            return f"\x1b]777;notify;{title};{body}\x07"
        case _:
            return ""


def _plain(text: str) -> str:
    """`text` on one line, without what separates the parts of a notice."""
    return one_line(text, MAX_NOTICE).replace(";", ",")
