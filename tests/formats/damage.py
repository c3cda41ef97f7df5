"""Ways in which a file of JSON can be damaged, each apart from the others."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Place = tuple[Any, Any]
"""A container and the key of a value in it."""


def _places(value: Any) -> Iterator[Place]:
    """Every value inside a value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def _put(make: Callable[[Any, Random], object]) -> Callable[[Any, Random], None]:
    """A damage that puts something else in the place of one value."""

    def damage(whole: Any, rng: Random) -> None:
        inside, key = rng.choice(list(_places(whole)))
        inside[key] = make(inside[key], rng)

    return damage


def _remove(whole: Any, rng: Random) -> None:
    inside, key = rng.choice(list(_places(whole)))
    del inside[key]


def _swap(whole: Any, rng: Random) -> None:
    """Exchange two values that are anywhere."""
    places = [place for place in _places(whole) if not isinstance(place[0][place[1]], dict | list)]
    (one, at), (other, there) = rng.choice(places), rng.choice(places)
    one[at], other[there] = other[there], one[at]


class Raw(str):
    """Text that goes into the file as it is, in the place of a value."""

    __slots__ = ()


_TYPES: tuple[object, ...] = (None, True, 0, -1, 7, 0.5, "", "odd", [], {}, [[]], [None], {"a": 1})

IN_VALUES: dict[str, Callable[[Any, Random], None]] = {
    "missing": _remove,
    "another type": _put(lambda _old, rng: rng.choice(_TYPES)),
    "in a list": _put(lambda old, _rng: [old]),
    "in an object": _put(lambda old, _rng: {"text": old, "type": old}),
    "twice": _put(lambda old, _rng: [old, old]),
    "a huge number": _put(
        lambda _old, rng: rng.choice([10**18, 10**19, -(10**30), 10**400, 1e308, 2**63])
    ),
    "a number without end": _put(lambda _old, _rng: Raw("9" * 5000)),
    "not a number": _put(lambda _old, rng: Raw(rng.choice(["NaN", "Infinity", "-Infinity"]))),
    "beyond all floats": _put(lambda _old, _rng: Raw("1e999")),
    "half a character": _put(lambda _old, rng: Raw(rng.choice([r'"\ud83d x"', r'"\udc00"']))),
    "half a character in a name": _put(lambda old, _rng: {"\ud800": old}),
    "deep": _put(lambda _old, _rng: Raw("[" * 900 + "]" * 900)),
    "deeper": _put(lambda _old, _rng: Raw('{"a":' * 20_000 + "1" + "}" * 20_000)),
    "never closed": _put(lambda _old, _rng: Raw("[" * 30_000)),
    "two exchanged": _swap,
    "a line separator": _put(lambda old, _rng: f"{old}\u2028\u0085\x0b\x0c\x1c{old}"),
    "a very long text": _put(lambda _old, _rng: "long " * 20_000),
}
"""Damage to a value of a file."""


def _anywhere(data: bytes, rng: Random, piece: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + piece + data[at:]


def _flipped(data: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


IN_BYTES: dict[str, Callable[[bytes, Random], bytes]] = {
    "sound": lambda data, _rng: data,
    "a mark of its encoding": lambda data, _rng: codecs.BOM_UTF8 + data,
    "two bytes a letter": lambda data, _rng: data.decode().encode("utf-16"),
    "lines end as on Windows": lambda data, _rng: data.replace(b"\n", b"\r\n"),
    "blank lines": lambda data, _rng: b"\n\n" + data.replace(b"\n", b"\n \r\n"),
    "not UTF-8": lambda data, rng: _anywhere(data, rng, b"\xff\xc3"),
    "in Latin 1": lambda data, _rng: data.decode().encode("latin-1", "replace") + b"\xe9",
    "a null": lambda data, rng: _anywhere(data, rng, b"\x00"),
    "a bit": _flipped,
    "cut off": lambda data, rng: data[: rng.randrange(len(data))],
    "the beginning is gone": lambda data, rng: data[rng.randrange(len(data)) :],
    "empty": lambda _data, _rng: b"",
    "twice in a row": lambda data, _rng: data + data,
    "a line of something else": lambda data, _rng: data + b'{"other": 1}\nplain words\n[1]\n',
}
"""Damage to the bytes of a file."""

KINDS = (*IN_VALUES, *IN_BYTES)


def damaged(data: bytes, kind: str, rng: Random) -> bytes:
    """The file with one damage of this kind."""
    if kind in IN_BYTES:
        return IN_BYTES[kind](data, rng)
    try:
        whole = json.loads(data)
    except ValueError:
        whole = [json.loads(line) for line in data.split(b"\n") if line]
        IN_VALUES[kind](whole, rng)
        return b"".join(_dumped(row) + b"\n" for row in whole)
    IN_VALUES[kind](whole, rng)
    return _dumped(whole)


def _dumped(value: object) -> bytes:
    """JSON with raw pieces put in; halves of characters as escapes."""
    pieces: list[str] = []

    def marked(inner: object) -> object:
        if isinstance(inner, Raw):
            pieces.append(inner)
            return f"@@{len(pieces) - 1}@@"
        if isinstance(inner, dict):
            return {name: marked(part) for name, part in inner.items()}
        return [marked(part) for part in inner] if isinstance(inner, list) else inner

    text = json.dumps(marked(value), ensure_ascii=False)
    for number, piece in enumerate(pieces):
        text = text.replace(f'"@@{number}@@"', piece)
    return text.encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"\\ud800")
