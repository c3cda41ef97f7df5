"""What a stream brings, in which order, and what it leaves behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from anthropic import AsyncStream

from hq_tui.claude.client import ClientTimeouts
from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    CitationArrived,
    MessageDelta,
    MessageEnded,
    MessageStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.core.failure import FailureKind
from hq_tui.core.partner import Ping
from hq_tui.core.usage import NO_USAGE, Usage
from tests.claude.asking import asking, request, told
from tests.claude.raw_server import (
    BEGINNING,
    END,
    HELLO,
    PING,
    SSE,
    RawServer,
    block,
    chunks,
    delta,
    event,
    head,
    report,
    start,
    stop,
    streamed,
    whole,
)

THINKS = block(0, type="thinking", thinking="", signature="")
THOUGHT = delta("", type="thinking_delta", thinking="hm") + delta(
    "", type="signature_delta", signature="sig"
)
CALLS = block(1, type="tool_use", id="toolu_1", name="note", input={})
CALLED = delta("", 1, type="input_json_delta", partial_json="") + delta(
    "", 1, type="input_json_delta", partial_json='{"a":'
)


async def test_a_plain_reply_arrives_event_by_event() -> None:
    answer = streamed(start() + PING + HELLO[len(start()) :])
    async with RawServer(answer) as server, asking(server.url) as partner:
        assert partner.host == server.url.removeprefix("http://")
        assert (await told(partner)).events == (
            MessageStarted(
                message_id="msg_1",
                model="rehearsal-1",
                usage=Usage(input_tokens=7, output_tokens=1),
                request_id="req_1",
            ),
            Ping(),
            BlockStarted(index=0, data={"type": "text", "text": ""}),
            TextArrived(index=0, text="Hello"),
            TextArrived(index=0, text=" there"),
            BlockEnded(index=0),
            MessageDelta(usage=Usage(output_tokens=5), stop_reason="end_turn"),
            MessageEnded(),
        )


async def test_every_kind_of_delta_has_its_event() -> None:
    cited = {"type": "char_location", "cited_text": "x"}
    body = start() + THINKS + THOUGHT + stop() + CALLS + CALLED + stop(1) + block(2)
    body += delta("", 2, type="citations_delta", citation=cited) + report("tool_use") + END
    async with RawServer(streamed(body)) as server, asking(server.url) as partner:
        events = (await told(partner)).events
    wanted = (ThinkingArrived, SignatureArrived, ToolInputArrived, CitationArrived)
    assert [one for one in events if isinstance(one, wanted)] == [
        ThinkingArrived(index=0, text="hm"),
        SignatureArrived(index=0, signature="sig"),
        ToolInputArrived(index=1, partial_json='{"a":'),
        CitationArrived(index=2, citation=cited),
    ]


UNNAMED = start() + event(
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}, name=""
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(start() + delta("Hi") + report() + END, "Hi", id="block never started"),
        pytest.param(BEGINNING + block() + report() + END, "Hello there", id="started twice"),
        pytest.param(start() + BEGINNING + report() + END, "Hello there", id="two beginnings"),
        pytest.param(start() + block(7) + delta("x", 7) + report() + END, "x", id="index gap"),
        pytest.param(UNNAMED + delta("Hi") + report() + END, "Hi", id="an event without a name"),
        pytest.param(
            start() + block(0, type="hologram") + delta("Hi") + report() + END,
            "Hi",
            id="words in a block of an unknown kind",
        ),
        pytest.param(
            BEGINNING + delta("", type="sparkle_delta", text="!") + report() + END,
            "Hello there!",
            id="an unknown delta with text",
        ),
        pytest.param(
            BEGINNING + delta("", type="sparkle_delta", glow=3) + report() + END,
            "Hello there",
            id="an unknown delta without text",
        ),
        pytest.param(
            BEGINNING + event({"type": "message_progress", "percent": 3}) + report() + END,
            "Hello there",
            id="an unknown event",
        ),
        pytest.param(
            BEGINNING + event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
            "Hello there",
            id="a report without usage",
        ),
        pytest.param(
            event({"type": "message_start", "message": None}) + delta("Hi") + report(),
            "Hi",
            id="an empty beginning",
        ),
        pytest.param(
            BEGINNING.replace(b'"index":0,', b"") + report() + END, "Hello there", id="no index"
        ),
        pytest.param(
            BEGINNING + b"data: [1]\n\ndata: null\n\nevent: ping\n\n" + report() + END,
            "Hello there",
            id="values that are no objects",
        ),
        pytest.param(
            start() + block(0, type="tool_use", id="t", name="n", input={})
            + delta("", type="input_json_delta", partial_json="{nonsense") + report() + END,
            "",
            id="tool input that is no JSON",
        ),
        pytest.param(
            start() + block() + delta("\ud83d") + delta("\ude00 ok \udc00") + report() + END,
            "\U0001f600 ok �",
            id="a character in two halves",
        ),
        pytest.param(
            start() + block() + delta("ok \ud83d") + stop() + report() + END,
            "ok �",
            id="half a character at the end",
        ),
        pytest.param(
            BEGINNING + report() + END + b"data: [DONE]\n\n", "Hello there", id="a word after it"
        ),
        pytest.param(
            b"data: [DONE]\n\n" + BEGINNING + report() + END, "Hello there", id="a word before it"
        ),
        pytest.param(HELLO.replace(b"\n", b"\r\n"), "Hello there", id="lines as on Windows"),
        pytest.param(b": hello\n\n" + HELLO, "Hello there", id="comments"),
    ],
)  # fmt: skip
async def test_oddities_of_servers_cost_no_word(body: bytes, text: str) -> None:
    async with RawServer(streamed(body)) as server, asking(server.url) as partner:
        result = await told(partner)
    assert result.failure is None
    assert result.text == text
    assert not result.open_blocks
    assert all(one.text for one in result.events if isinstance(one, TextArrived))


async def test_a_missing_usage_stays_unknown() -> None:
    body = start(usage=None) + event({"type": "message_delta", "delta": {"stop_reason": "x"}})
    async with RawServer(streamed(body)) as server, asking(server.url) as partner:
        result = await told(partner)
    assert [one.usage for one in result.events if hasattr(one, "usage")] == [NO_USAGE, NO_USAGE]
    assert result.stop_reason == "x"


ERROR = event({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})


@pytest.mark.parametrize(
    ("rest", "end", "finished", "is_confirmed"),
    [
        pytest.param(b"", "close", True, False, id="no end of the message"),
        pytest.param(b"", "close", False, False, id="cut"),
        pytest.param(b"", "reset", False, False, id="reset"),
        pytest.param(b"", "hold", False, False, id="silence"),
        pytest.param(ERROR, "keep", True, False, id="an error instead of the end"),
        pytest.param(b"data: {oops\n\n", "keep", True, False, id="garbage instead of the end"),
        pytest.param(END, "close", False, True, id="the end, then cut"),
        pytest.param(END, "reset", False, True, id="the end, then reset"),
        pytest.param(END, "hold", False, True, id="the end, then silence"),
        pytest.param(END + ERROR, "keep", True, True, id="the end, then an error"),
        pytest.param(END + b"data: {oops\n\n", "keep", True, True, id="the end, then garbage"),
    ],
)
async def test_nothing_after_the_stop_reason_is_a_failure(
    rest: bytes, end: str, finished: bool, is_confirmed: bool
) -> None:
    answer = streamed(BEGINNING + report() + rest, end=end, finished=finished)
    async with RawServer(answer) as server, asking(server.url) as partner:
        result = await told(partner)
    assert result.failure is None
    assert (result.text, result.stop_reason) == ("Hello there", "end_turn")
    assert result.is_confirmed is is_confirmed
    assert not result.open_blocks


@pytest.mark.parametrize("kind", [SSE, "text/plain"])
async def test_an_end_without_a_stop_reason_is_a_cut_whatever_the_stream_is_called(
    kind: str,
) -> None:
    answer = whole(200, BEGINNING + stop(), kind=kind)
    async with RawServer(answer) as server, asking(server.url) as partner:
        result = await told(partner)
    assert result.text == "Hello there"
    assert result.failure is not None
    assert (result.failure.kind, result.failure.retryable) == (FailureKind.CUT, True)


async def test_five_questions_use_one_connection() -> None:
    async with RawServer(streamed(HELLO)) as server, asking(server.url) as partner:
        for _ in range(5):
            assert (await told(partner)).is_confirmed
        assert server.connections == 1
        assert len(server.asked) == 5


async def test_the_rest_of_an_answer_is_read_for_a_moment_and_no_longer() -> None:
    late = streamed(HELLO, end="hold", finished=False)
    async with RawServer(late, streamed(HELLO)) as server:
        async with asking(server.url, timeouts=ClientTimeouts(drain=0.05)) as partner:
            async with asyncio.timeout(5):
                assert (await told(partner)).is_confirmed
                assert (await told(partner)).is_confirmed
        assert server.connections == 2


@pytest.mark.parametrize("body", [b"", start(), BEGINNING], ids=["headers", "start", "words"])
async def test_cancelling_closes_the_connection_at_once(body: bytes) -> None:
    silent = streamed(body, end="hold", finished=False)
    async with (
        RawServer(silent, streamed(HELLO)) as server,
        asking(server.url, timeouts=ClientTimeouts()) as partner,
    ):
        asked = asyncio.create_task(told(partner))
        await server.was_asked.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        async with asyncio.timeout(1):
            await server.gone.wait()
        assert (await told(partner)).text == "Hello there"


async def test_closing_the_stream_early_closes_the_connection() -> None:
    silent = streamed(BEGINNING, end="hold", finished=False)
    async with (
        RawServer(silent) as server,
        asking(server.url, timeouts=ClientTimeouts()) as partner,
    ):
        async with aclosing(partner.stream(request())) as stream:
            async for one in stream:
                if isinstance(one, TextArrived):
                    break
        async with asyncio.timeout(1):
            await server.gone.wait()


async def test_the_request_goes_out_as_it_was_built() -> None:
    more = {
        "system": [{"type": "text", "text": "Ask.", "cache_control": {"type": "ephemeral"}}],
        "cache_control": {"type": "ephemeral"},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "low"},
        "tools": [{"name": "n", "description": "d", "input_schema": {"type": "object"}}],
    }
    asked = request("claude-sonnet-5-5", **more)
    async with RawServer(streamed(HELLO)) as server, asking(server.url) as partner:
        await told(partner, asked)
        sent = json.loads(server.asked[0].partition(b"\r\n\r\n")[2])
    assert sent == {**asked.params, "stream": True}


async def test_the_decoder_of_the_sdk_is_there_and_behaves() -> None:
    """A canary: the one part of the SDK that is used below its documented surface."""
    import httpx2

    async def pieces() -> AsyncIterator[bytes]:
        for byte in HELLO + PING + b"data: unnamed\n\n":
            yield bytes([byte])

    response = httpx2.Response(200, content=pieces())
    seen = [(one.event, one.data) async for one in AsyncStream.raw_events(response)]
    assert seen[0][0] == "message_start"
    assert seen[-3][1] == '{"type":"message_stop"}'
    assert seen[-2:] == [("ping", '{"type":"ping"}'), (None, "unnamed")]


async def test_a_reply_in_single_bytes_is_the_same_reply() -> None:
    async with RawServer(streamed(HELLO)) as server, asking(server.url) as partner:
        whole = await told(partner)
        data = head(200, transfer_encoding="chunked") + chunks(HELLO, size=1)
        server.answers = (type(server.answers[0])(data=data),)
        assert (await told(partner)).events == whole.events
