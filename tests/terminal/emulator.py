"""A terminal to compare pictures with: pyte, told about links, faint text and clusters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pyte
from rich.cells import cell_len, get_character_cell_size

from tests.support.screen import Screen

JOINER = "\u200d"
EMOJI_STYLE = "\ufe0f"
REGIONAL = ("\U0001f1e6", "\U0001f1ff")
SHOWS_ON_BLANK = ("underscore", "strikethrough", "reverse", "blink")


def is_regional(text: str) -> bool:
    return len(text) == 1 and REGIONAL[0] <= text <= REGIONAL[1]


@dataclass
class Extra:
    """What pyte does not know of a pen; it is carried in the colour."""

    faint: bool = False
    concealed: bool = False
    overlined: bool = False
    link: str = ""

    def __str__(self) -> str:
        return f"|{self.faint:d}{self.concealed:d}{self.overlined:d}|{self.link}"


@dataclass
class Emulator:
    """A screen that reads what is written to it."""

    width: int
    height: int
    seen_links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.screen = Clusters(self.width, self.height)
        self.stream = pyte.Stream(self.screen)

    def feed(self, data: str) -> None:
        """Show `data`, which comes through a line discipline as the app leaves it."""
        data = data.replace("\n", "\r\n")
        at = 0
        while (start := data.find("\x1b]8;", at)) >= 0:
            self.stream.feed(data[at:start])
            end = data.index("\x1b\\", start)
            link = data[start + 4 : end].partition(";")
            self.screen.extra.link = link[2] and f"{link[0]};{link[2]}"
            self.screen.colour()
            at = end + 2
        self.stream.feed(data[at:])

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the next character would go."""
        return min(self.screen.cursor.x, self.width - 1), self.screen.cursor.y

    def picture(self) -> list[list[tuple[Any, ...]]]:
        """What can be seen, cell by cell."""
        return [
            [look(self.screen.buffer[y][x]) for x in range(self.width)] for y in range(self.height)
        ]

    def text(self) -> list[str]:
        """The rows without their styles."""
        return [
            "".join(self.screen.buffer[y][x].data for x in range(self.width))
            for y in range(self.height)
        ]


def look(char: Any) -> tuple[Any, ...]:
    """How `char` looks; what cannot be seen on a blank is left out."""
    foreground, _, extra = char.fg.partition("|")
    faint, _, link = extra.partition("|")
    if char.data != " ":
        return (*char._replace(fg=foreground), faint or "000", link)
    flags = tuple(getattr(char, name) for name in SHOWS_ON_BLANK)
    if any(flags) or link or faint.endswith("1"):
        return (*char._replace(fg=foreground), faint or "000", link)
    return (" ", char.bg)


class Clusters(Screen):
    """A screen on which marks, joined emoji and flags take the cells Rich gives them."""

    def __init__(self, columns: int, lines: int) -> None:
        self.extra = Extra()
        self.saved = Extra()
        super().__init__(columns, lines)

    def colour(self) -> None:
        """Carry what pyte does not know in the foreground."""
        plain = self.cursor.attrs.fg.partition("|")[0]
        self.cursor.attrs = self.cursor.attrs._replace(fg=f"{plain}{self.extra}")

    def select_graphic_rendition(self, *attributes: int) -> None:
        """Set the pen."""
        codes = list(attributes) or [0]
        while codes:
            code = codes.pop(0)
            if code in (38, 48):
                del codes[: 2 if codes[0] == 5 else 4]
            elif code in (0, 22):
                self.extra.faint = False
            if code == 0:
                self.extra.concealed = self.extra.overlined = False
            elif code == 2:
                self.extra.faint = True
            elif code in (8, 28):
                self.extra.concealed = code == 8
            elif code in (53, 55):
                self.extra.overlined = code == 53
        super().select_graphic_rendition(*attributes)
        self.colour()

    def save_cursor(self) -> None:
        """Keep the place and the pen, with what pyte does not know of it."""
        super().save_cursor()
        self.saved = replace(self.extra)

    def restore_cursor(self) -> None:
        """Go back to what was kept."""
        super().restore_cursor()
        self.extra = replace(self.saved)

    def draw(self, data: str) -> None:
        """Put `data` where the cursor is."""
        for char in data:
            if not self._joined(char):
                x = min(self.cursor.x, self.columns - 1)
                super().draw(char)
                self._tear(x)
                self._tear(self.cursor.x)

    def _tear(self, border: int) -> None:
        """Blank the halves of a wide character that was cut before column `border`."""
        line = self.buffer[self.cursor.y]
        left, right = (line[border - 1] if border else None), line[border]
        wide = left is not None and left.data != "" and cell_len(left.data) == 2
        if border < self.columns and right.data == "" and not wide:
            line[border] = right._replace(data=" ")
        if left is not None and wide and (border == self.columns or right.data != ""):
            line[border - 1] = left._replace(data=" ")

    def _joined(self, char: str) -> bool:
        """Whether `char` went into the cell before the cursor."""
        x = self.cursor.x - 1
        line = self.buffer[self.cursor.y]
        if x > 0 and line[x].data == "":
            x -= 1
        if x < 0:
            return get_character_cell_size(char) == 0
        before = line[x].data
        narrow = self.cursor.x - x == 1
        if (is_regional(before) and is_regional(char)) or (char == EMOJI_STYLE and narrow):
            line[x] = line[x]._replace(data=before + char)
            if x + 1 < self.columns:
                line[x + 1] = line[x]._replace(data="")
                self.cursor.x = x + 2
            self._tear(x + 2)
            return True
        if get_character_cell_size(char) == 0 or before.endswith(JOINER):
            line[x] = line[x]._replace(data=before + char)
            return True
        return False
