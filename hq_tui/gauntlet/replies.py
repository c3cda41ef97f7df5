"""A partner's reply in whichever form it comes, as text and board operations.

A partner may hand back plain text, the blocks of the Messages API, or the
rehearsal partner's own values; all three lead to the same reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hq_tui.rehearsal.questioner import Block, TextOut, ToolOut

Answer = str | Sequence[Block | Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply: its words, its board operations, and its blocks as the API writes them."""

    text: str
    ops: tuple[Mapping[str, object], ...]
    blocks: tuple[Mapping[str, object], ...]


def read_reply(answer: Answer, number: int) -> Reply:
    """The reply in `answer`; `number` makes the ids of its tool calls unique."""
    parts = [{"type": "text", "text": answer}] if isinstance(answer, str) else list(answer)
    blocks = [_as_json(part, number, place) for place, part in enumerate(parts)]
    texts = [str(block.get("text", "")) for block in blocks if block.get("type") == "text"]
    ops: list[Mapping[str, object]] = []
    for block in blocks:
        given = block.get("input")
        if block.get("type") == "tool_use" and isinstance(given, Mapping):
            found = given.get("ops")
            ops += (
                [op for op in found if isinstance(op, Mapping)] if isinstance(found, list) else []
            )
    return Reply(text="".join(texts), ops=tuple(ops), blocks=tuple(blocks))


def _as_json(part: Block | Mapping[str, object], number: int, place: int) -> Mapping[str, object]:
    match part:
        case TextOut(text=text):
            return {"type": "text", "text": text}
        case ToolOut(name=name, input=given):
            identity = f"toolu_{number:04d}_{place}"
            return {"type": "tool_use", "id": identity, "name": name, "input": dict(given)}
        case _:
            return part
