"""Checks the shape of a JSON value, and names the first place that does not fit.

A shape is a test with its name, a mapping of fields to shapes, or a list with one shape. A
field whose name ends in `?` may be missing or null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hq_tui.core.json_fields import is_count


@dataclass(frozen=True, slots=True)
class ShapeKind:
    """A test of one value, and what the value is when it passes."""

    name: str
    is_one: Callable[[object], bool]


Shape = ShapeKind | Mapping[str, "Shape"] | Sequence["Shape"]


def one_of(words: Sequence[str]) -> ShapeKind:
    """One of a few words."""
    known = tuple(words)
    return ShapeKind(f"one of {', '.join(known)}", lambda value: value in known)


TEXT = ShapeKind("text", lambda value: isinstance(value, str))
COUNT = ShapeKind("a count", lambda value: is_count(value) and value >= 0)
OBJECT = ShapeKind("an object", lambda value: isinstance(value, Mapping))
TRUTH = ShapeKind("true or false", lambda value: isinstance(value, bool))


def fault_in(value: object, shape: Shape, path: str = "") -> str:
    """The first fault of a value, and its place; empty for none."""
    match shape:
        case ShapeKind():
            return "" if shape.is_one(value) else f"{path or 'it'} is not {shape.name}"
        case Mapping():
            return _fault_in_fields(value, shape, path)
        case _:
            if not isinstance(value, list):
                return f"{path or 'it'} is not a list"
            found = (fault_in(part, shape[0], f"{path}[{n}]") for n, part in enumerate(value))
            return next(filter(None, found), "")


def _fault_in_fields(value: object, shape: Mapping[str, Shape], path: str) -> str:
    if not isinstance(value, Mapping):
        return f"{path or 'it'} is not an object"
    for name, inner in shape.items():
        plain = name.removesuffix("?")
        where = f"{path}.{plain}" if path else plain
        if plain != name and value.get(plain) is None:
            continue
        if plain not in value:
            return f"{where} is missing"
        if fault := fault_in(value[plain], inner, where):
            return fault
    return ""
