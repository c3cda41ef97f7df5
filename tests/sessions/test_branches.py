"""Branches begin as their parent was, leave it as it is, and make requests that are accepted."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.app.actions.branches import different_words
from hq_tui.claude.models import facts_for
from hq_tui.core.codec import to_record
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    GaveUp,
    MessageDelta,
    MessageEnded,
    MessageSent,
    Queued,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    ResumeMode,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
    UserActed,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.reducer import apply
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import build, history
from hq_tui.core.user_actions import UnknownAction
from hq_tui.errors import UsageError
from hq_tui.rehearsal.server.models import stand_in
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check
from hq_tui.sessions.branches import branch_records, family, parent_of
from hq_tui.sessions.session import replay
from tests.sessions.samples import begun, conversation, write
from tests.ui.conftest import Playing

CUT = Failure(kind=FailureKind.CUT, retryable=True, message="cut")


def test_the_parent_of_a_branch_is_named_with_its_turn() -> None:
    assert parent_of("20260101-120000-abcd@12") == ("20260101-120000-abcd", 12)
    assert parent_of("") == parent_of("x") == parent_of("x@") == parent_of("x@²") == ("", 0)


@pytest.mark.parametrize(
    ("member", "found"),
    [
        ("a", [("a", 0), ("b", 1), ("d", 2), ("c", 1)]),
        ("d", [("a", 0), ("b", 1), ("d", 2), ("c", 1)]),
        ("lone", [("lone", 0)]),
        ("orphan", [("orphan", 0)]),
        ("x", [("y", 0), ("x", 1)]),
    ],
)
def test_a_family_is_found_from_any_member(member: str, found: list[tuple[str, int]]) -> None:
    parents = {
        "a": "", "b": "a@1", "c": "a@2", "d": "b@1", "lone": "", "orphan": "gone@3",
        "x": "y@1", "y": "x@1",
    }  # fmt: skip
    assert family(parents, member) == found


@pytest.mark.parametrize(("turn", "turns"), [(-1, 3), (4, 3), (1, 0)])
def test_there_is_no_branch_from_a_turn_that_is_not(turn: int, turns: int) -> None:
    records = [to_record(event) for event in conversation("a", *["x", "y"] * turns)]
    with pytest.raises(UsageError):
        branch_records(records, parent="a", turn=turn, branch="b", at=1.0)


def a_reply(rng: Random, number: int) -> list[Event]:
    """A reply as life brings it: whole, cut, stopped, with thinking and tool calls."""
    events: list[Event] = []
    for attempt in range(1, rng.choice([2, 2, 3])):
        how, prompt = (ResumeMode.CONTINUE, "Please go on.") if events else (ResumeMode.FRESH, "")
        events.append(
            AttemptStarted(number=attempt, how=how, model="m", at=1.0, context="c", prompt=prompt)
        )
        index = 0
        if rng.random() < 0.4:
            events += [
                BlockStarted(index=index, data={"type": "thinking", "thinking": ""}),
                ThinkingArrived(index=index, text="hm"),
            ]
            if rng.random() < 0.8:
                events += [SignatureArrived(index=index, signature="s"), BlockEnded(index=index)]
            index += 1
        if rng.random() < 0.9:
            events.append(BlockStarted(index=index, data={"type": "text", "text": ""}))
            events += [TextArrived(index=index, text=f"w{number} ")] * rng.randrange(3)
            events += [BlockEnded(index=index)] * rng.randrange(2)
            index += 1
        if rng.random() < 0.4:
            tool = {"type": "tool_use", "id": f"toolu_{number}_{attempt}", "name": "board_update"}
            events += [
                BlockStarted(index=index, data=tool),
                ToolInputArrived(index=index, partial_json='{"ops": []}'),
            ]
            events += [BlockEnded(index=index)] * rng.randrange(2)
        if rng.random() < 0.5:
            break
        events.append(AttemptFailed(failure=CUT, at=1.0))
    ends: list[list[Event]] = [
        [MessageDelta(stop_reason="end_turn"), MessageEnded(), ReplyDone(at=2.0)],
        [ReplyStopped(at=2.0)],
        [GaveUp(failure=CUT, at=2.0)],
        [ReplyDiscarded(at=2.0)],
        [],
    ]
    return events + rng.choice(ends)


def life(seed: int) -> list[Event]:
    """A session of some turns."""
    rng = Random(seed)
    events: list[Event] = [begun("root")]
    for number in range(1, rng.randrange(2, 6)):
        events.append(MessageSent(text=rng.choice(["why", "", " so\n"]), at=1.0, notes=("<n/>",)))
        events += a_reply(rng, number)
        if rng.random() < 0.3:
            events += [
                UserActed(action=UnknownAction(what="hint", detail={}), at=1.0),
                Queued(text="later"),
            ]
    return events


def refusal(records: list[dict[str, Any]]) -> str:
    """What the strict checker says to the next request of a session; empty for nothing."""
    told = apply(replay(records).conversation, MessageSent(text="and now?", at=9.0))
    facts = facts_for("claude-sonnet-5-5")
    request = build(told, facts, RequestOptions(thinking=False))
    model = stand_in(facts.id)
    body = json.loads(json.dumps({**request.params, "stream": True}))
    found = check(body, model, SentSignatures())
    return found.message if found else ""


@given(some.integers(0, 10**6), some.data())
def test_whatever_was_branched_from_whatever_makes_a_request_that_is_accepted(
    seed: int, data: some.DataObject
) -> None:
    records = [to_record(event) for event in life(seed)]
    for depth in range(3):
        conversation_now = replay(records).conversation
        turn = data.draw(some.integers(0, conversation_now.turn_count))
        branch = branch_records(records, parent="p", turn=turn, branch=f"b{depth}", at=9.0)
        told = replay(branch).conversation
        assert (told.id, told.parent, told.turn_count) == (f"b{depth}", f"p@{turn}", turn)
        assert not told.queued
        assert list(told.turns) == list(conversation_now.turns)[:turn]
        sent, before = history(told, context="c"), history(conversation_now, context="c")
        assert [json.dumps(one) for one in sent][:-1] == [
            json.dumps(one) for one in before[: max(0, len(sent) - 1)]
        ]
        assert refusal(branch) == ""
        more = [MessageSent(text="another way", at=9.0), *a_reply(Random(seed + depth), 90 + depth)]
        records = branch + [to_record(event) for event in more]


def test_the_checker_would_have_noticed() -> None:
    records = [to_record(event) for event in conversation("a", "why", "because")]
    assert refusal(records) == ""
    told = replay(records).conversation
    facts = facts_for("claude-sonnet-5-5")
    params = dict(build(told, facts, RequestOptions(thinking=False)).params)
    params["messages"] = [{"role": "user", "content": [{"type": "text", "text": ""}]}]
    assert check(params, stand_in(facts.id), SentSignatures()) is not None


@pytest.fixture
def folder(home: Path) -> Path:
    place = home / "data" / "sessions"
    write(
        place,
        conversation("one", "first", "reply one", "second", "reply two", "third", "reply three"),
    )
    return place


def files(folder: Path) -> list[Path]:
    """The journals."""
    return list(folder.glob("*.jsonl"))


async def test_an_edited_message_makes_a_branch_and_leaves_the_parent(
    playing: Playing, folder: Path
) -> None:
    before = (folder / "one.jsonl").read_bytes()
    async with playing(size=(100, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("edit_turn", "2")
        await stage.settled()
        app = stage.app
        assert app.view.chat.composer.text == "second"
        assert len(files(folder)) == 1
        await stage.talks("second, better", "another reply")
        assert app.view.session.conversation.parent == "one@1"
        assert [turn.asked.text for turn in app.view.session.conversation.turns] == [
            "first",
            "second, better",
        ]
        assert (folder / "one.jsonl").read_bytes() == before
        assert len(files(folder)) == 2


async def test_a_fork_goes_on_from_its_turn_and_is_listed(playing: Playing, folder: Path) -> None:
    async with playing(size=(100, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("fork", "2")
        await stage.settled()
        fork = stage.app.view.session.conversation
        assert (fork.parent, fork.turn_count) == ("one@2", 2)
        assert (folder / f"{fork.id}.jsonl").exists()
        stage.app.view.commands.start("branches", "")
        await stage.until(lambda: len(stage.app.screen_stack) > 1)
        await stage.pilot.pause()
        assert "after message 2" in stage.screen_text


@pytest.mark.parametrize(
    ("text", "other", "shown"),
    [
        ("We should wait", "We should go", "… should wait"),
        ("We should wait a while", "We should wait", "… wait a while"),
        ("We", "We should wait", "We"),
        ("Another word", "We should wait", "Another word"),
        ("A word", "A wall", "A word"),
        ("Anything", "", "Anything"),
    ],
)
def test_a_branch_is_told_by_the_first_words_that_differ(text: str, other: str, shown: str) -> None:
    assert different_words(text, other) == shown


async def test_branches_of_one_session_do_not_look_alike(playing: Playing, folder: Path) -> None:
    async with playing(size=(100, 30)) as stage:
        for text in ("second, one way", "second, another way"):
            await stage.app.view.commands.do("sessions", "one")
            await stage.app.view.commands.do("edit_turn", "2")
            stage.app.view.chat.composer.put("")
            await stage.talks(text, "A reply")
        stage.app.view.commands.start("branches", "")
        await stage.until(lambda: len(stage.app.screen_stack) > 1)
        await stage.pilot.pause()
        assert "second, one way" in stage.screen_text
        assert "second, another way" in stage.screen_text


async def test_an_edit_of_an_edit_that_was_not_sent_goes_back_to_the_parent(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("edit_turn", "3")
        stage.app.view.chat.composer.clear()
        await stage.app.view.commands.do("edit_turn", "1")
        assert stage.app.view.session.conversation.parent == "one@0"
        assert stage.app.view.chat.composer.text == "first"


@pytest.mark.parametrize("kept", [False, True], ids=["at once", "after its draft was kept"])
async def test_escape_leaves_an_edit_as_if_nothing_had_been(
    playing: Playing, folder: Path, kept: bool
) -> None:
    before = (folder / "one.jsonl").read_bytes()
    async with playing(size=(100, 30)) as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.settled()
        shown = stage.screen_text
        await stage.presses("f3")
        assert stage.app.view.chat.composer.text == "third"
        assert "Esc cancels" in stage.banner
        await stage.presses(*" and")
        assert stage.banner.startswith("editing message 3")
        if kept:
            stage.app.view.session.keep_draft("third and")
            await stage.app.view.session.engine.sync()
            assert len(files(folder)) == 2
        await stage.presses("escape")
        await stage.settled()
        assert stage.app.view.session.conversation.id == "one"
        assert stage.screen_text == shown
        assert files(folder) == [folder / "one.jsonl"]
        assert (folder / "one.jsonl").read_bytes() == before


async def test_an_edit_whose_parent_is_gone_is_not_left_and_what_is_said_then_is_kept(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.presses("f3")
        branch = stage.app.view.session.conversation.id
        (folder / "one.jsonl").unlink()
        await stage.presses("escape")
        assert stage.app.view.session.conversation.id == branch
        assert stage.app.view.chat.composer.text == "third"
        assert "is gone; this one goes on by itself" in stage.banner
        await stage.presses("escape")
        assert stage.banner == "your turn"
        await stage.talks("precious words", "Which?")
    assert "precious words" in (folder / f"{branch}.jsonl").read_text()


async def test_what_was_put_on_the_board_in_an_edit_is_kept_when_it_is_left(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.presses("f3")
        branch = stage.app.view.session.conversation.id
        await stage.app.view.commands.do("add", "evidence I measured 400 ms a file")
        await stage.presses("escape")
        await stage.settled()
        assert stage.app.view.session.conversation.id == "one"
    assert "I measured 400 ms a file" in (folder / f"{branch}.jsonl").read_text()


@pytest.mark.parametrize("noted", [False, True], ids=["written only", "noted on the board too"])
async def test_escape_leaves_an_edit_that_an_earlier_run_began(
    playing: Playing, folder: Path, noted: bool
) -> None:
    before = (folder / "one.jsonl").read_bytes()
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.presses("f3", *" and")
        if noted:
            await stage.app.view.commands.do("add", "evidence I measured it")
        stage.app.view.session.keep_draft("third and")
        await stage.app.view.session.engine.sync()
        branch = stage.app.view.session.conversation.id
    for keys, there in ((["x"], branch), (["escape"], "one")):
        async with playing() as stage:
            await stage.app.view.commands.do("sessions", branch)
            await stage.settled()
            assert stage.app.view.chat.composer.text.startswith("third and")
            assert "editing message 3" in stage.banner
            assert "Esc cancels" in stage.banner
            await stage.presses(*keys)
            assert stage.app.view.session.conversation.id == there
    left = [folder / f"{branch}.jsonl"] if noted else []
    assert set(files(folder)) == {folder / "one.jsonl", *left}
    assert (folder / "one.jsonl").read_bytes() == before


async def test_a_message_that_was_edited_is_no_edit_any_more(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.presses("f3", *" and", "enter")
        await stage.replies("Why?")
        branch = stage.app.view.session.conversation.id
        assert "editing" not in stage.banner
        await stage.presses("escape")
        assert stage.app.view.session.conversation.id == branch
        await stage.app.view.commands.do("fork", "2")
        assert "editing" not in stage.banner
        await stage.presses("escape")
        assert stage.app.view.session.conversation.parent == f"{branch}@2"


async def test_escape_in_a_branch_that_was_kept_stays_there(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("fork", "2")
        branch = stage.app.view.session.conversation.id
        await stage.presses("escape")
        assert stage.app.view.session.conversation.id == branch


@pytest.mark.parametrize("typed", ["0", "4", "x", "-1", "9" * 30, "²"])
async def test_a_turn_that_is_not_there_changes_nothing(
    playing: Playing, folder: Path, typed: str
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        for name in ("fork", "edit_turn"):
            await stage.app.view.commands.do(name, typed)
            assert stage.app.view.session.conversation.id == "one"
            assert "There is no message" in stage.banner


async def test_a_draft_is_never_overwritten_by_an_edit(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        stage.app.view.chat.composer.put("a draft")
        await stage.presses("f3")
        assert stage.app.view.chat.composer.text == "a draft"
        assert stage.app.view.session.conversation.id == "one"
