"""Rows of which some widths are not sure, cell by cell and from left to right.

Terminals disagree on the width of some emoji and clusters. In a row that has, or had, such
a cell, everything is written again, and after each one the cursor is put where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable

from hq_tui.terminal.brush import Brush
from hq_tui.terminal.cells import BLANK, SURE_WIDTH, Cell
from hq_tui.terminal.pen import for_blank
from hq_tui.terminal.strokes import Cells, Eraser, differing, erasing, send


def write_row(y: int, cells: Cells, eraser: Eraser, brush: Brush) -> None:
    """Write all of the row `cells`."""
    changed, rest = differing(cells, cells, eraser, all_of_it=True)
    erased = 0
    for place, x in enumerate(changed):
        cell = cells[x]
        if cell is None or cell[0] == "" or x < erased:
            continue
        brush.move(x, y)
        _take_for(cell, (cells[ahead] for ahead in changed[place:]), brush)
        erased = eraser.run(cells, x)
        if erased > x:
            brush.write(f"\x1b[{erased - x}X", x)
        else:
            _write(cell, x, cells, brush)
    send([erasing(y, x, blank) for x, blank in rest], brush)


def _take_for(cell: Cell, ahead: Iterable[Cell | None], brush: Brush) -> None:
    """Take a pen that draws `cell`, which is the first of the cells `ahead`.

    Where a blank needs another pen, it is that of the letters that come next, if it will do.
    """
    text, pen = cell
    if text != " ":
        brush.take(pen)
    elif not brush.draws_blank(pen):
        letter = next((other for other in ahead if other is not None and other[0] != " "), cell)
        brush.take(letter[1] if for_blank(letter[1]) is pen else pen)


def _write(cell: Cell, x: int, cells: Cells, brush: Brush) -> None:
    """Write one cell; after a wary one the cursor is anywhere."""
    text = cell[0]
    if len(text) == 1 and text < SURE_WIDTH:
        is_wide = x + 1 < len(cells) and (cells[x + 1] or BLANK)[0] == ""
        brush.write(text, x + 2 if is_wide else x + 1)
    else:
        brush.send(text)
