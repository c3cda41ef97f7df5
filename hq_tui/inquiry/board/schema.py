"""Checks the input of a board call against the schema of the tool.

The definition that goes to the model is data; this is the same demand as code, because the
standard library has no validator. Everything is looked at before anything is done: a call
with one misshapen operation changes nothing at all, and the model is told what was wrong.
Lengths and rights are not shape; `ops` judges those, operation by operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hq_tui.inquiry.board.model import By, Kind

CONFIDENCES = ("high", "medium", "low", "unknown")
OUTCOMES = (
    "retracted", "refined", "contested", "answered", "confirmed", "rejected", "parked",
)  # fmt: skip

_TEXT, _WHOLE, _FLAG, _LIST = "a string", "a whole number", "true or false", "a list of strings"

SHAPES: Mapping[str, Mapping[str, object]] = {
    "add": {
        "ref": _TEXT, "kind": tuple(Kind), "text": _TEXT, "quote": _TEXT, "turn": _WHOLE,
        "by": tuple(By), "confidence": CONFIDENCES, "supports": _LIST, "contradicts": _LIST,
    },
    "revise": {"id": _TEXT, "text": _TEXT, "quote": _TEXT, "turn": _WHOLE, "reason": _TEXT},
    "resolve": {"id": _TEXT, "outcome": OUTCOMES, "quote": _TEXT, "turn": _WHOLE},
    "ask": {"text": _TEXT, "why": _TEXT, "targets": _LIST},
    "phase": {"to": _TEXT},
    "reveal": {"level": _WHOLE, "answer_given": _FLAG},
}  # fmt: skip
"""What each operation must have, apart from `op`, and nothing beside it."""

OPTIONAL = {"revise": {"rev": _WHOLE}, "ask": {"qtype": _TEXT}}
"""What an operation may have. A type of question, and `phase`, were asked for once: a model that
reads of them in its own earlier calls may send them again, and nothing comes of it."""

MOST_OPS = 60
"""More operations than a reply can mean."""


def problems(ops: object) -> tuple[str, ...]:
    """What is wrong with the shape of `ops`; empty when nothing is."""
    if not isinstance(ops, Sequence) or isinstance(ops, str | bytes):
        return ("`ops` is not a list",)
    if len(ops) > MOST_OPS:
        return (f"{len(ops)} operations; {MOST_OPS} is the most",)
    return tuple(problem for number, op in enumerate(ops) for problem in _of_op(number, op))


def _of_op(number: int, op: object) -> Iterator[str]:
    where = f"ops[{number}]"
    if not isinstance(op, Mapping):
        yield f"{where} is not an object"
        return
    name = op.get("op")
    if not isinstance(name, str) or name not in SHAPES:
        yield f"{where} has no known `op`"
        return
    shape = SHAPES[name]
    allowed = {**shape, **OPTIONAL.get(name, {})}
    yield from (f"{where} ({name}) lacks `{key}`" for key in shape if key not in op)
    for key, value in op.items():
        if key == "op":
            continue
        if key not in allowed:
            yield f"{where} ({name}) has an unknown `{str(key)[:40]}`"
        elif not _fits(value, allowed[key]):
            yield f"{where} ({name}): `{key}` is not {_said(allowed[key])}"


def _fits(value: object, wanted: object) -> bool:
    if isinstance(wanted, tuple):
        return isinstance(value, str) and value in wanted
    if wanted == _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == _FLAG:
        return isinstance(value, bool)
    if wanted == _LIST:
        return isinstance(value, list | tuple) and all(isinstance(part, str) for part in value)
    return isinstance(value, str)


def _said(wanted: object) -> str:
    return f"one of {', '.join(wanted)}" if isinstance(wanted, tuple) else str(wanted)
