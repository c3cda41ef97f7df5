"""A block of code that is open: no parser is asked until its closing fence is found.

Finished lines become rows one by one and are kept; when the block closes, or has grown by a
slice, that stretch becomes rows once as a whole, which are settled. Rows of code take their
colours when they are painted.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hq_tui.core.text.fences import Nesting
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.code import code_rows, label_row, language_of
from hq_tui.ui.transcript.markdown.split_points import code_cut

SLICE = 2_000
"""Characters of code that are coloured as one."""
_OPENING = re.compile(r"( {0,3})(`{3,}|~{3,})([^\n`|]*)\n")


class FinalLines(NamedTuple):
    """Rows of code that nothing can change, and how much of the text they took."""

    rows: list[TextRow]
    code: int
    """The length of the code in them."""
    taken: int
    """The same, with the closing fence."""
    closed: bool


def begins_at(text: str, pos: int) -> bool:
    """True if a block of code begins at `pos`, which is the beginning of a block."""
    return _OPENING.match(text, pos, pos + SLICE) is not None


class Fence:
    """One open block of code at one width."""

    def __init__(self, opening: re.Match[str], width: int) -> None:
        indent, marker, info = opening.groups()
        self.start = opening.end()
        self._width = width
        self._indent = re.compile(rf"^ {{1,{len(indent)}}}", re.MULTILINE) if indent else None
        self._language = language_of(info)
        self._tick = marker[0]
        self._fences = re.compile(rf"^ {{0,3}}{marker}[^\n]*$", re.MULTILINE)
        self._nesting = Nesting(marker)
        self._searched = self.start
        self._done: list[TextRow] = []
        self._upto = self.start
        self._midline = False

    @classmethod
    def opened(cls, text: str, pos: int, stable: int, width: int) -> Fence | None:
        """The block that begins at `pos`, if its first line is complete."""
        match = _OPENING.match(text, pos, min(stable, pos + SLICE))
        return None if match is None else cls(match, width)

    def head(self, at: int) -> list[TextRow]:
        """The row above the code."""
        return label_row(self._language, self._width, at)

    def settle(self, text: str, pos: int, stable: int) -> FinalLines | None:
        """Settle what can be from `pos` on: all the rest, if it is closed, or a slice."""
        limit = min(stable, pos + SLICE)
        match = self._closing(self._nesting, text, limit)
        if match is not None:
            rows = self._whole(text[pos : match.start()], pos)
            taken = match.end() + 1 - pos
            return FinalLines(rows, match.start() - pos, taken, closed=True)
        if limit - pos < SLICE:
            return None
        window = text[pos:limit]
        end = code_cut(window)
        rows = self._whole(window[:end], pos)
        self._midline = window[end - 1] != "\n"
        self._upto, self._done = pos + end, []
        return FinalLines(rows, end, end, closed=False)

    def _closing(self, nesting: Nesting, text: str, limit: int) -> re.Match[str] | None:
        """The closing line, if it is complete before `limit`; no line is asked about twice."""
        for match in self._fences.finditer(text, self._searched, limit):
            if match.end() == limit:
                break
            self._searched = match.end() + 1
            if nesting.closes(match[0]):
                return match
        return None

    def open_rows(self, text: str, pos: int, stable: int, *, final: bool) -> list[TextRow]:
        """The rows of what is not settled; `final` says that no more will come."""
        if final:
            searched = self._searched
            match = self._closing(self._nesting.copy(), f"{text}\n", len(text) + 1)
            self._searched = searched
            return self._whole(text[pos : match.start()] if match else text[pos:], pos)
        end = text.rfind("\n", pos, stable) + 1
        if end > self._upto:
            lines = text[self._upto : end - 1]
            self._done.extend(self._rows(lines, pos, first=self._upto == pos, whole=False))
            self._upto = end
        last = text[self._upto :]
        if not last.strip(" " + self._tick):
            return list(self._done)
        return self._done + self._rows(last, pos, first=self._upto == pos, whole=False)

    def _whole(self, code: str, pos: int) -> list[TextRow]:
        return self._rows(code.removesuffix("\n"), pos, first=True, whole=True) if code else []

    def _rows(self, code: str, at: int, *, first: bool, whole: bool) -> list[TextRow]:
        if self._indent is not None:
            code = self._indent.sub("", code)
        rows = code_rows(code, self._language, self._width, at, whole=whole)
        if self._midline and first:
            rows[0].join = ""
        return rows
