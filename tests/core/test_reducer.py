"""A conversation is a fold over events, whatever their order."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from hq_tui.core.blocks import TextBlock, ThinkingBlock, ToolBlock
from hq_tui.core.conversation import EMPTY, Attempt, Conversation, Outcome, Phase
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
    ReplyDiscarded,
    ReplyDone,
    ResumeMode,
    TextArrived,
    ThinkingArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.growth import shown_blocks
from hq_tui.core.ledger import ledger_of
from hq_tui.core.models import ModelInfo
from hq_tui.core.reducer import apply, kept
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import build
from hq_tui.core.usage import NO_USAGE, Usage
from hq_tui.formats.export import session_as_json, session_as_markdown
from tests.core.event_samples import histories

CUT = Failure(kind=FailureKind.CUT, retryable=True)


def fold(*events: Event, start: Conversation = EMPTY) -> Conversation:
    return reduce(apply, events, start)


def attempt(
    number: int = 1, how: ResumeMode = ResumeMode.FRESH, anchor: str = ""
) -> AttemptStarted:
    return AttemptStarted(number=number, how=how, model="m", at=1, anchor=anchor)


def words(text: str, index: int = 0) -> tuple[Event, ...]:
    return (
        BlockStarted(index=index, data={"type": "text", "text": ""}),
        TextArrived(index=index, text=text),
    )


ASKED = MessageSent(text="Why?", at=1)


@given(histories())
def test_no_order_of_events_breaks_anything_made_of_them(events: list[Event]) -> None:
    conversation = fold(*events)
    json.dumps(session_as_json(conversation))
    session_as_markdown(conversation)
    assert [turn.number for turn in conversation.turns] == list(
        range(1, conversation.turn_count + 1)
    )


@given(histories())
def test_text_only_grows_within_an_attempt_and_the_past_stands_still(events: list[Event]) -> None:
    conversation, allowed = EMPTY, (AttemptStarted, MessageSent, ReplyDiscarded)
    for event in events:
        after = apply(conversation, event)
        if not isinstance(event, allowed):
            assert after.reply.text.startswith(conversation.reply.text)
        assert after.past[: len(conversation.past)] == conversation.past
        assert all(x is y for x, y in zip(after.past, conversation.past, strict=False))
        conversation = after


@given(histories())
def test_a_ledger_is_the_sum_of_its_rows(events: list[Event]) -> None:
    conversation = fold(*events)
    ledger = ledger_of(conversation)
    rows = [
        one.cost for turn in conversation.turns for one in turn.reply.attempts if one.was_answered
    ]
    assert ledger.total == sum(rows, NO_USAGE)
    assert ledger.kept + ledger.resent + ledger.discarded == sum(rows, NO_USAGE)
    assert (
        ledger.total.as_json()
        == sum((turn.reply.usage for turn in conversation.turns), NO_USAGE).as_json()
    )


@given(histories(), st.integers(0, 40))
def test_folding_in_two_steps_is_folding_in_one(events: list[Event], at: int) -> None:
    assert fold(*events[at:], start=fold(*events[:at])) == fold(*events)


def test_a_reply_is_whole_with_its_stop_reason_and_only_then() -> None:
    begun = fold(ASKED, attempt(), *words("Hi"))
    assert (begun.is_busy, begun.reply.phase) == (True, Phase.STREAMING)
    done = fold(MessageDelta(stop_reason="end_turn"), ReplyDone(at=2), start=begun)
    assert (done.reply.phase, done.reply.attempts[0].outcome) == (Phase.COMPLETE, Outcome.COMPLETE)
    assert not done.reply.attempts[0].confirmed
    assert not done.reply.attempts[0].blocks[0].open
    late = fold(MessageEnded(), TextArrived(index=0, text="!"), start=done)
    assert late == done


def test_what_comes_late_or_twice_or_nowhere_changes_nothing() -> None:
    conversation = fold(ASKED, attempt(), *words("Hi"))
    for event in (
        TextArrived(index=9, text="x"),
        BlockStarted(index=0, data={"type": "thinking"}),
        ThinkingArrived(index=0, text="x"),
    ):
        assert apply(conversation, event).reply.text == "Hi"
    assert apply(EMPTY, TextArrived(index=0, text="x")) == EMPTY


def test_a_resumed_reply_reads_as_one_and_keeps_its_attempts() -> None:
    first = fold(ASKED, attempt(), *words("One two "), AttemptFailed(failure=CUT, at=2))
    conversation = fold(attempt(2, ResumeMode.PREFILL), *words(" three"), start=first)
    assert (conversation.reply.text, conversation.reply.seams) == ("One two three", (8,))
    assert [one.outcome for one in conversation.reply.attempts] == [Outcome.CUT, Outcome.OPEN]
    assert conversation.reply.attempts[1].skip == 1


def test_a_tool_call_that_comes_alone_after_a_break_stands_after_the_words() -> None:
    first = fold(ASKED, attempt(), *words("One two "), AttemptFailed(failure=CUT, at=2))
    call = BlockStarted(index=0, data={"type": "tool_use", "id": "t", "name": "n", "input": {}})
    conversation = fold(attempt(2, ResumeMode.CONTINUE), call, BlockEnded(index=0), start=first)
    assert [type(block) for block in conversation.reply.shown] == [TextBlock, ToolBlock]


def test_a_continuation_that_breaks_while_repeating_has_brought_nothing() -> None:
    kept = "You say that it is slow. What did you measure, and"
    conversation = fold(ASKED, attempt(), *words(kept), AttemptFailed(failure=CUT, at=2))
    before = build(conversation, ModelInfo(id="m"), RequestOptions()).params["messages"]
    for part in ("is slow. What did", "is slow. What did you measure, and", "Of course, con", "i"):
        broken = fold(
            attempt(2, ResumeMode.CONTINUE),
            *words(part),
            AttemptFailed(failure=CUT, at=3),
            start=conversation,
        )
        assert broken.reply.text == kept
        assert build(broken, ModelInfo(id="m"), RequestOptions()).params["messages"] == before
        again = fold(attempt(3, ResumeMode.CONTINUE), *words(" with what?"), start=broken)
        assert again.reply.text == kept + " with what?"


def test_tries_that_bring_nothing_leave_one_seam() -> None:
    conversation = fold(ASKED, attempt(), *words("One two "), AttemptFailed(failure=CUT, at=2))
    for number in (2, 3, 4):
        conversation = fold(
            attempt(number, ResumeMode.PREFILL),
            AttemptFailed(failure=CUT, at=2),
            start=conversation,
        )
    assert conversation.reply.seams == (8,)
    assert [one.outcome for one in conversation.reply.attempts[1:]] == [Outcome.FAILED] * 3


def test_unfinished_thinking_does_not_survive_a_cut_and_finished_thinking_moves_before() -> None:
    thinking = (
        BlockStarted(index=0, data={"type": "thinking", "signature": "s"}),
        ThinkingArrived(index=0, text="hm"),
    )
    open_one = fold(ASKED, attempt(), *thinking, AttemptFailed(failure=CUT, at=2), attempt(2))
    assert open_one.reply.shown == ()
    partial = fold(ASKED, attempt(), *words("One"), AttemptFailed(failure=CUT, at=2))
    conversation = fold(
        attempt(2, ResumeMode.CONTINUE), *thinking, BlockEnded(index=0),
        *words(" two three four", 1),
        BlockEnded(index=1), start=partial,
    )  # fmt: skip
    assert [type(block).__name__ for block in conversation.reply.shown] == [
        "ThinkingBlock",
        "TextBlock",
    ]
    assert conversation.reply.text == "One two three four"


def test_starting_afresh_throws_the_words_away() -> None:
    conversation = fold(
        ASKED, attempt(), *words("  "), GaveUp(failure=CUT, at=2), attempt(2), *words("Hi")
    )
    assert conversation.reply.attempts[0].outcome is Outcome.DISCARDED
    assert (conversation.reply.text, conversation.reply.seams) == ("Hi", ())


def test_a_count_on_the_way_is_not_the_final_one() -> None:
    early = MessageDelta(usage=Usage(input_tokens=5, output_tokens=2))
    cut = fold(ASKED, attempt(), early, *words("x" * 700), AttemptFailed(failure=CUT, at=2))
    assert cut.reply.attempts[0].cost == Usage(input_tokens=5, output_tokens=201, estimated=True)
    final = MessageDelta(usage=Usage(output_tokens=9), stop_reason="end_turn")
    whole = fold(ASKED, attempt(), early, *words("x" * 700), final, ReplyDone(at=2))
    assert whole.reply.attempts[0].cost == Usage(input_tokens=5, output_tokens=9)
    assert fold(ASKED, attempt()).reply.usage == NO_USAGE


@settings(max_examples=20)
@given(st.lists(st.text(alphabet="ab ", min_size=1, max_size=4), max_size=30))
def test_a_delta_costs_the_same_however_many_turns_came_before(pieces: list[str]) -> None:
    turn: tuple[Event, ...] = (ASKED, attempt(), *words("Hi"), ReplyDone(at=2))
    long = fold(*turn * 50, ASKED, attempt(), *words(""))
    past = long.past
    for piece in pieces:
        long = apply(long, TextArrived(index=0, text=piece))
        assert long.past is past
    assert long.reply.text == "".join(pieces)


def test_words_that_are_gone_on_from_are_closed_and_thinking_alone_is_not_kept() -> None:
    assert kept((TextBlock(text="Half"), ThinkingBlock(text="hm"))) == (
        TextBlock(text="Half", open=False),
    )


def test_what_may_be_a_repetition_is_not_shown_before_that_is_known() -> None:
    base = (TextBlock(text="Noted.", open=False), ToolBlock(id="t", name="note", input={}))
    asked = Attempt(number=2, how=ResumeMode.CONTINUE, model="m", at=1, base=base)
    again = replace(asked, blocks=(TextBlock(text="Noted. And?"),), skip=None)
    assert shown_blocks(again) == base
    assert shown_blocks(replace(again, skip=7)) == (*base, TextBlock(text="And?"))
