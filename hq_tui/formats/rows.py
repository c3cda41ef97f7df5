"""Reads a file as JSON values with their places.

A file is one JSON value, or one per line (line feeds only). Values that a journal cannot hold
are removed and counted: NaN, huge numbers, lone surrogates, extreme nesting.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hq_tui.core.text.sanitize import REPLACEMENT, storable, storable_value
from hq_tui.formats.losses import Losses

DEEPEST = 100
"""Brackets inside brackets; the deepest file of a known format has about fifteen."""
LARGEST = 2**63 - 1
"""The largest number accepted: what an index can hold."""

Number = TypeVar("Number", int, float)
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A JSON object and its place: `line 3` of a file, or `item 3` of a list.

    `written` is its line; empty if it is not on a line of its own.
    """

    place: str
    value: Mapping[str, Any]
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The objects of a file, what could not be read, and whether it was a single value."""

    rows: tuple[Row, ...]
    losses: Losses
    is_whole: bool
    problem: str = ""
    """The reason why the file is not one JSON value."""


def decoded(data: bytes, losses: Losses) -> str:
    """The text of a file, decoded by its byte order mark."""
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        losses.lose(f"line {line}", f"is not {encoding.removesuffix('-sig').upper()}")
        return data.decode(encoding, "replace")


def rows_of(text: str, losses: Losses) -> Rows:
    """The objects in a text: those of one JSON value, or else one a line."""
    reader = _Reader(losses=losses)
    try:
        whole = reader.value(text)
    except ValueError as error:
        rows = tuple(_lines(text, reader))
        return Rows(rows=rows, losses=losses, is_whole=False, problem=str(error))
    if isinstance(whole, Mapping):
        return Rows(rows=(Row(place="line 1", value=whole),), losses=losses, is_whole=True)
    items = whole if isinstance(whole, list) else []
    return Rows(rows=tuple(_items(items, losses)), losses=losses, is_whole=True)


def _lines(text: str, reader: _Reader) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        place = f"line {number}"
        if not line.strip(" \t\r"):
            continue
        try:
            value = reader.value(line)
        except ValueError as error:
            reader.losses.lose(place, str(error))
            continue
        if isinstance(value, Mapping):
            yield Row(place=place, value=value, written=line)
        else:
            reader.losses.lose(place, "is not an object")


def _items(items: list[Any], losses: Losses) -> Iterator[Row]:
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            yield Row(place=f"item {number}", value=item)
        else:
            losses.lose(f"item {number}", "is not an object")


@dataclass(kw_only=True)
class _Reader:
    """Reads JSON and counts what it had to take out."""

    losses: Losses
    _odd: int = field(default=0, init=False)

    def value(self, text: str) -> object:
        """The value of a JSON text. Raises ValueError, which says in words why there is none."""
        if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
            raise ValueError("is nested too deeply")
        self._odd = 0
        try:
            value: object = json.loads(
                text, parse_int=self._int, parse_float=self._float, parse_constant=self._constant
            )
        except json.JSONDecodeError as error:
            where = f" (line {error.lineno})" if error.lineno > 1 else ""
            raise ValueError(f"is not JSON: {error.msg}{where}") from error
        self.losses.leave_out("number beyond all use", "numbers beyond all use", count=self._odd)
        has_halves = "\\ud" in text or "\\uD" in text
        return storable_value(value, self._storable) if has_halves else value

    def _storable(self, text: str) -> str:
        """The text with halves of characters joined or marked."""
        kept = storable(text)
        halves = kept.count(REPLACEMENT) - text.count(REPLACEMENT)
        self.losses.leave_out("half character", count=halves)
        return kept

    def _int(self, digits: str) -> int | None:
        number = int(digits) if len(digits) <= len(str(-LARGEST)) else LARGEST + 1
        return self._usable(number, is_usable=abs(number) <= LARGEST)

    def _float(self, digits: str) -> float | None:
        number = float(digits)
        return self._usable(number, is_usable=math.isfinite(number))

    def _constant(self, _name: str) -> float | None:
        return self._usable(math.nan, is_usable=False)

    def _usable(self, number: Number, *, is_usable: bool) -> Number | None:
        self._odd += not is_usable
        return number if is_usable else None


def _depth(text: str) -> int:
    """The nesting depth of brackets in a JSON text, outside strings."""
    deepest = depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest
