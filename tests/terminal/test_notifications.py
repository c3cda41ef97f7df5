"""A notice is one safe sequence, and there is none over ssh unless it was asked for."""

from __future__ import annotations

import pytest

from hq_tui.terminal.notifications import Notification, choose, encode
from tests.terminal.hostile import Hostile, corpus, offences


@pytest.mark.parametrize(
    ("wish", "environment", "notice"),
    [
        (Notification.AUTO, {"SSH_TTY": "x", "TERM_PROGRAM": "iTerm.app"}, Notification.OFF),
        (Notification.BELL, {"SSH_CONNECTION": "x"}, Notification.BELL),
        (Notification.OFF, {"TERM_PROGRAM": "iTerm.app"}, Notification.OFF),
        (Notification.AUTO, {"TERM_PROGRAM": "iTerm.app"}, Notification.OSC9),
        (Notification.AUTO, {"TERM": "xterm-kitty"}, Notification.OSC9),
        (Notification.AUTO, {"TERM": "rxvt-unicode"}, Notification.OSC777),
        (Notification.AUTO, {"TERM": "xterm-kitty", "TMUX": "t"}, Notification.BELL),
        (Notification.AUTO, {"TERM": "xterm"}, Notification.BELL),
    ],
)
def test_the_way_to_call_fits_the_surroundings(
    wish: Notification, environment: dict[str, str], notice: Notification
) -> None:
    assert choose(wish, environment) is notice


@pytest.mark.parametrize(
    ("notice", "sequence"),
    [
        (Notification.OFF, ""),
        (Notification.AUTO, ""),
        (Notification.BELL, "\x07"),
        (Notification.OSC9, "\x1b]9;hq-tui: reply done\x07"),
        (Notification.OSC777, "\x1b]777;notify;hq-tui;reply done\x07"),
    ],
)
def test_each_way_has_its_sequence(notice: Notification, sequence: str) -> None:
    assert encode(notice, "hq-tui", "reply done") == sequence


@pytest.mark.parametrize("notice", [Notification.OSC9, Notification.OSC777])
@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_a_text_cannot_leave_its_notice(notice: Notification, hostile: Hostile) -> None:
    sequence = encode(notice, hostile.text, hostile.text)
    assert sequence[:2] == "\x1b]"
    assert sequence[-1] == "\x07"
    assert offences(sequence[2:-1]) == []
    assert sequence.count(";") == (1 if notice is Notification.OSC9 else 3)


def test_a_text_cannot_become_another_command() -> None:
    assert not encode(Notification.OSC9, "4;1", "50").startswith("\x1b]9;4;")
    assert encode(Notification.OSC9, "", "x") == "\x1b]9;notice: x\x07"
