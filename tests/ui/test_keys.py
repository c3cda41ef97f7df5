"""The keys that people have in their fingers do what they do everywhere."""

from __future__ import annotations

import pytest

from hq_tui.terminal.clipboard import CopyMethod, CopyResult
from hq_tui.ui.actions import ACTIONS, key_words, keys_in_force, shown_key
from hq_tui.ui.rendering.textual_private import keymap_of
from hq_tui.ui.screens.help import HelpScreen
from tests.ui.app_driver import begins, block, text
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, long_conversation
from tests.ui.test_focus import select

GONE = ("f4", "f7", "f9", "f12", "ctrl+n", "alt+left", "alt+right")
F_KEYS = {
    "F1": "/help",
    "F2": "/sessions",
    "F3": "/edit",
    "F5": "/hint",
    "F6": "/tell",
    "F8": "/summary",
    "F10": "/brief",
}


def test_these_and_no_other_function_keys_are_in_use_and_each_has_a_command() -> None:
    named = {
        key_words(key): action.slash
        for action in ACTIONS
        for key in action.keys.split(",")
        if key.startswith("f")
    }
    assert named == F_KEYS


def test_keys_that_are_gone_do_nothing() -> None:
    assert not {key for action in ACTIONS for key in action.keys.split(",")} & set(GONE)


@pytest.mark.parametrize(
    ("keys", "looked_through"),
    [({}, set()), ({"help": "f9"}, {"help"}), ({"brief": "f1"}, {"brief", "help"})],
)
async def test_only_keys_that_were_given_otherwise_are_looked_through_for_each_key(
    playing: Playing, keys: dict[str, str], looked_through: set[str]
) -> None:
    async with playing(keys=keys) as stage:
        assert set(keymap_of(stage.app)) == looked_through


async def test_ctrl_c_stops_the_reply_and_does_not_leave(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks(RUST)
        await stage.says(begins(), block(), text("A few words"))
        await stage.presses("ctrl+c")
        await stage.until(lambda: not stage.app.view.session.engine.is_running)
        assert "again quits" not in stage.banner
        assert "A few words" in stage.screen_text
        await stage.presses("ctrl+c")
        assert "again quits" in stage.banner


@pytest.mark.parametrize("where", ["talk", "composer"])
async def test_ctrl_c_copies_what_is_selected_once_and_stops_nothing(
    playing: Playing, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    taken: list[str] = []

    def copy(text: str, **_: object) -> CopyResult:
        taken.append(text)
        return CopyResult(way=CopyMethod.NATIVE, is_certain=True, tool="a test")

    monkeypatch.setattr("hq_tui.terminal.clipboard.copy", copy)
    async with playing() as stage:
        await long_conversation(stage)
        await stage.asks(RUST)
        if where == "talk":
            await select(stage)
        else:
            await stage.presses(*"words", "shift+left", "shift+left")
        await stage.presses("ctrl+c")
        await stage.until(lambda: bool(taken))
        assert stage.app.view.session.engine.is_running
        assert where == "talk" or taken == ["ds"]
        await stage.presses("ctrl+c")
        await stage.until(lambda: not stage.app.view.session.engine.is_running)
        assert len(taken) == 1


async def test_ctrl_d_leaves_where_nothing_is_written_and_deletes_elsewhere(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.presses(*"ab", "left", "ctrl+d")
        assert stage.app.view.chat.composer.text == "a"
        assert not stage.app._exit
        await stage.presses("backspace")
        await stage.pilot.press("ctrl+d")
        await stage.until(lambda: stage.app._exit)


async def test_a_question_mark_is_help_where_nothing_is_written(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses(*"why", "question_mark")
        assert stage.app.view.chat.composer.text == "why?"
        await stage.presses("ctrl+u", "question_mark")
        assert isinstance(stage.app.screen, HelpScreen)


async def test_help_begins_with_the_keys_of_now(playing: Playing) -> None:
    async with playing(keys={"stop": "f7"}) as stage:
        await stage.asks(RUST)
        await stage.presses("question_mark")
        rows = [row.strip(" │▃▇▂") for row in stage.screen_text.split("\n")]
        assert [row.split() for row in rows[rows.index("NOW") + 1 :][:1]] == [["F7", "stops"]]
        await stage.presses("escape", "f7")
        await stage.until(lambda: not stage.app.view.session.engine.is_running)


async def test_ctrl_underscore_takes_back_what_was_typed(playing: Playing) -> None:
    async with playing() as stage:
        stage.app.view.chat.composer.put("")
        await stage.presses(*"ab", "ctrl+u", "ctrl+underscore")
        assert stage.app.view.chat.composer.text == "ab"


async def test_n_goes_on_and_back_while_finding_and_is_a_letter_otherwise(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await long_conversation(stage)
        await stage.asks("/find cause")
        transcript, composer = stage.app.view.chat.transcript, stage.app.view.chat.composer
        places = []
        for key in ("n", "n", "N"):
            await stage.presses(key)
            places.append(transcript.scroll_y)
        assert places[0] == places[2] != places[1]
        assert composer.text == ""
        await stage.presses(*"an")
        assert composer.text == "an"
        await stage.presses("ctrl+u", "escape", *"nN")
        assert composer.text == "nN"


async def test_where_there_is_no_shell_nothing_is_suspended(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses("ctrl+z")
        assert "no shell" in stage.banner
        await stage.presses("x")
        assert stage.app.view.chat.composer.text == "x"


@pytest.mark.parametrize("name", [action.name for action in ACTIONS if not action.in_composer])
async def test_any_action_can_be_given_a_key(
    playing: Playing, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    done: list[str] = []

    async def do(self: object, name: str) -> None:
        done.append(name)

    monkeypatch.setattr("hq_tui.app.app.HqApp.action_do", do)
    async with playing(keys={name: "f5"}) as stage:
        await stage.presses("f5")
    assert done == [name]


async def test_sending_can_be_given_another_key_and_enter_is_a_new_line_then(
    playing: Playing,
) -> None:
    async with playing(keys={"send": "f5", "newline": "enter"}) as stage:
        await stage.presses("a", "enter", "b")
        assert stage.app.view.chat.composer.text == "a\nb"
        await stage.presses("f5")
        assert stage.app.view.session.conversation.turn(1).asked.text == "a\nb"
        await stage.presses("escape")


def test_a_key_that_was_given_away_is_not_shown_for_what_it_did_before() -> None:
    shown = {action.name: shown_key(action, keys_in_force({"again": "f5"})) for action in ACTIONS}
    assert shown["again"] == "F5"
    assert shown["hint"] == ""
    assert shown["tell"] == "F6"
