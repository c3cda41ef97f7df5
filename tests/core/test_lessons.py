"""What was learned about a server, and requests that keep to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hq_tui.claude.models import facts_for, merge
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import (
    AttemptFailed,
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageSent,
    ReplyDone,
    ResumeMode,
    SessionStarted,
    TextArrived,
    ToolInputArrived,
    ToolResult,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.requests.history import without_tools
from hq_tui.core.requests.lessons import LEAST_REPLY, NOTHING, Lessons, lesson_from
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import MessagesRequest, build
from hq_tui.store.servers import ServerNotes
from tests.core.test_reducer import ASKED, attempt, fold

TOOL = {"name": "note", "description": "d", "input_schema": {"type": "object"}}
FACTS = facts_for("claude-opus-5")
STARTED = SessionStarted(id="s", mode="m", model=FACTS.id, at=1, system=("Ask.", "Wait."))
CALL: list[Event] = [
    BlockStarted(index=0, data={"type": "text", "text": "Noted."}),
    BlockEnded(index=0),
    BlockStarted(index=1, data={"type": "tool_use", "id": "t1", "name": "note", "input": {"a": 1}}),
    BlockEnded(index=1),
    MessageDelta(stop_reason="tool_use"),
    ReplyDone(at=3),
]


def after(*events: Event) -> Conversation:
    return fold(STARTED, ASKED, attempt(), *events, ASKED)


def roles(request: MessagesRequest) -> list[str]:
    return [one["role"] for one in request.params["messages"]]


def kinds(request: MessagesRequest) -> list[str]:
    blocks = (block for one in request.params["messages"] for block in one["content"])
    return [block["type"] for block in blocks]


def test_each_lesson_changes_the_request_and_nothing_else() -> None:
    wanted = RequestOptions(tools=(TOOL,), effort="low")
    before = build(after(*CALL), FACTS, wanted).params
    for kind, gone in (
        (FailureKind.NO_THINKING, "thinking"),
        (FailureKind.NO_EFFORT, "output_config"),
        (FailureKind.NO_TOOLS, "tools"),
        (FailureKind.NO_CACHE, "cache_control"),
    ):
        lesson = lesson_from(Failure(kind=kind), before, FACTS)
        assert lesson is not None
        then = build(after(*CALL), lesson.applied(FACTS), wanted).params
        assert before.keys() - then.keys() == {gone}
        again = lesson_from(Failure(kind=kind), then, lesson.applied(FACTS))
        assert again is None or again.without.isdisjoint(lesson.without)
    plain = Lessons(without=frozenset({FailureKind.PLAIN_SYSTEM})).applied(FACTS)
    assert build(after(*CALL), plain, wanted).params["system"] == "Ask.\n\nWait."


def test_a_bound_holds_and_a_wider_one_teaches_nothing() -> None:
    sent = build(after(*CALL), FACTS, RequestOptions()).params
    named = Failure(kind=FailureKind.OUTPUT_LIMIT, limit=4_000)
    lesson = lesson_from(named, sent, FACTS)
    assert lesson == Lessons(max_output=4_000)
    assert (
        build(after(*CALL), lesson.applied(FACTS), RequestOptions()).params["max_tokens"] == 4_000
    )
    wider = Failure(kind=FailureKind.OUTPUT_LIMIT, limit=90_000)
    assert lesson_from(wider, sent, FACTS) is None


def test_calls_of_the_history_become_lines_where_no_tools_are_taken() -> None:
    lesson = Lessons(without=frozenset({FailureKind.NO_TOOLS}))
    request = build(after(*CALL), lesson.applied(FACTS), RequestOptions(tools=(TOOL,)))
    assert set(kinds(request)) == {"text"}
    assert roles(request) == ["user", "assistant", "user"]
    said = [one["text"] for one in request.params["messages"][1]["content"]]
    assert said == ["Noted.", '[called note: {"a": 1}]']


def test_what_the_server_did_becomes_a_line_too_where_no_tools_are_taken() -> None:
    search = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}
    found = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": []}
    told = without_tools([{"role": "assistant", "content": [search, found]}])
    assert [block["type"] for block in told[0]["content"]] == ["text", "text"]


def test_the_model_is_told_that_its_call_failed() -> None:
    call = paused_in_a_call('{"a": 1}')[3:-1]
    results = (ToolResult(tool_use_id="toolu_1", content="no such item", is_error=True),)
    asked = MessageSent(text="And?", at=4, results=results)
    ended = (MessageDelta(stop_reason="tool_use"), ReplyDone(at=3), asked)
    request = build(fold(STARTED, ASKED, attempt(), *call, *ended), FACTS, RequestOptions())
    result = request.params["messages"][-1]["content"][0]
    assert (result["content"], result["is_error"]) == ("no such item", True)


def test_tools_stay_in_the_request_of_a_session_with_a_call_in_its_history() -> None:
    request = build(after(*CALL), FACTS, RequestOptions())
    assert [tool["name"] for tool in request.params["tools"]] == ["note"]
    assert request.params["tool_choice"] == {"type": "none"}
    assert "tool_use" in kinds(request)
    fresh = build(fold(STARTED, ASKED), FACTS, RequestOptions())
    assert not fresh.params.keys() & {"tools", "tool_choice"}


def other(data: dict[str, Any]) -> list[Event]:
    return [
        BlockStarted(index=0, data=data),
        BlockEnded(index=0),
        BlockStarted(index=1, data={"type": "text", "text": "", "ink": "red"}),
        TextArrived(index=1, text="Hi."),
        BlockEnded(index=1),
        MessageDelta(stop_reason="end_turn"),
        ReplyDone(at=3),
    ]


def test_what_a_server_does_not_take_back_is_left_out() -> None:
    conversation = after(*other({"type": "hologram", "beam": "x"}))
    assert kinds(build(conversation, FACTS, RequestOptions())) == [
        "text",
        "hologram",
        "text",
        "text",
    ]
    lesson = Lessons(without=frozenset({FailureKind.FOREIGN_BLOCKS}))
    request = build(conversation, lesson.applied(FACTS), RequestOptions())
    assert kinds(request) == ["text", "text", "text"]
    assert request.params["messages"][1]["content"] == [{"type": "text", "text": "Hi."}]


def test_work_that_the_server_never_finished_does_not_go_back_behind_a_new_message() -> None:
    call = {"type": "server_tool_use", "id": "srv1", "name": "web_search", "input": {}}
    paused = [*other(call)[:-2], MessageDelta(stop_reason="pause_turn")]
    on = build(fold(STARTED, ASKED, attempt(), *paused), FACTS, RequestOptions())
    assert kinds(on) == ["text", "server_tool_use", "text"]
    assert roles(on) == ["user", "assistant"]
    later = build(after(*paused, ReplyDone(at=3)), FACTS, RequestOptions())
    assert kinds(later) == ["text", "text", "text"]


def paused_in_a_call(spelt: str) -> list[Event]:
    call = {"type": "tool_use", "id": "toolu_1", "name": "note", "input": {}}
    return [
        BlockStarted(index=0, data={"type": "text", "text": ""}),
        TextArrived(index=0, text="Let me see."),
        BlockEnded(index=0),
        BlockStarted(index=1, data=call),
        ToolInputArrived(index=1, partial_json=spelt),
        BlockEnded(index=1),
        MessageDelta(stop_reason="pause_turn"),
    ]


def test_a_reply_that_paused_in_half_a_call_is_gone_on_with_in_words() -> None:
    half = fold(STARTED, ASKED, attempt(), *paused_in_a_call('{"a": '))
    request = build(half, FACTS, RequestOptions())
    assert (request.how, roles(request)[-1]) == (ResumeMode.CONTINUE, "user")
    whole = fold(STARTED, ASKED, attempt(), *paused_in_a_call('{"a": 1}'))
    assert build(whole, FACTS, RequestOptions()).how is ResumeMode.RESULTS


def test_a_pause_that_the_server_does_not_know_of_is_gone_on_with_in_words() -> None:
    said = other({"type": "text", "text": "Well, "})[:-2]
    paused = [*said, MessageDelta(stop_reason="pause_turn")]
    conversation = fold(STARTED, ASKED, attempt(), *paused)
    assert build(conversation, FACTS, RequestOptions()).how is ResumeMode.PAUSE
    no = Failure(
        kind=FailureKind.NO_PREFILL,
    )
    refused = fold(
        attempt(how=ResumeMode.PAUSE, number=2),
        AttemptFailed(failure=no, at=4),
        start=conversation,
    )
    request = build(refused, FACTS, RequestOptions())
    assert (request.how, roles(request)[-1]) == (ResumeMode.CONTINUE, "user")


def test_sizes_are_read_where_other_servers_have_them() -> None:
    for row, window in (
        ({"meta": {"n_ctx": 4096, "n_ctx_train": 131072}}, 4096),
        ({"max_model_len": 8192}, 8192),
        ({"context_length": 32768, "top_provider": {"max_completion_tokens": 4000}}, 32768),
        ({"loaded_context_length": 2048, "max_context_length": 9999}, 2048),
    ):
        facts = merge(facts_for("local"), row)
        assert facts.window == window
        conversation = fold(SessionStarted(id="s", mode="m", model="local", at=1), ASKED)
        assert build(conversation, facts, RequestOptions()).params["max_tokens"] <= max(
            window // 2, 1
        )


async def test_the_window_of_a_small_model_is_learned_once_and_for_later_runs(
    tmp_path: Path,
) -> None:
    facts = facts_for("local")
    conversation = fold(SessionStarted(id="s", mode="m", model="local", at=1), ASKED)
    sent = build(conversation, facts, RequestOptions()).params
    named = Failure(kind=FailureKind.NO_ROOM, limit=1_000, window=2_048)
    lesson = lesson_from(named, sent, facts)
    assert lesson == Lessons(max_output=1_000, window=2_048)
    assert (
        build(conversation, lesson.applied(facts), RequestOptions()).params["max_tokens"] == 1_000
    )
    path = tmp_path / "servers.json"
    await ServerNotes(path, lambda: "http://a", lambda: 1.0).learn("local", lesson.lasting)
    later = ServerNotes(path, lambda: "http://a", lambda: 2.0).known("local").applied(facts)
    assert (later.window, later.max_output) == (2_048, None)
    long = SessionStarted(id="s", mode="m", model="local", at=1, system=("word " * 900,))
    for started, least, most in ((conversation, 1_000, 1_024), (fold(long, ASKED), 500, 900)):
        asked = build(started, later, RequestOptions()).params["max_tokens"]
        assert least <= asked <= most
    endless = SessionStarted(id="s", mode="m", model="local", at=1, system=("word " * 9_000,))
    assert build(fold(endless, ASKED), later, RequestOptions()).params["max_tokens"] == LEAST_REPLY


async def test_lessons_are_kept_between_runs_for_each_address_and_not_for_ever(
    tmp_path: Path,
) -> None:
    lesson = Lessons(without=frozenset({FailureKind.NO_TOOLS}), max_output=99)
    path = tmp_path / "new" / "servers.json"
    await ServerNotes(path, lambda: "http://a", lambda: 1_000.0).learn("m", lesson)
    again = ServerNotes(path, lambda: "http://a", lambda: 2_000.0)
    assert again.known("m") == lesson
    await again.learn("m", Lessons(without=frozenset({FailureKind.NO_CACHE})))
    assert again.known("m").without == {FailureKind.NO_TOOLS, FailureKind.NO_CACHE}
    assert again.known("other") == NOTHING
    assert ServerNotes(path, lambda: "http://b", lambda: 2_000.0).known("m") == NOTHING
    assert ServerNotes(path, lambda: "http://a", lambda: 9e6).known("m") == NOTHING
    path.write_text("[{")
    assert ServerNotes(path, lambda: "http://a", lambda: 2_000.0).known("m") == NOTHING


def test_a_tool_is_held_to_its_schema_where_the_server_says_so_until_it_refuses() -> None:
    wishes = RequestOptions(tools=(TOOL,))
    listed = {"capabilities": {"structured_outputs": {"supported": True}}}
    facts = merge(FACTS, listed)
    strict = build(after(*CALL), facts, wishes)
    assert strict.params["tools"] == [{**TOOL, "strict": True}]
    assert build(after(*CALL), FACTS, wishes).params["tools"] == [TOOL]
    assert lesson_from(Failure(kind=FailureKind.NO_STRICT), strict.params, facts) == Lessons(
        without=frozenset({FailureKind.NO_STRICT})
    )
    plain = Lessons(without=frozenset({FailureKind.NO_STRICT})).applied(facts)
    loose = build(after(*CALL), plain, wishes)
    assert loose.params["tools"] == [TOOL]
    assert lesson_from(Failure(kind=FailureKind.NO_STRICT), loose.params, plain) is None
