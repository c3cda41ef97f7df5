"""A request, which holds the whole session, is let go of as soon as its reply is over."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import aclosing

import httpx2
import pytest
from anthropic import AsyncStream

from hq_tui.claude.client import make_client
from tests.claude.asking import KEY, asking, request, told
from tests.claude.raw_server import BEGINNING, HELLO, RawServer, event, refused, streamed, whole
from tests.support.gates import Tally

ASKED = 3
ERROR = event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})
ENDS = {
    "whole": streamed(HELLO),
    "an error": streamed(BEGINNING + ERROR),
    "garbage": streamed(BEGINNING + b"data: {oops\n\n"),
    "cut": streamed(BEGINNING, end="close", finished=False),
    "reset": streamed(BEGINNING, end="reset", finished=False),
    "silence": streamed(BEGINNING, end="hold", finished=False),
    "refused": refused(529, "overloaded_error", "Overloaded"),
    "in one piece": whole(200, b'{"type": "message", "content": []}'),
}


@pytest.fixture(autouse=True)
def _nothing_is_collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def held() -> int:
    """How many requests are in memory."""
    return sum(isinstance(one, httpx2.Request) for one in gc.get_objects())


async def turn_of_the_loop() -> None:
    """Let go of what the loop itself holds until its next turn."""
    for _ in range(100):
        await asyncio.sleep(0)


@pytest.mark.gate("memory")
@pytest.mark.parametrize("end", ENDS)
async def test_no_request_is_held_when_its_reply_is_over(end: str, tally: Tally) -> None:
    before = held()
    async with RawServer(ENDS[end]) as server, asking(server.url) as partner:
        for _ in range(ASKED):
            await told(partner)
        await turn_of_the_loop()
        assert held() == before
    tally.tried(ASKED)


@pytest.mark.gate("memory")
async def test_no_request_is_held_when_its_reply_was_stopped(tally: Tally) -> None:
    before = held()
    async with RawServer(ENDS["silence"]) as server, asking(server.url) as partner:
        for _ in range(ASKED):
            async with aclosing(partner.stream(request())) as stream:
                await anext(stream)
        await turn_of_the_loop()
        assert held() == before
    tally.tried(ASKED)


@pytest.mark.twin("memory", "the stream of the SDK, which refers to itself")
async def test_requests_that_are_held_are_noticed() -> None:
    before = held()
    async with RawServer(ENDS["whole"]) as server:
        client = make_client(KEY, base_url=server.url)
        for _ in range(ASKED):
            async with client.messages.stream(**request().params) as stream:
                assert [event async for event in AsyncStream.raw_events(stream.response)]
        await turn_of_the_loop()
        assert held() == before + ASKED
        await client.close()
