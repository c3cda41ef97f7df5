"""Board operations as lines of text, for endpoints that take no tools.

The reply ends with a fence named `board` that holds one JSON object a line. The fence is
read once the reply is over, never while it grows, and it is hidden from the reader; the
journal keeps it. Only the last fence counts. A fence that was never closed was cut, and
like a cut tool call it changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_OPENED = re.compile(r"(?:^|\n)[ \t]{0,3}```[ \t]*board[ \t]*(?=\n|$)")
_CLOSED = re.compile(r"\n[ \t]{0,3}```[ \t]*(?=\n|$)")
_BEGINNING = re.compile(r"(?:^|\n)[ \t]{0,3}(?:`{1,2}|```[ \t]*(?:b|bo|boa|boar)?)$")


def visible_text(text: str, *, growing: bool = False) -> str:
    """`text` without its board fences; while it is `growing`, without the beginning of one too."""
    if not growing and "board" not in text:
        return text
    shown, rest = "", text
    while (opened := _OPENED.search(rest)) is not None:
        shown += rest[: opened.start()]
        closed = _CLOSED.search(rest, opened.end())
        rest = rest[closed.end() :] if closed else ""
    if growing and (start := _BEGINNING.search(rest)) is not None:
        rest = rest[: start.start()]
    return (shown + rest).rstrip() if shown or rest != text else text


def fenced_ops(text: str) -> tuple[list[object] | None, str]:
    """The operations of the last fence, or None and why not; no fence at all is None and ''."""
    opened = list(_OPENED.finditer(text)) if "board" in text else []
    if not opened:
        return None, ""
    closed = _CLOSED.search(text, opened[-1].end())
    if closed is None:
        return None, "the board fence was not closed"
    ops: list[object] = []
    for number, line in enumerate(text[opened[-1].end() : closed.start()].splitlines()):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return None, f"line {number} of the board fence is not valid JSON"
        if isinstance(value, Mapping) and set(value) == {"ops"} and isinstance(value["ops"], list):
            ops += value["ops"]
        else:
            ops.append(value)
    return ops, ""
