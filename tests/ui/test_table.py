"""One table of actions, and everything that is read off it."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.widgets import Static

from hq_tui.ui.actions import ACTIONS, Action, key_words, parse_command
from hq_tui.ui.screens.help import help_lines
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.bars import wanted_keys
from tests.ui.conftest import Playing
from tools import keys

DONE = [action for action in ACTIONS if not action.in_composer]


def handlers_missing(handlers: object, actions: list[Action]) -> list[str]:
    """The actions that nothing would do."""
    assert hasattr(handlers, "__contains__")
    return [action.name for action in actions if action.name not in handlers]


async def test_every_action_can_be_done(playing: Playing) -> None:
    async with playing() as stage:
        handlers = stage.app.view.commands.handlers
        assert handlers_missing(handlers, DONE) == []
        stray = Action(name="stray", title="Stray", help="Nothing does it.")
        assert handlers_missing(handlers, [*DONE, stray]) == ["stray"]


async def test_every_action_is_in_the_palette(playing: Playing) -> None:
    async with playing() as stage:
        listed = {each.title for each in stage.app.get_system_commands(stage.app.screen)}
        for action in DONE:
            if action.name != "palette":
                assert any(title.startswith(action.title) for title in listed), action.name


@pytest.mark.parametrize("width", [72, 40])
def test_every_action_is_in_the_help(width: int) -> None:
    told = [f"{name}{what}" for name, what in help_lines({}, width)]
    everything = " ".join(" ".join(told).split())
    for action in ACTIONS:
        words = " ".join(f"{action.shown_key} {action.slash} {action.argument}".split())
        assert words in everything, action.name
        assert action.help.split()[0] in everything
    assert max(map(len, told)) <= width


@pytest.mark.parametrize("width", [60, 79, 80, 92, 93, 94, 100, 120])
async def test_no_row_of_the_help_spills_into_another(playing: Playing, width: int) -> None:
    async with playing(size=(width, 24)) as stage:
        await stage.presses("f1")
        shown = stage.app.screen.query_one("#help-text", Static)
        assert isinstance(shown.content, Content)
        assert shown.size.height == len(shown.content.plain.split("\n"))


def test_every_action_can_be_reached() -> None:
    assert [action.name for action in ACTIONS if not action.keys and not action.slash] == []


@pytest.mark.parametrize("field", ["name", "slash", "title"])
def test_no_two_actions_share_a_name(field: str) -> None:
    named = [getattr(action, field) for action in ACTIONS if getattr(action, field)]
    assert len(named) == len(set(named))


def test_no_two_actions_share_a_key() -> None:
    bound = [key for action in ACTIONS for key in action.keys.split(",") if key]
    assert len(bound) == len(set(bound)) == len({key_words(key) for key in bound})


@pytest.mark.parametrize("action", [each for each in ACTIONS if each.slash], ids=lambda a: a.name)
def test_every_slash_word_leads_to_its_action(action: Action) -> None:
    command = parse_command(f"{action.slash} some words")
    assert command is not None
    assert not isinstance(command, str)
    assert (command.action, command.argument) == (action, "some words")


def test_the_key_row_names_actions_and_the_list_of_commands() -> None:
    names = [name for name, _ in wanted_keys(ViewState())]
    assert names[-1] == "/"
    assert set(names[:-1]) <= {action.name for action in ACTIONS}


def test_the_page_of_keys_is_the_table() -> None:
    assert keys.PAGE.read_text("utf-8") == keys.page(), "run: python -m tools.keys"
