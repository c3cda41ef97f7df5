"""What the screen promises by its design: its keys, its commands, its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Input

from hq_tui.ui.actions import ACTIONS, COMMANDS, commands_like, key_words
from hq_tui.ui.screens.board import BoardScreen
from hq_tui.ui.screens.branches import BranchScreen
from hq_tui.ui.screens.compare import CompareScreen
from hq_tui.ui.screens.help import WORDS, HelpScreen
from hq_tui.ui.screens.picker import PickScreen
from hq_tui.ui.screens.review import ReviewScreen
from hq_tui.ui.screens.session_picker import SessionPicker
from hq_tui.ui.screens.text import TextScreen
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import two_turns

SCREENS = (
    *(BoardScreen, BranchScreen, CompareScreen, HelpScreen),
    *(PickScreen, ReviewScreen, SessionPicker, TextScreen),
)
EATEN = {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+q"}
"""Keys of tmux and screen, and those that some terminals take for flow control."""
KEYS = {
    "Enter": "send", "Ctrl+J": "newline", "Esc": "stop", "Ctrl+C": "interrupt", "Ctrl+D": "leave",
    "Ctrl+Q": "quit", "Ctrl+R": "retry", "Tab": "board", "F1": "help", "Ctrl+P": "palette",
    "F2": "sessions", "F3": "edit_turn", "F5": "hint", "F6": "tell", "F8": "summary",
    "F10": "brief", "Ctrl+L": "redraw", "Ctrl+Z": "suspend", "Ctrl+_": "undo_typing",
    "Ctrl+F": "find", "n": "find_next", "N": "find_previous", "Ctrl+G": "editor",
    "Ctrl+Y": "copy", "Ctrl+O": "fold", "PgUp": "page_up", "PgDn": "page_down", "End": "follow",
    "Alt+Up": "previous_turn", "Alt+Down": "next_turn", "Alt+P": "panel",
}  # fmt: skip
EVERY_DAY = """
    /help /new /sessions /mode /model /effort /attach /hint /tell /skip /why /board /summary
    /finish /brief /review /edit /again /retry /drop /branches /suppose /find /copy /export
    /rename /theme /rehearse /quit
""".split()
BOARD_LETTERS = {"e", "d", "p", "a", "x", "u", "1", "2", "3"}


def bound(screen: type[ModalScreen[Any]]) -> Iterator[tuple[str, str]]:
    """The keys of a screen, one by one, each with what it does."""
    for each in screen.BINDINGS:
        assert isinstance(each, Binding)
        for key in each.key.split(","):
            yield key, each.action


def test_these_keys_do_these_things_and_no_others() -> None:
    assert {action.shown_key: action.name for action in ACTIONS if action.keys} == KEYS


def test_these_commands_are_listed_and_no_others() -> None:
    assert {action.slash for action in commands_like("/")} == set(EVERY_DAY)
    assert COMMANDS[0] == "/"


def eaten_alone(ways: Iterator[tuple[str, str]]) -> set[str]:
    """What can be done by no key but one that a terminal multiplexer takes for itself."""
    keys: dict[str, set[str]] = {}
    for key, what in ways:
        keys.setdefault(what, set()).add(key)
    return {what for what, found in keys.items() if found <= EATEN}


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_that_a_multiplexer_eats_is_the_only_way(screen: type[ModalScreen[Any]]) -> None:
    assert eaten_alone(bound(screen)) == set()


def test_what_such_a_key_does_in_a_session_has_a_command_too() -> None:
    ways = ((key, action.name) for action in ACTIONS for key in action.keys.split(","))
    slashed = {action.name for action in ACTIONS if action.slash}
    assert eaten_alone(ways) <= slashed
    assert eaten_alone(iter([("ctrl+b", "fork"), ("ctrl+a", "all"), ("f2", "all")])) == {"fork"}


@pytest.mark.parametrize("screen", SCREENS)
def test_escape_closes_every_screen_and_q_every_one_without_a_field(
    screen: type[ModalScreen[Any]],
) -> None:
    keys = dict(bound(screen))
    has_field = screen in {BranchScreen, PickScreen, SessionPicker}
    if screen is not BranchScreen:
        assert {"escape", *([] if has_field else ["q"])} <= keys.keys()
        assert has_field or keys["escape"] == keys["q"]
    assert not has_field or "q" not in keys


async def test_q_is_a_letter_where_one_types(playing: Playing) -> None:
    async with playing() as stage:
        await two_turns(stage)
        await stage.presses(*"/mode", "enter", "q")
        assert stage.app.screen.query_one(Input).value == "q"
        await stage.presses("escape", "f10", "q")
        assert len(stage.app.screen_stack) == 1


def test_the_letters_of_the_board_are_these() -> None:
    letters = {key for key, _ in bound(BoardScreen) if len(key) == 1}
    assert letters == BOARD_LETTERS | {"q"}


@pytest.mark.parametrize(
    "word", ["board", "contradiction", "summary", "hint", "mode", "branch", "brief", "question"]
)
def test_each_word_of_the_domain_has_a_sentence_in_help(word: str) -> None:
    assert word in dict(WORDS)


async def test_what_is_offered_says_in_full_what_it_does_at_eighty_columns(
    playing: Playing,
) -> None:
    async with playing() as stage:
        begun = {action.slash[:2] for action in ACTIONS if action.slash}
        for typed in sorted({"/"} | begun):
            stage.app.composer.put(typed)
            await stage.settled()
            for _ in stage.app.view.chat.completer._offers.rows:
                rows = [row for row in offered(stage) if "…" in row]
                assert rows == [], typed
                await stage.presses("down")


def offered(stage: AppDriver) -> list[str]:
    """The rows of the list above the composer."""
    region = stage.app.view.chat._offers.region
    return stage.screen_text.splitlines()[region.y : region.bottom]


def test_a_key_is_written_as_it_is_typed() -> None:
    assert [key_words(key) for key in ("n", "N", "ctrl+n", "f2", "pageup")] == [
        *("n", "N", "Ctrl+N", "F2", "PgUp"),
    ]
