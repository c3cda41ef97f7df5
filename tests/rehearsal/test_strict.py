"""What the server refuses, in the API's words, so that nothing worse reaches the API."""

from __future__ import annotations

from typing import Any

import pytest

from hq_tui.rehearsal.memory import Memory
from hq_tui.rehearsal.models import CONTINUES, PREFILLS, Model
from hq_tui.rehearsal.reply import Reply, Text, Thinking
from hq_tui.rehearsal.strict import check
from tests.support.raw import asking, post
from tests.support.scripted import scripted_server

USER = {"role": "user", "content": "Is Python slow?"}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "sig-1"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "board_update", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}
MARK = {"cache_control": {"type": "ephemeral"}}


def says(*blocks: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def asks(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def request(*messages: Any, **more: Any) -> dict[str, Any]:
    body = {"model": "rehearsal-1", "max_tokens": 100, "messages": list(messages), **more}
    return {key: value for key, value in body.items() if value is not ...}


def words_of(body: dict[str, Any], model: Model = CONTINUES) -> str:
    refusal = check(body, model, after_thinking())
    return "" if refusal is None else refusal.message


def after_thinking() -> Memory:
    memory = Memory()
    reply = Reply(blocks=(Thinking(thinking="Hm.", signature="sig-1"), Text(text="Slow?")))
    memory.sent(request(USER), reply)
    return memory


@pytest.mark.parametrize(
    "body",
    [
        request(USER),
        request(USER, system="Ask.", tools=[], thinking={"type": "adaptive"}, stream=True),
        request(USER, says(text("Slow?")), USER),
        request(USER, says(THOUGHT, text("Slow?")), USER),
        request({**USER, "content": [text("Is Python slow?")]}, says(THOUGHT, text("S")), USER),
        request(USER, says(THOUGHT, text("Slow?", **MARK)), asks(text("Yes", **MARK))),
        request(USER, says(text("Slow?"), CALL), asks(RESULT, text("Yes"))),
        request(
            USER,
            says(text("Slow?")),
            USER,
            {"role": "system", "content": "Be brief."},
            says(text("Ok")),
            USER,
        ),
        request(USER, output_config={"effort": "high"}),
        request(USER, max_tokens=64_000),
    ],
)
def test_what_the_api_takes_is_taken(body: dict[str, Any]) -> None:
    assert words_of(body) == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (request(), "at least one message is required"),
        (request(messages=...), "messages: Field required"),
        (request(says(text("Hello"))), 'first message must use the "user" role'),
        (request(USER, USER), "roles must alternate"),
        (request(USER, says(text("a")), says(text("b")), USER), "roles must alternate"),
        (request({"role": "model", "content": "x"}), "messages.0.role"),
        (request({"role": "user", "content": ""}), "must have non-empty content"),
        (request({"role": "user", "content": []}), "must have non-empty content"),
        (request(asks(text(""))), "text content blocks must be non-empty"),
        (request(asks(text(" \n"))), "must contain non-whitespace text"),
        (request({"role": "user", "content": "  "}), "must contain non-whitespace text"),
        (request(USER, says(text("")), USER), "text content blocks must be non-empty"),
        (request(asks(text("a", citations=[{"type": "x"}]))), "citations"),
        (request(asks(text("a", state="cut"))), "Extra inputs are not permitted"),
        (request(USER, says({"type": "document"}), USER), "not permitted in a assistant message"),
        (request(USER, says(CALL), USER), "without `tool_result` blocks immediately after"),
        (request(USER, says(CALL), asks(text("Yes"), RESULT)), "immediately after: toolu_1"),
        (request(USER, says(text("Slow?")), asks(RESULT)), "unexpected `tool_use_id`"),
        (request(asks(RESULT)), "unexpected `tool_use_id`"),
        (
            request(USER, says({"type": "thinking", "thinking": "Hm."}), USER),
            "signature: Field required",
        ),
        (request(USER, says({**THOUGHT, "signature": "made up"}), USER), "Invalid `signature`"),
        (request(USER, says({**THOUGHT, "thinking": "Ha."}), USER), "cannot be modified"),
        (request(USER, says(THOUGHT), USER, system="New."), "bound to a different conversation"),
        (request(asks(text("Else?")), says(THOUGHT), USER), "bound to a different conversation"),
        (request(USER, says(text("Slow"))), "does not support assistant message prefill"),
        (request(USER, temperature=1.0), "temperature: Extra inputs are not permitted"),
        (request(USER, top_p=0.9), "top_p"),
        (request(USER, top_k=5), "top_k"),
        (request(USER, max_tokens=...), "max_tokens: Field required"),
        (request(USER, max_tokens=0), "greater than or equal to 1"),
        (request(USER, max_tokens=64_001), "64001 > 64000"),
        (request(USER, max_tokens="many"), "valid integer"),
        (
            request(USER, thinking={"type": "enabled", "budget_tokens": 2000}),
            "thinking.type.enabled",
        ),
        (request(USER, thinking={"type": "loud"}), "loud thinking is not supported"),
        (request(USER, system=[text("")]), "system.0"),
        (request(USER, output_config={"effort": "huge"}), "output_config.effort"),
        (request(asks(*[text("a", **MARK)] * 5)), "A maximum of 4 blocks"),
        (request(asks(*[text("a", **MARK)] * 4), **MARK), "Found 5"),
    ],
)
def test_what_the_api_refuses_is_refused_in_its_words(body: dict[str, Any], words: str) -> None:
    assert words in words_of(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (request(USER, says(text("Slow"))), ""),
        (request(USER, {"role": "assistant", "content": "Slow"}), ""),
        (request(USER, says(text("Slow "))), "cannot end with trailing whitespace"),
        (request(USER, {"role": "assistant", "content": "Slow\n"}), "trailing whitespace"),
        (request(USER, says(THOUGHT), USER, system="New."), ""),
        (request(USER, thinking={"type": "adaptive"}), "adaptive thinking is not supported"),
        (request(USER, max_tokens=3000, thinking={"type": "enabled", "budget_tokens": 2000}), ""),
        (
            request(USER, thinking={"type": "enabled", "budget_tokens": 2000}),
            "must be greater than",
        ),
        (request(USER, thinking={"type": "enabled", "budget_tokens": 9}), "1024"),
        (request(USER, output_config={"effort": "low"}), "effort parameter"),
    ],
)
def test_the_model_that_takes_prefill_has_its_own_rules(body: dict[str, Any], words: str) -> None:
    found = words_of(body, PREFILLS)
    assert words in found
    assert bool(words) == bool(found)


async def test_a_refusal_says_what_the_api_would_say() -> None:
    async with scripted_server() as server:
        got = await post(server, asking("Hello?", "No pre"))
    assert got.status == 400
    assert got.headers["request-id"] == got.json["request_id"]
    assert got.json["error"] == {
        "type": "invalid_request_error",
        "message": "This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
    }
    assert server.requests[-1].outcome == "400 invalid_request_error"


async def test_a_lenient_server_takes_what_a_strict_one_refuses() -> None:
    async with scripted_server(strict=False) as server:
        got = await post(server, asking("", temperature=1.0))
    assert got.status == 200


async def test_thinking_is_recognised_by_the_server_that_sent_it() -> None:
    thought = Thinking(thinking="Hm.", signature="sig-7")
    async with scripted_server([(thought, Text(text="Slow?")), "Why?"]) as server:
        first = asking("Is it?")
        assert (await post(server, first)).status == 200
        answer = {"role": "assistant", "content": [thought.as_json(), text("Slow?")]}
        kept = await post(server, asking("Is it?", answer, "Yes."))
        moved = await post(server, asking("Was it?", answer, "Yes."))
    assert (kept.status, moved.status) == (200, 400)
    assert "bound to a different conversation" in str(moved.json["error"])


async def test_a_paused_reply_comes_back_as_it_is() -> None:
    async with scripted_server(["one two three four"], ["pause_turn@1:after=2"]) as server:
        paused = await post(server, asking("Go."))
        again = await post(server, asking("Go.", paused.text))
        changed = await post(server, asking("Go.", "one"))
    assert (again.status, again.text) == (200, "three four")
    assert changed.status == 400
