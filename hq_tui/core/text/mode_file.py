"""Reads a mode of the user's own: what it is for in front, then the instruction.

The file is kept whole in the journal, and read from there by the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hq_tui.core.text.sanitize import sanitise

BUDGET = 24
"""Turns after which the end is offered, where the mode says nothing else."""
LARGEST = 32_768
"""Bytes of a text that is sent with every request."""
NAME = re.compile(r"\w[\w-]{0,29}")
_MARK = "---"
_NEEDED = ("purpose", "opening")
_KNOWN = (*_NEEDED, "budget", "sections")
_LONGEST = {"purpose": 200, "opening": 300, "sections": 400}

EXAMPLE = """\
---
# A mode of your own; its name is that of this file. Lines like this one are only for you.
# One line that says what it is for, as the list of /mode shows it:
purpose: find out how a plan will fail, before it does
# The question that a session begins with:
opening: It is a year from now and it failed. What is the first thing that went wrong?
# Optional: the messages after which the end is offered (24 if you leave it out):
budget: 16
# Optional: the sections of the page, separated by commas. Claude is told to file lines for each.
sections: Failure, Early sign, Guard, Would stop us
---
The user has a plan. Take it as given that it failed, and ask how. One failure at a time: first
what happened, then who would have seen it coming and from what.
Ask for numbers, names and dates where adjectives stand. Prefer the failure that nobody says aloud
to the one that is easy to fix. Do not propose guards of your own unless asked.
Stop when the user would stake money on the list: ask which failure is still missing.
"""
"""A mode file to begin with, as `hq-tui config init --mode NAME` writes it."""


class ModeFileError(ValueError):
    """A mode file is wrong at `line`."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeFile:
    """The contents of a mode file; the first four fields are named as in its front matter."""

    purpose: str
    opening: str
    budget: int = BUDGET
    sections: tuple[str, ...] = ()
    body: str


def decoded(data: bytes) -> str:
    """The text of a file that is sent with every request. Raises ModeFileError."""
    if len(data) > LARGEST:
        line = data.count(b"\n", 0, LARGEST) + 1
        raise ModeFileError(line, f"it goes beyond {LARGEST:,} bytes")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ModeFileError(data.count(b"\n", 0, error.start) + 1, "it is not UTF-8") from None
    check(text)
    return text


def check(text: str) -> None:
    """Raise ModeFileError where a character controls a terminal or cannot be seen."""
    for number, line in enumerate(text.split("\n"), 1):
        plain = line.replace("\t", " ")
        if sanitise(plain) != plain:
            raise ModeFileError(number, "a control or an invisible character is in it")


def read_mode_file(text: str) -> ModeFile:
    """Read the text of a mode file. Raises ModeFileError."""
    check(text)
    lines = text.split("\n")
    if lines[0].rstrip() != _MARK:
        raise ModeFileError(1, f"it does not begin with a line {_MARK}")
    values: dict[str, Any] = {}
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == _MARK:
            break
        if line.strip() and not line.startswith("#"):
            name, value = _value(line, number)
            if name in values:
                raise ModeFileError(number, f"{name} is there twice")
            values[name] = value
    else:
        raise ModeFileError(len(lines), f"no second line {_MARK} ends the front matter")
    for name in _NEEDED:
        if name not in values:
            raise ModeFileError(number, f"there is no {name} in the front matter")
    body = "\n".join(lines[number:]).strip()
    if not body:
        raise ModeFileError(number, f"no instruction stands below the second {_MARK}")
    return ModeFile(**values, body=body)


def _value(line: str, number: int) -> tuple[str, Any]:
    """A line of the front matter: its name, and its value as it is kept."""
    name, colon, value = (part.strip() for part in line.partition(":"))
    if not colon or name not in _KNOWN:
        wrong = f"there is no “{name[:30]}”" if colon else "it is not “NAME: VALUE”"
        raise ModeFileError(number, f"{wrong}; known are {', '.join(_KNOWN)}")
    if not value or len(value) > _LONGEST.get(name, 4):
        why = "has no value" if not value else "is too long"
        raise ModeFileError(number, f"{name} {why}")
    if name == "budget":
        if not re.fullmatch("[1-9][0-9]*", value):
            raise ModeFileError(number, "budget is not a number of messages, such as 20")
        return name, int(value)
    if name != "sections":
        return name, value
    sections = tuple(part.strip() for part in value.split(","))
    if not all(sections) or ":" in value or len({one.lower() for one in sections}) < len(sections):
        raise ModeFileError(number, "sections is not a list like “Failure, Early sign, Guard”")
    return name, sections
