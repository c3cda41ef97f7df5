"""The server: streams what it is asked for, at exactly the rate it is asked for.

A process of its own, so that its work is not counted. The words `bench SHAPE DELTAS RATE
FIRST` in the last message say what to send. It prints a line when the first delta is about
to come and a line when the last one has gone, with the time of every numbered word, on the
clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from dataclasses import dataclass

from benchmarks.prose import NUMBERED, deltas

ORDER = re.compile(rb"bench (\w+) (\d+) (\d+) (\d+)")
MESSAGES = re.compile(rb"POST /v1/messages[ ?]")
LEAD = 0.6
"""Seconds between the start of the message and its first delta; the work of sending the
request is over by then, and not counted as work on deltas."""

HEAD = (
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_bench\r\n"
    "connection: close\r\n\r\n"
)
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
USAGE = {"input_tokens": 9, "output_tokens": 1}
MESSAGE: dict[str, object] = {
    "id": "msg_bench",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": USAGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to stream: `amount` deltas of `shape` at `rate` a second, numbered from `first`."""

    shape: str = "mixed"
    amount: int
    rate: int
    first: int = 0

    @property
    def words(self) -> str:
        """The order as a message that is typed."""
        return f"bench {self.shape} {self.amount} {self.rate} {self.first}"


def order_in(body: bytes) -> Order | None:
    """The last order in a request."""
    found = ORDER.findall(body)
    if not found:
        return None
    shape, amount, rate, first = found[-1]
    return Order(shape=shape.decode(), amount=int(amount), rate=int(rate), first=int(first))


def event(name: str, **data: object) -> bytes:
    """A server-sent event."""
    spelt = json.dumps({"type": name, **data}, separators=(",", ":"))
    return f"event: {name}\ndata: {spelt}\n\n".encode()


def delta(text: str) -> bytes:
    """The event that carries some text."""
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


def tell(**facts: object) -> None:
    """Say something to whoever started this server."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def stream(order: Order, writer: asyncio.StreamWriter, asked: float) -> None:
    """One reply, every delta at its time."""
    parts = deltas(order.shape, order.amount, order.first)
    ready = [(delta(part), NUMBERED.findall(part)) for part in parts]
    start = event("message_start", message=MESSAGE)
    block = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    writer.write(HEAD.encode() + start + block)
    await asyncio.sleep(LEAD / 2)
    tell(begins=True, asked=asked)
    await asyncio.sleep(LEAD / 2)
    sent: dict[str, float] = {}
    began = time.monotonic()
    for place, (data, numbers) in enumerate(ready):
        wait = began + place / order.rate - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        now = time.monotonic()
        sent.update((number, now) for number in numbers)
        writer.write(data)
        await writer.drain()
    seconds = time.monotonic() - began
    stop = {"stop_reason": "end_turn", "stop_sequence": None}
    usage = {"output_tokens": len(parts)}
    writer.write(
        event("content_block_stop", index=0)
        + event("message_delta", delta=stop, usage=usage)
        + event("message_stop")
    )
    await writer.drain()
    size = sum(len(part.encode()) for part in parts)
    tell(deltas=len(parts), bytes=size, seconds=seconds, sent=sent)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One request on one connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        asked = time.monotonic()
        order = order_in(body) if MESSAGES.match(head) else None
        if order is None:
            writer.write(NOT_FOUND)
        else:
            await stream(order, writer, asked)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # whoever asked has left
    finally:
        writer.close()


async def serve() -> None:
    """Listen until the process is ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**24)
    tell(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
