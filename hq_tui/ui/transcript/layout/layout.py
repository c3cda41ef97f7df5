"""From a block of Markdown to the rows it takes at a width.

Every function is a pure function of the block, the lines it stands in and the width, and
no block knows its neighbours. That is the reason why a reply that is drawn piece by piece
while it arrives looks exactly like one that is drawn at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hq_tui.core.text.sanitize import counted
from hq_tui.ui.transcript import glyphs
from hq_tui.ui.transcript.layout import tables
from hq_tui.ui.transcript.layout.rows import PLAIN, Span, TextRow, TextStyle, indented
from hq_tui.ui.transcript.layout.wrap import wrap
from hq_tui.ui.transcript.markdown.code import block_rows, language_of
from hq_tui.ui.transcript.markdown.parser import MarkdownBlock, extent, inline, table_rows

if TYPE_CHECKING:
    from markdown_it.token import Token

_NARROWEST = 8
"""Columns that an indented block keeps; where fewer are left, it is not indented."""

_APART = frozenset({"fence", "code", "table", "quote", "rule", "heading", "setext"})
_TASKS = (("[ ] ", "task"), ("[x] ", "done"), ("[X] ", "done"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutContext:
    """The width, style and place of a block."""

    width: int
    style: TextStyle = PLAIN
    at: int = 0
    lines: Sequence[str] = ()
    """The lines that the block's own line numbers count."""


def gap_before(block: MarkdownBlock, previous: str, blank: bool) -> bool:
    """True if a blank row goes above `block`, after a block of kind `previous`."""
    if not previous or block.kind == "row":
        return False
    return blank or block.kind in _APART or previous in _APART - {"heading", "setext"}


def paragraph_rows(spans: Sequence[Span], width: int, at: int) -> list[TextRow]:
    """Running text."""
    return [TextRow(spans=line.spans, join=line.join, at=at) for line in wrap(spans, max(1, width))]


def plain_rows(lines: Sequence[str], context: LayoutContext, why: str) -> list[TextRow]:
    """`lines` as they stand, under a note that says why they are not drawn as they are meant."""
    note = [(f"shown plain: {why}", TextStyle(role="quiet"))]
    rows = paragraph_rows(note, context.width, context.at)
    for row in rows:
        row.silent = True
    for line in lines:
        rows.extend(paragraph_rows([(line, context.style)], context.width, context.at))
    return rows


def rows_of(block: MarkdownBlock, context: LayoutContext) -> list[TextRow]:
    """The rows of `block`."""
    source = context.lines[block.start : block.end]
    if block.too_deep:
        return plain_rows(source, context, "nested too deep")
    if block.kind == "table":
        wide = tables.column_count(block)
        if not tables.fits(wide, context.width):
            return plain_rows(source, context, f"a table of {counted(wide, 'column')}")
    return _Drawing(context).sequence(block.tokens, context.width)


class _Drawing:
    """Walks the tokens of one block, containers inside containers."""

    def __init__(self, context: LayoutContext) -> None:
        self._context = context
        self._at = context.at
        self._style = context.style

    def sequence(self, tokens: Sequence[Token], width: int) -> list[TextRow]:
        """The rows of blocks that follow each other at one level."""
        rows: list[TextRow] = []
        place = 0
        while place < len(tokens):
            end = _end(tokens, place)
            begin = extent(tokens[place])[0]
            drawn = self._one(tokens[place:end], width)
            if rows and drawn and self._apart(tokens[place], begin):
                rows.append(TextRow(at=self._at))
            rows.extend(drawn)
            place = end
        return rows

    def _apart(self, token: Token, line: int) -> bool:
        """True if a blank row goes above a block inside a container."""
        if token.type in ("fence", "code_block", "table_open", "blockquote_open"):
            return True
        lines = self._context.lines
        return 0 < line <= len(lines) and not lines[line - 1].strip(" >")

    def _one(self, tokens: Sequence[Token], width: int) -> list[TextRow]:
        head = tokens[0]
        inside = tokens[1:-1]
        match head.type:
            case "paragraph_open":
                return paragraph_rows(inline(tokens[1].content, self._style), width, self._at)
            case "heading_open":
                return self._heading(tokens, width)
            case "bullet_list_open" | "ordered_list_open":
                return self._list(head, inside, width)
            case "list_item_open":
                return self.item(tokens, width, "", "")
            case "blockquote_open":
                return self._quote(inside, width)
            case "fence" | "code_block":
                code = head.content.removesuffix("\n")
                return block_rows(code, language_of(head.info), width, self._at)
            case "table_open":
                return self._table(tokens, width)
            case "displayed_formula":
                lines = head.content.split("\n")
                return [
                    row
                    for line in lines
                    for row in paragraph_rows([(line, self._style)], width, self._at)
                ]
            case "hr":
                line = glyphs.RULE * width
                style = TextStyle(role="rule")
                return [TextRow(spans=((line, style),), skip=len(line), prefix="---", at=self._at)]
            case _:
                return []

    def _heading(self, tokens: Sequence[Token], width: int) -> list[TextRow]:
        level = int(tokens[0].tag[1:])
        style = self._style._replace(role="heading", bold=True, underline=level == 1)
        rows = paragraph_rows(inline(tokens[1].content, style), width, self._at)
        rows[0].prefix = "#" * level + " "
        return rows

    def _list(self, head: Token, inside: Sequence[Token], width: int) -> list[TextRow]:
        ordered = head.type == "ordered_list_open"
        number = int(head.attrs.get("start", 1) or 0) if ordered else 0
        rows: list[TextRow] = []
        place = 0
        while place < len(inside):
            end = _end(inside, place)
            item = inside[place:end]
            if rows and self._apart(item[0], extent(item[0])[0]):
                rows.append(TextRow(at=self._at))
            sign = f"{number}{item[0].markup}" if ordered else glyphs.BULLET
            copied = sign if ordered else item[0].markup
            rows.extend(self.item(item, width, sign, copied))
            number += 1
            place = end
        return rows

    def item(self, tokens: Sequence[Token], width: int, sign: str, copied: str) -> list[TextRow]:
        """One item behind its `sign`, which is copied as `copied`."""
        indent = len(sign) + 1
        inside = list(tokens[1:-1])
        task = _task(inside)
        box = {"task": f"{glyphs.TASK} ", "done": f"{glyphs.DONE} "}.get(task, "")
        copied_box = {"task": "[ ] ", "done": "[x] "}.get(task, "")
        room = width - indent - len(box)
        if room < _NARROWEST:
            alone = f"{sign} {box}".rstrip()
            copied = f"{copied} {copied_box}".rstrip()
            head = TextRow(
                spans=((alone, TextStyle(role="bullet")),), skip=len(alone), prefix=copied
            )
            return [head, *self.sequence(inside, width)]
        rows = self.sequence(inside, room) or [TextRow(at=self._at)]
        if task:
            rows[0] = indented(rows[0], ((box, TextStyle(role="bullet")),), copied_box)
        lead: Span = (f"{sign:<{indent}}", TextStyle(role="bullet"))
        rest: Span = (" " * indent, PLAIN)
        for place, row in enumerate(rows):
            blank = not row.spans
            if not blank:
                prefix = f"{copied} " if place == 0 else " " * (len(copied) + 1)
                indented(row, (rest,) if place else (lead,), prefix)
            elif place == 0:
                indented(row, (lead,), f"{copied} ")
        return rows

    def _quote(self, inside: Sequence[Token], width: int) -> list[TextRow]:
        lead: Span = (f"{glyphs.QUOTE} ", TextStyle(role="quote"))
        if width - 2 < _NARROWEST:
            return self.sequence(inside, width)
        rows = self.sequence(inside, width - 2) or [TextRow(at=self._at)]
        return [indented(row, (lead,), "> ") for row in rows]

    def _table(self, tokens: Sequence[Token], width: int) -> list[TextRow]:
        block = MarkdownBlock("table", *extent(tokens[0]), list(tokens))
        wide = tables.column_count(block)
        if not tables.fits(wide, width):
            source = self._context.lines[block.start : block.end]
            context = LayoutContext(width=width, style=self._style, at=self._at)
            return plain_rows(source, context, f"a table of {counted(wide, 'column')}")
        lines = self._context.lines
        rows = table_rows(block, lines)
        is_inside = tokens[0].level > 0

        def at(line: int) -> int:
            before = () if is_inside else lines[block.start : line]
            return self._at + sum(len(text) + 1 for text in before)

        return tables.table(rows, tables.measure(rows, width), at, self._style)


def item_rows(block: MarkdownBlock, context: LayoutContext) -> list[TextRow]:
    """The rows of one item of an outermost list."""
    if block.too_deep:
        return plain_rows(context.lines[block.start : block.end], context, "nested too deep")
    ordered = block.marker not in ("-", "*", "+")
    sign = f"{block.number}{block.marker[-1:]}" if ordered else glyphs.BULLET
    copied = sign if ordered else block.marker
    return _Drawing(context).item(block.tokens, context.width, sign, copied)


def _end(tokens: Sequence[Token], place: int) -> int:
    """One after the last token of the block that begins at `place`."""
    if tokens[place].nesting != 1:
        return place + 1
    level = tokens[place].level
    for end in range(place + 1, len(tokens)):
        if tokens[end].level == level and tokens[end].nesting == -1:
            return end + 1
    return len(tokens)


def _task(inside: list[Token]) -> str:
    """The box that an item begins with, taken out of its text; empty without one."""
    if len(inside) < 2 or inside[0].type != "paragraph_open":
        return ""
    content = inside[1].content
    for written, name in _TASKS:
        if content.startswith(written):
            inside[1] = inside[1].copy(content=content[len(written) :])
            return name
    return ""
