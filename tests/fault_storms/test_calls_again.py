"""A call that broke off and one that came whole: what is asked for, shown, and done once."""

from __future__ import annotations

import pytest

from hq_tui.claude.models import facts_for
from hq_tui.core.blocks import TextBlock, ToolBlock
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    MessageSent,
    ResumeMode,
    SessionStarted,
    TextArrived,
    ToolInputArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.reducer import apply
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import MessagesRequest, build
from hq_tui.inquiry.board.tool import NAME
from tests.fault_storms.held_sessions import MODELS
from tests.inquiry.inquiry_session import Sitting, add, ask

TEXT = "It is always fast enough. What is always fast enough?"
CALL = {"type": "tool_use", "id": "call1", "name": NAME, "input": {}}
CUT = Failure(kind=FailureKind.CUT, retryable=True)


def folded(*events: Event) -> Conversation:
    conversation = EMPTY
    for event in events:
        conversation = apply(conversation, event)
    return conversation


def begun(model: str, *, whole_call: bool) -> Conversation:
    """A reply that broke inside its call, or right behind it."""
    ends = [BlockEnded(index=1)] if whole_call else []
    return folded(
        SessionStarted(id="s", mode="examine", model=model, at=1),
        MessageSent(text="It is fast.", at=1),
        AttemptStarted(number=1, how=ResumeMode.FRESH, model=model, at=1),
        *said(TEXT),
        BlockStarted(index=1, data=CALL),
        ToolInputArrived(index=1, partial_json='{"ops": []}'),
        *ends,
        AttemptFailed(failure=CUT, at=2),
    )


def said(text: str) -> tuple[Event, ...]:
    start = BlockStarted(index=0, data={"type": "text", "text": ""})
    return (start, TextArrived(index=0, text=text), BlockEnded(index=0))


def resumed(conversation: Conversation, request: MessagesRequest, *events: Event) -> Conversation:
    start = AttemptStarted(
        number=2, how=request.how, model=request.model, at=3, prompt=request.prompt
    )
    for event in (start, *events):
        conversation = apply(conversation, event)
    return conversation


def called(index: int = 0) -> tuple[Event, ...]:
    return (
        BlockStarted(index=index, data=CALL),
        ToolInputArrived(index=index, partial_json='{"ops": []}'),
        BlockEnded(index=index),
    )


def request_of(conversation: Conversation) -> MessagesRequest:
    return build(conversation, facts_for(conversation.model), RequestOptions())


@pytest.mark.parametrize("model", MODELS)
def test_half_a_call_is_asked_for_in_words_on_every_model(model: str) -> None:
    request = request_of(begun(model, whole_call=False))
    assert request.how is ResumeMode.CONTINUE
    assert f"Your call of {NAME}" in request.prompt
    assert [block["type"] for block in request.params["messages"][1]["content"]] == ["text"]


@pytest.mark.parametrize("model", MODELS)
def test_behind_a_whole_call_nothing_is_asked_to_come_twice(model: str) -> None:
    request = request_of(begun(model, whole_call=True))
    assert "repeat neither the text nor the call" in request.prompt
    assert TEXT in request.prompt
    kinds = [block["type"] for block in request.params["messages"][-1]["content"]]
    assert kinds == ["tool_result", "text"]


def test_a_call_that_comes_again_stands_behind_the_words_it_came_after() -> None:
    conversation = begun(MODELS[0], whole_call=False)
    shown = resumed(conversation, request_of(conversation), *called()).reply.shown
    assert [type(block) for block in shown] == [TextBlock, ToolBlock]


@pytest.mark.parametrize("whole_call", [True, False])
@pytest.mark.parametrize(
    "again", [TEXT, "What is always fast enough?", "fast enough?", "?", " enough?\n"]
)
def test_words_said_again_beside_a_call_are_not_shown_twice(again: str, whole_call: bool) -> None:
    conversation = begun(MODELS[0], whole_call=whole_call)
    reply = resumed(conversation, request_of(conversation), *said(again)).reply
    assert reply.text == TEXT
    assert all(block.text for block in reply.shown if isinstance(block, TextBlock))


@pytest.mark.parametrize("whole_call", [True, False])
def test_new_words_behind_a_call_are_shown(whole_call: bool) -> None:
    conversation = begun(MODELS[0], whole_call=whole_call)
    reply = resumed(conversation, request_of(conversation), *said("And who says so?")).reply
    assert reply.text == TEXT + "And who says so?"


def test_the_same_call_twice_in_a_reply_is_done_once() -> None:
    ops = [add("a", "claim", "It is fast", "It is fast"), ask("What is?")]
    once, twice = Sitting(), Sitting()
    once.turn("It is fast", "What is?", ops)
    twice.say("It is fast")
    twice.stream("What is?", once.conversation.reply.shown[1].json_text)  # type: ignore[union-attr]
    twice._happen(
        BlockStarted(index=2, data={**CALL, "id": "call2"}),
        ToolInputArrived(index=2, partial_json=once.conversation.reply.shown[1].json_text),  # type: ignore[union-attr]
        BlockEnded(index=2),
    )
    inquiry = twice.end()
    assert (inquiry.board, inquiry.card) == (once.inquiry.board, once.inquiry.card)
    first, second = inquiry.results
    assert (first.content, first.is_error) == (second.content, second.is_error)


def test_a_call_that_never_came_whole_is_named_in_the_next_message() -> None:
    conversation = begun(MODELS[0], whole_call=False)
    assert conversation.reply.lost_call == NAME
    assert resumed(conversation, request_of(conversation), *called()).reply.lost_call == ""
    assert begun(MODELS[0], whole_call=True).reply.lost_call == ""
