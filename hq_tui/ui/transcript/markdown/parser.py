"""From Markdown to blocks, and from the inside of a block to spans.

The parser is markdown-it with tables and strikethrough, and with two things off. HTML is
off, so that a tag in a reply is shown and not swallowed. Link definitions are off, because
a definition that arrives late would change blocks that are finished; it is shown as it
stands, where the reader can see its target too.

The parser is loaded on first use and not on import: the first picture does not need it.
Nothing here knows widths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.transcript.layout.rows import PLAIN, Span, TextStyle
from hq_tui.ui.transcript.markdown.addresses import linked, may_have_any
from hq_tui.ui.transcript.markdown.code import load as load_colours

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_LEVEL = 60
"""Deeper than this (a list item counts twice) is shown plain: thirty lists in each other."""

MOST_SIGNS = 1_200
"""More signs than this in one stretch of prose are no formatting: it is shown as it stands."""

DEEPEST_LINK = 20
"""Brackets in brackets beyond this are no links. Looking for their ends costs a long time."""

_SIGN = re.compile(r"[*_~`\[<&\\]")
_FORMATTING = re.compile(r"[\\`~*_\[\]<&]|\s\n|\n\s|[^\S \n]")
"""Signs beyond letters and single line breaks, for which the parser has to be asked."""
_BRACKET = re.compile(r"[\[\]]")
_NESTING = 100
_CELL_EDGE = re.compile(r"(?<!\\)\|")
_LINE_START = re.compile(r"\n")


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from hq_tui.ui.transcript.markdown.dialect import extend

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTING})
    parser.enable(["table", "strikethrough"])
    parser.disable(["reference", "html_block", "html_inline"])
    extend(parser)
    return parser


@lru_cache(maxsize=1)
def _linkless() -> MarkdownIt:
    """The same parser without links and images."""
    from markdown_it import MarkdownIt

    from hq_tui.ui.transcript.markdown.dialect import extend

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTING})
    parser.enable("strikethrough")
    parser.disable(["html_inline", "link", "image"])
    extend(parser)
    return parser


def is_loaded() -> bool:
    """True if prose can be parsed without waiting for an import."""
    return _parser.cache_info().currsize > 0


def load() -> None:
    """Load the parser, and what colours code; safe in any thread."""
    _parser()
    load_colours()


@dataclass(slots=True)
class MarkdownBlock:
    """One piece of a text that is drawn on its own: a block, a list item or a table row."""

    kind: str
    """`paragraph`, `heading`, `setext`, `item`, `row`, `table`, `fence`, `code`, `quote`,
    `formula` or `rule`."""
    start: int
    """Its first line, from 0."""
    end: int
    tokens: list[Token] = field(default_factory=list)
    marker: str = ""
    """For an item: what marks the items of its list."""
    number: int = 0
    """For an item of an ordered list: its number."""
    first: bool = True
    """For an item: whether it begins its list."""

    @property
    def too_deep(self) -> bool:
        """True if anything in it is nested so deep that the parser may have given up."""
        return any(token.level >= MAX_LEVEL for token in self.tokens)


_KINDS = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "fence",
    "code_block": "code",
    "blockquote_open": "quote",
    "hr": "rule",
    "displayed_formula": "formula",
}


def _tokens(source: str) -> list[Token]:
    tokens: list[Token] = []
    parser = _parser()
    parser.block.parse(source, parser, {}, tokens)
    return tokens


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of each outermost block."""
    begin = 0
    for place, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[begin : place + 1]
            begin = place + 1


def extent(token: Token) -> tuple[int, int]:
    """The lines of a block token, first and one after the last."""
    if token.map is None:
        return 0, 0
    return token.map[0], token.map[1]


def blocks(source: str) -> list[MarkdownBlock]:
    """The blocks of `source`, which begins where a block begins."""
    found: list[MarkdownBlock] = []
    for tokens in _top_level(_tokens(source)):
        head = tokens[0]
        kind = _KINDS.get(head.type, "paragraph")
        if kind == "list":
            found.extend(_items(tokens))
            continue
        if kind == "heading" and head.markup in ("=", "-"):
            kind = "setext"
        start, end = extent(head)
        found.append(MarkdownBlock(kind, start, end, tokens))
    return found


def _items(tokens: list[Token]) -> Iterator[MarkdownBlock]:
    """Each item of an outermost list as a block of its own."""
    head = tokens[0]
    ordered = head.type == "ordered_list_open"
    number = int(head.attrs.get("start", 1) or 0) if ordered else 0
    begin = 0
    first = True
    for place, token in enumerate(tokens):
        if token.level != 1:
            continue
        if token.type == "list_item_open":
            begin = place
        elif token.type == "list_item_close":
            inside = tokens[begin : place + 1]
            start, end = extent(inside[0])
            marker = ("1" if ordered else "") + inside[0].markup
            yield MarkdownBlock("item", start, end, inside, marker, number, first)
            number += 1
            first = False


def items_of_list(source: str, marker: str, number: int) -> list[MarkdownBlock]:
    """The blocks of `source`, which begins with an item that goes on a list.

    An invented first item puts the parser into that list. Its text stands far to the right,
    so that no line of `source` can belong to it.
    """
    found = blocks(f"{marker}    x\n{source}")[1:]
    for block in found:
        block.start -= 1
        block.end -= 1
        _move(block.tokens, -1)
    for block in found:
        if block.kind != "item" or block.first:
            break
        block.number = number
        number += 1
    return found


def rest_of_paragraph(source: str) -> list[MarkdownBlock]:
    """The blocks of `source`, which begins inside a paragraph, in the middle of a line."""
    line_end = source.find("\n")
    if line_end < 0:
        return [MarkdownBlock("paragraph", 0, 1)]
    found = blocks("x" + source[line_end:])
    found[0].kind = "setext" if found[0].kind == "setext" else "paragraph"
    return found


def rows_of_table(source: str, wide: int) -> list[MarkdownBlock]:
    """The blocks of `source`, which begins with a row of a table of `wide` columns."""
    head = "|" + "x|" * wide + "\n|" + "-|" * wide + "\n"
    found: list[MarkdownBlock] = []
    for block in blocks(head + source):
        block.start -= 2
        block.end -= 2
        _move(block.tokens, -2)
        if block.kind == "table" and block.start == -2:
            found.extend(table_rows(block, source.split("\n"))[1:])
        else:
            found.append(block)
    return found


def _move(tokens: list[Token], lines: int) -> None:
    for token in tokens:
        if token.map is not None:
            token.map = [token.map[0] + lines, token.map[1] + lines]


def table_rows(table: MarkdownBlock, lines: Sequence[str]) -> list[MarkdownBlock]:
    """The rows of a table, its head first, with nothing lost of rows that have too many cells."""
    rows: list[MarkdownBlock] = []
    begin = 0
    for place, token in enumerate(table.tokens):
        if token.type == "tr_open":
            begin = place
        elif token.type == "tr_close":
            start, end = extent(table.tokens[begin])
            tokens = table.tokens[begin : place + 1]
            if rows and 0 <= start < len(lines):
                _put_back_surplus(tokens, lines[start])
            rows.append(MarkdownBlock("row", start, end, tokens))
    return rows


def _put_back_surplus(tokens: list[Token], line: str) -> None:
    """Give the last cell what the parser dropped: cells beyond the last column."""
    places = [place for place, token in enumerate(tokens) if token.type == "inline"]
    bare = line.strip("> ").removeprefix("|")
    if bare.count("|") < len(places):
        return
    cells = [cell.strip() for cell in _CELL_EDGE.split(bare)]
    surplus = " | ".join(cell for cell in cells[len(places) :] if cell)
    if surplus and places:
        last = tokens[places[-1]]
        tokens[places[-1]] = last.copy(content=f"{last.content} | {surplus}")


def line_offsets(source: str) -> list[int]:
    """The beginning of each line of `source`, and its end as the last one."""
    return [0, *(match.end() for match in _LINE_START.finditer(source)), len(source)]


# --- the inside of a block ---------------------------------------------------------------

_OPENING = {
    "em_open": TextStyle(italic=True),
    "strong_open": TextStyle(bold=True),
    "s_open": TextStyle(strike=True),
}


def inline(content: str, style: TextStyle = PLAIN, *, in_cell: bool = False) -> list[Span]:
    """The spans of `content`, the text of a paragraph or a cell; a hard break is a lone LF."""
    content = content.strip()
    if not content:
        return []
    if _FORMATTING.search(content) is None:
        lines = content.split("\n")
        spans = [span for line in lines for span in ((" ", style), (line, style))][1:]
        return linked(spans) if may_have_any(content) else spans
    if len(content) > MOST_SIGNS and sum(1 for _ in _SIGN.finditer(content)) > MOST_SIGNS:
        return _as_it_stands(content, style)
    parser = _linkless() if _depth(content) > DEEPEST_LINK else _parser()
    tokens: list[Token] = []
    parser.inline.parse(content, parser, _in_cell() if in_cell else {}, tokens)
    spans = _spans(tokens, style)
    return linked(spans) if may_have_any(content) else spans


def _in_cell() -> dict[str, Any]:
    from hq_tui.ui.transcript.markdown.dialect import IN_CELL

    return IN_CELL


def _as_it_stands(content: str, style: TextStyle) -> list[Span]:
    """`content` with its signs, on one line as any prose."""
    return [(" ".join(line.strip() for line in content.split("\n")), style)]


def _depth(content: str) -> int:
    """The most square brackets that are open at once in `content`."""
    if content.count("[") <= DEEPEST_LINK:
        return 0
    deep = deepest = 0
    for bracket in _BRACKET.finditer(content):
        deep = deep + 1 if bracket[0] == "[" else max(0, deep - 1)
        deepest = max(deepest, deep)
    return deepest


def _spans(tokens: list[Token], style: TextStyle) -> list[Span]:
    spans: list[Span] = []
    inks = [style]
    links: list[tuple[str, int]] = []
    for token in tokens:
        now = inks[-1]
        kind = token.type
        if kind == "text":
            spans.append((token.content, now))
        elif kind == "text_special":
            spans.append((sanitise(token.content).replace("\n", " "), now))
        elif kind == "softbreak":
            spans.append((" ", now))
        elif kind == "hardbreak":
            spans.append(("\n", now))
        elif kind == "code_inline":
            spans.append((token.content, now._replace(role="code")))
        elif kind == "image":
            spans.extend(_image(token, now))
        elif kind == "link_open":
            href = _target(token.attrs.get("href", ""))
            inks.append(now._replace(role="link", underline=True, href=href))
            links.append((href, len(spans)))
        elif kind == "link_close":
            inks.pop()
            href, begin = links.pop()
            label = "".join(text for text, _ in spans[begin:])
            if href and not _says_the_same(label, href):
                spans.append((f" ({href})", inks[-1]._replace(role="url", href=href)))
        elif kind.endswith("_close"):
            inks.pop()
        elif kind in _OPENING:
            inks.append(_both(now, _OPENING[kind]))
        elif token.content:
            spans.append((token.content, now))
    return spans


def _both(style: TextStyle, more: TextStyle) -> TextStyle:
    """`style` with the attributes of `more` too."""
    return style._replace(
        bold=style.bold or more.bold,
        italic=style.italic or more.italic,
        strike=style.strike or more.strike,
    )


def _target(value: Any) -> str:
    """The target of a link, safe to show on one row."""
    return sanitise(str(value)).replace("\n", " ")


def _says_the_same(label: str, href: str) -> bool:
    return label in (href, unquote(href)) or f"mailto:{label}" == href


def _image(token: Token, style: TextStyle) -> list[Span]:
    """A picture in words: nothing is ever fetched."""
    source = _target(token.attrs.get("src", ""))
    name = " ".join(sanitise(token.content).split()) or "no description"
    return [
        (f"[image: {name}]", style._replace(role="link", href=source)),
        (f" ({source})", style._replace(role="url", href=source)),
    ]
