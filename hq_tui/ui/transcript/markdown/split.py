"""Cutting the blocks that can grow without end: what of them is settled, and what goes on.

Each function is given the stretch of text that one step looks at, and nothing else of what
may follow, and says how far its rows reach and in what state the rest begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hq_tui.ui.transcript.layout import tables
from hq_tui.ui.transcript.layout.layout import LayoutContext, paragraph_rows, plain_rows
from hq_tui.ui.transcript.layout.rows import Span, TextRow, TextStyle
from hq_tui.ui.transcript.layout.wrap import wrap
from hq_tui.ui.transcript.markdown.parser import MarkdownBlock, inline, line_offsets, table_rows
from hq_tui.ui.transcript.markdown.split_points import prose_cut
from hq_tui.ui.transcript.markdown.state import AtBlockStart, InParagraph, InTable, Place


class SplitPoint(NamedTuple):
    """The settled beginning of a block."""

    rows: list[TextRow]
    end: int
    """The beginning of the rest, in the stretch that was looked at."""
    place: Place
    previous: str
    """The kind of block that the rest follows, for the gap between them."""


def carried(place: InParagraph, spans: Sequence[Span], width: int) -> list[TextRow]:
    """The rows of a paragraph from the carried one on, with `spans` put after it."""
    if not place.carry and not spans:
        return []
    rows = paragraph_rows([*place.carry, *spans], width, place.at)
    rows[0].join = place.join
    return rows


def rest_of_carried(block: MarkdownBlock, lines: Sequence[str], style: TextStyle) -> list[Span]:
    """The text of `block` after a carried row; the underline of a heading is no part of it."""
    end = block.end - 1 if block.kind == "setext" else block.end
    return inline("\n".join(lines[:end]), style)


def cut_paragraph(
    source: str,
    block: MarkdownBlock,
    begun: InParagraph,
    previous: str,
    limit: int,
    context: LayoutContext,
) -> SplitPoint:
    """All rows of a paragraph but the last, with a cut before `limit` at the latest."""
    extent = line_offsets(source)[min(block.end, source.count("\n") + 1)]
    end = prose_cut(source, min(limit, extent - 1))
    spans = inline(source[:end], context.style)
    if source[end - 1] in " \n":
        spans.append((" ", context.style))
    lines = wrap([*begun.carry, *spans], context.width)
    rows = [TextRow(spans=line.spans, join=line.join, at=begun.at) for line in lines]
    rows[0].join = begun.join
    return SplitPoint(
        rows[:-1], end, InParagraph(rows[-1].spans, rows[-1].join, begun.at), previous
    )


def cut_table(source: str, block: MarkdownBlock, context: LayoutContext) -> SplitPoint | None:
    """The complete rows of a table, which fix the columns; None if there are too few."""
    complete = source.count("\n")
    rows = table_rows(block, source.split("\n"))
    stable = [row for row in rows if row.start + 2 <= complete]
    wide = tables.column_count(block)
    if len(stable) < 2 or len(stable) == len(rows) or not tables.fits(wide, context.width):
        return None
    grid = tables.measure(stable, context.width)
    offsets = line_offsets(source)
    drawn = tables.table(stable, grid, lambda line: context.at + offsets[line], context.style)
    return SplitPoint(drawn, offsets[rows[len(stable)].start], InTable(grid), "row")


def cut_plain(source: str, context: LayoutContext) -> SplitPoint:
    """The lines so far of a block that is too long to lay out, as rows of plain text."""
    end = source.rfind("\n") + 1 or len(source)
    lines = source[:end].removesuffix("\n").split("\n")
    rows = plain_rows(lines, context, "a block too long to lay out")
    return SplitPoint(rows, end, AtBlockStart(), "paragraph")
