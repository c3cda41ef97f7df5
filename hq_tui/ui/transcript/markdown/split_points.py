"""Finds the places to cut a text that grows without end.

A cut may depend only on what comes before it, so that it falls in the same place however
the text arrived. The worst that comes of a bad guess here is that a few marks of emphasis
are shown as they were typed, or that a few lines of code have the wrong colours.
"""

from __future__ import annotations

import re

_TOP_LEVEL_CODE = re.compile(r"\n[ ]*\n(?=\S)")
_MARKS = re.compile(r"\\.|`+|\*+|_+|~~|\$\$|[\[\]<>]|[ \n]+", re.DOTALL)
_PAIRS = {"]": "[", ">": "<", "\\)": "\\(", "\\]": "\\["}
_FORMULAS = ("\\(", "\\[", *_PAIRS)


def prose_cut(source: str, limit: int) -> int:
    """The last place before `limit` where no emphasis, code, link or formula is open.

    Where there is none, the last space; where there is no space, `limit`.
    """
    limit = max(1, min(limit, len(source)))
    open_marks: list[str] = []
    safe = space = 0
    for match in _MARKS.finditer(source, 0, limit):
        found = match[0]
        if found[0] in " \n":
            if match.end() < limit:
                space = match.end()
                if not open_marks:
                    safe = space
        elif found[0] != "\\" or found in _FORMULAS:
            _track(open_marks, found)
    if safe * 2 >= limit:
        return safe
    return space or limit


def _track(open_marks: list[str], found: str) -> None:
    """Note that `found` opens something, or closes what is open."""
    closes = _PAIRS.get(found, found)
    if closes in open_marks:
        del open_marks[open_marks.index(closes) :]
    elif found not in _PAIRS:
        open_marks.append(found)


def code_cut(window: str) -> int:
    """The end of a slice of code: before a line at the left edge, or at least at a line."""
    half = len(window) // 2
    ends = [match.end() for match in _TOP_LEVEL_CODE.finditer(window, half)]
    if ends:
        return ends[-1]
    return window.rfind("\n", half) + 1 or len(window)
