"""Tables: as wide as they need and as narrow as they must.

Columns get what they ask for while that fits; otherwise the widest give first, and cells
wrap. A table that cannot fit at all, or that has more columns than anyone reads, is the
business of the caller, who shows it plain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from hq_tui.ui.transcript import glyphs
from hq_tui.ui.transcript.layout.rows import PLAIN, Span, TextRow, TextStyle
from hq_tui.ui.transcript.layout.wrap import WrappedLine, columns, wrap
from hq_tui.ui.transcript.markdown.parser import MarkdownBlock, inline

if TYPE_CHECKING:
    from markdown_it.token import Token

MAX_COLUMNS = 50
MIN_WIDTH = 3
_GAP = 3
_RULE = TextStyle(role="rule")


Places = Callable[[int], int]
"""The place of a line in the text of its part."""


class TableGrid(NamedTuple):
    """The widths of a table's columns, and the sides to which their cells lean."""

    widths: tuple[int, ...]
    aligns: tuple[str, ...]


def fits(wide: int, width: int) -> bool:
    """True if a table of `wide` columns can be drawn as one."""
    return wide <= MAX_COLUMNS and wide * MIN_WIDTH + (wide - 1) * _GAP <= width


def column_count(table: MarkdownBlock) -> int:
    """The number of columns of `table`."""
    return sum(token.type == "th_open" for token in table.tokens)


def cells(row: MarkdownBlock, text_style: TextStyle) -> list[list[Span]]:
    """The content of each cell of `row`."""
    return [
        inline(token.content, text_style, in_cell=True)
        for token in row.tokens
        if token.type == "inline"
    ]


def _align(token: Token) -> str:
    style = str(token.attrs.get("style", ""))
    return style.removeprefix("text-align:")


def _size(cell: Sequence[Span]) -> int:
    """The width of the widest line of `cell`."""
    size = widest = 0
    for text, _ in cell:
        size = 0 if text == "\n" else size + columns(text)
        widest = max(widest, size)
    return widest


def measure(rows: Sequence[MarkdownBlock], width: int) -> TableGrid:
    """The grid for `rows`, of which the first is the head, in `width` columns."""
    aligns = tuple(_align(token) for token in rows[0].tokens if token.type == "th_open")
    wide = len(aligns)
    wanted = [MIN_WIDTH] * wide
    for row in rows:
        for place, cell in enumerate(cells(row, PLAIN)[:wide]):
            wanted[place] = max(wanted[place], _size(cell))
    return TableGrid(_shrunk(wanted, width - _GAP * (wide - 1)), aligns)


def _shrunk(wanted: list[int], room: int) -> tuple[int, ...]:
    """`wanted` widths cut down to `room`: the widest columns share what the others leave."""
    if sum(wanted) <= room:
        return tuple(wanted)
    limit, left, ahead = room, room, sorted(wanted)
    for place, size in enumerate(ahead):
        limit = left // (len(ahead) - place)
        if size > limit:
            break
        left -= size
    spare = room - sum(min(size, limit) for size in wanted)
    widths = []
    for size in wanted:
        extra = 1 if size > limit and spare > 0 else 0
        spare -= extra
        widths.append(min(size, limit) + extra)
    return tuple(widths)


def head_rows(
    head: MarkdownBlock, grid: TableGrid, at: Places, text_style: TextStyle
) -> list[TextRow]:
    """The head of a table and the rule under it."""
    line = f"{glyphs.RULE}{glyphs.CROSSING}{glyphs.RULE}".join(
        glyphs.RULE * size for size in grid.widths
    )
    copied = "|".join("---" for _ in grid.widths)
    place = at(head.start + 1)
    rule = TextRow(spans=((line, _RULE),), skip=len(line), prefix=f"|{copied}|", at=place)
    return [*row_rows(head, grid, at(head.start), text_style._replace(bold=True)), rule]


def row_rows(row: MarkdownBlock, grid: TableGrid, at: int, text_style: TextStyle) -> list[TextRow]:
    """One row of a table; several rows on screen where cells wrap."""
    content = cells(row, text_style)
    content += [[] for _ in range(len(grid.widths) - len(content))]
    wrapped = [wrap(cell, size) for cell, size in zip(content, grid.widths, strict=False)]
    bar: Span = (f" {glyphs.COLUMN} ", _RULE)
    rows = []
    for number in range(max(len(lines) for lines in wrapped)):
        spans: list[Span] = []
        for place, (lines, size) in enumerate(zip(wrapped, grid.widths, strict=False)):
            if place:
                spans.append(bar)
            line = lines[number] if number < len(lines) else WrappedLine((), "")
            spans.extend(_set(line, size, grid.aligns[place]))
        rows.append(TextRow(spans=tuple(spans), at=at))
    return rows


def _set(line: WrappedLine, size: int, align: str) -> list[Span]:
    """The text of a cell with the space around it."""
    space = max(0, size - _size(line.spans))
    before = {"right": space, "center": space // 2}.get(align, 0)
    after = space - before
    spans: list[Span] = []
    if before:
        spans.append((" " * before, PLAIN))
    spans.extend(line.spans)
    if after:
        spans.append((" " * after, PLAIN))
    return spans


def table(
    rows: Sequence[MarkdownBlock], grid: TableGrid, at: Places, text_style: TextStyle
) -> list[TextRow]:
    """The head of a table and its other rows."""
    drawn = head_rows(rows[0], grid, at, text_style)
    for row in rows[1:]:
        drawn.extend(row_rows(row, grid, at(row.start), text_style))
    return drawn
