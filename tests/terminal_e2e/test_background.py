"""Light or dark: what the terminal says of its background, and what the person set."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hq_tui.terminal.input_parser import BACKGROUND_QUESTION, light_background
from tests.support.terminal import Terminal

WHITE, BLACK = "\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1b]11;rgb:0000/0000/0000\x1b\\"
LIGHT, DARK = "e0e0e0", "121212"
"""The grounds that are drawn."""


def ground(terminal: Terminal) -> str:
    """The colour of an empty place on the screen now."""
    assert terminal.rows
    return str(terminal._screen.buffer[8][0].bg)


@pytest.fixture(autouse=True)
def with_all_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")


def asked(terminal: Terminal) -> None:
    """Wait for the question."""
    question = BACKGROUND_QUESTION.encode()
    terminal.wait_until(lambda: question in terminal.written, "the question")


@pytest.mark.parametrize(
    ("answer", "environment", "settings", "drawn"),
    [
        ("", "", "", DARK),
        ("", "0;15", "", LIGHT),
        (WHITE, "", "", LIGHT),
        (BLACK, "0;15", "", DARK),
        (WHITE, "", "dark", DARK),
        (BLACK, "", "light", LIGHT),
    ],
    ids=["silent", "silent in light", "light", "dark beats a number", "set dark", "set light"],
)
def test_the_first_picture_has_the_ground_of_the_terminal(
    answer: str,
    environment: str,
    settings: str,
    drawn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLORFGBG", environment)
    if settings:
        Path(os.environ["HQ_TUI_CONFIG"]).write_text(f'theme = "{settings}"\n')
    with Terminal() as terminal:
        asked(terminal)
        terminal.keys(answer)
        terminal.wait_for("F1 help")
        terminal.keys("x")
        terminal.wait_for("❯ x")
        assert ground(terminal) == drawn


def test_a_late_answer_changes_the_colours_once_and_is_no_key() -> None:
    with Terminal() as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("one")
        terminal.wait_for("❯ one")
        assert ground(terminal) == DARK
        terminal.keys(f"t{WHITE[:9]}")
        terminal.keys(f"{WHITE[9:]}wo")
        terminal.wait_for("❯ onetwo")
        terminal.wait_until(lambda: ground(terminal) == LIGHT, "the light ground")
        assert "rgb" not in terminal.text
        terminal.keys(f"{WHITE}x")
        terminal.wait_for("❯ onetwox")
        assert ground(terminal) == LIGHT


def test_nothing_is_drawn_twice_when_the_answer_is_what_was_thought() -> None:
    with Terminal() as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("one")
        terminal.wait_for("❯ one")
        before = len(terminal.written)
        terminal.keys(f"{BLACK}x")
        terminal.wait_for("❯ onex")
        assert len(terminal.written) - before < 100
        assert ground(terminal) == DARK


@pytest.mark.parametrize(
    ("told", "is_light"),
    [
        (WHITE, True),
        (BLACK, False),
        ("\x1b]11;rgb:fd/f6/e3\x07", True),
        ("\x1b]11;rgb:00/2b/36\x1b\\", False),
        ("\x1b]11;rgba:FFFF/FFFF/FFFF/8000\x07", True),
        ("\x9d11;rgb:f/f/f\x9c", True),
        ("\x1b]11;rgb:0000/ffff/0000\x07", True),
        ("\x1b]11;rgb:0000/0000/ffff\x07", False),
        ("\x1b]10;rgb:ffff/ffff/ffff\x07", None),
        ("\x1b]11;rgb:fffff/0/0\x07", None),
        ("\x1b]11;?\x07", None),
        ("\x1b]111;rgb:f/f/f\x07", None),
    ],
)
def test_what_is_told_of_a_background_is_understood(told: str, is_light: bool | None) -> None:
    assert light_background(told) is is_light
