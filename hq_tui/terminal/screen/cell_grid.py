"""The screen as it was last sent, and the bytes that turn it into the screen wanted.

The two are compared cell by cell; what is equal is not sent again. Where a block of rows
moved, the terminal is told to move its own. Moving is only ever a saving: after it the rows
are compared like any others, so a bad guess costs bytes and never a wrong picture.

A cell of which nothing is known is always sent. So forgetting is the way out of every
doubt: after a resize, or when someone else wrote to the terminal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import ne

from hq_tui.terminal.screen.cells import CellRow, CellRun, Span
from hq_tui.terminal.screen.cursor import CursorWriter
from hq_tui.terminal.screen.paint_plan import Cells, Eraser, PaintOp, erasing, send, strokes_of
from hq_tui.terminal.screen.style import with_link

_SCROLL_COST = 24
"""About how many bytes it takes to scroll a region of whole rows."""

_MARGINS_COST = 16
"""About how many more it takes to scroll a part of each row."""

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
        self.has_margins = False
        """True if the terminal has said that it can scroll a part of each row."""
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
        return self._cursor_writer.drain()

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
            cursor_writer.set_style(with_link(cursor_writer.cell_style, ""))
        if cursor is not None:
            cursor_writer.rest((min(cursor[0], self.width - 1), min(cursor[1], self.height - 1)))
        return cursor_writer.drain()

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
            self._shown[y] = CellRow(new, wanted.ambiguous, wanted.key, wanted.span)
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
        span = self._wanted[moved[0]].span
        region = self._region(shift, moved, set(changed), span)
        if any(None in self._wanted[y].cells for y in region):
            return changed
        # What a terminal fills the new rows with depends on the terminal.
        rows = [self._shown[y + shift] if y + shift in region else self._unknown for y in region]
        cost = self._cost_after(region, rows) + _SCROLL_COST
        part: Span | None = None
        if self._can_part(region, span):
            shown = self._shown[region[0] : region[-1] + 1]
            beside = [old.holding(row, span) for old, row in zip(shown, rows, strict=True)]
            cost_beside = self._cost_after(region, beside) + _SCROLL_COST + _MARGINS_COST
            if cost_beside < cost:
                rows, cost, part = beside, cost_beside, span
        if not self._costs_more(region, cost):
            return changed
        self._cursor_writer.send(_scrolling(shift, region, part))
        self._shown[region[0] : region[-1] + 1] = rows
        return self._differing(sorted({*changed, *region}))

    def _can_part(self, region: range, span: Span) -> bool:
        """True if the columns `span` of the rows `region` can be scrolled and no others."""
        if not self.has_margins or span[1] - span[0] < 2 or span == (0, self.width):
            return False
        # xterm tears what lies across a margin in the row next to the region as well.
        around = self._shown[max(region[0] - 1, 0) : region[-1] + 2]
        return all(row.parts_at(x) for row in around for x in span)

    def _cost_after(self, region: range, rows: Sequence[CellRow]) -> int:
        """About how many bytes it takes to draw `region` where `rows` are shown there."""
        return sum(self._cost(row, y) for y, row in zip(region, rows, strict=True))

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

    def _region(self, shift: int, moved: list[int], changed: set[int], span: Span) -> range:
        """The rows to scroll: those that `moved` and came with them, from where and to where."""
        first, last = self._block(shift, moved[0], moved[-1], span)
        up, down = min(shift, 0), max(shift, 0)
        top, bottom = first + up, last + down
        # What stays as it is at the edge would only have to be written again.
        while top < moved[0] + up and top not in changed:
            top += 1
        while bottom > moved[-1] + down and bottom not in changed:
            bottom -= 1
        return range(top, bottom + 1)

    def _block(self, shift: int, first: int, last: int, span: Span) -> tuple[int, int]:
        """The rows `first` to `last`, and those around them that moved with them."""
        while first > 0 and self._moved(first - 1, shift, span):
            first -= 1
        while last + 1 < self.height and self._moved(last + 1, shift, span):
            last += 1
        return first, last

    def _moved(self, y: int, shift: int, span: Span) -> bool:
        """True if row `y` is in the columns `span` likely what stood `shift` rows further down."""
        if not 0 <= y + shift < self.height:
            return False
        moved = self._shown[y + shift]
        if self._wanted[y].key == moved.key:
            return True
        # The last row of a text that grows moves, and has more words in it than before.
        return self._distance(moved, y, span) < self._distance(self._shown[y], y, span)

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

    def _distance(self, row: CellRow, y: int, span: Span) -> int:
        """The number of cells of `row` in `span` that are not as they are wanted in row `y`."""
        columns = slice(*span)
        return sum(map(ne, row.cells[columns], self._wanted[y].cells[columns]))


def _scrolling(shift: int, region: range, part: Span | None) -> str:
    """The bytes that move the rows `region`, or `part` of each, up by `shift`, or down.

    Margins (DECLRMM, DECSLRM) are set for one scroll only: a kill leaves none behind.
    """
    top, bottom = region[0], region[-1]
    edge, step = (bottom, "\n") if shift > 0 else (top, "\x1bM")
    if abs(shift) > 1 or part:
        # Of what scrolls between margins, deleting and inserting rows is what terminals agree on.
        edge, step = top, f"\x1b[{abs(shift)}{'M' if shift > 0 else 'L'}"
    if not part:
        return f"\x1b[{top + 1};{bottom + 1}r\x1b[{edge + 1}H{step}\x1b[r"
    margins = f"\x1b[?69h\x1b[{part[0] + 1};{part[1]}s\x1b[{top + 1};{bottom + 1}r"
    return f"{margins}\x1b[{top + 1};{part[0] + 1}H{step}\x1b[r\x1b[?69l"
