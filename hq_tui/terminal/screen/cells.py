"""A row of the screen as cells, and how styled text becomes one.

A cell is what stands in it and the style it was drawn with. A wide character takes two
cells, the second of them empty; marks that sit on a character share its cell. Widths are
Rich's, because Textual lays the screen out by them; a terminal may see some emoji and
some clusters otherwise, so rows that hold such a cell are known as ambiguous and are written
with more care.

Making cells is the dear part, and a screen is drawn from the same stretches of text again
and again: they are kept, and equal cells are one cell, or the kept stretches of a wide
terminal would fill more memory than all text of a long session.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from rich.cells import split_graphemes

from hq_tui.terminal.screen.style import PLAIN, CellStyle, after_sgr, for_blank, with_link

Cell = tuple[str, CellStyle]
"""The text of a cell ("" in the second half of a wide character) and its style."""

Span = tuple[int, int]
"""Columns of a row, from which to before which."""

BLANK: Cell = (" ", PLAIN)
"""The cell of a cleared screen."""

SURE_WIDTH = "\U0001f000"
"""The first character from which on terminals disagree on most widths."""

UNSURE = frozenset(
    map(
        chr,
        (
            *range(0x2630, 0x2638),
            *range(0x268A, 0x2690),
            *range(0x3248, 0x3250),
            *range(0x4DC0, 0x4E00),
            *range(0x1D300, 0x1D357),
            *range(0x1D360, 0x1D377),
        ),
    )
)
"""Characters before those that newer versions of Unicode made wide, or narrow."""

_STYLED = re.compile(
    r"\x1b\[(?P<sgr>[0-9;]*)m|\x1b\]8;(?P<link>[^\x00-\x1f\x7f-\x9f]*)(?:\x1b\\|\x07)"
    r"|(?P<text>[^\x1b]+)"
)
# Characters that take one cell each, as Rich knows them before it loads its tables.
_NARROW = re.compile("[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2500-\u25fc]*")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")


class StyledText(NamedTuple):
    """Cells that follow each other and have one style, and their characters."""

    cells: tuple[Cell, ...]
    text: str
    ambiguous: bool


class CellRun(NamedTuple):
    """Cells that follow each other, and the style left after them."""

    cells: tuple[Cell, ...]
    cell_style: CellStyle
    ambiguous: bool
    text: str
    """The characters alone: runs with equal ones are likely equal."""


@dataclass(frozen=True, slots=True, eq=False)
class CellRow:
    """One row of the screen. None is a cell of which nothing is known."""

    cells: tuple[Cell | None, ...]
    ambiguous: bool = False
    key: str = ""
    """The text that most of the row was drawn from: rows with equal keys are likely equal."""
    span: Span = (0, 0)
    """The columns that `key` takes, from which to before which."""

    def same(self, other: CellRow) -> bool:
        """True if both rows look the same."""
        return self is other or self.cells == other.cells

    def overlaid(self, x: int, run: CellRun) -> CellRow:
        """The row after `run` was drawn over it from column `x`."""
        width = len(self.cells)
        cells = run.cells[: width - x] if x < width else ()
        end = x + len(cells)
        key, span = self.key, self.span
        # Of two texts side by side the first one is the row's, unless the other one is wide.
        if not key or len(cells) * 2 > width or (len(cells) * 4 > width and x <= span[0]):
            key, span = run.text, (x, end)
        if self.cells[x:end] == cells:
            is_same = key == self.key and span == self.span
            return self if is_same else CellRow(self.cells, self.ambiguous, key, span)
        if x == 0 and len(run.cells) == width:
            return CellRow(cells, run.ambiguous, key, span)
        new = list(self.cells)
        new[x:end] = cells
        for border in (x, end, width):
            _mend(new, border)
        return CellRow(tuple(new), run.ambiguous or (self.ambiguous and is_wary(new)), key, span)

    def holding(self, other: CellRow, span: Span) -> CellRow:
        """The row with the columns `span` of `other` in it."""
        start, end = span
        cells = self.cells[:start] + other.cells[start:end] + self.cells[end:]
        return CellRow(cells, self.ambiguous or other.ambiguous, other.key, other.span)

    def parts_at(self, x: int) -> bool:
        """True if on no terminal anything lies across the left edge of column `x`."""
        if not 0 < x < len(self.cells):
            return True
        before, after = self.cells[x - 1], self.cells[x]
        return before is not None and is_sure(before[0]) and after is not None and after[0] != ""


def _mend(cells: list[Cell | None], border: int) -> None:
    """Blank what is left of a wide character that was cut before column `border`."""
    left = cells[border - 1] if border > 0 else None
    right = cells[border] if border < len(cells) else None
    torn_left = left is not None and _wide(left[0])
    torn_right = right is not None and right[0] == ""
    if torn_left and torn_right:
        return
    if right is not None and torn_right:
        cells[border] = (" ", for_blank(right[1]))
    if left is not None and torn_left:
        cells[border - 1] = (" ", for_blank(left[1]))


def _wide(text: str) -> bool:
    return not text.isascii() and len(clusters(text)) == 2


def is_wary(cells: Iterable[Cell | None]) -> bool:
    """True if terminals may disagree on the width of something in `cells`."""
    return any(cell is not None and not is_sure(cell[0]) for cell in cells)


def is_sure(text: str) -> bool:
    """True if terminals agree on how many columns the cluster `text` takes."""
    return len(text) <= 1 and text < SURE_WIDTH and text not in UNSURE


@lru_cache(maxsize=1024)
def clusters(text: str) -> tuple[str, ...]:
    """`text` cell by cell: clusters, each followed by "" if it is wide."""
    if _NARROW.fullmatch(text):
        return tuple(text)
    found: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        cluster = text[start:end]
        if width:
            found.append(cluster)
            found.extend([""] * (width - 1))
    # Two regional letters are a flag, and are one only if they are written together.
    for x in range(len(found) - 1):
        if _REGIONAL.fullmatch(found[x]) and _REGIONAL.fullmatch(found[x + 1]):
            found[x : x + 2] = [found[x] + found[x + 1], ""]
    return tuple(found)


@lru_cache(maxsize=1024)
def parse(source: str, style: CellStyle) -> CellRun | None:
    """The cells that `source` draws in `style`; None if it is more than drawing.

    Control characters draw nothing here, whatever a terminal would make of them.
    """
    stretches: list[StyledText] = []
    at = 0
    while at < len(source):
        match = _STYLED.match(source, at)
        if match is None:
            return None
        at = match.end()
        if match["text"] is not None:
            stretches.append(stretch(match["text"], style))
        elif match["sgr"] is not None:
            changed = after_sgr(style, match["sgr"])
            if changed is None:
                return None
            style = changed
        else:
            target = match["link"].partition(";")[2]
            style = with_link(style, match["link"] if target else "")
    return joined(stretches, style)


def joined(stretches: Sequence[StyledText], style: CellStyle) -> CellRun:
    """The run of all `stretches`, after which the style is `style`."""
    return CellRun(
        tuple(chain.from_iterable([part.cells for part in stretches])),
        style,
        any(part.ambiguous for part in stretches),
        "".join([part.text for part in stretches]),
    )


@lru_cache(maxsize=1024)  # each frame of a line that flows is a text that never comes again
def stretch(text: str, style: CellStyle) -> StyledText:
    """The cells of `text`, drawn in `style`. Control characters are left out."""
    text = _CONTROLS.sub("", text)
    blank = (" ", for_blank(style))
    if text.isspace() and text.isascii():
        return StyledText((blank,) * len(text), text, ambiguous=False)
    cells = tuple([blank if part == " " else _cell(part, style) for part in clusters(text)])
    return StyledText(cells, text, ambiguous=not text.isascii() and is_wary(cells))


@lru_cache(maxsize=4096)
def _cell(text: str, style: CellStyle) -> Cell:
    """The one cell of this look, as long as it is in use."""
    return text, style
