"""What a repetition over several lines would make of a text, if it were meant.

In tables, lists, quotations and code the lines share their beginnings and ends, so words w
around the end of a line may come again at once and be meant: as where a row ends as the one
before it and begins as the one after it. Read as meant, w begins again in the middle of a
line that it did not begin in before. The more that would be odd, the surer is the echo:

- it cannot be meant where the numbers of a list that counts would go back, where a row would
  not fit its table, where an item's mark or an indent would stand within a line, or a line of
  a list be the only one without a mark, with whole lines repeated besides;
- otherwise it may well be, where the line would begin again much as it began before (the same
  first word, or one word of difference), where the word that is made there is a word of the
  text or has one letter of the other for its ending, or where too little is repeated to tell;
- of what is left, `MANY` whole lines that occur only once can be meant only from the beginning
  of a line, and fewer only from the beginning of a word, both times.

In running text only the numbers, the marks and one word of difference count.

`both` is the text as it would read, `start` and `second` are the places where the words
begin for the first and for the second time.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import IntEnum

_STRUCTURED_LINE = re.compile(r" {0,3}(?:\||[-*+>] ?|\d+[.)] )|(?: {4}|\t)", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_DELIMITER_ROW = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_MARKER = re.compile(r"(?:[ \t]*(?:[-*+>|#]+|\d+[.)])(?=[ \t]|$))*[ \t]*(?:\[[ xX]\] )?")
_ITEM = re.compile(r"[ \t]*(?:[-*+>] |#+ |\d{1,6}[.)] )|[ \t]{2,}")
_NUMBER = re.compile(r"^([ \t>#]*)(\d{1,6})[.)][ \t]", re.MULTILINE)
_FIGURE = re.compile(r"\d{1,9}")
_WORD = re.compile(r"\w+")
_NEAR, _FAR = 40, 2000
"""How far back figures and the numbers of a list are looked at."""
FEW = 3
"""So many figures, each one more than the last, are a count."""
TELLING = 10
"""So many letters and figures tell one line from the others."""
MANY = 5
"""So many whole lines are not said again but from the beginning of a line."""


class Strength(IntEnum):
    """How much stands against the reading that a repetition over lines is meant."""

    NONE = 0
    """It may well be meant."""
    WORDS = 1
    """It may only where words begin both times."""
    LINES = 2
    """It may only where lines begin both times."""
    CERTAIN = 3
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


def begins_line(text: str, place: int) -> bool:
    """Whether a line begins at `place`, its indent and marker aside."""
    line = text.rfind("\n", 0, place) + 1
    return _MARKER.fullmatch(text, line, place) is not None


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
    def strength(self) -> Strength | None:
        """How much stands against their being meant; None where lines have no structure."""
        if self._counts_backwards() or self._counts_on() or self._breaks_a_row():
            return Strength.CERTAIN
        first, again = self._line_before(self.start), self._line_before(self.second)
        lines = self._telling_lines(is_whole=not first.strip())
        if self._has_marker_inside(first, again, lines) or self._lacks_marker(first, again, lines):
            return Strength.CERTAIN
        are_headings = first.startswith("#") and again.startswith("#")
        if not (are_headings or is_structured(self.kept, self.start)):
            return self._strength_in_prose(first, again)
        if are_alike(first, again) or self._is_known_word():
            return Strength.NONE
        if lines >= MANY and told(first) and told(again):
            return Strength.LINES
        ends = self._words[0] + self._words[-1]
        return Strength.WORDS if lines or is_telling(ends) else Strength.NONE

    def _strength_in_prose(self, first: str, again: str) -> Strength | None:
        return Strength.NONE if differ_in_words(first, again, most=1) else None

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
        if self._is_code:
            return False
        far = self.both.rfind("\n", 0, max(0, self.start - _FAR)) + 1
        last: dict[str, int] = {}
        counted: dict[str, int] = {}
        for item in _NUMBER.finditer(self.both, far, self.end):
            indent, number = item[1], int(item[2])
            if item.start() >= self.start and self._comes_again_as_line(item.start()):
                counted.setdefault(indent, number if last.get(indent) == number - 1 else 0)
            last[indent] = number
        return any(number > 1 and last[indent] >= number for indent, number in counted.items())

    def _comes_again_as_line(self, place: int) -> bool:
        return place > self.start or self.both[self.second - 1] == "\n"

    def _breaks_a_row(self) -> bool:
        """Whether the row in which the words begin again would not fit its table."""
        row = self._line_before(self.second)
        if not row.startswith("|"):
            return False
        columns, rows = _table_above(self.both[: self.second])
        return rows > 0 and bars(row + self._words[0]) != columns + 1

    def _is_known_word(self) -> bool:
        """Whether the word that a break within a word would make occurs in the text before."""
        begin, stop = self.second, self.start
        while begin and self.both[begin - 1].isalnum():
            begin -= 1
        while stop < self.end and self.both[stop].isalnum():
            stop += 1
        if stop == self.start + 1 and self.both[self.start - 1 : self.start].isalnum():
            return True  # an ending such as a plural's makes a word of many a word
        word = self.both[begin : self.second] + self.both[self.start : stop]
        before = self.both[: min(begin, self.end)]
        return stop > self.start and re.search(rf"\b{re.escape(word)}\b", before) is not None

    def _telling_lines(self, *, is_whole: bool) -> int:
        """How many whole lines would be repeated that differ and occur only once."""
        words = self._words
        lines = {one for one in words[0 if is_whole else 1 : -1] if is_telling(one)}
        text = f"\n{self.kept}\n"
        return sum(text.count(f"\n{one}\n") == 1 for one in lines)

    def _has_marker_inside(self, first: str, again: str, lines: int) -> bool:
        """Whether the mark of an item, or an indent, would stand within a line."""
        marker = _ITEM.match(self.both, self.start)
        if first or not again.strip() or marker is None:
            return False
        is_glued = again[-1].isalnum() and bool(marker[0].strip()) and not self._is_code
        return lines >= (1 if is_glued else 2)

    def _lacks_marker(self, first: str, again: str, lines: int) -> bool:
        """Whether the line in which they begin again would be the only one without a mark."""
        is_item = has_marker(first) and len(told(first)) > 1 and not self._is_code
        return is_item and not again and lines >= 1 and not has_marker(self._words[0])

    @property
    def _is_code(self) -> bool:
        return open_fence(self.kept) is not None


def has_marker(line: str) -> bool:
    """Whether a line begins with the mark of an item, a quotation or a row."""
    marker = _MARKER.match(line)
    return marker is not None and bool(marker[0].strip())


def is_telling(line: str) -> bool:
    """Whether enough stands in a line to tell it from others."""
    return sum(map(str.isalnum, line)) >= TELLING


def are_alike(first: str, second: str) -> bool:
    """Whether two beginnings of lines have the same first word, or differ in one word."""
    left, right = told(first), told(second)
    return left[:1] == right[:1] or differ_in_words(first, second, most=1)


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
