"""The real SDK talks to the rehearsal server as it would to the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import pytest

from hq_tui.rehearsal.server.reply import RehearsedReply, written
from hq_tui.rehearsal.server.server import Server
from tests.support.samples import RICH, numbered_words
from tests.support.scripted import scripted_server, scripted_thread

ASKED: Any = [{"role": "user", "content": "Is Python slow?"}]


@asynccontextmanager
async def sdk(server: Server, key: str = "") -> AsyncIterator[anthropic.AsyncAnthropic]:
    client = anthropic.AsyncAnthropic(
        api_key=key or server.token, base_url=server.url, max_retries=0, timeout=10
    )
    async with client:
        yield client


async def test_a_streamed_reply_arrives_whole_with_the_usage_that_the_server_kept() -> None:
    words = numbered_words(3000)
    async with (
        scripted_server([words]) as server,
        sdk(server) as client,
        client.messages.stream(model="rehearsal-1", max_tokens=60_000, messages=ASKED) as stream,
    ):
        message = await stream.get_final_message()
    assert "".join(block.text for block in message.content if block.type == "text") == words
    assert message.stop_reason == "end_turn"
    row = server.ledger[message.id]
    assert (row.output_tokens, row.complete) == (3000, True)
    assert message.usage.output_tokens == row.output_tokens
    assert message.usage.input_tokens == row.input_tokens == 3
    assert message.usage.cache_read_input_tokens == 0


@pytest.mark.parametrize(
    "faults", ["", "jsonsplit", "slicer", "jsonsplit,slicer", "unknown_events"]
)
async def test_every_kind_of_block_survives_however_the_bytes_are_split(faults: str) -> None:
    async with scripted_server([RICH], faults) as server, sdk(server) as client:
        stream = await client.messages.create(
            model="rehearsal-1", max_tokens=1000, messages=ASKED, stream=True
        )
        got: dict[int, str] = {}
        async for event in stream:
            if event.type == "content_block_delta":
                delta = event.delta.to_dict()
                for name in ("text", "thinking", "partial_json"):
                    got[event.index] = got.get(event.index, "") + str(delta.get(name, ""))
    assert list(got.values()) == _written(RICH)


def _written(reply: RehearsedReply) -> list[str]:
    return [written(block) for block in reply.blocks]


async def test_without_a_stream_the_same_message_comes_in_one_piece() -> None:
    async with scripted_server([RICH]) as server, sdk(server) as client:
        message = await client.messages.create(model="rehearsal-1", max_tokens=1000, messages=ASKED)
    assert [block.type for block in message.content] == ["thinking", "text", "text", "tool_use"]
    assert message.stop_reason == "tool_use"
    assert message.model == "rehearsal-1"
    assert message.usage.output_tokens == server.ledger[message.id].output_tokens


async def test_tokens_are_counted_by_words() -> None:
    async with scripted_server() as server, sdk(server) as client:
        count = await client.messages.count_tokens(
            model="rehearsal-1", messages=ASKED, system="Ask one question."
        )
    assert count.input_tokens == 6


async def test_the_models_are_described_as_the_api_describes_its_own() -> None:
    async with scripted_server() as server, sdk(server) as client:
        listed = [model.id async for model in client.models.list()]
        one = await client.models.retrieve("rehearsal-1")
        with pytest.raises(anthropic.NotFoundError):
            await client.models.retrieve("claude-opus-5")
    assert listed == ["rehearsal-1", "rehearsal-prefill"]
    assert (one.max_input_tokens, one.max_tokens) == (200_000, 128_000)
    assert one.capabilities is not None
    assert one.capabilities.thinking.types.adaptive.supported
    assert not one.capabilities.thinking.types.enabled.supported


@pytest.mark.parametrize(
    ("fault", "error", "kind"),
    [
        ("overloaded@1", anthropic.OverloadedError, "overloaded_error"),
        ("rate_limit@1:retry_after=2", anthropic.RateLimitError, "rate_limit_error"),
        ("error500@1", anthropic.InternalServerError, "api_error"),
        ("bad_request@1", anthropic.BadRequestError, "invalid_request_error"),
        ("unauthorised@1", anthropic.AuthenticationError, "authentication_error"),
        ("forbidden@1", anthropic.PermissionDeniedError, "permission_error"),
        ("not_found@1", anthropic.NotFoundError, "not_found_error"),
        ("too_large@1", anthropic.RequestTooLargeError, "request_too_large"),
    ],
)
async def test_the_sdk_knows_every_refusal_by_its_own_name(
    fault: str, error: type[anthropic.APIStatusError], kind: str
) -> None:
    async with scripted_server(faults=fault) as server, sdk(server) as client:
        with pytest.raises(error) as caught:
            await client.messages.create(
                model="rehearsal-1", max_tokens=100, messages=ASKED, stream=True
            )
    assert caught.value.type == kind
    assert str(caught.value.request_id).startswith("req_test_")


async def test_a_wrong_key_is_refused() -> None:
    async with scripted_server() as server, sdk(server, key="sk-ant-wrong") as client:
        with pytest.raises(anthropic.AuthenticationError):
            await client.messages.create(model="rehearsal-1", max_tokens=100, messages=ASKED)
    assert server.requests[-1].outcome == "401 authentication_error"


async def test_one_connection_carries_several_replies() -> None:
    async with scripted_server() as server, sdk(server) as client:
        for _ in range(3):
            async with client.messages.stream(
                model="rehearsal-1", max_tokens=100, messages=ASKED
            ) as stream:
                await stream.get_final_message()
    assert server.opened == 1


def test_a_program_without_a_loop_can_use_the_server_in_a_thread() -> None:
    with scripted_thread(["one two three"]) as server:
        client = anthropic.Anthropic(api_key=server.token, base_url=server.url, max_retries=0)
        with (
            client,
            client.messages.stream(model="rehearsal-1", max_tokens=100, messages=ASKED) as stream,
        ):
            assert stream.get_final_text() == "one two three"
    assert server.requests[0].outcome == "sent"


async def test_caching_shows_in_the_usage_when_it_is_asked_for() -> None:
    longer: Any = [*ASKED, {"role": "assistant", "content": "How slow?"}, *ASKED]
    async with scripted_server() as server, sdk(server) as client:
        usages = []
        for messages in (ASKED, longer):
            message = await client.messages.create(
                model="rehearsal-1",
                max_tokens=100,
                messages=messages,
                cache_control={"type": "ephemeral"},
            )
            usages.append(message.usage)
    told = [
        (u.input_tokens, u.cache_creation_input_tokens, u.cache_read_input_tokens) for u in usages
    ]
    assert told == [(0, 3, 0), (0, 5, 3)]
