"""What a reply is made of: text, thinking, tool calls, and whatever comes next year.

A block grows while its deltas arrive and is closed by `content_block_stop`. Only then is
tool input parsed: half of a JSON value means nothing. A block that never closed is
*open*; text is worth keeping all the same, thinking and tool input are not, because the
API takes them back whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Words of the reply. `citations` are kept as they came."""

    text: str = ""
    citations: tuple[Mapping[str, object], ...] = ()
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingBlock:
    """Thinking, as far as the model shows it; whole only with its signature."""

    text: str = ""
    signature: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBlock:
    """A tool call. `input` is None until the block has closed, and after if it did not parse."""

    id: str
    name: str
    json_text: str = ""
    input: Mapping[str, object] | None = None
    error: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBlock:
    """A block of a kind that is carried and sent back, but not understood."""

    data: Mapping[str, object]
    open: bool = True

    @property
    def type(self) -> str:
        """The kind that the API gave it."""
        return str(self.data.get("type", "unknown"))


Block = TextBlock | ThinkingBlock | ToolBlock | OtherBlock


def started(data: Mapping[str, object]) -> Block:
    """The block that a `content_block_start` with this content opens."""
    match data.get("type"):
        case "text":
            return TextBlock(text=_text(data, "text"))
        case "thinking":
            return ThinkingBlock(text=_text(data, "thinking"), signature=_text(data, "signature"))
        case "tool_use":
            given = data.get("input")
            return ToolBlock(
                id=_text(data, "id"),
                name=_text(data, "name"),
                json_text=json.dumps(given, ensure_ascii=False) if given else "",
            )
        case _:
            return OtherBlock(data=dict(data))


def closed(block: Block) -> Block:
    """The block after its `content_block_stop`; tool input is parsed here and nowhere else."""
    if isinstance(block, ToolBlock):
        value, error = parse_tool_input(block.json_text)
        return replace(block, open=False, input=value, error=error)
    return replace(block, open=False)


def parse_tool_input(text: str) -> tuple[Mapping[str, object] | None, str]:
    """The finished input of a tool call, or None and why not. No text at all means `{}`."""
    if not text.strip():
        return {}, ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return None, f"not valid JSON ({type(error).__name__})"
    if not isinstance(value, dict):
        return None, "not a JSON object"
    return value, ""


def is_worth_keeping(block: Block) -> bool:
    """Whether a block of a broken reply can be built on: whole, or text with a word in it."""
    match block:
        case TextBlock():
            return bool(block.text.strip())
        case ToolBlock():
            return not block.open and block.input is not None
        case ThinkingBlock():
            return not block.open and bool(block.signature)
        case OtherBlock():
            return not block.open


def text_of(blocks: tuple[Block, ...]) -> str:
    """All text blocks joined, as they follow one another."""
    return "".join(block.text for block in blocks if isinstance(block, TextBlock))


def joined(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks with text that follows text made one: the API means it to be read so."""
    made: list[Block] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(last, TextBlock) and isinstance(block, TextBlock):
            made[-1] = replace(last, text=last.text + block.text, open=block.open)
        else:
            made.append(block)
    return tuple(made)


def as_json(block: Block) -> dict[str, object]:
    """The block as the API writes it, for exports; `open` is said where it never closed."""
    return {**_as_the_api_writes_it(block), **({"open": True} if block.open else {})}


def _as_the_api_writes_it(block: Block) -> dict[str, object]:
    match block:
        case TextBlock():
            cited = {"citations": [dict(one) for one in block.citations]}
            return {"type": "text", "text": block.text, **(cited if block.citations else {})}
        case ThinkingBlock():
            return {"type": "thinking", "thinking": block.text, "signature": block.signature}
        case ToolBlock():
            row: dict[str, object] = {"type": "tool_use", "id": block.id, "name": block.name}
            if block.input is None:
                return {**row, "input": {}, "partial_json": block.json_text}
            return {**row, "input": dict(block.input)}
        case OtherBlock():
            return dict(block.data)


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
