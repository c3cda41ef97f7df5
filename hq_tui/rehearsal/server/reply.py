"""A reply of the rehearsal server as a value: blocks and a stop reason.

Streaming, cutting and resuming start from this value, so a request always has the same full
answer. A token is a word, or up to 24 characters of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

_PIECE = re.compile(r"\s*\S{1,24}\s*|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """Words of the reply."""

    text: str

    def as_json(self) -> dict[str, object]:
        """The block as the API writes it."""
        return {"type": "text", "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingPart:
    """Thinking with the signature that lets it come back."""

    thinking: str
    signature: str

    def as_json(self) -> dict[str, object]:
        """The block as the API writes it."""
        return {"type": "thinking", "thinking": self.thinking, "signature": self.signature}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUsePart:
    """A tool call. `json_text` overrides how the input is spelt on the wire, valid or not."""

    id: str
    name: str
    input: Mapping[str, object]
    json_text: str = ""

    @property
    def spelt(self) -> str:
        """The input as it is streamed."""
        return self.json_text or json.dumps(dict(self.input), ensure_ascii=False)

    def as_json(self) -> dict[str, object]:
        """The block as the API writes it."""
        return {"type": "tool_use", "id": self.id, "name": self.name, "input": dict(self.input)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPart:
    """A block of another kind, sent whole like the results of server tools."""

    data: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """The block as the API writes it."""
        return dict(self.data)


Block = TextPart | ThinkingPart | ToolUsePart | OtherPart


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedReply:
    """One full answer."""

    blocks: tuple[Block, ...] = ()
    stop_reason: str = "end_turn"
    stop_details: Mapping[str, object] | None = None
    stop_sequence: str | None = None

    @property
    def text(self) -> str:
        """All text blocks joined."""
        return "".join(block.text for block in self.blocks if isinstance(block, TextPart))


def pieces(text: str) -> list[str]:
    """The text in streaming order, one piece for each token. Joined they are the text again."""
    return _PIECE.findall(text)


def count(text: str) -> int:
    """Tokens in a text."""
    return len(pieces(text))


def written(block: Block) -> str:
    """The text of a block that is streamed as deltas and counted in tokens."""
    match block:
        case TextPart():
            return block.text
        case ThinkingPart():
            return block.thinking
        case ToolUsePart():
            return block.spelt
        case OtherPart():
            return ""


def rest_of(
    reply: RehearsedReply, delivered: int, called: frozenset[str] = frozenset()
) -> RehearsedReply:
    """The reply after its first `delivered` characters of text and the calls in `called`.

    Thinking and finished calls before that point are not repeated. If nothing was delivered, it
    is the whole reply; a call that was cut comes again.
    """
    if delivered <= 0 and not called:
        return reply
    blocks = [b for b in reply.blocks if not (isinstance(b, ToolUsePart) and b.id in called)]
    left = delivered
    while blocks and left > 0:
        first = blocks.pop(0)
        if isinstance(first, TextPart):
            if len(first.text) > left:
                blocks.insert(0, TextPart(text=first.text[left:]))
            left -= len(first.text)
    calls = any(isinstance(block, ToolUsePart) for block in blocks)
    is_call = reply.stop_reason == "tool_use" and not calls
    reason = "end_turn" if is_call else reply.stop_reason
    return replace(reply, blocks=tuple(blocks), stop_reason=reason)


def shortened(reply: RehearsedReply, tokens: int, stop_reason: str) -> RehearsedReply:
    """The first `tokens` tokens of a reply, with this stop reason; short ones stay whole."""
    blocks: list[Block] = []
    left = tokens
    for block in reply.blocks:
        parts = pieces(written(block))
        if len(parts) <= left:
            left -= len(parts)
            blocks.append(block)
            continue
        if left > 0:
            blocks.append(_part(block, "".join(parts[:left])))
        return RehearsedReply(blocks=tuple(blocks), stop_reason=stop_reason)
    return reply


def stopped_at(reply: RehearsedReply, sequences: Iterable[str]) -> RehearsedReply:
    """The reply up to the first of the `sequences` in its text, which is not sent itself."""
    wanted = [one for one in sequences if one]
    for place, block in enumerate(reply.blocks):
        if not isinstance(block, TextPart):
            continue
        found = [(block.text.find(one), -len(one), one) for one in wanted if one in block.text]
        if found:
            at, _, sequence = min(found)
            kept = (TextPart(text=block.text[:at]),) if at else ()
            return RehearsedReply(
                blocks=(*reply.blocks[:place], *kept),
                stop_reason="stop_sequence",
                stop_sequence=sequence,
            )
    return reply


def _part(block: Block, text: str) -> Block:
    match block:
        case TextPart():
            return TextPart(text=text)
        case ThinkingPart():
            return replace(block, thinking=text)
        case ToolUsePart():
            return replace(block, json_text=text)
        case OtherPart():
            return block


def prefixed(reply: RehearsedReply, words: str) -> RehearsedReply:
    """The reply with words put before its first text; a reply without text begins with some."""
    blocks = list(reply.blocks)
    for index, block in enumerate(blocks):
        if isinstance(block, TextPart):
            blocks[index] = TextPart(text=words + block.text)
            return replace(reply, blocks=tuple(blocks))
    return replace(reply, blocks=(TextPart(text=words), *blocks))
