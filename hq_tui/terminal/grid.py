"""The screen as it was last sent, and the bytes that turn it into the screen wanted.

The two are compared cell by cell; what is equal is not sent again. Where a block of rows
moved, the terminal is told to move its own. Moving is only ever a saving: after it the rows
are compared like any others, so a bad guess costs bytes and never a wrong picture.

A cell of which nothing is known is always sent. So forgetting is the way out of every
doubt: after a resize, or when someone else wrote to the terminal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import ne

from hq_tui.terminal.cells import BLANK, SURE_WIDTH, Cell, Row, Run
from hq_tui.terminal.pen import PLAIN, Pen, for_blank, transition, with_link

_GAP = 4
"""Equal cells in a row up to this many are written again: moving over them is no shorter."""

_BLANKS = 8
"""Blanks in a row from which erasing is shorter than writing them."""

_SCROLL_COST = 24
"""About how many bytes it takes to scroll a region."""

_SCROLL_ROWS = 3
"""How many rows must have changed before looking for a scroll."""


class CellGrid:
    """What the terminal shows and what it should show."""

    def __init__(self, width: int, height: int, *, erases_in_colour: bool = True) -> None:
        self.width = width
        self.height = height
        self.erases_in_colour = erases_in_colour
        self.rows_painted = 0
        self.scrolled = False
        self._unknown = Row((None,) * width)
        self._shown = [self._unknown] * height
        self._wanted = [self._unknown] * height
        self._dirty: set[int] = set()
        self._pen: Pen | None = None
        self._position: tuple[int, int] | None = None
        self._out: list[str] = []

    def draw(self, x: int, y: int, run: Run, source: str) -> None:
        """Want `run`, parsed from `source`, at column `x` of row `y`."""
        if 0 <= y < self.height:
            row = self._wanted[y].overlaid(x, run, source)
            if row is not self._wanted[y]:
                self._wanted[y] = row
                self._dirty.add(y)

    def forget(self, *, wanted: bool) -> None:
        """Know nothing of what is shown any more, nor, if `wanted`, of what should be."""
        self._shown = [self._unknown] * self.height
        if wanted:
            self._wanted = [self._unknown] * self.height
        self._dirty = set(range(self.height))
        self.forget_cursor()

    def forget_cursor(self) -> None:
        """Know nothing of the cursor and the pen any more."""
        self._pen = None
        self._position = None

    def release(self) -> str:
        """The bytes that lay the pen down, so that others can write."""
        out = "" if self._pen is PLAIN else "\x1b[m"
        self._pen = PLAIN
        return out

    def paint(self, cursor: tuple[int, int] | None) -> str:
        """The bytes that make the terminal show what is wanted, and leave the cursor there."""
        changed = self._differing(sorted(self._dirty))
        self._dirty.clear()
        self.scrolled = False
        if len(changed) >= _SCROLL_ROWS:
            changed = self._scroll(changed)
        for y in changed:
            self._row(y)
        self.rows_painted = len(changed)
        if self._pen is not None and self._pen.link:
            self._take(with_link(self._pen, ""))
        if cursor is not None and cursor != self._position:
            self._move(min(cursor[0], self.width - 1), min(cursor[1], self.height - 1))
        out = "".join(self._out)
        self._out.clear()
        return out

    def _differing(self, rows: Iterable[int]) -> list[int]:
        """Those of `rows` that are not shown as they are wanted."""
        differing = []
        for y in rows:
            if self._wanted[y].same(self._shown[y]):
                self._shown[y] = self._wanted[y]
            else:
                differing.append(y)
        return differing

    def _take(self, style: Pen) -> None:
        """Write with pen `style` from here on."""
        if style is self._pen:
            return
        if self._pen is None:
            self._out.append("\x1b]8;;\x1b\\\x1b[m")
            self._pen = PLAIN
        self._out.append(transition(self._pen, style))
        self._pen = style

    def _move(self, x: int, y: int) -> None:
        """Put the cursor at column `x` of row `y`."""
        at = self._position
        if at == (x, y):
            return
        if at is None or at[1] != y:
            self._out.append(f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H")
        elif x == 0:
            self._out.append("\r")
        else:
            step = x - at[0]
            count = abs(step) if abs(step) > 1 else ""
            self._out.append(f"\x1b[{count}{'C' if step > 0 else 'D'}")
        self._position = (x, y)

    def _take_for(self, cell: Cell, ahead: Iterable[Cell | None] = ()) -> None:
        """Take a pen that draws `cell`, which is followed by the cells `ahead`.

        What cannot be seen on a blank needs no other pen; and where one is needed, it is
        the pen of the letters that come next, if that will do: one change instead of two.
        """
        if not _is_blank(cell):
            self._take(cell[1])
        elif self._pen is None or for_blank(self._pen) is not cell[1]:
            letter = next((c for c in ahead if c is not None and not _is_blank(c)), cell)
            self._take(letter[1] if for_blank(letter[1]) is cell[1] else cell[1])

    def _write(self, cell: Cell, x: int, y: int, width: int) -> None:
        """Send one cell at column `x`, where the cursor is, with the pen in use."""
        self._out.append(cell[0])
        end = x + width
        # After the last column the cursor waits to wrap; after a wary cell it is anywhere.
        sure = end < self.width and len(cell[0]) == 1 and cell[0] < SURE_WIDTH
        self._position = (end, y) if sure else None

    def _row(self, y: int) -> None:
        """Send what changed in row `y`."""
        shown, wanted = self._shown[y], self._wanted[y]
        old, new = shown.cells, wanted.cells
        careful = shown.wary or wanted.wary
        changed = [
            x
            for x, (before, after) in enumerate(zip(old, new, strict=True))
            if after is not None and (careful or before != after)
        ]
        if not changed:
            return
        tail, blank = self._tail(new)
        in_tail = [x for x in changed if x >= tail]
        last = in_tail[0] if len(in_tail) >= _GAP else self.width
        self._cells([x for x in changed if x < last], new, y)
        if last < self.width:
            self._move(last, y)
            self._take_for(blank)
            self._out.append("\x1b[K")
        if None in new:
            new = tuple(b if a is None else a for a, b in zip(new, old, strict=True))
        self._shown[y] = Row(new, wanted.wary, wanted.key)

    def _tail(self, cells: tuple[Cell | None, ...]) -> tuple[int, Cell]:
        """Where a row turns blank in one way that erasing can make, and that blank."""
        blank = cells[-1]
        if blank is None or not self._can_erase(blank):
            return self.width, BLANK
        x = self.width
        while x and cells[x - 1] == blank:
            x -= 1
        return x, blank

    def _can_erase(self, cell: Cell) -> bool:
        """Whether erasing with the pen of `cell` makes `cell`."""
        if cell[0] != " " or not cell[1].erases:
            return False
        return self.erases_in_colour or cell[1] is PLAIN

    def _cells(self, changed: list[int], cells: tuple[Cell | None, ...], y: int) -> None:
        """Send the cells of row `y` in the columns `changed`."""
        at = self._position[0] if self._position and self._position[1] == y else self.width
        erased = 0
        for place, x in enumerate(changed):
            cell = cells[x]
            if cell is None or cell[0] == "" or x < erased:
                continue
            if self._can_erase(cell) and cells[x : x + _BLANKS] == (cell,) * _BLANKS:
                erased = next((e for e in range(x, self.width) if cells[e] != cell), self.width)
                self._move(x, y)
                self._take_for(cell, (cells[e] for e in changed[place:]))
                self._out.append(f"\x1b[{erased - x}X")
                continue
            is_near = 0 < x - at <= _GAP and self._position == (at, y)
            if not (is_near and self._close(cells[at:x], at, y, cell)):
                self._move(x, y)
            self._take_for(cell, (cells[e] for e in changed[place:]))
            width = 2 if x + 1 < self.width and (cells[x + 1] or BLANK)[0] == "" else 1
            self._write(cell, x, y, width)
            at = x + width

    def _close(self, gap: tuple[Cell | None, ...], x: int, y: int, following: Cell) -> bool:
        """Write the cells of a small gap again, if the pen in use or the next one will do."""
        if self._pen is None:
            return False
        if not _suits(gap, self._pen):
            if not _suits(gap, following[1]):
                return False
            self._take(following[1])
        for step, cell in enumerate(gap, x):
            self._write(cell or BLANK, step, y, 1)
        return True

    def _scroll(self, changed: list[int]) -> list[int]:
        """Move rows that only moved, if it pays. The rows that differ then."""
        shift, moved = self._shift(changed)
        if not shift:
            return changed
        region = self._region(shift, moved, set(changed))
        top, bottom = region[0], region[-1]
        if any(None in self._wanted[y].cells for y in region):
            return changed
        # What a terminal fills the new rows with depends on the terminal.
        rows = [self._shown[y + shift] if y + shift in region else self._unknown for y in region]
        before = sum(self._distance(self._shown[y], y) for y in region)
        after = sum(self._distance(row, y) for y, row in zip(region, rows, strict=True))
        if after + _SCROLL_COST >= before:
            return changed
        edge, step = (bottom, "\n") if shift > 0 else (top, "\x1bM")
        self._out.append(f"\x1b[{top + 1};{bottom + 1}r\x1b[{edge + 1}H{step * abs(shift)}\x1b[r")
        self._position = None
        self._shown[top : bottom + 1] = rows
        self.scrolled = True
        return self._differing(sorted({*changed, *region}))

    def _shift(self, changed: list[int]) -> tuple[int, list[int]]:
        """By how many rows most of the changed rows moved, and which did; 0 if few did."""
        places: dict[str, int] = {}
        repeated = set()
        for y, row in enumerate(self._shown):
            if row.key in places:
                repeated.add(row.key)
            places[row.key] = y
        moves: dict[int, list[int]] = defaultdict(list)
        for y in changed:
            key = self._wanted[y].key
            if key and key in places and key not in repeated and places[key] != y:
                moves[places[key] - y].append(y)
        shift, moved = max(moves.items(), key=lambda item: len(item[1]), default=(0, []))
        return (shift, moved) if len(moved) >= _SCROLL_ROWS - 1 else (0, [])

    def _region(self, shift: int, moved: list[int], changed: set[int]) -> range:
        """The rows to scroll: those that `moved` and came with them, from where and to where."""
        first, last = self._block(shift, moved[0], moved[-1])
        up, down = min(shift, 0), max(shift, 0)
        top, bottom = first + up, last + down
        # What stays as it is at the edge would only have to be written again.
        while top < moved[0] + up and top not in changed:
            top += 1
        while bottom > moved[-1] + down and bottom not in changed:
            bottom -= 1
        return range(top, bottom + 1)

    def _block(self, shift: int, first: int, last: int) -> tuple[int, int]:
        """The rows `first` to `last`, and those around them that moved with them."""
        while first > 0 and self._moved(first - 1, shift):
            first -= 1
        while last + 1 < self.height and self._moved(last + 1, shift):
            last += 1
        return first, last

    def _moved(self, y: int, shift: int) -> bool:
        """Whether row `y` is likely what was shown `shift` rows further down."""
        if not 0 <= y + shift < self.height:
            return False
        moved = self._shown[y + shift]
        if self._wanted[y].key == moved.key:
            return True
        # The last row of a text that grows moves, and has more words in it than before.
        return self._distance(moved, y) < self._distance(self._shown[y], y)

    def _distance(self, row: Row, y: int) -> int:
        """How many cells of `row` are not as they are wanted in row `y`."""
        return sum(map(ne, row.cells, self._wanted[y].cells))


def _is_blank(cell: Cell) -> bool:
    """Whether what differs between pens is hard to see on `cell`."""
    return cell[0] == " "


def _suits(cells: tuple[Cell | None, ...], style: Pen) -> bool:
    """Whether `cells` are narrow, known, and can be written with the pen `style`."""
    blank = for_blank(style)
    return all(
        cell is not None
        and len(cell[0]) == 1
        and (cell[1] is style or (cell[0] == " " and cell[1] is blank))
        for cell in cells
    )
