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

from hq_tui.terminal.screen.cells import CellRow, CellRun
from hq_tui.terminal.screen.cursor import CursorWriter
from hq_tui.terminal.screen.paint_plan import Cells, Eraser, PaintOp, erasing, send, strokes_of
from hq_tui.terminal.screen.style import with_link

_SCROLL_COST = 24
"""About how many bytes it takes to scroll a region."""

_ERASE_COST = 5
"""About how many bytes it takes to go to a row and erase its end."""

_SCROLL_ROWS = 3
"""The rows that must have changed before looking for a scroll."""


class CellGrid:
    """The cells that the terminal shows, and those that it should show."""

    def __init__(self, width: int, height: int, *, erases_in_colour: bool = True) -> None:
        self.width = width
        self.height = height
        self.erases_in_colour = erases_in_colour
        self._eraser = Eraser(in_colour=erases_in_colour)
        self._cursor_writer = CursorWriter(width)
        self.rows_painted = 0
        self._unknown = CellRow((None,) * width)
        self._shown = [self._unknown] * height
        self._wanted = [self._unknown] * height
        self._dirty: set[int] = set()

    def draw(self, x: int, y: int, run: CellRun) -> None:
        """Want `run` at column `x` of row `y`."""
        if 0 <= y < self.height:
            row = self._wanted[y].overlaid(x, run)
            if row is not self._wanted[y]:
                self._wanted[y] = row
                self._dirty.add(y)

    def forget(self, *, wanted: bool) -> None:
        """Know nothing of what is shown any more, nor, if `wanted`, of what should be."""
        self._shown = [self._unknown] * self.height
        if wanted:
            self._wanted = [self._unknown] * self.height
        self._dirty = set(range(self.height))
        self._cursor_writer.forget()

    def release(self) -> str:
        """The bytes that reset the style, so that others can write."""
        self._cursor_writer.lay_down()
        return self._cursor_writer.taken()

    def paint(self, cursor: tuple[int, int] | None) -> str:
        """The bytes that make the terminal show what is wanted, and leave the cursor there."""
        changed = self._differing(sorted(self._dirty))
        self._dirty.clear()
        if len(changed) >= _SCROLL_ROWS:
            changed = self._scroll(changed)
        self._draw(changed)
        self.rows_painted = len(changed)
        cursor_writer = self._cursor_writer
        if cursor_writer.cell_style is not None and cursor_writer.cell_style.link:
            cursor_writer.take(with_link(cursor_writer.cell_style, ""))
        if cursor is not None:
            cursor_writer.rest((min(cursor[0], self.width - 1), min(cursor[1], self.height - 1)))
        return cursor_writer.taken()

    def _differing(self, rows: Iterable[int]) -> list[int]:
        """Those of `rows` that are not shown as they are wanted."""
        differing = []
        for y in rows:
            if self._wanted[y].same(self._shown[y]):
                self._shown[y] = self._wanted[y]
            else:
                differing.append(y)
        return differing

    def _draw(self, changed: list[int]) -> None:
        """Send what changed in the rows `changed`."""
        cleared: list[PaintOp] = []
        ops: list[PaintOp] = []
        for y in changed:
            shown, wanted = self._shown[y], self._wanted[y]
            new = wanted.cells
            old: Cells = shown.cells
            if shown.ambiguous or wanted.ambiguous:
                # Few rows are of unsure width, and the first picture needs none.
                from hq_tui.terminal.screen.ambiguous_width import write_row

                write_row(y, old, new, self._eraser, self._cursor_writer)
            else:
                if shown is self._unknown and None not in new:
                    old = self._clear(y, new, cleared)
                ops += strokes_of(y, old, new, self._eraser)
            if None in new:
                new = tuple(b if a is None else a for a, b in zip(new, old, strict=True))
            self._shown[y] = CellRow(new, wanted.ambiguous, wanted.key)
        send(cleared, self._cursor_writer)
        send(ops, self._cursor_writer)

    def _clear(self, y: int, new: Cells, cleared: list[PaintOp]) -> Cells:
        """Erase the row `y` as it ends, if that can be; what it shows then."""
        tail, blank = self._eraser.tail(new)
        if tail == self.width:
            return self._unknown.cells
        cleared.append(erasing(y, 0, blank))
        return (blank,) * self.width

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
        after = sum(self._cost(row, y) for y, row in zip(region, rows, strict=True))
        if not self._costs_more(region, after + _SCROLL_COST):
            return changed
        self._cursor_writer.send(_scrolling(shift, top, bottom))
        self._shown[top : bottom + 1] = rows
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
        """True if row `y` is likely what was shown `shift` rows further down."""
        if not 0 <= y + shift < self.height:
            return False
        moved = self._shown[y + shift]
        if self._wanted[y].key == moved.key:
            return True
        # The last row of a text that grows moves, and has more words in it than before.
        return self._distance(moved, y) < self._distance(self._shown[y], y)

    def _costs_more(self, region: range, least: int) -> bool:
        """True if it takes more bytes than `least` to draw `region` over what is shown."""
        for y in region:
            least -= self._cost(self._shown[y], y)
            if least < 0:
                return True
        return False

    def _cost(self, row: CellRow, y: int) -> int:
        """About how many bytes it takes to make row `y` what it should be, out of `row`."""
        wanted = self._wanted[y].cells
        if row.cells == wanted:
            return 0
        tail, _ = self._eraser.tail(wanted)
        written: int = sum(map(ne, row.cells[:tail], wanted))
        return written + (_ERASE_COST if row.cells[tail:] != wanted[tail:] else 0)

    def _distance(self, row: CellRow, y: int) -> int:
        """The number of cells of `row` that are not as they are wanted in row `y`."""
        return sum(map(ne, row.cells, self._wanted[y].cells))


def _scrolling(shift: int, top: int, bottom: int) -> str:
    """The bytes that move the rows from `top` to `bottom` up by `shift`, or down."""
    edge, step = (bottom, "\n") if shift > 0 else (top, "\x1bM")
    if abs(shift) > 1:
        edge, step = top, f"\x1b[{abs(shift)}{'M' if shift > 0 else 'L'}"
    return f"\x1b[{top + 1};{bottom + 1}r\x1b[{edge + 1}H{step}\x1b[r"
