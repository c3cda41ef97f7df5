"""The definition of `board_update`, the one tool that the partner has.

It is sent byte for byte the same with every request. It uses only closed objects, `const`,
`enum` and `anyOf`; lengths and rights are judged by `ops`. The shape is demanded once more
by `checks`, and a test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hq_tui.core.text.sanitize import counted
from hq_tui.inquiry.board.model import Kind
from hq_tui.inquiry.board.schema import CONFIDENCES, OUTCOMES

NAME = "board_update"

_DESCRIPTION = (
    "Record what changed on the shared inquiry board after your reply. Call at most once per "
    "reply, after your text. Quote the user exactly and give the turn number. Items the user "
    "wrote or locked cannot be revised; add a 'proposal' instead. Accepting a decision is the "
    "user's act, never yours."
)


def board_tool() -> dict[str, Any]:
    """The tool as the API takes it; a new value at every call, always the same."""
    ops = {"type": "array", "items": {"anyOf": _operations()}}
    schema = _object({"ops": ops})
    return {"name": NAME, "description": _DESCRIPTION, "input_schema": schema}


def in_words(given: Mapping[str, object]) -> str:
    """What a call asks for, in a few words: `2 claims, 1 tension, 1 revised`.

    Questions are left out, because they have their own place; whether the board took it is
    for the board to show. A call without a word for anything is "nothing new".
    """
    ops = [op for op in _list(given.get("ops")) if isinstance(op, Mapping)]
    added = Counter(str(op.get("kind")) for op in ops if op.get("op") == "add")
    kinds = [_counted(str(kind), added[str(kind)]) for kind in Kind if added[str(kind)]]
    rest = Counter(str(op.get("op")) for op in ops)
    done = [f"{rest[op]} {word}" for op, word in _DONE.items() if rest[op]]
    return ", ".join([*kinds, *done]) or "nothing new"


_DONE = {"revise": "revised", "resolve": "settled"}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _counted(kind: str, count: int) -> str:
    name = kind.replace("_", " ")
    return counted(count, name, _MANY.get(name, ""))


_MANY = {"evidence": "evidence", "hypothesis": "hypotheses"}


def _operations() -> list[dict[str, Any]]:
    return [
        _operation(
            "add",
            {
                "ref": _string("temporary name, e.g. n1; the app answers with the real id"),
                "kind": _enum(tuple(str(kind) for kind in Kind)),
                "text": _string("one line, at most 120 characters"),
                "quote": _string(
                    "verbatim words from that turn, or empty when the item is your inference"
                ),
                "turn": _WHOLE,
                "by": _enum(("user", "partner")),
                "confidence": _enum(CONFIDENCES),
                "supports": _IDS,
                "contradicts": _IDS,
            },
        ),
        _operation(
            "revise",
            {
                "id": _string(),
                "text": _string(),
                "quote": _string(),
                "turn": _WHOLE,
                "reason": _string(),
            },
            rev={"type": "integer", "description": "the revision you saw, if you were told one"},
        ),
        _operation(
            "resolve",
            {"id": _string(), "outcome": _enum(OUTCOMES), "quote": _string(), "turn": _WHOLE},
        ),
        _operation(
            "ask",
            {
                "text": _string("the one question you just asked, word for word"),
                "why": _string("at most 15 words: what the answer will decide"),
                "targets": _IDS,
            },
        ),
        _operation(
            "reveal",
            {
                "level": {
                    "type": "integer",
                    "description": "hint level 0-4; 4 is the full answer",
                },
                "answer_given": {"type": "boolean"},
            },
        ),
    ]


_WHOLE = {"type": "integer"}
_IDS = {"type": "array", "items": {"type": "string"}}


def _string(description: str = "") -> dict[str, Any]:
    return {"type": "string", "description": description} if description else {"type": "string"}


def _enum(values: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _operation(name: str, fields: dict[str, Any], **optional: dict[str, Any]) -> dict[str, Any]:
    return _object({"op": {"type": "string", "const": name}, **fields}, **optional)


def _object(fields: dict[str, Any], **optional: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(fields),
        "properties": {**fields, **optional},
    }
