"""Rows of which some widths are not sure, cell by cell and from left to right.

Terminals disagree on the width of some emoji and clusters. In a row that has, or had, such
a cell, all that comes after a change is written again, since a terminal may have drawn over
it, and after each such cell the cursor is put where it belongs.
Where one is to take two columns both are blanked before it, because a terminal that gives
it one leaves what was in the other. In the last column one that takes two leaves all as it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from hq_tui.terminal.screen.cells import BLANK, Cell, is_sure
from hq_tui.terminal.screen.cursor import CursorWriter
from hq_tui.terminal.screen.paint_plan import Cells, Eraser, differing, erasing, is_wide, send
from hq_tui.terminal.screen.style import for_blank


def write_row(y: int, old: Cells, cells: Cells, eraser: Eraser, cursor: CursorWriter) -> None:
    """Write the row `cells` from where it is not `old` any more."""
    pairs = enumerate(zip(old, cells, strict=True))
    start = next((x for x, (before, after) in pairs if before != after), 0)
    if start and _spills(cells, start - 1):
        start -= 2
    elif _spills(cells, start):
        start -= 1
    unknown = (None,) * (len(cells) - start)
    changed, rest = differing((*cells[:start], *unknown), cells, eraser)
    erased = 0
    for place, x in enumerate(changed):
        cell = cells[x]
        if cell is None or cell[0] == "" or x < erased:
            continue
        cursor.move(x, y)
        _take_for(cell, (cells[ahead] for ahead in changed[place:]), cursor)
        erased = eraser.run(cells, x)
        if erased > x:
            _erase(x, y, erased, cursor)
        else:
            _write(x, y, cells, cursor)
    send([erasing(y, x, blank) for x, blank in rest], cursor)


def _spills(cells: Cells, x: int) -> bool:
    """True if what stands before column `x` may take it too, on a terminal of another mind."""
    before, cell = cells[x - 1] if x else None, cells[x]
    return before is not None and not is_sure(before[0]) and cell is not None and cell[0] != ""


def _take_for(cell: Cell, ahead: Iterable[Cell | None], cursor: CursorWriter) -> None:
    """Take a style that draws `cell`, which is the first of the cells `ahead`.

    Where a blank needs another style, it is that of the letters that come next, if it will do.
    """
    text, cell_style = cell
    if text != " ":
        cursor.set_style(cell_style)
    elif not cursor.draws_blank(cell_style):
        letter = next((other for other in ahead if other is not None and other[0] != " "), cell)
        cursor.set_style(letter[1] if for_blank(letter[1]) is cell_style else cell_style)


def _erase(x: int, y: int, end: int, cursor: CursorWriter) -> None:
    """Blank the columns from `x` to before `end`, the last one by writing and the others not.

    It may be half of a wide character, and tmux keeps the half that was not erased.
    """
    cursor.move(end - 1, y)
    cursor.write(" ", end)
    cursor.move(x, y)
    cursor.write(f"\x1b[{end - 1 - x}X", x)


def _write(x: int, y: int, cells: Cells, cursor: CursorWriter) -> None:
    """Write the cell of column `x`; after an unsure one the cursor is anywhere."""
    cell = cells[x] or BLANK
    wide = is_wide(cells, x)
    if is_sure(cell[0]):
        cursor.write(cell[0], x + 2 if wide else x + 1)
        return
    if wide or x + 1 == len(cells):
        cursor.write("  " if wide else " ", x + 1 + wide)
        cursor.move(x, y)
    cursor.send(cell[0])
