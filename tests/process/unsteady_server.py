"""A server for long use: short replies of every kind, at once, and a third of them broken.

A process of its own, so that its memory and its work are not the program's. It prints its port,
and a line for each reply that was sent to its end.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from itertools import islice
from random import Random

from benchmarks.prose import mixed
from benchmarks.server import USAGE, event
from hq_tui.rehearsal.server.server import HOST

SEED = 7
BROKEN = 0.34
"""The share of requests that are refused, end in an error or lose their connection."""
WORDS = 5
"""Words in a delta."""
DELTAS = (30, 70)
"""Deltas in a reply, at least and at most."""
PLAIN = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
OVERLOADED = {"type": "overloaded_error", "message": "Overloaded"}


Json = dict[str, object]


def chunk(data: bytes) -> bytes:
    """A piece of a body whose length is not known in advance; the last one where it is empty."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def block(
    index: int, content: dict[str, object], deltas: list[dict[str, object]]
) -> Iterator[bytes]:
    """The events of one content block."""
    yield event("content_block_start", index=index, content_block=content)
    for delta in deltas:
        yield event("content_block_delta", index=index, delta=delta)
    yield event("content_block_stop", index=index)


class Replies:
    """Replies without end: Markdown of every kind, and a call of the board now and then."""

    def __init__(self) -> None:
        self.rng = Random(SEED)
        self._words = mixed()
        self._count = 0

    def next(self) -> list[bytes]:
        """The events of the next reply."""
        self._count += 1
        message: Json = {
            "id": f"msg_{self._count}", "type": "message", "role": "assistant",
            "model": "claude-haiku-4-5", "content": [], "stop_reason": None,
            "stop_sequence": None, "usage": USAGE,
        }  # fmt: skip
        amount = self.rng.randint(*DELTAS)
        text: list[Json] = [
            {"type": "text_delta", "text": "".join(islice(self._words, WORDS))}
            for _ in range(amount)
        ]
        events = [event("message_start", message=message)]
        events += block(0, {"type": "text", "text": ""}, text)
        calls = self._count % 3 == 0
        if calls:
            call = {"type": "tool_use", "id": f"toolu_{self._count}", "name": "board_update"}
            question = {"op": "ask", "text": f"Then {self._count}?", "why": "", "targets": []}
            given = {"ops": [question]}
            piece: Json = {"type": "input_json_delta", "partial_json": json.dumps(given)}
            events += block(1, {**call, "input": {}}, [piece])
        stop = {"stop_reason": "tool_use" if calls else "end_turn", "stop_sequence": None}
        events.append(event("message_delta", delta=stop, usage={"output_tokens": amount}))
        events.append(event("message_stop"))
        return events


class Unsteady:
    """Answers each request with the next reply, or with what is wrong."""

    def __init__(self) -> None:
        self._replies = Replies()
        self._rng = self._replies.rng

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer all requests of one connection."""
        try:
            while await self._answer(reader, writer):
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked has left
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"content-length: *(\d+)", head, re.IGNORECASE):
            await reader.readexactly(int(length[1]))
        roll = self._rng.random()
        if not head.startswith(b"POST"):
            return _refuse(writer, b"404 Not Found", "not_found_error")
        if roll < BROKEN / 3:
            return _refuse(writer, b"529 Overloaded", "overloaded_error")
        events = self._replies.next()
        writer.write(STREAM)
        if roll >= BROKEN:
            writer.writelines(map(chunk, events))
            writer.write(chunk(b""))
            await writer.drain()
            print("whole", flush=True)
            return True
        writer.writelines(map(chunk, events[: self._rng.randrange(3, len(events) - 3)]))
        if roll < BROKEN * 2 / 3:
            writer.write(chunk(event("error", error=OVERLOADED)) + chunk(b""))
            return True
        await writer.drain()
        writer.transport.abort()
        return False


def _refuse(writer: asyncio.StreamWriter, status: bytes, kind: str) -> bool:
    body = json.dumps({"type": "error", "error": {"type": kind, "message": kind}}).encode()
    writer.write(PLAIN % (status, len(body), body))
    return True


async def serve() -> None:
    """Listen until the process is ended."""
    server = await asyncio.start_server(Unsteady().connected, HOST, 0, limit=2**26)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
