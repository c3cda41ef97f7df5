"""The definition of `board_update`, the one tool that the partner has.

It is sent byte for byte the same with every request of a model. It uses only closed objects,
`enum` and arrays, which every server takes and which may be held to strictly; how much of a call is
taken is judged by `model_ops`, operation by operation, and what it enforces is told here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hq_tui.inquiry.board.calls import KIND_WORDS, OUTCOMES
from hq_tui.inquiry.board.model import LIMIT_ADDS, LIMIT_TEXT, Kind

NAME = "board_update"

_DESCRIPTION = (
    "Note what this message changed on the board that you share with the user. Once a reply, after "
    "your text. What the user wrote or holds is theirs: a change of it becomes a proposal; they "
    "alone drop a line of theirs, end a contradiction and accept a decision."
)
_MODEL_WORDS = {kind: word for word, kind in KIND_WORDS.items()}


def board_tool() -> dict[str, Any]:
    """The tool as the API takes it; a new value at every call, always the same."""
    kinds = [str(_MODEL_WORDS.get(kind, kind)) for kind in Kind]
    quote = _string("the user's exact words that say it; none for your own inference")
    text = _string(
        f"one line, at most {LIMIT_TEXT} characters; may be left out where the quote says it"
    )
    add = {
        "kind": {"type": "string", "enum": kinds},
        "text": text,
        "quote": quote,
        "for": _ids("what it supports: ids, or n1, n2 … for entries of this list"),
        "against": _ids("what it speaks against; of a contradiction both sides, ids or quotes"),
    }
    outcome = {"type": "string", "enum": list(OUTCOMES)}
    schema = _object(
        {
            "add": _list(f"at most {LIMIT_ADDS}, contradictions first", _object(add, ["kind"])),
            "change": _list(
                "other words for an item",
                _object({"id": _string(), "text": _string(), "quote": quote}, ["id", "text"]),
            ),
            "settle": _list(
                "confirmed, rejected, retracted need the user's quote",
                _object({"id": _string(), "as": outcome, "quote": quote}, ["id", "as"]),
            ),
            "ask": _string("your question, only if your text does not end with it"),
            "about": _ids("the items your question is about"),
            "hint": {"type": "integer", "description": "hint level you reached, 1-4"},
        }
    )
    return {"name": NAME, "description": _DESCRIPTION, "input_schema": schema}


def _string(description: str = "") -> dict[str, Any]:
    return {"type": "string", "description": description} if description else {"type": "string"}


def _ids(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _list(description: str, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": items}


def _object(fields: dict[str, Any], required: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": fields,
        "required": list(required),
    }
