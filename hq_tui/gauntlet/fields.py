"""JSON entries that know where they stand, so that an error can name the line and the field.

`json` reads the values; a second pass over the same text notes on which line each
of them begins. A `Field` is one value with its place; asking it for something that
it is not raises the error that a person can act on.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hq_tui.errors import HqError

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_HINT = "The fields are described in hq_tui/gauntlet/scenarios.py and under `hq-tui gauntlet -h`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a file: what it is, and where it stands."""

    file: str
    path: Path
    value: object
    lines: Mapping[Path, int]

    def wrong(self, what: str) -> HqError:
        """The error about this value."""
        place = next(
            self.lines[self.path[:end]]
            for end in range(len(self.path), -1, -1)
            if self.path[:end] in self.lines
        )
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return HqError(f"{self.file}:{place}: {name.lstrip('.')}: {what}.", hint=_HINT)

    def at(self, key: str | int, value: object) -> "Field":
        """A value inside this one."""
        return Field(file=self.file, path=(*self.path, key), value=value, lines=self.lines)

    def child(self, name: str, default: object = None) -> "Field":
        """The field `name` of this object; an absent one has the default, or is an error."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object is needed here")
        if name not in self.value and default is None:
            raise self.at(name, None).wrong("the field is missing")
        return self.at(name, self.value.get(name, default))

    def has(self, name: str) -> bool:
        """Whether this object has the field, and not as null."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def text(self) -> str:
        """The value as a text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong("a text is needed here")
        return self.value

    def flag(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("true or false is needed here")
        return self.value

    def one_of(self, allowed: Sequence[str]) -> str:
        """The value as one of the allowed words."""
        if self.value not in allowed:
            raise self.wrong(f"{self.value!r} is not one of {', '.join(allowed)}")
        return str(self.value)

    def items(self, at_least: int = 0) -> "tuple[Field, ...]":
        """The values of this list."""
        if not isinstance(self.value, list):
            raise self.wrong("a list is needed here")
        if len(self.value) < at_least:
            raise self.wrong(f"at least {at_least} must stand here")
        return tuple(self.at(number, value) for number, value in enumerate(self.value))

    def texts(self, at_least: int = 0) -> tuple[str, ...]:
        """The values of this list, each a text."""
        return tuple(item.text() for item in self.items(at_least))


def read_entries(file: str, text: str) -> tuple[Field, ...]:
    """The entries of the list in `text`; HqError when it is not JSON or no list."""
    try:
        value = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise HqError(f"{file}:{line}: this is not JSON.", hint=str(error)) from error
    lines = dict(_places(text))
    return Field(file=file, path=(), value=value, lines=lines).items()


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """The path of every value in valid JSON, and the line on which it begins."""
    stack: list[list[str | int]] = []
    keyed: list[bool] = []
    line, seen = 1, 0
    waits_for_key = False
    for found in _TOKEN.finditer(text):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        sign = found.group()
        if sign in "}]":
            stack.pop()
            keyed.pop()
            waits_for_key = False
        elif sign == ",":
            waits_for_key = keyed[-1]
            if not keyed[-1]:
                stack[-1][0] = int(stack[-1][0]) + 1
        elif sign == ":":
            waits_for_key = False
        elif waits_for_key:
            stack[-1][0] = str(json.loads(sign))
        else:
            yield tuple(level[0] for level in stack), line
            if sign in "{[":
                stack.append(["" if sign == "{" else 0])
                keyed.append(sign == "{")
                waits_for_key = sign == "{"
