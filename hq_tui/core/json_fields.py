"""Fields of a JSON value of unknown shape. What is missing or of another type is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard


def text_in(value: object, name: str) -> str:
    """The text in field `name`."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def fields_in(value: object, name: str) -> Mapping[str, Any]:
    """The object in field `name`."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def list_in(value: object, name: str) -> list[Any]:
    """The list in field `name`."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []


def is_count(value: object) -> TypeGuard[int]:
    """True for an integer; a bool is none."""
    return isinstance(value, int) and not isinstance(value, bool)
