"""Plans what to write so that rows show what they should, and in which order.

What differs in a row becomes operations: texts that are written in one style. The operations
of a frame are not sent from top to bottom. A change of colour takes some seventeen bytes
and a move five, so all that the style in use can draw is written before it is changed.
Attributes such as bold are cheap, and change where they stand.

Only rows of which every width is sure are drawn this way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from hq_tui.terminal.screen.cells import BLANK, Cell
from hq_tui.terminal.screen.cursor import CursorWriter
from hq_tui.terminal.screen.style import PLAIN, CellStyle, for_blank, transition

Cells = Sequence[Cell | None]
"""The cells of a row. None is a cell of which nothing is known, or where nothing is wanted."""

GAP = 4
"""Equal cells in a row up to this many are written again: moving over them is no shorter."""

BLANKS = 8
"""Blanks in a row from which erasing is shorter than writing them."""

CHEAP = 9
"""Bytes up to which a change of style is made at once: coming back for it is no shorter."""


class PaintOp(NamedTuple):
    """Something to write in a place, and the column in which it leaves the cursor."""

    y: int
    x: int
    text: str
    end: int
    cell_style: CellStyle
    is_blank: bool
    """True if every style will do that draws the same blank."""
    lead: str
    """The text before it that can be written again: shorter than moving over it."""


class Eraser:
    """Finds what of a row can be erased instead of written."""

    def __init__(self, *, in_colour: bool) -> None:
        self.in_colour = in_colour

    def suits(self, cell: Cell | None) -> bool:
        """True if erasing with the style of `cell` makes `cell`."""
        if cell is None or cell[0] != " " or not cell[1].erases:
            return False
        return self.in_colour or cell[1] is PLAIN

    def tail(self, cells: Cells) -> tuple[int, Cell]:
        """The column where a row turns blank in one way that erasing can make, and that blank."""
        blank = cells[-1]
        x = len(cells)
        if blank is None or not self.suits(blank):
            return x, BLANK
        while x and cells[x - 1] == blank:
            x -= 1
        return x, blank

    def run(self, cells: Cells, x: int) -> int:
        """The end of the blanks that begin in column `x`, if they are worth erasing; else `x`."""
        cell = cells[x]
        if cells[x : x + BLANKS] != (cell,) * BLANKS or not self.suits(cell):
            return x
        return next((end for end in range(x, len(cells)) if cells[end] != cell), len(cells))


class _Row:
    """The operations of one row, while they are found from left to right."""

    def __init__(self, y: int, cells: Cells) -> None:
        self.ops: list[PaintOp] = []
        self.end = 0
        self._y = y
        self._cells = cells
        self._start = 0
        self._text = ""
        self._cell_style = PLAIN
        self._is_blank = True

    def add(self, x: int, cell: Cell) -> None:
        """Write the cell of column `x`."""
        text, cell_style = cell
        if x != self.end or not self._text or not self._takes(text, cell_style):
            self.close()
            self._start, self._cell_style, self._is_blank = x, cell_style, text == " "
        self._text += text
        self.end = x + 1

    def _takes(self, text: str, cell_style: CellStyle) -> bool:
        """True if `text` can be written in the style of this operation, or it in `cell_style`."""
        if cell_style is self._cell_style:
            self._is_blank = self._is_blank and text == " "
            return True
        if text == " ":
            return for_blank(self._cell_style) is cell_style
        if self._is_blank and for_blank(cell_style) is self._cell_style:
            self._cell_style, self._is_blank = cell_style, False
            return True
        return False

    def widen(self) -> None:
        """Count the second column of the character that was added last."""
        self.end += 1

    def erase(self, x: int, end: int, cell_style: CellStyle) -> None:
        """Erase the columns from `x` to before `end`."""
        self.close()
        self.ops.append(PaintOp(self._y, x, f"\x1b[{end - x}X", x, cell_style, True, ""))
        self.end = end

    def close(self) -> None:
        """End the operation that is begun."""
        if self._text:
            start, cell_style = self._start, self._cell_style
            lead = _before(start, self._cells, cell_style)
            self.ops.append(
                PaintOp(self._y, start, self._text, self.end, cell_style, self._is_blank, lead)
            )
            self._text = ""


def _before(x: int, cells: Cells, cell_style: CellStyle) -> str:
    """The text before column `x` that can as well be written again with `cell_style`."""
    blank = for_blank(cell_style)
    text = ""
    for cell in reversed(cells[max(0, x - GAP) : x]):
        if cell is None or len(cell[0]) != 1 or not cell[0].isascii():
            break
        if cell[1] is not cell_style and (cell[0] != " " or cell[1] is not blank):
            break
        text = cell[0] + text
    return text


def strokes_of(y: int, old: Cells, new: Cells, eraser: Eraser) -> list[PaintOp]:
    """The operations that turn the row `old` into `new`, from left to right."""
    changed, rest = differing(old, new, eraser)
    found = _Row(y, new)
    for x in changed:
        cell = new[x]
        # A second half was written with its first.
        if cell is None or x < found.end or not cell[0]:
            continue
        end = eraser.run(new, x) if cell[0] == " " else x
        if end > x:
            found.erase(x, _whole(end, old), cell[1])
        else:
            found.add(x, cell)
            if not cell[0].isascii() and is_wide(new, x):
                found.widen()
    found.close()
    return [*found.ops, *(erasing(y, x, blank) for x, blank in rest)]


def _whole(end: int, old: Cells) -> int:
    """`end` or the column before, so that no wide character of `old` is erased by half.

    tmux keeps the other half, and what is written over it later blanks the first one again.
    """
    after = old[end] if end < len(old) else BLANK
    return end - 1 if after is None or not after[0] else end


def is_wide(cells: Cells, x: int) -> bool:
    """True if the character in column `x` takes the next column too, changed there or not."""
    after = cells[x + 1] if x + 1 < len(cells) else None
    return after is not None and not after[0]


def differing(old: Cells, new: Cells, eraser: Eraser) -> tuple[list[int], list[tuple[int, Cell]]]:
    """The columns to write, of those that differ, and from where a tail is erased.

    The second is empty when no tail is, and else holds one column and the blank to make.
    """
    changed = [
        x
        for x, (before, after) in enumerate(zip(old, new, strict=True))
        if after is not None and before != after
    ]
    tail, blank = eraser.tail(new)
    within = bisect_left(changed, tail)
    if len(changed) - within < GAP:
        return changed, []
    return changed[:within], [(changed[within], blank)]


def erasing(y: int, x: int, blank: Cell) -> PaintOp:
    """The operation that erases row `y` from column `x`."""
    return PaintOp(y, x, "\x1b[K", x, blank[1], True, "")


def send(ops: list[PaintOp], cursor: CursorWriter) -> None:
    """Write all of `ops`, in an order that takes few bytes."""
    while ops:
        ops = _sweep(ops, cursor)


def _sweep(ops: list[PaintOp], cursor: CursorWriter) -> list[PaintOp]:
    """Write those of `ops` that the style in use draws, or one much like it. The others."""
    cell_style = cursor.cell_style
    if cell_style is None or not any(_is_near(cell_style, op) for op in ops):
        letters = [op for op in ops if not op.is_blank]
        cell_style = min(
            letters or ops,
            key=lambda op: _change(cursor.cell_style, op.cell_style),
        ).cell_style
    others = []
    for op in ops:
        if not _is_near(cell_style, op):
            others.append(op)
            continue
        lead = _reach(cursor, op)
        if not lead:
            cursor.move(op.x, op.y)
        cell_style = (
            cell_style if op.is_blank and for_blank(cell_style) is op.cell_style else op.cell_style
        )
        cursor.set_style(cell_style)
        cursor.write(lead + op.text, op.end)
    return others


def _reach(cursor: CursorWriter, op: PaintOp) -> str:
    """The text from the cursor to `op` if it is shorter written again; often nothing."""
    if cursor.position is None or cursor.position[1] != op.y:
        return ""
    gap = op.x - cursor.position[0]
    return op.lead[-gap:] if 0 < gap <= len(op.lead) else ""


def _is_near(cell_style: CellStyle, op: PaintOp) -> bool:
    """True if `op` is to be written before the style is changed."""
    if op.is_blank and for_blank(cell_style) is op.cell_style:
        return True
    return _change(cell_style, op.cell_style) <= CHEAP


def _change(old: CellStyle | None, new: CellStyle) -> int:
    """The number of bytes it takes to turn the style `old` into `new`."""
    return len(transition(old or PLAIN, new))
