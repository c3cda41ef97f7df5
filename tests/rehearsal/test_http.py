"""Plain HTTP, the way other clients speak it."""

from __future__ import annotations

import asyncio
import json

import pytest

from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart
from hq_tui.rehearsal.server.server import Server
from tests.support.byte_server import ByteServer
from tests.support.raw import asking, post, send
from tests.support.replay import Ending, ReplayCut, recorded
from tests.support.samples import RICH
from tests.support.scripted import scripted_server

BODY = json.dumps(asking(stream=False)).encode()


def head(server: Server, *lines: str, path: str = "/v1/messages", version: str = "1.1") -> bytes:
    given = (
        f"POST {path} HTTP/{version}",
        "host: x",
        f"authorization: Bearer {server.token}",
        "anthropic-version: 2026-10-21",
        *lines,
    )
    return "\r\n".join(given).encode() + b"\r\n\r\n"


async def test_every_response_says_who_speaks_and_numbers_the_request() -> None:
    async with scripted_server() as server:
        got = await post(server, asking())
    assert got.headers["server"] == "hq-tui-rehearsal"
    assert got.headers["request-id"] == server.requests[0].request_id


async def test_a_body_may_come_in_chunks() -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, BODY[i : i + 1]) for i in range(len(BODY)))
    async with scripted_server() as server:
        asked = head(server, "transfer-encoding: chunked") + chunks + b"0\r\n\r\n"
        got = await send(server.url, asked)
    assert (got.status, got.json["model"]) == (200, "rehearsal-1")


async def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    async with scripted_server() as server:
        asked = head(server, f"content-length: {len(BODY)}", "expect: 100-continue")
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url[-5:]))
        writer.write(asked)
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(BODY)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        writer.close()


@pytest.mark.parametrize(("version", "line"), [("1.1", "connection: close"), ("1.0", "x-a: b")])
async def test_a_connection_is_closed_when_the_client_wants_it(version: str, line: str) -> None:
    streamed = json.dumps(asking()).encode()
    async with scripted_server() as server:
        asked = head(server, f"content-length: {len(streamed)}", line, version=version)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url[-5:]))
        writer.write(asked + streamed)
        got = (await asyncio.wait_for(reader.read(-1), 5)).lower()
        writer.close()
    assert b"connection: close" in got
    assert b"message_stop" in got
    assert (b"transfer-encoding" in got) == (version == "1.1")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / SPDY/3\r\n\r\n", 400),
        (b"POST /v1/messages HTTP/1.1\r\nno colon here\r\n\r\n", 400),
        (b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n", 400),
        (b"POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"GET / HTTP/1.1\r\nx: " + b"a" * 200_000 + b"\r\n\r\n", 400),
    ],
)
async def test_what_is_not_a_request_gets_an_answer_and_harms_nobody(
    data: bytes, status: int
) -> None:
    async with scripted_server() as server:
        got = await send(server.url, data)
        assert got.status == status or (status == 400 and got.end == "reset")
        assert (await post(server, asking())).status == 200


@pytest.mark.parametrize(
    ("key", "status"), [("x-api-key: {}", 200), ("x-api-key: no", 401), ("x-other: {}", 401)]
)
async def test_the_key_is_wanted(key: str, status: int) -> None:
    async with scripted_server() as server:
        line = key.format(server.token)
        asked = f"GET /v1/models/rehearsal-1 HTTP/1.1\r\nhost: x\r\n{line}\r\n\r\n".encode()
        assert (await send(server.url, asked)).status == status


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/messages", b"{", 400),
        ("/v1/messages", b"[]", 400),
        ("/v1/messages", b"\xff", 400),
        ("/v1/messages", b"[" * 100_000, 400),
        ("/v1/messages", b'{"model": "gpt"}', 404),
        ("/v1/messages", b'{"model": "rehearsal-1", "max_tokens": 5, "messages": "x"}', 400),
        ("/v1/messages/count_tokens", b"{}", 404),
        ("/v1/complete", b"{}", 404),
    ],
)
async def test_odd_bodies_are_refused_in_json(path: str, body: bytes, status: int) -> None:
    async with scripted_server() as server:
        got = await post(server, body, path=path)
    assert (got.status, got.json["type"]) == (status, "error")


async def test_a_client_that_leaves_is_noticed_while_the_server_is_silent() -> None:
    async with scripted_server(faults=["stall"]) as server:
        await post(server, asking(), patience=0.05)
        _, still_there = await asyncio.wait(set(server._connections), timeout=5)
    assert not still_there


async def test_a_taken_port_is_an_error_of_its_own() -> None:
    async with scripted_server() as server:
        second = Server(port=int(server.url.rsplit(":", 1)[1]))
        with pytest.raises(OSError, match="address already in use"):
            await second.start()


@pytest.mark.parametrize(
    ("ending", "seen"),
    [
        (Ending.CLOSE, "neat"),
        (Ending.CHUNKED_NEAT, "neat"),
        (Ending.CHUNKED_UNTERMINATED, "cut"),
        (Ending.LENGTH_SHORT, "cut"),
        (Ending.RESET, "reset"),
    ],
)
async def test_a_recorded_reply_can_be_cut_at_any_byte_with_any_ending(
    ending: Ending, seen: str
) -> None:
    body = recorded(RICH)
    async with ByteServer() as server:
        for at in range(0, len(body), 97):
            server.cut(body, ReplayCut(at=at, ending=ending, parts=3))
            got = await send(server.url, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
            assert (got.body, got.end) == (body[:at], seen)


async def test_after_a_cut_the_byte_server_plays_what_comes_next() -> None:
    body = recorded(RehearsedReply(blocks=(TextPart(text="one two"),)))
    async with ByteServer() as server:
        whole = ReplayCut(at=len(body), ending=Ending.CHUNKED_NEAT).of(body)
        server.cut(body, ReplayCut(at=10, ending=Ending.RESET), whole)
        ask = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}"
        first, second = await send(server.url, ask), await send(server.url, ask)
    assert (first.end, second.body) == ("reset", body)
    assert server.asked == [b"{}", b"{}"]
