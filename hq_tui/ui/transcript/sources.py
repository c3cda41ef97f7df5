"""The code blocks of a text, found in the text itself."""

from __future__ import annotations

import re
from typing import NamedTuple

_OPENING = re.compile(r"^([ >]*(?:(?:[-*+]|\d{1,9}[.)]) +)?)(`{3,}|~{3,})([^`\n]*)$")


class CodeBlock(NamedTuple):
    """One block of code, and from where to where its fences reach."""

    start: int
    end: int
    code: str


def code_blocks(text: str) -> list[CodeBlock]:
    """The fenced blocks of `text` in order; one that is still open reaches to the end."""
    found: list[CodeBlock] = []
    opened: tuple[int, str, int] | None = None
    lines: list[str] = []
    place = 0
    for line in text.split("\n"):
        if opened is None:
            match = _OPENING.match(line)
            if match:
                opened = (place, match[2], len(match[1]))
                lines = []
        else:
            start, marker, indent = opened
            bare = line.strip(" >")
            if bare.startswith(marker) and not bare.strip(marker[0]):
                found.append(CodeBlock(start, place + len(line), "\n".join(lines)))
                opened = None
            else:
                lines.append(_outdented(line, indent))
        place += len(line) + 1
    if opened is not None:
        found.append(CodeBlock(opened[0], len(text), "\n".join(lines).removesuffix("\n")))
    return found


def _outdented(line: str, indent: int) -> str:
    """`line` without the indent of its block."""
    lead = len(line) - len(line.lstrip(" >"))
    return line[min(indent, lead) :]
