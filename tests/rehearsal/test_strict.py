"""What the server refuses, in the API's words, so that nothing worse reaches the API."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from hq_tui.rehearsal.server.models import CONTINUES, PREFILLS, Model
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ThinkingPart
from hq_tui.rehearsal.server.server import Server
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check
from tests.support.files import PDF, gif, jpeg, png, webp
from tests.support.raw import asking, get, post
from tests.support.scripted import scripted_server

CLAIM = "I want to rewrite our service in Rust because Python is slow"
USER = {"role": "user", "content": "Is Python slow?"}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "sig-1"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "board_update", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}
TOOLS = [{"name": "board_update", "input_schema": {"type": "object"}}]
MARK: dict[str, Any] = {"cache_control": {"type": "ephemeral"}}


CITED: dict[str, Any] = {"citations": {"enabled": True}}


def document(data: str = "A plan.", **more: Any) -> dict[str, Any]:
    source = {"type": "text", "media_type": "text/plain", "data": data}
    return {"type": "document", "source": source, **more}


def file_of(data: bytes, media: str, kind: str = "image", **more: Any) -> dict[str, Any]:
    text = b64encode(data).decode()
    return {"type": kind, "source": {"type": "base64", "media_type": media, "data": text}, **more}


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


def after_thinking() -> SentSignatures:
    memory = SentSignatures()
    reply = RehearsedReply(
        blocks=(ThinkingPart(thinking="Hm.", signature="sig-1"), TextPart(text="Slow?"))
    )
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
        request(USER, says(text("Slow?"), CALL), asks(RESULT, text("Yes")), tools=TOOLS),
        request(USER, tools=TOOLS, tool_choice={"type": "auto"}, stop_sequences=["END"]),
        request(USER, tools=TOOLS, tool_choice={"type": "none"}),
        request(USER, tools=[{"type": "web_search_20250305", "name": "web_search"}]),
        request(
            USER,
            says(text("Slow?")),
            USER,
            {"role": "system", "content": "Be brief."},
            says(text("Ok")),
            USER,
        ),
        request(USER, output_config={"effort": "high"}),
        request(USER, max_tokens=128_000),
        request(asks(document(), document(title="plan.md", **MARK), text("Why?"))),
        request(asks(document(**CITED), file_of(PDF, "application/pdf", "document", **CITED))),
        request(asks(file_of(png(4, 3), "image/png", **MARK), text("Why?"))),
        request(asks(file_of(jpeg(4, 3), "image/jpeg"), file_of(gif(4, 3), "image/gif"))),
        request(asks(file_of(webp(b"VP8X", 4, 3), "image/webp"))),
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
        (request(asks(document(" \n"))), "document.source.text.data"),
        (request(asks(document(title=""))), "document.title"),
        (request(asks(document(name="plan.md"))), "document.name: Extra inputs"),
        (request(asks(document(citations=True))), "document.citations.enabled"),
        (request(asks(document(**CITED), document())), "all or none of the documents"),
        (request(asks({"type": "document"})), "document.source: Field required"),
        (request(asks({"type": "image", "source": {"type": "path"}})), "Input tag 'path'"),
        (request(asks(file_of(PDF, "application/pdf"))), "media_type: Input should be 'image/png'"),
        (request(asks(file_of(png(4, 3), "image/jpeg"))), "not match the provided media type"),
        (request(asks(file_of(b"", "image/png"))), "Invalid base64 data"),
        (request(asks(file_of(bytes(4_000_000), "image/png"))), "image exceeds 5 MB maximum"),
        (
            request(asks(file_of(b"x", "application/pdf", "document"))),
            "PDF specified was not valid",
        ),
        (request(asks(text("a", state="cut"))), "Extra inputs are not permitted"),
        (request(USER, says({"type": "document"}), USER), "not permitted in a assistant message"),
        (request(USER, says(CALL), USER), "without `tool_result` blocks immediately after"),
        (request(USER, says(CALL), asks(text("Yes"), RESULT)), "immediately after: toolu_1"),
        (request(USER, says(text("Slow?")), asks(RESULT)), "unexpected `tool_use_id`"),
        (request(asks(RESULT)), "unexpected `tool_use_id`"),
        (
            request(USER, says(CALL), asks({**RESULT, "tool_use_id": "toolu_2"}), tools=TOOLS),
            "without `tool_result` blocks immediately after: toolu_1",
        ),
        (request(USER, says(CALL, CALL), asks(RESULT), tools=TOOLS), "ids must be unique"),
        (
            request(USER, says(CALL), asks(RESULT, RESULT), tools=TOOLS),
            "multiple `tool_result` blocks with id: toolu_1",
        ),
        (request(USER, says({**CALL, "input": "x"}), asks(RESULT)), "tool_use.input"),
        (request(USER, says(CALL), asks(RESULT)), "blocks must define tools"),
        (request(USER, says(CALL), asks(RESULT), tools=[]), "blocks must define tools"),
        (request(USER, tools="all"), "tools: Input should be a valid list"),
        (request(USER, tools=["board"]), "tools.0: Input should be an object"),
        (request(USER, tools=[{}]), "tools.0.custom.name: Field required"),
        (request(USER, tools=[{"name": "a b"}]), "should match pattern"),
        (request(USER, tools=[{"name": "a"}]), "tools.0.custom.input_schema: Field required"),
        (request(USER, tools=[{**TOOLS[0], "input_schema": {}}]), "should be 'object'"),
        (request(USER, tools=TOOLS * 2), "Tool names must be unique"),
        (request(USER, tool_choice={"type": "auto"}), "only be specified while providing tools"),
        (request(USER, tools=TOOLS, tool_choice="auto"), "tool_choice: Input tag"),
        (request(USER, tools=TOOLS, tool_choice={"type": "some"}), "Input tag 'some'"),
        (request(USER, tools=TOOLS, tool_choice={"type": "tool", "name": "x"}), "Tool 'x' not"),
        (request(USER, tools=TOOLS, tool_choice={"type": "any"}), "is not supported on this"),
        (request(USER, stop_sequences="END"), "stop_sequences: Input should be a valid list"),
        (request(USER, stop_sequences=[1]), "stop_sequences.0: Input should be a valid string"),
        (request(USER, stop_sequences=[" \n"]), "must contain non-whitespace"),
        (request(USER, context_management={}), "context_management: Extra inputs"),
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
        (request(USER, max_tokens=128_001), "128001 > 128000"),
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


OLD = {"anthropic-version": "2023-06-01"}


@pytest.mark.parametrize(
    ("more", "headers", "words"),
    [
        ({"temperature": 0}, OLD, ""),
        ({"temperature": 0.7, "top_p": 0.9, "top_k": 5}, OLD, ""),
        ({"temperature": 1.1}, OLD, "temperature: Input should be less than or equal to 1"),
        ({"temperature": -1}, OLD, "temperature: Input should be greater than or equal to 0"),
        ({"top_p": "high"}, OLD, "top_p: Input should be a valid number"),
        ({"top_p": True}, OLD, "top_p: Input should be a valid number"),
        ({"temperature": 1.0}, {"anthropic-version": "2026-10-21"}, "temperature: Extra inputs"),
        ({"context_management": {}}, OLD, "context_management: Extra inputs"),
        ({"context_management": {}}, {**OLD, "anthropic-beta": "some-beta"}, ""),
        ({"of_nobody": 1}, {**OLD, "anthropic-beta": "some-beta"}, "of_nobody: Extra inputs"),
    ],
)
def test_the_headers_decide_which_parameters_there_are(
    more: dict[str, Any], headers: dict[str, str], words: str
) -> None:
    found = check(request(USER, **more), CONTINUES, SentSignatures(), headers)
    said = "" if found is None else found.message
    assert said.startswith(words)
    assert bool(said) == bool(words)


@pytest.mark.parametrize(
    ("name", "prefill", "sampling"),
    [
        ("claude-3-5-sonnet-20241022", True, True),
        ("claude-opus-4-20250514", True, True),
        ("claude-sonnet-4-5", True, True),
        ("claude-haiku-4-5-20251001", True, True),
        ("claude-opus-4-6", False, True),
        ("claude-opus-4-7", False, False),
        ("claude-sonnet-5", False, False),
        ("claude-opus-5-5", False, False),
        ("claude-mythos-preview", False, False),
        ("another-one", False, True),
    ],
)
async def test_any_name_is_answered_where_that_is_wanted_with_the_rules_of_its_generation(
    name: str, prefill: bool, sampling: bool
) -> None:
    old = {"anthropic-version": "2023-06-01"}
    async with scripted_server(["Hello there."], any_model=True) as server:
        got = await post(server, asking("Hello?", model=name, stream=False))
        begun = await post(server, asking("Hello?", "Hel", model=name))
        cool = await post(server, asking("Hello?", model=name, temperature=0.2), headers=old)
        listed = await get(server, f"/v1/models/{name}")
    assert (got.status, got.json["model"]) == (200, name)
    assert begun.status == (200 if prefill else 400)
    assert cool.status == (200 if sampling else 400)
    assert listed.json["id"] == name


async def test_only_its_own_models_answer_where_nothing_else_is_wanted() -> None:
    async with scripted_server() as server:
        got = await post(server, asking("Hello?", model="claude-sonnet-5"))
    assert (got.status, got.json["error"]) == (
        404,
        {"type": "not_found_error", "message": "model: claude-sonnet-5"},
    )


@pytest.mark.parametrize(
    ("sequences", "said", "stopped"),
    [
        (["three"], "one two ", "three"),
        (["nothing", "ee fo"], "one two thr", "ee fo"),
        (["four", "two"], "one ", "two"),
        (["t", "two"], "one ", "two"),
        (["one"], "", "one"),
        (["five"], "one two three four", None),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
async def test_a_reply_ends_before_a_stop_sequence_and_names_it(
    sequences: list[str], said: str, stopped: str | None, stream: bool
) -> None:
    async with scripted_server(["one two three four"]) as server:
        got = await post(server, asking("Go.", stop_sequences=sequences, stream=stream))
    end = got.events[-2]["delta"] if stream else got.json
    assert isinstance(end, dict)
    assert end["stop_sequence"] == stopped
    assert end["stop_reason"] == ("stop_sequence" if stopped else "end_turn")
    blocks = got.json["content"] if not stream else []
    assert isinstance(blocks, list)
    assert (got.text if stream else "".join(block["text"] for block in blocks)) == said


async def test_what_max_tokens_cuts_off_has_met_no_stop_sequence() -> None:
    async with scripted_server(["one two three four"]) as server:
        got = await post(server, asking("Go.", stop_sequences=["four"], max_tokens=2))
    assert (got.text, got.events[-2]["delta"]) == (
        "one two ",
        {"stop_reason": "max_tokens", "stop_sequence": None},
    )


async def test_no_tool_is_called_where_the_choice_is_none() -> None:
    body = asking(CLAIM, tools=TOOLS, stream=False)
    async with Server() as server:
        free = await post(server, body)
        none = await post(server, {**body, "tool_choice": {"type": "none"}})
    assert (free.json["stop_reason"], none.json["stop_reason"]) == ("tool_use", "end_turn")


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
    thought = ThinkingPart(thinking="Hm.", signature="sig-7")
    async with scripted_server([(thought, TextPart(text="Slow?")), "Why?"]) as server:
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
