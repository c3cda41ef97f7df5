"""An emulated screen of plain characters, quick enough to draw megabytes after a run.

It understands what Textual and hq-tui write: moves, erasing, scrolling in a region, and
text of characters one column wide. Colours do not matter here and are skipped.
"""

from __future__ import annotations

import re
from itertools import pairwise

_TOKEN = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])"  # a control sequence: parameters and final letter
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # a string, such as a link
    r"|\x1b([ -/]*[0-Z\\^-~])"  # another escape
    r"|([\x00-\x1f])"  # a control character
    r"|([^\x00-\x1f]+)"  # text
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]+)?\Z")


class Screen:
    """What stands in each cell. `dirty` collects the rows that were drawn on."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.height = columns, rows
        self.rows = [[" "] * columns for _ in range(rows)]
        self.dirty: set[int] = set()
        self._x = self._y = 0
        self._saved = 0, 0
        self._top, self._bottom = 0, rows - 1
        self._left, self._right = 0, columns
        self._rest = b""
        self._held = ""

    def feed(self, data: bytes) -> None:
        """Draw what a program wrote; pieces may end anywhere."""
        data = self._rest + data
        end = len(data) - _cut(data)
        data, self._rest = data[:end], data[end:]
        text = self._held + data.decode("utf-8", "replace")
        unfinished = _UNFINISHED.search(text)
        end = unfinished.start() if unfinished else len(text)
        self._held = text[end:]
        for token in _TOKEN.finditer(text, 0, end):
            parameters, final, escape, control, plain = token.groups()
            if plain:
                self._write(plain)
            elif final:
                self._control(final, parameters)
            elif escape:
                self._escape(escape)
            elif control:
                self._move(control)

    def text(self, row: int) -> str:
        """One row as it reads."""
        return "".join(self.rows[row])

    @property
    def display(self) -> str:
        """All rows."""
        return "\n".join(map(self.text, range(self.height)))

    def _write(self, text: str) -> None:
        while text:
            if self._x >= self.columns:
                self._x = 0
                self._down()
            room = self.columns - self._x
            part, text = text[:room], text[room:]
            self.rows[self._y][self._x : self._x + len(part)] = part
            self.dirty.add(self._y)
            self._x += len(part)

    def _move(self, control: str) -> None:
        if control == "\n":
            self._down()
        elif control == "\r":
            self._x = 0
        elif control == "\b":
            self._x = max(0, self._x - 1)

    def _escape(self, which: str) -> None:
        if which == "M":
            self._up()
        elif which == "7":
            self._saved = self._x, self._y
        elif which == "8":
            self._x, self._y = self._saved

    def _down(self) -> None:
        if self._y != self._bottom:
            self._y = min(self._y + 1, self.height - 1)
            return
        self._roll(range(self._top, self._bottom + 1))

    def _up(self) -> None:
        if self._y != self._top:
            self._y = max(self._y - 1, 0)
            return
        self._roll(range(self._bottom, self._top - 1, -1))

    def _roll(self, rows: range) -> None:
        """Put into each row what stands in the next one, between the margins."""
        between = slice(self._left, self._right)
        for row, following in pairwise(rows):
            self.rows[row][between] = self.rows[following][between]
        self.rows[rows[-1]][between] = [" "] * (self._right - self._left)
        self.dirty.update(rows)

    def _control(self, final: str, parameters: str) -> None:
        if parameters == "?69":
            self._left, self._right = 0, self.columns
        if final == "m" or parameters[:1] in ("?", ">", "<", "="):
            return
        numbers = [int(part) if part.isdigit() else 0 for part in parameters.split(";")]
        first = numbers[0]
        match final:
            case "H" | "f":
                self._y = _within(first - 1, self.height)
                self._x = _within((numbers[1] if len(numbers) > 1 else 1) - 1, self.columns)
            case "A" | "B":
                step = max(first, 1) * (1 if final == "B" else -1)
                self._y = _within(self._y + step, self.height)
            case "C" | "D":
                step = max(first, 1) * (1 if final == "C" else -1)
                self._x = _within(self._x + step, self.columns)
            case "G":
                self._x = _within(first - 1, self.columns)
            case "d":
                self._y = _within(first - 1, self.height)
            case "r":
                self._top = _within(first - 1, self.height)
                self._bottom = _within([*numbers, 0][1] or self.height, self.height + 1) - 1
                self._x = self._y = 0
            case "s":
                self._left, self._right = first - 1, numbers[1]
            case "L" | "M":
                self._shift(max(first, 1), down=final == "L")
            case "X":
                self._blank(self._y, self._x, self._x + max(first, 1))
            case "K":
                start, stop = (self._x, self.columns) if first == 0 else (0, self.columns)
                self._blank(self._y, start, self._x + 1 if first == 1 else stop)
            case "J":
                self._erase(first)
            case _:
                pass

    def _shift(self, count: int, *, down: bool) -> None:
        """Insert blank rows at the cursor, or delete the rows there."""
        top, y = self._top, self._y
        self._top, self._y = y, y if down else self._bottom
        for _ in range(count):
            self._up() if down else self._down()
        self._top, self._y, self._x = top, y, 0

    def _erase(self, how: int) -> None:
        if how == 0:
            self._blank(self._y, self._x, self.columns)
        elif how == 1:
            self._blank(self._y, 0, self._x + 1)
        rows = {0: range(self._y + 1, self.height), 1: range(self._y)}
        for row in rows.get(how, range(self.height)):
            self._blank(row, 0, self.columns)

    def _blank(self, row: int, start: int, stop: int) -> None:
        stop = min(stop, self.columns)
        self.rows[row][start:stop] = [" "] * (stop - start)
        self.dirty.add(row)


def _within(value: int, size: int) -> int:
    return min(max(value, 0), size - 1)


def _cut(data: bytes) -> int:
    """How many bytes at the end are the beginning of a character."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back if back < length else 0
        if byte < 0x80:
            return 0
    return 0
