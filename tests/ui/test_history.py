"""What was written before can be written again, whichever session it was in."""

from __future__ import annotations

from itertools import count

import pytest
from textual.events import Paste
from textual.widgets import OptionList

from hq_tui.sessions.catalog import Catalogue
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


async def test_messages_of_sessions_that_take_several_slices_to_read_are_found(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing() as stage:
        await two_sessions(stage)
        manager = stage.app.view.manager

        def slow() -> Catalogue:
            """A second passes at every look at the clock, so a slice is one session."""
            return Catalogue(manager.library.folder, stage.home, clock=count().__next__)

        monkeypatch.setattr(manager, "catalogue", slow)
        await stage.presses("ctrl+r")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        rows = [str(each.prompt) for each in stage.app.screen.query_one(OptionList).options]
        assert rows == ["third", "second", "first"]


async def test_a_message_that_is_there_twice_is_listed_once(playing: Playing) -> None:
    async with playing() as stage:
        await two_sessions(stage)
        await stage.talks("first", "And?")
        await stage.presses("ctrl+r")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        rows = [str(each.prompt) for each in stage.app.screen.query_one(OptionList).options]
        assert rows == ["first", "third", "second"]


async def pasted(stage: AppDriver, text: str) -> None:
    stage.app.post_message(Paste(text))
    await stage.settled()


async def test_a_paste_that_waits_below_is_the_one_that_is_sent(playing: Playing) -> None:
    first, second = "first " * 500, "other " * 500
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await pasted(stage, first)
        await stage.presses("enter")
        await stage.replies("And?")
        await pasted(stage, second)
        await stage.presses("up", "down")
        assert composer.message == second
        await stage.presses("up", "enter")
        assert composer.message == second


async def test_a_draft_comes_back_after_an_earlier_message_was_sent_again(
    playing: Playing,
) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await stage.talks("one", "And?")
        await stage.presses(*"draft", "up")
        assert (composer.text, composer.unsent) == ("one", "draft")
        await stage.presses("enter")
        assert composer.text == "draft"


async def test_what_is_kept_of_an_earlier_message_that_was_changed_is_both(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.talks("one", "And?")
        await stage.presses(*"draft", "up", *" more")
        assert stage.app.view.chat.composer.unsent == "draft\n\none more"


async def test_a_queued_message_that_is_sent_meanwhile_leaves_the_draft_below(
    playing: Playing,
) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await stage.asks("one")
        await stage.presses(*"two", "enter", *"draft", "up")
        assert composer.text == "one"
        await stage.replies("And?")
        await stage.presses("down", "down")
        assert composer.text == "draft"


async def test_queued_messages_are_fetched_back_once_and_above_what_is_typed(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.asks("one")
        await stage.presses(*"two", "enter")
        await stage.bursts("up", *"abc")
        assert stage.app.view.chat.composer.text == "two\n\nabc"
        assert not stage.app.view.session.conversation.queued
        await stage.presses("ctrl+u", "backspace", "backspace", "enter")
        await stage.bursts("up", "up")
        assert "two" in stage.app.view.chat.composer.text
        assert not stage.app.view.session.conversation.queued


async def test_a_command_that_is_offered_lets_the_draft_wait(playing: Playing) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await stage.talks("one", "And?")
        await stage.presses(*"my long draft", "ctrl+f")
        assert composer.text == "/find "
        await stage.presses(*"one", "enter")
        assert composer.text == "my long draft"
        await stage.presses("ctrl+f", "escape", "down")
        assert composer.text == "my long draft"


async def test_what_is_typed_after_enter_stays_when_the_message_comes_back(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.bursts(*"@missing.txt hello", "enter", *"next words")
        await stage.until(lambda: "hello" in stage.app.view.chat.composer.text)
        assert stage.app.view.chat.composer.text == "@missing.txt hello\n\nnext words"
        stage.app.view.chat.composer.put("yes, and more")
        stage.app.view.put_draft("yes")
        assert stage.app.view.chat.composer.text == "yes\n\nyes, and more"
        stage.app.view.put_draft("")
        await stage.bursts(*"/nosuchcmd x", "enter", *"next words")
        assert stage.app.view.chat.composer.text == "/nosuchcmd x"
        assert stage.app.view.chat.composer.unsent == "next words"


async def test_what_is_typed_while_earlier_messages_are_fetched_stays(playing: Playing) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        composer.find_earlier = lambda: None
        await stage.presses("up", *"hello")
        composer.remember_earlier(["old", "older"])
        assert composer.text == "hello"
        await stage.presses("up")
        assert composer.text == "old"
        await stage.presses("down")
        assert composer.text == "hello"


async def test_what_was_changed_in_an_earlier_message_is_not_lost_on_the_way(
    playing: Playing,
) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await stage.talks("one", "And?")
        for way in (("ctrl+f", "down"), ("down",)):
            composer.offer("")
            await stage.presses(*"draft", "up", *" more", *way)
            assert composer.text == "draft\n\none more"


async def test_words_over_a_waiting_draft_go_along_to_another_session(playing: Playing) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await two_sessions(stage)
        await stage.presses(*"draft", "ctrl+f", "ctrl+u", *"fresh words")
        await stage.app.view.commands.do("new", "")
        await stage.settled()
        assert composer.text == "draft\n\nfresh words"


async def test_a_draft_that_comes_back_after_sending_is_on_the_disk_at_once(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.talks("one", "And?")
        await stage.presses(*"draft", "up", "enter")
        session = stage.app.view.session
        await session.recorder.sync()
        assert stage.app.view.manager.read(session.conversation.id).conversation.draft == "draft"


async def test_a_message_that_begins_with_a_slash_comes_back_as_a_message(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.presses(*"//etc is @nofile.txt odd", "enter")
        await stage.until(lambda: "nofile" in stage.banner)
        assert stage.app.view.chat.composer.text == "//etc is @nofile.txt odd"


async def test_a_kept_draft_that_is_part_of_a_word_comes_back_all_the_same(
    playing: Playing,
) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        composer.put("I know nothing")
        composer.put_back("no")
        assert composer.text == "no\n\nI know nothing"
        composer.put_back("no")
        assert composer.text == "no\n\nI know nothing"
