"""Finds fenced code blocks.

The rule is CommonMark's with one addition: models put fences inside fences of the same
length. A line inside a block that opens another, with a language right after its marks,
pairs with the next closing line (`Nesting`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_CONTAINER = re.compile(r"[ >]*(?:(?:[-*+]|\d{1,9}[.)]) +)?")


class Opening(NamedTuple):
    """The line that opens a block of code."""

    marker: str
    info: str


def opening(line: str) -> Opening | None:
    """The fence that `line` opens, if any."""
    match = _FENCE.fullmatch(line)
    if match is None or (match[1][0] == "`" and "`" in match[2]):
        return None
    return Opening(match[1], match[2].strip(" \t"))


class Nesting:
    """Counts the blocks open inside the block that `marker` opened."""

    __slots__ = ("_depth", "_marker", "_tick")

    def __init__(self, marker: str) -> None:
        self._marker = marker
        self._tick = marker[0]
        self._depth = 0

    def copy(self) -> Nesting:
        """The same state, to look ahead with."""
        other = Nesting(self._marker)
        other._depth = self._depth
        return other

    def closes(self, line: str) -> bool:
        """True if `line`, the next one of the block, closes it."""
        match = _FENCE.fullmatch(line) if self._tick in line else None
        if match is None or not match[1].startswith(self._marker):
            return False
        info = match[2]
        if not info.strip(" \t"):
            self._depth -= 1
        elif info[0].isalnum() and "`" not in info:
            self._depth += 1
        return self._depth < 0


class CodeBlock(NamedTuple):
    """One block of code, and from where to where its fences reach."""

    start: int
    end: int
    code: str


def code_blocks(text: str) -> list[CodeBlock]:
    """The fenced blocks of `text` in order; one that is still open reaches to the end."""
    if "```" not in text and "~~~" not in text:
        return []
    found: list[CodeBlock] = []
    nesting: Nesting | None = None
    start = indent = place = 0
    lines: list[str] = []
    for line in text.split("\n"):
        if nesting is None:
            indent = _indent(line)
            opened = opening(line[indent:])
            if opened is not None:
                nesting, start, lines = Nesting(opened.marker), place, []
        elif nesting.closes(line.lstrip(" >") if indent else line):
            found.append(CodeBlock(start, place + len(line), "\n".join(lines)))
            nesting = None
        else:
            lines.append(_outdented(line, indent))
        place += len(line) + 1
    if nesting is not None:
        found.append(CodeBlock(start, len(text), "\n".join(lines).removesuffix("\n")))
    return found


def _indent(line: str) -> int:
    """The length of the quote signs, list marker and spaces at the start of `line`."""
    match = _CONTAINER.match(line)
    return match.end() if match else 0


def _outdented(line: str, indent: int) -> str:
    """`line` without the indent of its block."""
    lead = len(line) - len(line.lstrip(" >"))
    return line[min(indent, lead) :]
