"""Lists to choose from: what is in force is marked and lit, and nothing found is said."""

from __future__ import annotations

import asyncio

import pytest
from textual.widgets import OptionList

from hq_tui.ui.screens.session_list import SessionListRow, SessionMatches
from hq_tui.ui.screens.session_picker import Picked, SessionPicker
from tests.ui.conftest import Playing

CURRENT = {"mode": "examine", "model": "claude-sonnet-5-5", "effort": "default"}


@pytest.mark.parametrize("command", CURRENT)
async def test_what_is_in_force_is_marked_and_lit(playing: Playing, command: str) -> None:
    async with playing() as stage:
        await stage.presses(*f"/{command}", "enter")
        await stage.until(lambda: len(stage.app.screen_stack) == 2)
        choices = stage.app.screen.query_one(OptionList)
        marked = [str(each.prompt) for each in choices.options if "▸" in str(each.prompt)]
        assert len(marked) == 1
        assert CURRENT[command] in marked[0]
        assert choices.highlighted is not None
        assert str(choices.get_option_at_index(choices.highlighted).prompt) == marked[0]


async def test_where_nothing_matches_that_is_said_and_enter_chooses_nothing(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.presses(*"/mode", "enter")
        await stage.presses(*"zz", "enter")
        assert "nothing matches" in stage.screen_text
        assert len(stage.app.screen_stack) == 2
        await stage.presses("backspace", "backspace", *"tut", "enter")
        assert stage.app.view.session.conversation.mode == "tutor"


async def test_sessions_that_become_known_after_the_list_is_closed_end_nothing(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.presses("f2")
        picker = stage.app.screen
        assert isinstance(picker, SessionPicker)
        await stage.presses("escape")
        await stage.until(lambda: not picker.is_attached and not picker.children)
        picker.show_rows([SessionListRow(id="late", title="late", words="late")])
        picker.say("late")
        await stage.pilot.pause()
        assert "late" not in stage.screen_text


class NoSessionsYet:
    """A source that knows no session until `known` is set."""

    def __init__(self) -> None:
        self.known = asyncio.Event()

    async def rows(self) -> list[SessionListRow]:
        await self.known.wait()
        return [SessionListRow(id="one", title="one", words="one")]

    async def search(self, typed: str) -> list[SessionMatches]:
        return []

    async def preview(self, session_id: str) -> str:
        return ""

    async def rename(self, session_id: str, title: str) -> str:
        return ""

    delete = preview

    async def undo(self) -> str:
        return ""

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("keys", "opened"), [(["enter"], "one"), (["enter", "o"], "")])
async def test_enter_before_the_first_row_opens_it_as_it_comes_unless_one_types_on(
    playing: Playing, keys: list[str], opened: str
) -> None:
    ended: list[Picked | None] = []
    async with playing() as stage:
        source = NoSessionsYet()
        await stage.app.push_screen(SessionPicker(source), ended.append)
        await stage.pilot.press(*keys)
        assert not ended
        source.known.set()
        await stage.until(lambda: bool(ended) or "1 of 1" in stage.screen_text)
        assert [one.id for one in ended if one] == [opened] * bool(opened)
