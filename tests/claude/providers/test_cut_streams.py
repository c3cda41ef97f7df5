"""A reply through the wire of each provider, cut after every event and ended in five ways.

The words that had arrived are counted from the events that were sent, not from what was read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hq_tui.core.failure import FailureKind as Kind
from tests.claude.asking import Told, request, told
from tests.claude.providers.clouds import (
    CLOUDS,
    failed_with,
    model_of,
    on_the_wire,
    partner_at,
    signed_in,
    stream_of,
)
from tests.claude.raw_server import Answer, RawServer
from tests.claude.test_cut_sweep import BODY, TEXT, arrived

EVENTS = [one + b"\n\n" for one in BODY.split(b"\n\n")[:-1]]
WHOLE_AFTER = next(number for number, one in enumerate(EVENTS, 1) if b"stop_reason" in one)
GARBAGE = bytes(range(256))
ENDINGS = {
    "clean end": {Kind.CUT, Kind.NOT_AN_API},
    "reset": {Kind.NETWORK, Kind.CUT},
    "truncated frame": {Kind.CUT},
    "garbage": {Kind.MALFORMED},
    "error event": {Kind.OVERLOADED, Kind.RATE_LIMIT},
}


@pytest.fixture(autouse=True)
async def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with signed_in(tmp_path, monkeypatch):
        yield


def cut(provider: str, after: int, ending: str) -> Answer:
    """The first events of the reply, then this ending."""
    body = on_the_wire(provider, b"".join(EVENTS[:after]))
    following = on_the_wire(provider, EVENTS[min(after, len(EVENTS) - 1)])
    match ending:
        case "clean end":
            return stream_of(provider, body)
        case "reset":
            return stream_of(provider, body, end="reset", finished=False)
        case "truncated frame":
            return stream_of(provider, body + following[: len(following) // 2])
        case "garbage":
            garbage = GARBAGE if provider == "bedrock" else b"data: {oops\n\n"
            return stream_of(provider, body + garbage)
        case _:
            return stream_of(provider, body + failed_with(provider))


def check(result: Told, after: int, ending: str) -> None:
    """What must hold after so many events and this ending."""
    where = f"{after} events, {ending}"
    sent = arrived(len(b"".join(EVENTS[:after])))
    is_whole = after >= WHOLE_AFTER
    if ending == "reset":
        # It may overtake bytes that the system had not handed on yet: fewer, never others.
        assert sent.startswith(result.text), where
        is_whole = is_whole and bool(result.stop_reason)
    else:
        assert result.text == sent, where
    if is_whole:
        assert result.failure is None, where
        assert (result.text, result.stop_reason) == (TEXT, "tool_use"), where
        assert not result.open_blocks, where
    else:
        assert result.failure is not None, where
        assert result.failure.kind in ENDINGS[ending], where
        assert result.failure.retryable, where


@pytest.mark.parametrize("provider", CLOUDS)
async def test_no_cut_costs_a_word_whoever_sends_it(provider: str) -> None:
    async with RawServer() as server, partner_at(provider, server) as partner:
        for ending in ENDINGS:
            for after in range(len(EVENTS) + 1):
                server.answers = (cut(provider, after, ending),)
                check(await told(partner, request(model_of(provider))), after, ending)


async def test_a_frame_of_amazon_cut_at_any_byte_costs_only_itself() -> None:
    whole = on_the_wire("bedrock", b"".join(EVENTS[:9]))
    edges = [len(on_the_wire("bedrock", b"".join(EVENTS[:n]))) for n in range(10)]
    async with RawServer() as server, partner_at("bedrock", server) as partner:
        for at in range(edges[7], len(whole) + 1, 7):
            server.answers = (stream_of("bedrock", whole[:at]),)
            result = await told(partner, request(model_of("bedrock")))
            after = sum(edge <= at for edge in edges) - 1
            check(result, after, "clean end")


async def test_one_wrong_bit_in_a_frame_is_damage_and_no_words() -> None:
    whole = bytearray(on_the_wire("bedrock", b"".join(EVENTS[:9])))
    whole[-30] ^= 1
    answer = stream_of("bedrock", bytes(whole))
    async with RawServer(answer) as server, partner_at("bedrock", server) as partner:
        check(await told(partner, request(model_of("bedrock"))), 8, "garbage")


async def test_the_sweep_would_notice_a_reader_that_takes_any_end_for_done() -> None:
    """The sabotage twin: an iterator that merely ended is believed."""
    answer = cut("bedrock", 9, "clean end")
    async with RawServer(answer) as server, partner_at("bedrock", server) as partner:
        result = await told(partner, request(model_of("bedrock")))
    with pytest.raises(AssertionError):
        check(Told(events=result.events), 9, "clean end")
