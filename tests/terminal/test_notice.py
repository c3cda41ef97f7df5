"""A notice is one safe sequence, and there is none over ssh unless it was asked for."""

from __future__ import annotations

import pytest

from hq_tui.terminal.notifications import Notice, choose, encode
from tests.terminal.hostile import Hostile, corpus, offences


@pytest.mark.parametrize(
    ("wish", "environment", "notice"),
    [
        (Notice.AUTO, {"SSH_TTY": "x", "TERM_PROGRAM": "iTerm.app"}, Notice.OFF),
        (Notice.BELL, {"SSH_CONNECTION": "x"}, Notice.BELL),
        (Notice.OFF, {"TERM_PROGRAM": "iTerm.app"}, Notice.OFF),
        (Notice.AUTO, {"TERM_PROGRAM": "iTerm.app"}, Notice.OSC9),
        (Notice.AUTO, {"TERM": "xterm-kitty"}, Notice.OSC9),
        (Notice.AUTO, {"TERM": "rxvt-unicode"}, Notice.OSC777),
        (Notice.AUTO, {"TERM": "xterm-kitty", "TMUX": "t"}, Notice.BELL),
        (Notice.AUTO, {"TERM": "xterm"}, Notice.BELL),
    ],
)
def test_the_way_to_call_fits_the_surroundings(
    wish: Notice, environment: dict[str, str], notice: Notice
) -> None:
    assert choose(wish, environment) is notice


@pytest.mark.parametrize(
    ("notice", "sequence"),
    [
        (Notice.OFF, ""),
        (Notice.AUTO, ""),
        (Notice.BELL, "\x07"),
        (Notice.OSC9, "\x1b]9;hq-tui: reply done\x07"),
        (Notice.OSC777, "\x1b]777;notify;hq-tui;reply done\x07"),
    ],
)
def test_each_way_has_its_sequence(notice: Notice, sequence: str) -> None:
    assert encode(notice, "hq-tui", "reply done") == sequence


@pytest.mark.parametrize("notice", [Notice.OSC9, Notice.OSC777])
@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_a_text_cannot_leave_its_notice(notice: Notice, hostile: Hostile) -> None:
    sequence = encode(notice, hostile.text, hostile.text)
    assert sequence[:2] == "\x1b]"
    assert sequence[-1] == "\x07"
    assert offences(sequence[2:-1]) == []
    assert sequence.count(";") == (1 if notice is Notice.OSC9 else 3)


def test_a_text_cannot_become_another_command() -> None:
    assert not encode(Notice.OSC9, "4;1", "50").startswith("\x1b]9;4;")
    assert encode(Notice.OSC9, "", "x") == "\x1b]9;notice: x\x07"
