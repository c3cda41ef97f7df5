"""The blocks of a stretch of text, parsed as what it goes on with."""

from __future__ import annotations

from hq_tui.ui.transcript.markdown.parser import (
    MarkdownBlock,
    blocks,
    items_of_list,
    rest_of_paragraph,
    rows_of_table,
)
from hq_tui.ui.transcript.markdown.state import InList, InParagraph, InTable, Place


def blocks_at(source: str, place: Place) -> list[MarkdownBlock]:
    """The blocks of `source`, which begins at `place`."""
    match place:
        case InList(marker=marker, number=number):
            return items_of_list(source, marker, number)
        case InParagraph():
            return rest_of_paragraph(source)
        case InTable(grid=grid):
            return rows_of_table(source, len(grid.widths))
        case _:
            return blocks(source)
