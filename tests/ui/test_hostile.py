"""Text from outside is text: it neither crashes, styles nor commands, wherever it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hq_tui.ui.actions import key_parts
from hq_tui.ui.screens.picker import Choice, matches
from hq_tui.ui.screens.session_picker import SessionPicker
from hq_tui.ui.theme import theme_for
from hq_tui.ui.widgets.bars import first_fitting, fitted
from tests.ui.app_driver import BAD_KEY
from tests.ui.conftest import Playing
from tests.ui.scenes import TIED

HOSTILE = [
    "[b]bold[/b] and list[int]",
    "[/nope]",
    "[@click=app.quit]x[/]",
    "\x1b]52;c;aGk=\x07 and \x1b[2J",
    "right\u202eto left\u2066 and \u200b nothing",
    "\x9b31m \x00 \x7f",
]
"""Words that a terminal or a markup would obey."""


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_are_harmless_everywhere(playing: Playing, words: str) -> None:
    async with playing(size=(120, 40)) as stage:
        await stage.talks(words, f"{words}\n\n{words}?")
        stage.app.view.session.engine.title(words)
        await stage.asks("again")
        await stage.says(replace(BAD_KEY, message=words, hint=words))
        assert_clean(stage.screen_text)
        assert stage.banner.startswith("failed")
        stage.app.view.show_message(words)
        assert_clean(stage.screen_text)
        stage.app.view.chat.composer.put(words)
        await stage.settled()
        assert_clean(stage.screen_text)
        await stage.app.view.session.engine.sync()
        await stage.presses("f2")
        await stage.until(lambda: isinstance(stage.app.screen, SessionPicker))
        await stage.app.workers.wait_for_complete()
        await stage.settled()
        assert_clean(stage.screen_text)
        assert stage.app._exit is False


async def test_brackets_are_shown_as_they_are(playing: Playing) -> None:
    async with playing(size=(120, 40)) as stage:
        await stage.talks("a[b]c list[int] [/x]", TIED)
        assert "a[b]c list[int] [/x]" in stage.screen_text.splitlines()[0]
        stage.app.view.show_message("[b]not bold[/]")
        await stage.settled()
        assert stage.banner.startswith("[b]not bold[/]")


def assert_clean(screen: str) -> None:
    """No character on the screen that a terminal would obey or a reader could not see."""
    bad = [char for char in screen if not char.isprintable() and char != "\n"]
    assert bad == []


SIZES = [(120, 40), (20, 5), (160, 50), (1, 1), (79, 23), (40, 12), (3, 200), (300, 3), (100, 30)]


async def test_any_size_after_any_other_draws_the_same_as_at_once(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        await stage.talks("A question of mine.", TIED)
        await stage.pilot.pause()
        before = stage.screen_text
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
        await stage.pilot.pause()
        await stage.settled()
        assert stage.screen_text == before


async def test_a_tiny_screen_takes_a_message_and_shows_the_reply(playing: Playing) -> None:
    async with playing(size=(20, 5)) as stage:
        await stage.presses(*"why", "enter")
        await stage.replies("Because?")
        assert "Because?" in stage.screen_text
        assert "your turn" in stage.screen_text


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("short", 10, "short"),
        ("too long for it", 8, "too lon…"),
        ("日本語のテキスト", 9, "日本語の…"),
        ("two\nlines", 20, "two lines"),
        ("anything", 1, "…"),
    ],
)
def test_a_row_is_shortened_by_columns(text: str, cells: int, shown: str) -> None:
    assert fitted(text, cells) == shown


def test_the_longest_that_fits_is_taken() -> None:
    assert first_fitting(("long form", "short"), 6) == "short"
    assert first_fitting(("long form", "short"), 3) == ""


def test_the_key_row_leaves_out_whole_keys() -> None:
    wanted = [("send", "send"), ("help", "help"), ("palette", "commands")]
    assert "".join(text for text, _ in key_parts(wanted, {}, 24)) == "Enter send  F1 help"


def test_a_choice_is_found_by_any_of_its_words() -> None:
    choice = Choice(id="1", label="2026 examine", words="Rust rewrite")
    assert matches("rust 2026", f"{choice.label} {choice.words}")
    assert not matches("rust 2027", f"{choice.label} {choice.words}")


@pytest.mark.parametrize(
    ("chosen", "colorfgbg", "theme"),
    [
        ("auto", "", "textual-dark"),
        ("auto", "15;0", "textual-dark"),
        ("auto", "0;15", "textual-light"),
        ("auto", "0;default;7", "textual-light"),
        ("dark", "0;15", "textual-dark"),
        ("light", "", "textual-light"),
        ("ansi-dark", "", "ansi-dark"),
    ],
)
def test_the_theme_is_dark_unless_something_says_light(
    chosen: str, colorfgbg: str, theme: str
) -> None:
    assert theme_for(chosen, {"COLORFGBG": colorfgbg}) == theme
