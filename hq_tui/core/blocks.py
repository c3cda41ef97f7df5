"""The content blocks of a reply: text, thinking, tool calls, and kinds not known yet.

Tool input is parsed when the block closes. Text of a block that never closed is kept;
thinking and tool input are not, because the API takes them back complete or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hq_tui.core.json_fields import list_in, text_in


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Words of the reply. `citations` are kept as they came, `extra` is what else came."""

    text: str = ""
    citations: tuple[Mapping[str, object], ...] = ()
    open: bool = True
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkingBlock:
    """Thinking, as far as the model shows it; complete only with its signature."""

    text: str = ""
    signature: str = ""
    open: bool = True
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolBlock:
    """A tool call. `input` is None until the block has closed, and after if it did not parse."""

    id: str
    name: str
    json_text: str = ""
    input: Mapping[str, object] | None = None
    error: str = ""
    open: bool = True
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherBlock:
    """A block of an unknown kind, kept and sent back as it came.

    `json_text` collects its input fragments until the block closes.
    """

    data: Mapping[str, object]
    open: bool = True
    json_text: str = ""

    @property
    def type(self) -> str:
        """The kind that the API gave it."""
        return str(self.data.get("type", "unknown"))


Block = TextBlock | ThinkingBlock | ToolBlock | OtherBlock


_KNOWN = {
    "text": frozenset({"type", "text", "citations"}),
    "thinking": frozenset({"type", "thinking", "signature"}),
    "tool_use": frozenset({"type", "id", "name", "input"}),
}
"""The fields that each kind of block is understood by; all others are carried along."""


def started(data: Mapping[str, object]) -> Block:
    """The block that a `content_block_start` with this content opens."""
    kind = str(data.get("type"))
    known = _KNOWN.get(kind, frozenset())
    extra = {name: value for name, value in data.items() if name not in known}
    match kind:
        case "text":
            cited = list_in(data, "citations")
            citations = tuple(one for one in cited if isinstance(one, Mapping))
            return TextBlock(text=text_in(data, "text"), citations=citations, extra=extra)
        case "thinking":
            return ThinkingBlock(
                text=text_in(data, "thinking"), signature=text_in(data, "signature"), extra=extra
            )
        case "tool_use":
            return ToolBlock(
                id=text_in(data, "id"),
                name=text_in(data, "name"),
                json_text=_input_text(data.get("input")),
                extra=extra,
            )
        case _:
            return OtherBlock(data=dict(data))


def _input_text(given: object) -> str:
    """Tool input that came with the start of its block, as JSON; some servers quote it."""
    if isinstance(given, str):
        return given
    return json.dumps(given, ensure_ascii=False) if given else ""


def closed(block: Block) -> Block:
    """The block after its `content_block_stop`; tool input is parsed here and nowhere else."""
    match block:
        case ToolBlock():
            value, error = parse_tool_input(block.json_text)
            return replace(block, open=False, input=value, error=error)
        case OtherBlock() if block.json_text.strip():
            value, error = parse_tool_input(block.json_text)
            data = dict(block.data) if value is None else {**block.data, "input": value}
            return replace(block, open=False, data=data, json_text=block.json_text if error else "")
        case _:
            return replace(block, open=False)


def parse_tool_input(text: str) -> tuple[Mapping[str, object] | None, str]:
    """Parse the input of a finished tool call; None and the reason if it fails.

    No text means `{}`. A server may send the same input at the start and again in fragments.
    """
    if not text.strip():
        return {}, ""
    try:
        value, end = _DECODER.raw_decode(text.strip())
        if (rest := text.strip()[end:].strip()) and json.loads(rest) != value:
            return None, "more than one JSON value"
    except (ValueError, RecursionError) as error:
        return None, f"not valid JSON ({type(error).__name__})"
    if not isinstance(value, dict):
        return None, "not a JSON object"
    return value, ""


_DECODER = json.JSONDecoder()


def with_delta(block: Block, delta: Mapping[str, object]) -> Block:
    """The block with a delta that is not understood merged into it, field by field."""
    if isinstance(block, OtherBlock):
        return replace(block, data=merged(block.data, delta))
    return replace(block, extra=merged(block.extra, delta))


def merged(data: Mapping[str, object], delta: Mapping[str, object]) -> dict[str, object]:
    """`data` with the fields of a delta: text is appended to text, a list to a list."""
    made = dict(data)
    for name, value in delta.items():
        before = made.get(name)
        if name == "type" or (value is None and before is not None):
            continue
        if isinstance(before, str) and isinstance(value, str):
            made[name] = before + value
        elif isinstance(before, list) and isinstance(value, list):
            made[name] = [*before, *value]
        else:
            made[name] = value
    return made


def is_worth_keeping(block: Block) -> bool:
    """True if a broken reply can be continued from this block."""
    match block:
        case TextBlock():
            return bool(block.text.strip())
        case ToolBlock():
            return not block.open and block.input is not None
        case ThinkingBlock():
            return not block.open and bool(block.signature)
        case OtherBlock():
            return not block.open


def has_words(blocks: Iterable[Block]) -> bool:
    """True if any text block is not blank, or a tool call brings the question."""
    return any(
        bool(block.text.strip()) if isinstance(block, TextBlock) else bool(question_in(block))
        for block in blocks
    )


def question_in(block: Block) -> str:
    """The question that a tool call brings, in its field `ask` or an operation of that name."""
    given = block.input if isinstance(block, ToolBlock) else None
    if given is None:
        return ""
    ops = given.get("ops")
    rows = [op for op in ops if isinstance(op, Mapping)] if isinstance(ops, list) else []
    asks = [given.get("ask"), *(row.get("text") for row in rows if row.get("op") == "ask")]
    return next((ask for ask in asks if isinstance(ask, str) and ask.strip()), "")


def text_of(blocks: tuple[Block, ...]) -> str:
    """All text blocks joined, as they follow one another."""
    return "".join(block.text for block in blocks if isinstance(block, TextBlock))


def joined(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks with neighbouring text blocks merged, as the API means them to be read."""
    made: list[Block] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(last, TextBlock) and isinstance(block, TextBlock):
            cited = (*last.citations, *block.citations)
            made[-1] = replace(last, text=last.text + block.text, citations=cited, open=block.open)
        else:
            made.append(block)
    return tuple(made)


def as_json(block: Block) -> dict[str, object]:
    """The block as the export has it, with `open` and `partial_json` for unfinished ones."""
    row = as_sent(block)
    if isinstance(block, ToolBlock) and block.input is None:
        row["partial_json"] = block.json_text
    if isinstance(block, OtherBlock) and block.json_text:
        row["partial_json"] = block.json_text
    return {**row, **({"open": True} if block.open else {})}


def as_sent(block: Block) -> dict[str, object]:
    """The block as it goes back to the API: what was understood, and all else as it came."""
    match block:
        case TextBlock():
            cited = {"citations": [dict(one) for one in block.citations]}
            row: dict[str, object] = {"type": "text", "text": block.text}
            return {**row, **(cited if block.citations else {}), **block.extra}
        case ThinkingBlock():
            row = {"type": "thinking", "thinking": block.text, "signature": block.signature}
            return {**row, **block.extra}
        case ToolBlock():
            row = {"type": "tool_use", "id": block.id, "name": block.name}
            return {**row, "input": dict(block.input or {}), **block.extra}
        case OtherBlock():
            return dict(block.data)
