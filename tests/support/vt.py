"""A terminal emulator of our own, to check pyte and tmux against: what a program drew.

It knows what a full-screen program sends: moves, styles, links, erasing, scrolling regions,
left and right margins where it is told to, and the saved cursor. Widths come from Python's
own tables, so it disagrees with Rich on joined emoji and variation selectors, as many real
terminals do.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<parameters>[0-9;]*)(?P<final>[@-~])"
    r"|\x1b\]8;[^;]*;(?P<link>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b(?P<escape>[78DM])"
    r"|(?P<control>[\r\n\x07])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
_OFF = {22: (1, 2), 23: (3,), 24: (4, 21), 25: (5, 6), 27: (7,), 28: (8,), 29: (9,), 55: (53,)}
_SHOW_ON_BLANK = frozenset((4, 5, 6, 7, 9, 21, 53))


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell is drawn."""

    attributes: frozenset[int] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""


@lru_cache(maxsize=4096)
def columns(character: str) -> int:
    """The columns that a terminal with Python's tables gives `character`."""
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


@lru_cache(maxsize=4096)
def restyled(look: Look, parameters: str) -> Look:
    """`look` after `ESC [ parameters m`."""
    codes = [int(code or 0) for code in parameters.split(";")]
    attributes, colours = look.attributes, [look.foreground, look.background]
    while codes:
        code = codes.pop(0)
        layer = 0 if code % 60 < 40 else 1
        if code == 0:
            attributes, colours = frozenset(), ["", ""]
        elif code in (38, 48):
            size = 2 if codes[0] == 5 else 4
            colours[code == 48] = ";".join(map(str, codes[:size]))
            del codes[:size]
        elif code in (39, 49):
            colours[code == 49] = ""
        elif 30 <= code < 50 or 90 <= code < 110:
            colours[layer] = str(code % 10 + (8 if code >= 90 else 0))
        elif code in _OFF:
            attributes -= frozenset(_OFF[code])
        else:
            attributes |= {code}
    return Look(attributes, colours[0], colours[1], look.link)


class VirtualTerminal:
    """A screen of `width` times `height` cells that does not wrap."""

    def __init__(self, width: int, height: int, *, has_margins: bool = False) -> None:
        self.width, self.height = width, height
        self._has_margins = has_margins
        self._look = Look()
        self._rows = [self._blank_row() for _ in range(height)]
        self._x = self._y = 0
        self._region = (0, height - 1)
        self._between: tuple[int, int] | None = None
        self._saved = (0, 0, Look())

    def feed(self, data: str) -> None:
        """Show `data`; a line feed comes with the carriage return of the line discipline."""
        at = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            assert token is not None, f"not understood: {data[at : at + 20]!r}"
            at = token.end()
            if token["text"] is not None:
                for character in token["text"]:
                    self._put(character)
            elif token["final"]:
                if token["private"] == "?" and token["parameters"] == "69" and self._has_margins:
                    self._between = (0, self.width) if token["final"] == "h" else None
                elif not token["private"]:
                    self._obey(token["final"], token["parameters"])
            elif token["link"] is not None:
                look = self._look
                self._look = Look(look.attributes, look.foreground, look.background, token["link"])
            else:
                self._move_on(token["escape"] or token["control"] or "")

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the next character goes."""
        return min(self._x, self.width - 1), self._y

    def text(self) -> list[str]:
        """The rows without styles."""
        return ["".join(text for text, _ in row) for row in self._rows]

    def picture(self) -> list[list[tuple[object, ...]]]:
        """What can be seen, cell by cell."""
        return [[_seen(text, look) for text, look in row] for row in self._rows]

    def _blank_row(self) -> list[tuple[str, Look]]:
        return [(" ", Look(background=self._look.background))] * self.width

    def _put(self, character: str) -> None:
        """Draw one character where the cursor is."""
        size, row = columns(character), self._rows[self._y]
        if size == 0:
            x = min(self._x, self.width) - 1
            x -= x > 0 and row[x][0] == ""
            if x >= 0:
                row[x] = (row[x][0] + character, row[x][1])
            return
        x = min(self._x, self.width - size)
        self._cut(x)
        self._cut(x + size)
        row[x : x + size] = [(character, self._look), ("", self._look)][:size]
        self._x = x + size

    def _cut(self, x: int, y: int | None = None) -> None:
        """Blank both halves of a wide character that column `x` begins the second half of."""
        row = self._rows[self._y if y is None else y]
        if 0 < x < self.width and row[x][0] == "":
            row[x - 1], row[x] = (" ", row[x - 1][1]), (" ", row[x][1])

    def _move_on(self, what: str) -> None:
        """Obey a control character or a sequence of one letter."""
        if what == "7":
            self._saved = (*self.cursor, self._look)
        elif what == "8":
            self._x, self._y, self._look = self._saved
        elif what in ("\n", "D"):
            self._x = 0 if what == "\n" else self._x
            self._step(1)
        elif what == "M":
            self._step(-1)
        elif what == "\r":
            self._x = 0

    def _step(self, down: int) -> None:
        """Go one row down or up, and scroll the region at its edge."""
        top, bottom = self._region
        if self._y == (bottom if down > 0 else top):
            self._scroll(top, down)
        else:
            self._y = min(max(self._y + down, 0), self.height - 1)

    def _scroll(self, top: int, count: int) -> None:
        """Move the rows from `top` to the end of the region up by `count`, or down.

        Between margins only what stands there moves; what lies across one is torn, and blank.
        """
        bottom = self._region[1]
        left, right = self._between or (0, self.width)
        if not left <= min(self._x, self.width - 1) < right:
            return
        rows = self._rows[top : bottom + 1]
        for y in range(top, bottom + 1):
            self._cut(left, y)
            self._cut(right, y)
        parts = [row[left:right] for row in rows]
        count = max(min(count, len(rows)), -len(rows))
        blank = [self._blank_row()[left:right] for _ in range(abs(count))]
        parts = parts[count:] + blank if count > 0 else blank + parts[:count]
        for row, part in zip(rows, parts, strict=True):
            row[left:right] = part

    def _obey(self, final: str, parameters: str) -> None:
        """Obey one control sequence."""
        if final == "m":
            self._look = restyled(self._look, parameters)
            return
        numbers = [int(number or 0) for number in parameters.split(";")]
        count = max(numbers[0], 1)
        self._x = min(self._x, self.width - 1)
        if final == "H":
            self._y = min(count, self.height) - 1
            self._x = min(max(numbers[1] if len(numbers) > 1 else 1, 1), self.width) - 1
        elif final in "AB":
            self._y = min(max(self._y + (count if final == "B" else -count), 0), self.height - 1)
        elif final in "CD":
            self._x = min(max(self._x + (count if final == "C" else -count), 0), self.width - 1)
        elif final == "K":
            self._erase(self._x, self.width)
        elif final == "X":
            self._erase(self._x, min(self._x + count, self.width))
        elif final in "ML":
            self._scroll(self._y, count if final == "M" else -count)
            self._x = self._between[0] if self._between else 0
        elif final == "s" and self._between:
            self._between = (numbers[0] - 1, numbers[1])
            self._x = self._y = 0
        elif final == "s":
            self._saved = (*self.cursor, self._look)
        elif final == "r":
            last = numbers[1] if len(numbers) > 1 else 0
            self._region = (count - 1, (last or self.height) - 1)
            self._x = self._y = 0
        else:
            raise AssertionError(f"not understood: CSI {parameters}{final}")

    def _erase(self, start: int, end: int) -> None:
        """Blank the columns from `start` to before `end` of the cursor's row."""
        self._cut(start)
        self._cut(end)
        blank = (" ", Look(background=self._look.background))
        self._rows[self._y][start:end] = [blank] * (end - start)


def _seen(text: str, look: Look) -> tuple[object, ...]:
    """A cell as an eye sees it; what cannot be seen on a blank is left out."""
    if text != " " or look.link or look.attributes & _SHOW_ON_BLANK:
        return text, look
    return text, look.background
