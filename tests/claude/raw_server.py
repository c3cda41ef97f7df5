"""A loopback server whose every byte and ending is in the hands of the test.

It reads one request, writes the bytes it was given, and ends as told: keeps the
connection, closes it, resets it or holds it open in silence. It knows no API, so nothing
of it can hide a fault, and it counts connections, which no client will tell.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

SSE = "text/event-stream; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is written for one request. `end` is keep, close, reset or hold."""

    data: bytes
    end: str = "keep"


def event(value: Mapping[str, Any], *, name: str | None = None) -> bytes:
    """One server-sent event; an empty `name` leaves the `event:` line out."""
    named = str(value.get("type", "")) if name is None else name
    head = f"event: {named}\n" if named else ""
    return f"{head}data: {json.dumps(value, separators=(',', ':'))}\n\n".encode()


def start(**message: Any) -> bytes:
    """The event that a message begins with."""
    usage = {"input_tokens": 7, "output_tokens": 1}
    made = {"id": "msg_1", "type": "message", "model": "rehearsal-1", "usage": usage, **message}
    return event({"type": "message_start", "message": made})


def block(index: int = 0, **content: Any) -> bytes:
    """The start of a content block, of text unless told otherwise."""
    data = content or {"type": "text", "text": ""}
    return event({"type": "content_block_start", "index": index, "content_block": data})


def delta(words: str, index: int = 0, /, **other: Any) -> bytes:
    """A delta: of text, or whatever `other` says."""
    value = other or {"type": "text_delta", "text": words}
    return event({"type": "content_block_delta", "index": index, "delta": value})


def stop(index: int = 0) -> bytes:
    """The end of a content block."""
    return event({"type": "content_block_stop", "index": index})


def report(reason: str | None = "end_turn", **other: Any) -> bytes:
    """A `message_delta` with its usage."""
    usage = {"output_tokens": 5}
    value = {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}
    return event({**value, **other})


END = event({"type": "message_stop"})
PING = event({"type": "ping"})
BEGINNING = start() + block() + delta("Hello") + delta(" there")
HELLO = BEGINNING + stop() + report() + END


def head(status: int = 200, kind: str = SSE, **headers: str) -> bytes:
    """A status line and headers; underscores in names become dashes."""
    lines = [f"HTTP/1.1 {status} Whatever", "request-id: req_1"]
    lines += [f"content-type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunks(body: bytes, *, finished: bool = True, size: int = 1 << 20) -> bytes:
    """`body` in chunks, with or without the last empty one."""
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    made = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)
    return made + (b"0\r\n\r\n" if finished else b"")


def streamed(body: bytes, *, end: str = "keep", finished: bool = True, **headers: str) -> Answer:
    """A chunked stream of server-sent events."""
    data = head(200, SSE, transfer_encoding="chunked", **headers) + chunks(body, finished=finished)
    return Answer(data=data, end=end)


def whole(status: int, body: bytes, *, kind: str = "application/json", **headers: str) -> Answer:
    """An ordinary answer with a length."""
    return Answer(data=head(status, kind, content_length=str(len(body)), **headers) + body)


def refused(status: int, kind: str, message: str, **headers: str) -> Answer:
    """An error as the API words it."""
    error = {"type": kind, "message": message}
    body = {"type": "error", "error": error, "request_id": "req_b"}
    return whole(status, json.dumps(body).encode(), **headers)


class RawServer:
    """Gives its answers in order, the last one for good."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answers: Sequence[Answer] = answers
        self.asked: list[bytes] = []
        self.connections = 0
        self.was_asked = asyncio.Event()
        self.gone = asyncio.Event()
        self.url = ""
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
            ):
                while await self._answer(reader, writer):
                    pass
        finally:
            self.gone.set()
            self._tasks.discard(task)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await reader.readuntil(b"\r\n\r\n")
        for line in request.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                request += await reader.readexactly(int(line.partition(b":")[2]))
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(request)
        self.was_asked.set()
        writer.write(answer.data)
        await writer.drain()
        if answer.end == "hold":
            await reader.read()
        if answer.end == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        return answer.end == "keep"
