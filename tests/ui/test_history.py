"""What was written before can be written again, whichever session it was in."""

from __future__ import annotations

from textual.widgets import OptionList

from hq_tui.ui.screens.picker import PickScreen
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing


async def two_sessions(stage: AppDriver) -> None:
    """Two messages in a session, and one in the next."""
    for text in ("first", "second"):
        await stage.talks(text, "And?")
    await stage.app.view.session.engine.sync()
    await stage.app.view.commands.do("new", "")
    await stage.settled()
    await stage.talks("third", "And?")


async def test_up_goes_on_into_earlier_sessions_and_down_comes_back(playing: Playing) -> None:
    async with playing() as stage:
        await two_sessions(stage)
        composer = stage.app.view.chat.composer
        await stage.presses(*"draft", "up")
        assert composer.text == "third"
        await stage.presses("up")
        await stage.until(lambda: composer.text == "second")
        await stage.presses("up", "up", "up")
        assert composer.text == "first"
        await stage.presses("down", "down", "down")
        assert composer.text == "draft"


async def test_earlier_messages_that_come_late_move_nobody_who_went_on(playing: Playing) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        composer.find_earlier = lambda: None
        for text in ("one", "two"):
            await stage.talks(text, "And?")
        await stage.presses("up", "up", "up", "down")
        assert composer.text == "two"
        composer.remember_earlier(["before"])
        assert composer.text == "two"
        await stage.presses("up", "up")
        assert composer.text == "before"


async def test_in_a_new_session_up_finds_what_was_asked_in_the_last(playing: Playing) -> None:
    async with playing() as stage:
        await two_sessions(stage)
        await stage.app.view.session.engine.sync()
        await stage.app.view.commands.do("new", "")
        await stage.settled()
        await stage.presses("up")
        await stage.until(lambda: stage.app.view.chat.composer.text == "third")


async def test_ctrl_r_finds_a_message_of_any_session_where_nothing_is_to_be_retried(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await two_sessions(stage)
        await stage.presses(*"draft", "ctrl+r")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        rows = [str(each.prompt) for each in stage.app.screen.query_one(OptionList).options]
        assert rows == ["third", "second", "first"]
        await stage.presses(*"fir", "enter")
        assert stage.app.view.chat.composer.text == "first\n\ndraft"


async def test_a_message_that_is_there_twice_is_listed_once(playing: Playing) -> None:
    async with playing() as stage:
        await two_sessions(stage)
        await stage.talks("first", "And?")
        await stage.presses("ctrl+r")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        rows = [str(each.prompt) for each in stage.app.screen.query_one(OptionList).options]
        assert rows == ["first", "third", "second"]
