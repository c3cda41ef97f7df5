"""Answers that begin again in the middle, come in one piece, or have words where none are due."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hq_tui.claude.event_decoder import EventDecoder
from hq_tui.core.blocks import as_json, as_sent
from hq_tui.core.conversation import EMPTY, Conversation, Outcome
from hq_tui.core.events import AttemptStarted, Event, MessageSent, ReplyDone, ResumeMode
from hq_tui.core.ledger import ledger_of
from hq_tui.core.partner import Ping
from hq_tui.core.reducer import apply
from tests.claude.asking import asking, told
from tests.claude.raw_server import HELLO, RawServer
from tests.claude.raw_server import whole as in_one_piece
from tests.core.test_reducer import ASKED

WORDS = "You say it is slow. Which did you measure?"
Row = dict[str, Any]


def start(name: str = "msg_a", **more: Any) -> Row:
    usage = {"input_tokens": 17, "output_tokens": 1}
    return {"type": "message_start", "message": {"id": name, "model": "m", "usage": usage, **more}}


def begin(index: int = 0, **data: Any) -> Row:
    block = data or {"type": "text", "text": ""}
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(text: str, index: int = 0, kind: str = "text_delta", name: str = "text") -> Row:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, name: text}}


def stop(index: int = 0) -> Row:
    return {"type": "content_block_stop", "index": index}


def end(reason: str = "end_turn") -> list[Row]:
    usage = {"output_tokens": 9}
    said = {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}
    return [said, {"type": "message_stop"}]


def whole(text: str = WORDS, name: str = "msg_b") -> list[Row]:
    return [start(name), begin(), delta(text[:7]), delta(text[7:]), stop(), *end()]


def folded(rows: list[Row], how: ResumeMode = ResumeMode.FRESH) -> Conversation:
    """The session after these values of one stream."""
    reader, conversation = EventDecoder(), EMPTY
    events: list[Event | Ping] = [ASKED, AttemptStarted(number=1, how=how, model="m", at=1)]
    for row in rows:
        if not reader.is_over:
            events += reader.read(row, row["type"])
    for event in (*events, *reader.rest(), ReplyDone(at=2)):
        if not isinstance(event, Ping):
            conversation = apply(conversation, event)
    return conversation


BROKEN = {
    "in its words": [start(), begin(), delta("You say it is slow. Wh")],
    "before a word": [start()],
    "between two blocks": [start(), begin(), delta("You say"), stop()],
    "in a thought": [
        start(),
        begin(type="thinking", thinking=""),
        delta("Hm", kind="thinking_delta", name="thinking"),
    ],
    "in a call": [
        start(),
        begin(type="tool_use", id="t1", name="n", input={}),
        delta('{"a":', kind="input_json_delta", name="partial_json"),
    ],
    "twice": [start(), begin(), delta("You"), start("msg_x"), begin(), delta("You say")],
}


@pytest.mark.parametrize("name", BROKEN)
def test_another_message_in_the_same_stream_takes_the_place_of_the_first(name: str) -> None:
    conversation = folded([*BROKEN[name], *whole()])
    assert conversation.reply.text == WORDS
    assert [type(one).__name__ for one in conversation.reply.shown] == ["TextBlock"]
    *voided, last = conversation.reply.attempts
    assert (last.message_id, last.outcome) == ("msg_b", Outcome.COMPLETE)
    assert voided
    assert {one.outcome for one in voided} == {Outcome.DISCARDED}


def test_what_was_said_before_the_answer_began_again_is_counted_as_thrown_away() -> None:
    ledger = ledger_of(folded([*BROKEN["in its words"], *whole()]))
    assert ledger.kept.output_tokens == 9
    assert ledger.discarded.output_tokens
    assert ledger.resent.input_tokens == 17


def test_the_same_message_named_twice_is_one_message() -> None:
    rows = whole()
    for place in range(1, len(rows) - 1):
        conversation = folded(
            [*rows[:place], start("msg_b", usage={"input_tokens": 99}), *rows[place:]]
        )
        assert conversation.reply.text == WORDS
        assert [one.usage.input_tokens for one in conversation.reply.attempts] == [17]


def test_a_message_that_is_played_again_from_its_beginning_is_said_once() -> None:
    rows = whole()
    for place in range(2, len(rows) - 2):
        assert folded([*rows[:place], *rows]).reply.text == WORDS


def test_nothing_is_taken_from_a_message_behind_one_that_is_whole() -> None:
    said, _ = end()
    assert folded([*whole()[:-2], said, *whole("Else.", "msg_c")]).reply.text == WORDS


def test_words_in_the_start_of_a_message_or_a_block_are_shown() -> None:
    given = start("msg_b", content=[{"type": "text", "text": WORDS}])
    assert folded([given, *end()]).reply.text == WORDS
    assert folded([start(), begin(type="text", text="You say"), delta(" so."), stop(), *end()])
    assert folded([given, {"type": "message_stop"}]).reply.text == WORDS


def test_a_delta_that_is_not_known_is_kept_and_merged_into_its_block() -> None:
    rows = [
        start(),
        begin(type="hologram", beam="a", note=None),
        {"type": "content_block_delta", "index": 0, "delta": {"type": "beam_delta", "beam": "b"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "x_delta", "note": [1]}},
        stop(),
        begin(1),
        delta("Hi.", 1),
        {"type": "content_block_delta", "index": 1, "delta": {"type": "ink_delta", "ink": "red"}},
        stop(1),
        *end(),
    ]
    right = [
        {"type": "hologram", "beam": "ab", "note": [1]},
        {"type": "text", "text": "Hi.", "ink": "red"},
    ]
    shown = folded(rows).reply.shown
    assert [as_json(one) for one in shown] == [as_sent(one) for one in shown] == right


MESSAGE: Row = {
    "id": "msg_1",
    "type": "message",
    "model": "m",
    "content": [{"type": "text", "text": WORDS}],
    "stop_reason": "max_tokens",
    "usage": {"input_tokens": 5, "output_tokens": 9},
}


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream", "application/x+json"])
@pytest.mark.parametrize("content", [MESSAGE["content"], WORDS])
async def test_a_whole_message_in_place_of_a_stream_is_the_reply(kind: str, content: Any) -> None:
    body = json.dumps({**MESSAGE, "content": content}).encode()
    answer = in_one_piece(200, body, kind=kind)
    async with RawServer(answer) as server, asking(server.url) as partner:
        got = await told(partner)
    assert (got.failure, got.stop_reason, got.is_confirmed) == (None, "max_tokens", True)
    conversation = apply(apply(EMPTY, MessageSent(text="a", at=1)), AttemptStarted(
        number=1, how=ResumeMode.FRESH, model="m", at=1,
    ))  # fmt: skip
    for event in got.events:
        assert not isinstance(event, Ping)
        conversation = apply(conversation, event)
    assert conversation.reply.text == WORDS
    assert conversation.reply.usage.output_tokens == 9


@pytest.mark.parametrize("kind", ["application/json", "text/json", "text/plain"])
async def test_a_stream_that_is_called_by_another_name_is_read_as_one(kind: str) -> None:
    answer = in_one_piece(200, HELLO, kind=kind)
    async with RawServer(answer) as server, asking(server.url) as partner:
        got = await told(partner)
    assert (got.failure, got.text) == (None, "Hello there")
