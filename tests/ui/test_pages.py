"""What stands over the session, and the card: pages to read, and what leads out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from hq_tui.ui.screens.board import BoardScreen
from hq_tui.ui.screens.review import ReviewScreen
from hq_tui.ui.screens.text import TextScreen
from hq_tui.ui.transcript import Transcript
from hq_tui.ui.widgets.board_rows import NO_TOOLS
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, long_conversation, two_turns


@pytest.mark.parametrize("key", ["ctrl+p", "f2"])
async def test_no_cursor_blinks_where_something_is_typed(playing: Playing, key: str) -> None:
    async with playing() as stage:
        await two_turns(stage)
        await stage.presses(key)
        await stage.until(lambda: bool(stage.app.screen.query(Input)))
        await stage.pilot.pause()
        assert not stage.app.screen.query_one(Input).cursor_blink


async def test_enter_in_the_review_goes_to_the_turn_at_fault(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks(RUST, "Why? And how do you know? And since when?")
        await long_conversation(stage)
        await stage.presses(*"/review", "enter")
        review = stage.app.screen
        assert isinstance(review, ReviewScreen)
        items = review.query_one(OptionList)
        items.highlighted = items.get_option_index("R1t1")
        await stage.presses("enter")
        assert not isinstance(stage.app.screen, ReviewScreen)
        assert RUST[:40] in stage.screen_text
        assert not stage.app.view.chat.transcript.scroll_anchor.follows


async def test_the_page_is_drawn_as_a_reply_is_from_its_first_line(playing: Playing) -> None:
    async with playing() as stage:
        await two_turns(stage)
        await stage.presses("f10")
        page = stage.app.screen
        assert isinstance(page, TextScreen)
        assert page.query_one(Transcript).scroll_y == 0
        assert "Decision record" in stage.screen_text
        assert "# " not in stage.screen_text


LONG = " ".join(f"word{number}" for number in range(40)) + " which of the two gives way?"


async def test_the_summary_is_made_here_and_the_next_message_tells_its_lines(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.presses("f8")
        assert "nothing to sum up" in stage.banner
        await two_turns(stage)
        sent = len(stage.partner.requests)
        await stage.presses("f8")
        assert isinstance(stage.app.screen, TextScreen)
        assert "1. “" in stage.screen_text
        assert "Which line is wrong, or missing?" in stage.screen_text
        assert len(stage.partner.requests) == sent
        await stage.presses("escape")
        await stage.talks("line 1 is wrong", "Which word of it?")
        told = str(stage.partner.requests[-1].params["messages"][-1])
        assert "<summary>1. “" in told
        await stage.talks("the first", "And now?")
        assert "<summary>" not in str(stage.partner.requests[-1].params["messages"][-1])


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "a-local-model"])
async def test_where_the_model_takes_no_tools_the_board_says_whose_it_is(
    playing: Playing, model: str
) -> None:
    lacks = model == "a-local-model"
    async with playing(size=(160, 50)) as stage:
        await stage.app.view.commands.do("model", model)
        await two_turns(stage)
        told = " ".join(stage.screen_text.split())
        assert ("takes no tools" in told) is lacks
        await stage.presses("tab")
        assert isinstance(stage.app.screen, BoardScreen)
        assert stage.app.screen.who_writes == (NO_TOOLS if lacks else "")
        last = str(stage.partner.requests[-1].params["messages"][-1])
        assert ('board="off"' in last) is lacks
        assert ("tools" in stage.partner.requests[-1].params) is not lacks


async def test_effort_and_thinking_are_chosen_in_the_session_and_kept(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        do = stage.app.view.commands.do
        await do("model", "claude-sonnet-5")
        await do("effort", "low")
        await stage.talks("Why?", "What for?")
        await do("thinking", "off")
        await stage.talks("Because.", "Is it?")
        first, second = (dict(request.params) for request in stage.partner.requests[-2:])
        assert first["output_config"] == second["output_config"] == {"effort": "low"}
        assert (first["thinking"]["type"], second["thinking"]) == ("adaptive", {"type": "disabled"})
        assert first["messages"] == second["messages"][: len(first["messages"])]
        await do("effort", "huge")
        assert "no level of effort" in stage.screen_text
        await do("model", "claude-opus-5-5")
        await do("thinking", "off")
        assert "always thinks" in stage.screen_text


async def test_the_models_of_a_cloud_have_its_names_and_a_word_where_it_lists_none(
    playing: Playing,
) -> None:
    async with playing(size=(110, 40), provider="bedrock") as stage:
        do = stage.app.view.commands.do
        await do("model", "claude-opus-5-5")
        assert stage.app.view.session.conversation.provider == "bedrock"
        assert stage.app.view.session.conversation.model == "global.anthropic.claude-opus-5-5"
        await do("model", "")
        await stage.settled()
        assert "Amazon Bedrock has no list of its own" in stage.screen_text
        rows = [row for row in stage.screen_text.split("\n") if "a million" in row]
        assert len({row.index(" · ") for row in rows}) == 1
        await stage.presses("escape")
        await stage.talks("Why?", "What for?")
        assert stage.partner.requests[-1].model == "global.anthropic.claude-opus-5-5"


async def test_a_model_that_is_misspelt_is_not_taken(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        before = stage.app.view.session.conversation.model
        await stage.app.view.commands.do("model", "claude-sonet-5-5")
        assert stage.app.view.session.conversation.model == before
        assert stage.app.composer.text == "/model claude-sonnet-5-5"
        await stage.app.view.commands.do("model", "something-of-mine")
        assert stage.app.view.session.conversation.model == "something-of-mine"


async def test_one_key_takes_the_page_away_and_says_where_it_is(
    playing: Playing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with playing(size=(160, 30)) as stage:
        await two_turns(stage)
        await stage.presses("f10")
        shown = stage.app.screen
        assert isinstance(shown, TextScreen)
        await stage.presses("s")
        name = f"{stage.app.view.session.conversation.id}.decision.md"
        await stage.until(lambda: f"written to {name}" in stage.banner)
        assert (tmp_path / name).read_text() == shown.text
        await stage.presses("f10", "s")
        await stage.until(lambda: "already exists" in stage.banner)
