"""Replies that other projects recorded, byte by byte: text, blocks, usage and the next request.

The streams are in `tests/data/streams`; where each comes from stands beside them. What is
right is worked out here by an oracle of its own, from the JSON of the stream alone.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hq_tui.claude.event_decoder import EventDecoder
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.blocks import as_json
from hq_tui.core.conversation import Reply
from hq_tui.core.events import DeltaArrived, ToolInputArrived
from hq_tui.engine import ReplyPolicy, StreamLimits
from tests.claude.asking import KEY
from tests.engine.fixtures import Held, StillClock, folded, hold
from tests.support.gates import Tally

FOLDER = Path(__file__).parent.parent / "data" / "streams"
STREAMS = sorted(path.stem for path in FOLDER.glob("*.sse"))
PLAIN: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"id": "msg_after", "model": "claude-opus-5"}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Ah."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
    {"type": "message_stop"},
]
COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)
Row = dict[str, Any]


def sse(events: list[Row]) -> bytes:
    rows = (f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)
    return "".join(rows).encode()


# The oracle


@dataclass(slots=True)
class Meant:
    """What a stream means, worked out from its JSON."""

    blocks: list[Row] = field(default_factory=list)
    usage: Row = field(default_factory=dict)
    stop_reason: str = ""
    id: str = ""

    @property
    def text(self) -> str:
        return "".join(one["text"] for one in self.blocks if one["type"] == "text")

    @property
    def next_content(self) -> list[Row]:
        """What of it a request may hold: no blank text, no thinking alone, no open work."""
        answered = {one.get("tool_use_id") for one in self.blocks}
        kept = [
            one
            for one in self.blocks
            if not (one["type"] == "text" and not one["text"].strip())
            and not (one["type"].endswith("_tool_use") and one["id"] not in answered)
            and not (one["type"] == "thinking" and not one["signature"])
            and not one.get("broken")
        ]
        only_thinking = all("thinking" in one["type"] for one in kept)
        says = self.text.strip() or any(one["type"] == "tool_use" for one in kept)
        if only_thinking or self.stop_reason == "refusal":
            return []
        return kept if says or self.stop_reason != "end_turn" else []


def meant(body: bytes) -> Meant:
    found = Meant()
    partial: dict[int, str] = {}
    for line in body.decode().split("\n"):
        if not line.startswith("data:"):
            continue
        event = json.loads(line.removeprefix("data:"))
        if event["type"] == "message_stop":
            break
        match event["type"]:
            case "message_start" if event["message"]["id"] != found.id:
                found, partial = Meant(id=event["message"]["id"]), {}
                _count(found, event["message"].get("usage"))
            case "content_block_start":
                assert event["index"] == len(found.blocks)
                block = dict(event["content_block"])
                if block["type"] == "text" and not block.get("citations"):
                    block.pop("citations", None)
                if block["type"] == "thinking":
                    block.setdefault("signature", "")
                found.blocks.append(block)
            case "content_block_delta":
                _grow(found.blocks[event["index"]], event["delta"], partial, event["index"])
            case "message_delta":
                found.stop_reason = event["delta"].get("stop_reason") or found.stop_reason
                _count(found, event.get("usage"))
    for index, spelt in partial.items():
        try:
            found.blocks[index]["input"] = json.loads(spelt or "{}")
        except ValueError:
            found.blocks[index]["broken"] = True
    return found


def _count(found: Meant, usage: Row | None) -> None:
    found.usage |= {name: usage[name] for name in COUNTS if usage and usage.get(name) is not None}


def _grow(block: Row, delta: Row, partial: dict[int, str], index: int) -> None:
    match delta["type"]:
        case "text_delta":
            block["text"] += delta["text"]
        case "thinking_delta":
            block["thinking"] += delta["thinking"]
        case "signature_delta":
            block["signature"] = delta["signature"]
        case "citations_delta":
            block.setdefault("citations", []).append(delta["citation"])
        case "input_json_delta":
            partial[index] = partial.get(index, "") + delta["partial_json"]
        case _:
            for name, value in delta.items():
                if name != "type" and value is not None:
                    before = block.get(name)
                    block[name] = before + value if isinstance(before, str) else value


# The server, and a session with it


@dataclass(slots=True)
class Recorded:
    """A server that plays one body for the first request, in pieces, and a plain one after it."""

    body: bytes
    size: int
    url: str = ""
    bodies: list[Row] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
            asked = await reader.readexactly(length)
            if head.startswith("get"):
                writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
                return
            self.bodies.append(json.loads(asked))
            first = len(self.bodies) == 1
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n")
            writer.write(b"connection: close\r\n\r\n")
            body, size = (self.body, self.size) if first else (sse(PLAIN), 1_000)
            for at in range(0, len(body), size):
                writer.write(body[at : at + size])
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def serving(body: bytes, size: int) -> AsyncIterator[Recorded]:
    recorded = Recorded(body, size)
    server = await asyncio.start_server(recorded.answer, "127.0.0.1", 0)
    recorded.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield recorded
    finally:
        server.close()
        await server.wait_closed()


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a stream: the reply as it was after it, and the request after that."""

    reply: Reply
    held: Held
    bodies: list[Row]


class Hasty(StillClock):
    """A clock on which nothing takes long."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


PATIENT = ReplyPolicy(limits=StreamLimits(notice=1e9, first_byte=1e9, progress=1e9))


async def heard(body: bytes, size: int) -> Heard:
    names = [one["name"] for one in meant(body).blocks if one["type"] == "tool_use"]
    async with serving(body, size) as server:
        partner = ClaudePartner(KEY, base_url=server.url)
        held = hold(partner, model="claude-opus-5", policy=PATIENT, clock=Hasty())
        held.engine.replies.set_tools(
            [{"name": name, "input_schema": {"type": "object"}} for name in names]
        )
        await held.engine.ask("Hello.")
        reply = held.conversation.reply
        await held.engine.ask("And then?")
        await partner.close()
        return Heard(reply, held, server.bodies)


def check(name: str, right: Meant, got: Heard) -> None:
    """Raise AssertionError where what was made of a stream is not what it means."""
    own = next(one for one in got.reply.attempts if one.message_id == right.id)
    words = "".join(
        getattr(one, "text", "") for one in own.blocks if as_json(one)["type"] == "text"
    )
    assert words == right.text, name
    assert got.reply.text.startswith(right.text), name
    assert [_plain(as_json(one)) for one in own.blocks] == [_plain(one) for one in right.blocks]
    assert own.stop_reason == right.stop_reason, name
    assert {one: getattr(own.usage, one) for one in right.usage} == right.usage, name
    sent = [one for one in got.bodies[-1]["messages"] if one["role"] == "assistant"]
    assert (sent[0]["content"] if right.next_content else []) == right.next_content, name
    assert folded(got.held.records.rows) == got.held.conversation, name


def _plain(block: Row) -> Row:
    return {key: value for key, value in block.items() if key not in {"broken", "partial_json"}}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_recorded_stream_is_what_it_means(name: str) -> None:
    body = (FOLDER / f"{name}.sse").read_bytes()
    check(name, meant(body), await heard(body, 1 if len(body) < 3_000 else 29))


def test_there_are_streams_of_every_kind() -> None:
    bodies = [meant((FOLDER / f"{name}.sse").read_bytes()) for name in STREAMS]
    kinds = {block["type"] for one in bodies for block in one.blocks}
    assert len(STREAMS) >= 30
    assert {
        "compaction",
        "fallback",
        "mcp_tool_use",
        "redacted_thinking",
        "server_tool_use",
        "text",
        "thinking",
        "tool_use",
    } <= kinds
    assert {"end_turn", "max_tokens", "refusal", "tool_use"} <= {one.stop_reason for one in bodies}


@pytest.mark.soak
@pytest.mark.gate("recorded streams")
@pytest.mark.parametrize("name", STREAMS)
async def test_recorded_streams_in_pieces_of_every_size(tally: Tally, name: str) -> None:
    body = (FOLDER / f"{name}.sse").read_bytes()
    for size in (1, 2, 3, 7, 64, 1_000, len(body)):
        check(name, meant(body), await heard(body, size))
        tally.tried()


def _drops(kind: type) -> Callable[[Any, Any, str], Any]:
    right = EventDecoder.read

    def read(self: EventDecoder, value: Row, name: str) -> Any:
        return tuple(one for one in right(self, value, name) if not isinstance(one, kind))

    return read


@pytest.mark.twin("recorded streams", "a reader that drops the input of tools or unknown deltas")
@pytest.mark.parametrize("kind", [ToolInputArrived, DeltaArrived])
async def test_the_oracle_notices_a_delta_that_is_dropped(
    kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EventDecoder, "read", _drops(kind))
    noticed = 0
    for name in ("ai-mcp-1", "ai-tool-no-args", "sdk-compaction"):
        body = (FOLDER / f"{name}.sse").read_bytes()
        try:
            check(name, meant(body), await heard(body, 1_000))
        except AssertionError:
            noticed += 1
    assert noticed
