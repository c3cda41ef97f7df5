"""What a repetition over several lines would make of a text, if it were meant.

In tables, lists, quotations and code the lines share their beginnings and ends, so words w
around the end of a line may come again at once and be meant: as where a row ends as the one
before it and begins as the one after it ("reconnect it", the same remark, "disconnect it", the
same remark, "dis"). No likeness of lines tells that from an echo, so there w is in doubt, but
for what cannot be meant in any text:

- the numbers of one list that counts would go back, as in 1, 2, 3, 2, 3, with nothing but
  numbered items in between, and not in code; 1, 2, 2 may be a tie;
- a row would have two cells too many in a table all of whose rows fit.

In running text only one word of difference is a doubt, where no figures count on.

`both` is the text as it would read, `start` and `second` are the places where the words
begin for the first and for the second time.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import Enum

_STRUCTURED_LINE = re.compile(
    r" {0,3}(?:[-*+>•◦▪–—] ?|(?:\d+|[a-zA-Z])[.)] )|(?: {4}|\t)|[^|\n]*\|"
)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_DELIMITER_ROW = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_MARKER = re.compile(r"(?:[ \t]*(?:[-*+>|#]+|\d+[.)])(?=[ \t]|$))*[ \t]*(?:\[[ xX]\] )?")
_NUMBER = re.compile(r"([ \t]*)(\d{1,3})[.)][ \t]")
"""An item with its number; of four figures it may be a year."""
_PLAIN_CELLS = re.compile(r"\|(?: [^|`$([{\n]+ \|)*(?: [^|`$([{\n]*)?")
"""Cells in which no bar belongs to a formula, a condition or a command."""
_WORD = re.compile(r"\w+")
_FIGURE = re.compile(r"\d{1,9}")
_NEAR, _FAR = 40, 600
"""How far back figures and the numbers of a list are looked at."""
FEW = 3
"""So many figures, each one more than the last, are a count."""


class Sense(Enum):
    """What a repetition over lines would be, read as meant."""

    POSSIBLE = "possible"
    """It may well be meant."""
    IMPOSSIBLE = "impossible"
    """It cannot be meant."""


def open_fence(text: str) -> tuple[str, str] | None:
    """The fence that `text` ends inside of, as its marks and its language; None outside."""
    inside: tuple[str, str] | None = None
    for match in _FENCE.finditer(text):
        marks, info = match[1], match[2].strip()
        if inside is None:
            inside = (marks, info)
        elif not info and marks[0] == inside[0][0] and len(marks) >= len(inside[0]):
            inside = None
    return inside


def is_structured(kept: str, start: int) -> bool:
    """Whether the lines of `kept` from the one around `start` on are a table, a list or code."""
    line = kept.rfind("\n", 0, start) + 1
    lines = kept[line:].split("\n")
    return any(_STRUCTURED_LINE.match(one) for one in lines) or open_fence(kept) is not None


def columns_above(text: str) -> int:
    """The columns of the table that `text` ends in, by its delimiter row; 0 if there is none."""
    return _table_above(text)[0]


def _table_above(text: str) -> tuple[int, int]:
    """The columns of that table, and how many whole rows fill them; 0 rows if one does not."""
    widths: list[int] = []
    for line in reversed(text.split("\n")[:-1]):
        if not line.startswith("|"):
            break
        if _DELIMITER_ROW.match(line):
            columns = bars(line) - 1
            return columns, len(widths) if set(widths) == {columns} else 0
        widths.append(bars(line) - 1)
    return 0, 0


def bars(line: str) -> int:
    """The bars between and around the cells of a row."""
    return line.count("|") - line.count("\\|")


@dataclass(frozen=True, slots=True)
class OverLines:
    """Words over the end of a line that come twice."""

    kept: str
    both: str
    start: int
    end: int
    second: int

    @property
    def sense(self) -> Sense | None:
        """Whether they can be meant; None where lines have no structure."""
        if self._counts_backwards() or self._breaks_a_row():
            return Sense.IMPOSSIBLE
        first, again = self._line_before(self.start), self._line_before(self.second)
        are_headings = first.startswith("#") and again.startswith("#")
        if are_headings or is_structured(self.kept, self.start):
            return Sense.POSSIBLE
        is_near = differ_in_words(first, again, most=1) and not self._counts_on()
        return Sense.POSSIBLE if is_near else None

    def _counts_on(self) -> bool:
        """Whether every figure is one more than the last, and would begin again midway."""
        near = max(0, self.start - _NEAR)
        found = list(_FIGURE.finditer(self.both, near, self.end))
        inside = [one for one in found if one.start() >= self.start and one.end() < self.end]
        before = [one for one in found if one.start() < self.start][-1:]
        figures = [int(one[0]) for one in before + inside]
        in_turn = all(b == a + 1 for a, b in itertools.pairwise(figures))
        return bool(before) and len(inside) >= FEW and in_turn

    @property
    def _words(self) -> list[str]:
        return self.both[self.start : self.end].split("\n")

    def _line_before(self, place: int) -> str:
        return self.both[self.both.rfind("\n", 0, place) + 1 : place]

    def _counts_backwards(self) -> bool:
        """Whether the numbers of a list that counts would go back, and not to its beginning."""
        if not any(map(_NUMBER.match, self._words)) or open_fence(self.kept) is not None:
            return False
        place = self.both.rfind("\n", 0, max(0, self.start - _FAR)) + 1
        last: dict[str, int] = {}
        counted: dict[str, int] = {}
        for line in self.both[place : self.second + len(self._words[0])].split("\n"):
            item = _NUMBER.match(line)
            if item is not None:
                indent, number = item[1], int(item[2])
                if place >= self.start and self._comes_again_as_line(place):
                    counted.setdefault(indent, number if last.get(indent) == number - 1 else 0)
                last[indent] = number
            if line.strip():  # an item ends the lists within the one before it, other lines all
                own = len(item[1]) if item is not None else -1
                counted = {indent: at for indent, at in counted.items() if len(indent) <= own}
                last = {indent: at for indent, at in last.items() if len(indent) <= own}
            place += len(line) + 1
        return any(number > 1 and last[indent] > number for indent, number in counted.items())

    def _comes_again_as_line(self, place: int) -> bool:
        return place > self.start or self.both[self.second - 1] == "\n"

    def _breaks_a_row(self) -> bool:
        """Whether the row in which the words begin again would have two cells too many."""
        row = self._line_before(self.second)
        if _PLAIN_CELLS.fullmatch(row) is None:
            return False
        columns, rows = _table_above(self.both[: self.second])
        return rows > 0 and bars(row) <= columns and bars(row + self._words[0]) > columns + 2


def differ_in_words(first: str, second: str, *, most: int) -> bool:
    """Whether two beginnings of lines are the same but for so many words in one place."""
    left, right = told(first), told(second)
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    return max(len(left), len(right)) <= most


def told(line: str) -> list[str]:
    """The words of a line behind its indent and mark."""
    marker = _MARKER.match(line)
    return _WORD.findall(line, marker.end() if marker else 0)
