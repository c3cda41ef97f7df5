"""Every way in which a request breaks, played by a real server, and the failure it becomes."""

from __future__ import annotations

import asyncio
import gzip
import socket

import pytest

from hq_tui.claude.client import ClientTimeouts
from hq_tui.core.failure import FailureKind as Kind
from tests.claude.asking import asking, told
from tests.claude.raw_server import (
    BEGINNING,
    HELLO,
    PING,
    Answer,
    RawServer,
    block,
    event,
    head,
    refused,
    start,
    streamed,
    whole,
)


def said(kind: str | None, message: str = "Because.") -> bytes:
    error = {"message": message} if kind is None else {"type": kind, "message": message}
    return event({"type": "error", "error": error})


CUT_CHARACTER = 'data: {"type":"ping","x":"é'.encode()[:-1]
ERROR_PAGE = b"<html><body>Log in to the <b>hotel</b> network</body></html>"


def plain(body: bytes, kind: str = "text/event-stream", end: str = "close", **more: str) -> Answer:
    """A body that ends with the connection."""
    return Answer(data=head(200, kind, connection="close", **more) + body, end=end)


def short(body: bytes) -> Answer:
    """Fewer bytes than were announced."""
    data = head(200, content_length=str(len(body) + 100)) + body
    return Answer(data=data, end="close")


IN_THE_STREAM = [
    ("overloaded", streamed(BEGINNING + said("overloaded_error")), Kind.OVERLOADED, True),
    ("api error", streamed(BEGINNING + said("api_error")), Kind.SERVER, True),
    ("rate limit", streamed(BEGINNING + said("rate_limit_error")), Kind.RATE_LIMIT, True),
    ("timeout", streamed(BEGINNING + said("timeout_error")), Kind.TIMEOUT, True),
    ("invalid", streamed(BEGINNING + said("invalid_request_error")), Kind.BAD_REQUEST, False),
    ("sign in", streamed(BEGINNING + said("authentication_error")), Kind.CREDENTIALS, False),
    ("no type", streamed(BEGINNING + said(None)), Kind.SERVER, True),
    ("new type", streamed(BEGINNING + said("sparkle_error")), Kind.SERVER, False),
    ("no JSON", streamed(BEGINNING + b"event: error\ndata: oh no\n\n"), Kind.SERVER, True),
    ("first of all", streamed(said("overloaded_error")), Kind.OVERLOADED, True),
    ("no name", streamed(b'data: {"error":{"message":"x"}}\n\n'), Kind.SERVER, True),
    ("reset", streamed(BEGINNING, end="reset", finished=False), Kind.NETWORK, True),
    ("clean end", streamed(BEGINNING), Kind.CUT, True),
    ("clean end by closing", plain(BEGINNING), Kind.CUT, True),
    ("cut chunk", streamed(BEGINNING, end="close", finished=False), Kind.CUT, True),
    ("cut length", short(BEGINNING), Kind.CUT, True),
    ("cut in an event", plain(BEGINNING + b"event: content_bl"), Kind.CUT, True),
    ("cut in JSON", plain(BEGINNING + b'data: {"type":"conte'), Kind.CUT, True),
    ("cut in a character", plain(BEGINNING + CUT_CHARACTER), Kind.CUT, True),
    ("silence", streamed(BEGINNING, end="hold", finished=False), Kind.STALLED, True),
    ("garbage", streamed(BEGINNING + b"data: {oops\n\n"), Kind.MALFORMED, True),
    ("bad UTF-8", streamed(BEGINNING + b"data: \xff\xfe\n\n"), Kind.MALFORMED, True),
    ("deep JSON", streamed(BEGINNING + b"data: " + b"[" * 99_999 + b"\n\n"), Kind.MALFORMED, True),
    ("bad gzip", plain(b"\x1f\x8bnot gzip", content_encoding="gzip"), Kind.MALFORMED, True),
    ("empty", streamed(b""), Kind.NOT_AN_API, True),
    ("empty by closing", plain(b""), Kind.NOT_AN_API, True),
    ("pings only", streamed(PING), Kind.CUT, True),
    ("page", whole(200, ERROR_PAGE, kind="text/html"), Kind.NOT_AN_API, False),
    ("page without a kind", whole(200, ERROR_PAGE, kind=""), Kind.NOT_AN_API, False),
    ("JSON", whole(200, b'{"ok": true}'), Kind.NOT_AN_API, False),
    ("no JSON at all", whole(200, b"nope"), Kind.NOT_AN_API, False),
    ("error as JSON", whole(200, b'{"error": {"type": "api_error"}}'), Kind.SERVER, True),
]

BEFORE_THE_STREAM = [
    ("400", refused(400, "invalid_request_error", "Bad."), Kind.BAD_REQUEST, False),
    ("401", refused(401, "authentication_error", "invalid key"), Kind.CREDENTIALS, False),
    ("402", refused(402, "billing_error", "Pay."), Kind.SPEND_LIMIT, False),
    ("403", refused(403, "permission_error", "No."), Kind.PERMISSION, False),
    ("404", refused(404, "not_found_error", "model: x"), Kind.NOT_FOUND, False),
    ("408", refused(408, "timeout_error", "Slow."), Kind.TIMEOUT, True),
    ("409", refused(409, "conflict_error", "Busy."), Kind.SERVER, True),
    ("413", refused(413, "request_too_large", "Big."), Kind.TOO_LARGE, False),
    ("429", refused(429, "rate_limit_error", "Slow down."), Kind.RATE_LIMIT, True),
    ("500", refused(500, "api_error", "Internal."), Kind.SERVER, True),
    ("501", refused(501, "x_error", "No."), Kind.SERVER, False),
    ("502 page", whole(502, ERROR_PAGE, kind="text/html"), Kind.SERVER, True),
    ("503 nothing", whole(503, b"", kind=""), Kind.SERVER, True),
    ("504", whole(504, b"late", kind="text/plain"), Kind.TIMEOUT, True),
    ("529", refused(529, "overloaded_error", "Overloaded"), Kind.OVERLOADED, True),
    ("404 page", whole(404, ERROR_PAGE, kind="text/html"), Kind.NOT_FOUND, False),
    ("403 page", whole(403, ERROR_PAGE, kind="text/html"), Kind.NOT_AN_API, False),
    ("418 page", whole(418, ERROR_PAGE, kind="text/html"), Kind.NOT_AN_API, False),
    ("bad gzip", whole(500, b"xx", content_encoding="gzip"), None, None),
    ("307", whole(307, b"", location="https://example.invalid/"), Kind.REDIRECT, False),
    ("301 page", whole(301, ERROR_PAGE, kind="text/html", location="/x"), Kind.REDIRECT, False),
    ("closed at once", Answer(data=b"", end="close"), Kind.NETWORK, True),
    ("reset at once", Answer(data=b"", end="reset"), Kind.NETWORK, True),
    ("silence", Answer(data=b"", end="hold"), Kind.TIMEOUT, True),
    (
        "not HTTP",
        Answer(data=b"220 mail.example ESMTP\r\n\r\n", end="close"),
        Kind.NOT_AN_API,
        False,
    ),
]


@pytest.mark.parametrize(
    ("answer", "kind", "retryable"),
    [pytest.param(*row, id=name) for name, *row in IN_THE_STREAM + BEFORE_THE_STREAM],
)
async def test_every_fault_is_one_failure_in_one_clear_sentence(
    answer: Answer, kind: Kind | None, retryable: bool | None
) -> None:
    async with RawServer(answer) as server, asking(server.url) as partner:
        result = await told(partner)
        assert len(server.asked) == 1
    failure = result.failure
    assert failure is not None
    if kind is not None:
        assert (failure.kind, failure.retryable) == (kind, retryable)
    assert 0 < len(failure.message) <= 200
    assert failure.hint
    assert "\n" not in failure.message
    assert "<html" not in failure.message
    assert result.error is not None
    assert result.error.__cause__ is None
    assert result.error.__context__ is None


async def test_what_came_before_a_fault_stays() -> None:
    for _, answer, _, _ in IN_THE_STREAM:
        if BEGINNING not in answer.data:
            continue
        async with RawServer(answer) as server, asking(server.url) as partner:
            assert (await told(partner)).text == "Hello there"


async def test_the_request_id_and_the_wait_that_is_asked_for_are_kept() -> None:
    answer = refused(429, "rate_limit_error", "Slow down.", retry_after="17")
    async with RawServer(answer) as server, asking(server.url) as partner:
        failure = (await told(partner)).failure
    assert failure is not None
    assert (failure.request_id, failure.retry_after, failure.status) == ("req_1", 17.0, 429)


async def test_a_redirect_is_not_followed() -> None:
    async with RawServer(streamed(HELLO)) as other:
        answer = whole(307, b"", location=f"{other.url}/v1/messages")
        async with RawServer(answer) as server, asking(server.url) as partner:
            assert (await told(partner)).failure is not None
        assert other.connections == 0


async def test_a_redirect_names_the_host_that_it_points_to() -> None:
    answer = whole(307, b"", location="https://login.example/x?token=1")
    async with RawServer(answer) as server, asking(server.url) as partner:
        failure = (await told(partner)).failure
    assert failure is not None
    assert "points to login.example (307)" in failure.message
    assert "--base-url" in failure.hint


async def test_a_compressed_stream_is_read() -> None:
    answer = plain(gzip.compress(HELLO), content_encoding="gzip")
    async with RawServer(answer) as server, asking(server.url) as partner:
        assert (await told(partner)).is_confirmed


async def test_a_refused_connection_is_said_and_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    async with asking(url) as partner:
        failure = (await told(partner)).failure
    assert failure is not None
    assert (failure.kind, failure.retryable) == (Kind.NETWORK, True)
    assert "refused the connection" in failure.message


async def test_a_host_that_nobody_knows_is_no_network_or_no_host() -> None:
    async with asking("https://nowhere.invalid", timeouts=ClientTimeouts(connect=5.0)) as partner:
        failure = (await told(partner)).failure
    assert failure is not None
    assert failure.kind in {Kind.OFFLINE, Kind.NOT_FOUND}
    assert "nowhere.invalid" in failure.message


async def test_a_server_that_speaks_no_tls_is_named_as_such() -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with asking(f"https://127.0.0.1:{port}") as partner:
            failure = (await told(partner)).failure
    assert failure is not None
    assert (failure.kind, failure.retryable) == (Kind.TLS, False)


async def test_after_every_fault_the_next_question_is_answered() -> None:
    for _, answer, _, _ in IN_THE_STREAM + BEFORE_THE_STREAM:
        async with RawServer(answer, streamed(HELLO)) as server, asking(server.url) as partner:
            assert (await told(partner)).failure is not None
            assert (await told(partner)).text == "Hello there"


async def test_the_first_words_of_a_block_may_come_with_its_start() -> None:
    body = start() + block(0, type="text", text="Hello") + HELLO[-10:]
    async with RawServer(streamed(body)) as server, asking(server.url) as partner:
        assert (await told(partner)).events[1].data["text"] == "Hello"  # type: ignore[union-attr]
