"""A reply as the events of the Messages API.

Each delta carries one token, so a place in the stream can be given in words, and the usage log
counts what was really sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hq_tui.rehearsal.server.reply import (
    Block,
    OtherPart,
    RehearsedReply,
    TextPart,
    ThinkingPart,
    ToolUsePart,
    count,
    pieces,
    written,
)

DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One server-sent event, with the number of the reply's tokens it carries.

    `raw` replaces the encoding where damage is wanted.
    """

    name: str
    data: Mapping[str, object]
    tokens: int = 0
    raw: bytes = b""

    def encoded(self, *, ascii_only: bool = False) -> bytes:
        """The event as bytes, blank line included."""
        if self.raw:
            return self.raw
        spelt = json.dumps(dict(self.data), ensure_ascii=ascii_only, separators=(",", ":"))
        data = spelt.encode("utf-8", "backslashreplace")
        if not self.name:
            return b"data: " + data + b"\n\n"
        return b"event: " + self.name.encode() + b"\ndata: " + data + b"\n\n"

    @property
    def written(self) -> str:
        """The characters of the reply that the event carries."""
        delta = self.data.get("delta")
        if self.name != "content_block_delta" or not isinstance(delta, Mapping):
            return ""
        return str(delta.get(DELTAS.get(str(delta.get("type")), ""), ""))

    def with_written(self, text: str, *, tokens: int) -> Event:
        """A copy of this delta with `text` as its characters, which are so many `tokens`."""
        delta = self.data["delta"]
        if not isinstance(delta, Mapping):
            return self
        changed = {**delta, DELTAS[str(delta["type"])]: text}
        return replace(self, data={**self.data, "delta": changed}, tokens=tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The tokens of one message."""

    input_tokens: int = 0
    cache_read: int = 0
    cache_creation: int = 0
    output_tokens: int = 0
    thinking_tokens: int = 0

    @property
    def at_start(self) -> dict[str, object]:
        """The usage of `message_start`: the output count there is only a placeholder."""
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache_creation,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_creation,
                "ephemeral_1h_input_tokens": 0,
            },
            "output_tokens": 1,
            "service_tier": "standard",
        }

    @property
    def cumulative(self) -> dict[str, object]:
        """The usage of `message_delta`: everything of this message so far."""
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache_creation,
            "cache_read_input_tokens": self.cache_read,
            "output_tokens": self.output_tokens,
            "output_tokens_details": {"thinking_tokens": self.thinking_tokens},
        }


def counted(reply: RehearsedReply, given: Counts) -> Counts:
    """`given` with the output of this reply."""
    thinking = sum(count(b.thinking) for b in reply.blocks if isinstance(b, ThinkingPart))
    total = sum(count(written(block)) for block in reply.blocks)
    return replace(given, output_tokens=total, thinking_tokens=thinking)


def message(reply: RehearsedReply, *, id: str, model: str, counts: Counts) -> dict[str, object]:
    """The whole answer to a request without streaming."""
    return {
        **_envelope(id, model, {**counts.at_start, **counts.cumulative}),
        "content": [block.as_json() for block in reply.blocks],
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "stop_details": reply.stop_details,
    }


def events(reply: RehearsedReply, *, id: str, model: str, counts: Counts) -> list[Event]:
    """The stream of a reply, from `message_start` to `message_stop`."""
    start = _envelope(id, model, counts.at_start)
    result = [
        Event(name="message_start", data={"type": "message_start", "message": start}),
    ]
    for index, block in enumerate(reply.blocks):
        result.extend(_block_events(index, block))
        if index == 0:
            result.insert(2, PING)
    delta: dict[str, object] = {
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
    }
    if reply.stop_details is not None:
        delta["stop_details"] = dict(reply.stop_details)
    end = {"type": "message_delta", "delta": delta, "usage": counts.cumulative}
    result.append(Event(name="message_delta", data=end))
    result.append(Event(name="message_stop", data={"type": "message_stop"}))
    return result


PING = Event(name="ping", data={"type": "ping"})
_UNSAID: Mapping[str, Mapping[str, object]] = {
    "text": {"text": ""},
    "thinking": {"thinking": "", "signature": ""},
    "tool_use": {"input": {}},
}
"""The fields of a block that are empty when it opens, as the deltas bring them."""


def _envelope(id: str, model: str, usage: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": usage,
    }


def _block_events(index: int, block: Block) -> list[Event]:
    given = block.as_json()
    opening = {**given, **_UNSAID.get(str(given.get("type")), {})}
    start = {"type": "content_block_start", "index": index, "content_block": opening}
    stop = {"type": "content_block_stop", "index": index}
    return [
        Event(name="content_block_start", data=start),
        *(_delta(index, kind, piece, tokens) for kind, piece, tokens in _deltas(block)),
        Event(name="content_block_stop", data=stop),
    ]


def _deltas(block: Block) -> list[tuple[str, str, int]]:
    """Kind, characters and tokens of each delta; tool input begins with an empty one."""
    parts = pieces(written(block))
    match block:
        case TextPart():
            return [("text_delta", piece, 1) for piece in parts]
        case ThinkingPart(signature=signature):
            thoughts = [("thinking_delta", piece, 1) for piece in parts]
            return [*thoughts, ("signature_delta", signature, 0)]
        case ToolUsePart():
            return [("input_json_delta", "", 0), *(("input_json_delta", p, 1) for p in parts)]
        case OtherPart():
            return []


def _delta(index: int, kind: str, piece: str, tokens: int) -> Event:
    field = "signature" if kind == "signature_delta" else DELTAS[kind]
    delta = {"type": kind, field: piece}
    data = {"type": "content_block_delta", "index": index, "delta": delta}
    return Event(name="content_block_delta", data=data, tokens=tokens)
