"""Requests as other programs send them: the server answers them in words, strict as it is.

The shapes were seen on the wire of Claude Code, llm, LiteLLM and aider; the words are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from hq_tui.rehearsal.server.server import Server
from tests.support.raw import Response, post, send

OLD = {"anthropic-version": "2023-06-01"}
BETAS = {**OLD, "anthropic-beta": "claude-code-20250219,context-management-2025-06-27"}
MARK = {"cache_control": {"type": "ephemeral"}}
CLAIM = "Our search is slow because it is written in Python."
REMINDER = "<system-reminder>\nToday is a Monday. It may matter or not.\n</system-reminder>"
COMPACT = (
    "Write no code and call no tool: answer with an <analysis> and a <summary> of this session, "
    "so that the work can be continued exactly where you left off if it was interrupted."
)
COMPACTED = (
    "This session goes on from another one whose context was used up. Summary: search is slow. "
    "Continue the work from where it left off, and ask nothing about the summary."
)


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def user(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": list(blocks)}


def tool(name: str) -> dict[str, Any]:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
    return {"name": name, "description": "Reads.", "input_schema": {**schema, "properties": {}}}


SYSTEM_NOTE = {"role": "system", "content": "These skills can be used: review, verify."}
CLAUDE_CODE = {
    "model": "claude-opus-4-8",
    "max_tokens": 64_000,
    "system": [text("billing: none"), text("You help with code.", **MARK), text("Be brief.")],
    "tools": [tool("Read"), {**tool("Bash"), **MARK}],
    "metadata": {"user_id": '{"device_id": "0"}'},
    "thinking": {"type": "adaptive"},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "output_config": {"effort": "high"},
    "stream": True,
}
FIRST = [user(text(REMINDER), text(CLAIM, **MARK)), SYSTEM_NOTE]
REPLY = assistant(text("What do you mean by slow?"))
CALLED = assistant(
    text("Let me look."), {"type": "tool_use", "id": "toolu_01", "name": "Read", "input": {}}
)
RESULT = {"type": "tool_result", "tool_use_id": "toolu_01", "content": [text("1 def f():")]}
LITELLM = {"model": "claude-sonnet-4-5", "max_tokens": 64_000}
CALL_ONLY = assistant(
    {"type": "tool_use", "id": "call_1", "name": "Read", "input": {"path": "a.py"}}
)
SHAPES: dict[str, tuple[dict[str, Any], Mapping[str, str]]] = {
    "Claude Code begins": ({**CLAUDE_CODE, "messages": FIRST}, BETAS),
    "Claude Code with an older model": (
        {
            **{k: v for k, v in CLAUDE_CODE.items() if k != "output_config"},
            "model": "claude-haiku-4-5",
            "max_tokens": 32_000,
            "thinking": {"type": "enabled", "budget_tokens": 31_999},
            "messages": [FIRST[0], REPLY, user(text("In loops."))],
        },
        BETAS,
    ),
    "Claude Code compacts": (
        {**CLAUDE_CODE, "messages": [*FIRST, REPLY, user(text(COMPACT))]},
        BETAS,
    ),
    "Claude Code compacts behind a call": (
        {**CLAUDE_CODE, "messages": [*FIRST, CALLED, user(RESULT, text(COMPACT))]},
        BETAS,
    ),
    "Claude Code after compacting": (
        {
            **CLAUDE_CODE,
            "messages": [
                user(text(COMPACTED)),
                REPLY,
                user(text("<local-command-stdout>Compacted</local-command-stdout>")),
                SYSTEM_NOTE,
                assistant(text("No response requested.")),
                user(text("And now?", **MARK)),
                SYSTEM_NOTE,
            ],
        },
        BETAS,
    ),
    "Claude Code right after compacting": (
        {**CLAUDE_CODE, "messages": [user(text(COMPACTED), text("And now?", **MARK))]},
        BETAS,
    ),
    "llm": (
        {
            "model": "claude-sonnet-4-5",
            "max_tokens": 64_000,
            "temperature": 1.0,
            "messages": [user(text(CLAIM))],
            "stream": True,
        },
        OLD,
    ),
    "llm goes on with options": (
        {
            "model": "claude-opus-4-5-20251101",
            "max_tokens": 200,
            "system": "Be brief.",
            "temperature": 0.3,
            "stop_sequences": ["@@"],
            "tools": [{**tool("llm_version"), "description": ""}],
            "messages": [user(text(CLAIM)), REPLY, user(text("In loops."))],
            "stream": True,
        },
        OLD,
    ),
    "LiteLLM with its own name": (
        {"model": "rehearsal-1", "max_tokens": 128_000, "messages": [user(text(CLAIM))]},
        OLD,
    ),
    "LiteLLM samples": (
        {**LITELLM, "temperature": 0, "top_p": 0.9, "messages": [user(text(CLAIM))]},
        OLD,
    ),
    "LiteLLM with the result of a call": (
        {
            **LITELLM,
            "tools": [tool("Read")],
            "tool_choice": {"type": "auto"},
            "messages": [
                user(text(CLAIM)),
                CALL_ONLY,
                user({**RESULT, "tool_use_id": "call_1", "content": "42"}),
            ],
        },
        OLD,
    ),
    "aider": (
        {
            "model": "claude-sonnet-4-5",
            "max_tokens": 64_000,
            "temperature": 0,
            "system": [text("You change files.", **MARK)],
            "messages": [
                user(text("Change the greeting.")),
                assistant(text("a.py\n```python\nprint(1)\n```")),
                user(text("I switched to another code base.")),
                assistant(text("Ok.")),
                user(text("Make f return 2\n\nUse *SEARCH/REPLACE* blocks.", **MARK)),
            ],
            "stream": True,
        },
        OLD,
    ),
}


def words_of(got: Response, stream: bool) -> str:
    if stream:
        return got.text
    blocks = got.json["content"]
    assert isinstance(blocks, list)
    return "".join(block.get("text", "") for block in blocks)


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_request_of_another_client_is_answered_in_words(shape: str) -> None:
    body, headers = SHAPES[shape]
    async with Server(any_model=True) as server:
        got = await post(server, body, path="/v1/messages?beta=true", headers=headers)
    assert (got.status, got.end) == (200, "neat")
    said = words_of(got, body.get("stream", False))
    assert "?" in said, said


async def test_the_look_whether_anybody_is_there_does_not_break_the_connection() -> None:
    """`HEAD /` comes first, and the next request on the same connection must be understood."""
    async with Server() as server:
        key = f"x-api-key: {server.token}\r\n"
        head = f"HEAD / HTTP/1.1\r\nhost: x\r\n{key}\r\n"
        models = f"GET /v1/models HTTP/1.1\r\nhost: x\r\n{key}connection: close\r\n\r\n"
        got = await send(server.url, (head + models).encode(), patience=1)
    assert got.status == 404
    assert got.body.startswith(b"HTTP/1.1 200 OK")
