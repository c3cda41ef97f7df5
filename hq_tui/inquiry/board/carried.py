"""A board that goes over into another session: its items as records, and back.

Each item says from then on which session it was said in, so that its quotation can still be
looked up there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from hq_tui.inquiry.board.model import LIMIT_ITEMS, Board, By, Earlier, Item, Kind, Origin, Status

Made = TypeVar("Made", Item, Earlier)
_ENUMS: Mapping[str, type[StrEnum]] = {"kind": Kind, "by": By, "origin": Origin, "status": Status}


def carried_items(board: Board, session: str) -> tuple[dict[str, Any], ...]:
    """The items of a board as records that name the session they were said in."""
    return tuple(asdict(replace(item, session=item.session or session)) for item in board.items)


def carried_board(records: Iterable[object]) -> Board:
    """The board that such records hold; one that cannot be read is left out."""
    items: dict[str, Item] = {}
    for record in records:
        item = _made(Item, record)
        if item is not None and item.id and item.session and len(items) < LIMIT_ITEMS:
            items.setdefault(item.id, item)
    return Board(items=tuple(items.values()), rev=len(items))


def _made(cls: type[Made], record: object) -> Made | None:
    if not isinstance(record, Mapping):
        return None
    values: dict[str, Any] = {}
    for field in fields(cls):
        if field.name not in record:
            if field.default is MISSING:
                return None
            continue
        value = record[field.name]
        try:
            values[field.name] = _read(field.name, value, field.default)
        except (TypeError, ValueError):
            return None
    return cls(**values)


def _read(name: str, value: Any, default: object) -> object:
    if name in _ENUMS:
        return _ENUMS[name](value)
    if name == "earlier":
        made = [_made(Earlier, one) for one in _listed(value)]
        return tuple(one for one in made if one is not None)
    if isinstance(default, tuple):
        return tuple(_text(one) for one in _listed(value))
    wanted = str if default is MISSING or isinstance(default, str) else type(default)
    if name == "turn":
        wanted = int
    if type(value) is not wanted:
        raise TypeError
    return value


def _listed(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
