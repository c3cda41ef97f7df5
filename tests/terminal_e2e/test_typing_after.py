"""On a terminal, what is typed lands in the composer after whatever the mouse has done."""

from __future__ import annotations

import pytest

from tests.support.ready import Ready
from tests.support.terminal import Terminal

PRESS, RELEASE = "\x1b[<0;{};{}M", "\x1b[<0;{};{}m"
DRAG, WHEEL = "\x1b[<32;{};{}M", "\x1b[<64;{};{}M"
BEFORE = {
    "a click": PRESS.format(10, 5) + RELEASE.format(10, 5),
    "a selection": PRESS.format(6, 4) + DRAG.format(30, 5) + RELEASE.format(30, 5),
    "Shift+Tab": "\x1b[Z",
    "the wheel": WHEEL.format(10, 5),
    "another window and back": "\x1b[O\x1b[I",
}


@pytest.mark.parametrize("before", BEFORE)
def test_what_is_typed_and_pasted_lands_in_the_composer(before: str, ready: Ready) -> None:
    with Terminal("--rehearse", ready=ready) as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("Is it slow?\r")
        terminal.wait_for("your turn")
        terminal.keys(BEFORE[before])
        terminal.keys("x")
        terminal.wait_for("❯ x")
        terminal.keys(BEFORE[before])
        terminal.keys("\x1b[200~pasted\x1b[201~")
        terminal.wait_for("❯ xpasted")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0


@pytest.mark.parametrize("typed", ["Is it slow", "ist 中文 é", "\x1b[200~a paste\x1b[201~"])
def test_what_is_typed_before_the_first_picture_stands_in_the_composer(typed: str) -> None:
    with Terminal("--rehearse") as terminal:
        terminal.keys(typed)
        terminal.wait_for("F1 help")
        shown = typed.removeprefix("\x1b[200~").removesuffix("\x1b[201~")
        terminal.wait_for(f"❯ {shown}")
        terminal.keys("!")
        terminal.wait_for(f"❯ {shown}!")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
