"""What a call did, on the screen, and a contradiction settled by 1, 2 or 3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hq_tui.core.events import MessageEnded
from hq_tui.core.user_actions import JudgeItem
from hq_tui.inquiry.board.model import Item, Status
from hq_tui.ui.screens.picker import PickScreen
from tests.ui.app_driver import AppDriver, begins, block, block_ends, reports, text, tool_input
from tests.ui.conftest import Playing

SAID = "money is no issue, and we cannot miss one paycheck"
CLASH = {
    "kind": "contradiction",
    "text": "no issue, or not one to miss",
    "against": ["money is no issue", "we cannot miss one paycheck"],
}


async def files(stage: AppDriver, words: str, **call: Any) -> None:
    """The partner says something, if anything, and calls the tool."""
    said = [block(), text(words), block_ends()] if words else []
    tool = block("tool_use", 1, id="toolu_1", name="board_update", input={})
    given = [tool, tool_input(json.dumps(call), 1), block_ends(1)]
    await stage.says(begins(), *said, *given, reports(stop_reason="tool_use"), MessageEnded(), None)


async def clashing(stage: AppDriver) -> None:
    """A session with a contradiction on the table."""
    await stage.asks(SAID)
    await files(stage, "Both cannot be. Which gives way?", add=[CLASH])


def item(stage: AppDriver, name: str) -> Item:
    found = stage.app.view.session.inquiry.board.find(name)
    assert found is not None
    return found


def last_message(stage: AppDriver) -> str:
    """What was sent last, as text: results, notes, words."""
    return json.dumps(stage.partner.requests[-1].params["messages"][-1], ensure_ascii=False)


def content(stage: AppDriver) -> list[str]:
    """The texts of what was sent last: notes, and then the words."""
    parts = stage.partner.requests[-1].params["messages"][-1]["content"]
    return [part["text"] for part in parts if part["type"] == "text"]


async def test_the_line_below_a_reply_tells_what_was_taken_and_what_was_not_and_why(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.asks(SAID)
        added = [{"kind": "claim", "quote": "Money is no issue"}, {"kind": "evidence"}]
        await files(stage, "Is it so?", add=added, settle=[{"id": "o9", "as": "answered"}])
        told = " ".join(stage.screen_text.split())
        assert "▸ noted: 1 claim not taken: no text; there is no item o9" in told
        await stage.talks("yes", "And why?")
        assert "noted: 1 claim" in stage.screen_text
        assert "noted n1=c1" in json.dumps(stage.partner.requests[-1].params["messages"][2])
        await stage.asks("because")
        await files(stage, "What else?", about=["c1"])
        assert stage.screen_text.count("noted") == 1


async def test_a_call_without_a_word_and_without_a_question_is_answered_at_once(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.asks(SAID)
        await files(stage, "", add=[{"kind": "claim", "quote": "money is no issue"}])
        assert "noted n1=c1" in last_message(stage)
        await stage.replies("Whose money?")
        assert "Whose money?" in stage.screen_text
        assert stage.app.view.session.inquiry.card.text == "Whose money?"


async def test_a_call_without_a_word_that_asks_is_shown_as_the_question(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks(SAID)
        await files(stage, "", ask="Whose money is it?")
        assert len(stage.partner.requests) == 1
        assert "Whose money is it?" in stage.screen_text
        assert stage.app.view.session.inquiry.card.text == "Whose money is it?"
        reply = stage.app.view.session.conversation.reply
        assert (reply.words, reply.is_wordless) == ("Whose money is it?", False)


@pytest.mark.parametrize(("key", "name"), [("1", "retract"), ("2", "refine")])
async def test_one_side_is_dropped_or_put_differently_and_the_model_is_told(
    playing: Playing, key: str, name: str
) -> None:
    async with playing() as stage:
        await clashing(stage)
        await stage.presses(key, "enter")
        assert isinstance(stage.app.screen, PickScreen)
        assert "c2  “we cannot miss one paycheck”" in stage.screen_text
        await stage.presses("down", "enter")
        drafted = stage.app.view.chat.composer.text
        quote = "we cannot miss one paycheck"
        words = {"retract": f"✕ “{quote}” ", "refine": quote}[name]
        assert drafted == f"/{name} c2 {words}"
        assert len(stage.partner.requests) == 1
        await stage.presses(*"xy", "enter")
        *_, note, clashes, sent = content(stage)
        assert sent == f"{words}xy"
        assert "xy" not in note
        ends = {"retract": Status.RETRACTED, "refine": Status.REFINED}[name]
        assert note.endswith(f">c2 {ends} by user</board_edit>")
        assert clashes.startswith('<board of="contradictions">T1 ended, one side ')
        assert "dropped" not in stage.banner
        assert (item(stage, "c2").status, item(stage, "T1").status) == (ends, ends)
        await stage.replies("Then what follows?")


async def test_both_may_hold_and_the_model_hears_why(playing: Playing) -> None:
    async with playing() as stage:
        await clashing(stage)
        await stage.presses("3", "enter")
        drafted = "✓ “money is no issue” + “we cannot miss one paycheck” "
        assert stage.app.view.chat.composer.text == f"/contest T1 {drafted}"
        await stage.presses(*"savings", "enter")
        assert content(stage)[-1] == f"{drafted}savings"
        act = stage.app.view.session.acts[-1].action
        assert isinstance(act, JudgeItem)
        assert act.why == "savings"
        assert item(stage, "T1").status is Status.CONTESTED
        await stage.replies("Then what follows?")
        await stage.asks("1")
        assert json.loads(last_message(stage))["content"][-1]["text"] == "1"


HINT = "1 drop one · 2 mean it differently · 3 both hold"


async def test_a_number_settles_the_contradiction_that_stayed_open_when_the_talk_went_on(
    playing: Playing,
) -> None:
    async with playing(size=(120, 40)) as stage:
        await clashing(stage)
        await stage.talks("let me think", "What do you spend a month?")
        assert HINT in stage.screen_text
        await stage.presses("3", "enter")
        assert stage.app.view.chat.composer.text.startswith("/contest T1 ✓ ")
        assert len(stage.partner.requests) == 2


@pytest.mark.parametrize(
    ("key", "row", "drafted"),
    [
        ("1", "c4  “rent is low” ≠ “rent went up”", "/retract c4 ✕ “rent is low” "),
        (
            "3",
            "T2  “rent is low” ≠ “rent went up”",
            "/contest T2 ✓ “rent is low” + “rent went up” ",
        ),
    ],
)
async def test_of_several_open_contradictions_one_is_chosen_with_both_sides_named(
    playing: Playing, key: str, row: str, drafted: str
) -> None:
    async with playing(size=(120, 40)) as stage:
        await clashing(stage)
        await stage.asks("rent is low, and rent went up")
        other = {
            "kind": "contradiction",
            "against": ["rent is low", "rent went up"],
            "text": "rent",
        }
        await files(stage, "And these?", add=[{"kind": "claim", "text": "a third"}, other])
        await stage.talks("let me think", "What do you spend a month?")
        await stage.presses(key, "enter")
        assert isinstance(stage.app.screen, PickScreen)
        assert row in stage.screen_text
        assert "“money is no issue” ≠ “we cannot miss one paycheck”" in stage.screen_text
        await stage.presses(*("down" for _ in range(2 if key == "1" else 1)), "enter")
        assert stage.app.view.chat.composer.text == drafted


async def test_a_notice_goes_with_the_next_message_and_with_the_end_of_a_reply(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await clashing(stage)
        await stage.app.view.commands.do("pin", "c1")
        assert stage.banner.startswith("c1: pinned")
        stage.app.view.commands.reply.send("and now?")
        await stage.settled()
        assert "pinned" not in stage.screen_text
        await stage.app.view.commands.do("pin", "c1")
        assert "c1: unpinned" in stage.screen_text
        await stage.replies("What now?")
        assert "unpinned" not in stage.screen_text
        assert "your turn" in stage.screen_text


async def test_how_contradictions_stand_is_told_with_the_end(playing: Playing) -> None:
    async with playing() as stage:
        await clashing(stage)
        await stage.app.view.commands.do("close", "")
        await stage.settled()
        assert '<board of="contradictions">T1 open: c1, c2</board>' in content(stage)
        await stage.replies("It stays open.")


async def test_a_side_that_the_model_proposes_to_drop_is_the_one_that_is_drafted(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await clashing(stage)
        await stage.asks("ok, the money one")
        settled = {"id": "c1", "as": "retracted", "quote": "ok, the money one"}
        await files(stage, "Noted. What follows?", settle=[settled])
        assert "1 proposed" in stage.screen_text
        await stage.app.view.commands.do("retract", "")
        await stage.settled()
        drafted = stage.app.view.chat.composer.text
        assert drafted == "/retract c1 ✕ “money is no issue” "
        await stage.presses("enter")
        assert item(stage, "p1").status is Status.ACCEPTED
        assert item(stage, "T1").status is Status.RETRACTED


async def test_without_a_contradiction_a_number_is_a_message_and_the_commands_say_so(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.talks(SAID, "Which of the two?")
        await stage.app.view.commands.do("retract", "")
        await stage.settled()
        assert stage.banner == "There is no contradiction to settle."
        await stage.asks("1")
        assert json.loads(last_message(stage))["content"][-1]["text"] == "1"


@pytest.mark.parametrize(("key", "sent"), [("f5", "/hint"), ("f6", "/tell")])
async def test_a_request_without_words_belongs_to_no_language(
    playing: Playing, key: str, sent: str
) -> None:
    async with playing() as stage:
        await stage.talks("Das Geld reicht", "Woran siehst du das?")
        await stage.presses(key)
        content = json.loads(last_message(stage))["content"]
        assert content[-1]["text"] == sent
        assert 'request="' in content[0]["text"]
