"""Renders Markdown as HTML without raw HTML or links, and without losing a word.

Addresses are shown as text. List numbers and code languages stay as written. A block that
would lose words (a table row with too many cells) is shown as its source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from hq_tui.core.text.sanitize import sanitise

MOST = 1_000_000
"""Characters of a message above which it is shown as it was written."""
CELLS = 4
"""Cells for each character of a text beyond which its tables are left as they were written."""

_DELIMITERS = re.compile(r"[ \t>]*[|:-][|:\- \t]*")
_TAG = re.compile(r'<(?:li value="(\d+)"|pre data-language="([^"]*)")?[^>]*>')
_TWICE = re.compile(r"\[([^\[\]\n]+)\]\(\1\)")
"""A link whose words are its address: it is shown once."""
_NO_LETTER = re.compile(r"[\W_]+")


def markdown_as_html(text: str) -> str:
    """A message in Markdown as HTML."""
    text = _safe_text(text)
    if len(text) > MOST:
        return _as_written(text)
    lines = text.split("\n")
    return "\n".join(_blocks(lines, _markdown(tables=_has_sound_tables(lines)).parse(text)))


def _safe_text(text: str) -> str:
    """The text with what cannot be seen made visible; tabs stay, as a page has room for them."""
    return "\t".join(map(sanitise, text.split("\t"))).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _blocks(lines: Sequence[str], tokens: Sequence[Token]) -> Iterator[str]:
    """The HTML of each block; what no block took up, and what would lose words, as written."""
    markdown, at = _markdown(tables=True), 0
    for block in _top_level(tokens):
        begin, end = block[0].map or (at, at)
        if skipped := _words("\n".join(lines[at:begin])):
            yield _as_written(skipped)
        source = "\n".join(lines[begin:end])
        made = markdown.renderer.render(block, markdown.options, {}).rstrip("\n")
        written = _words(_TWICE.sub(r"\1", source))
        yield made if _words_of_html(made) == written else _as_written(source)
        at = end
    if _words("\n".join(lines[at:])):
        yield _as_written("\n".join(lines[at:]))


def _top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    block: list[Token] = []
    for token in tokens:
        token.hidden = False
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def _as_written(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"


def _words(text: str) -> str:
    """The letters and digits of a text, to check that none was lost."""
    return _NO_LETTER.sub("", html.unescape(text))


def _words_of_html(made: str) -> str:
    return _words(html.unescape(_TAG.sub(r"\1\2", made)))


def _has_sound_tables(lines: Sequence[str]) -> bool:
    """True if tables have few enough cells, counting those that short rows are padded with."""
    cells = columns = length = 0
    for line in lines:
        length += len(line) + 1
        if not line.strip(" \t>"):
            columns = 0
        elif _DELIMITERS.fullmatch(line):
            columns = max(columns, line.count("|") + 1)
        cells += columns
    return cells <= max(CELLS * length, 1000)


class _Markdown(MarkdownIt):
    """Markdown whose addresses stay as they were written, since nothing follows them."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url


class _Renderer(RendererHTML):
    """The rules that differ from the library's own."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code, with the language that it names."""
        token = tokens[idx]
        named = html.escape(html.unescape(token.info).strip())
        language = named.split(maxsplit=1)[0] if named else ""
        kind = f' class="language-{language}"' if language else ""
        label = f' data-language="{named}"' if named else ""
        return f"<pre{label}><code{kind}>{html.escape(token.content)}</code></pre>\n"

    code_block = fence

    def heading_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """A heading, below those of the page itself."""
        return f"<h{_level(tokens[idx])}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """The end of a heading."""
        return f"</h{_level(tokens[idx])}>\n"

    def ordered_list_open(self, *_: Any) -> str:
        """A list; each item has its own number."""
        return "<ol>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """An item, with the number that was written before it."""
        number = tokens[idx].info
        return f'<li value="{number}">' if number else "<li>"

    def hardbreak(self, *_: Any) -> str:
        """A break, which is shown as one like any other."""
        return "\n"

    def link_open(self, *_: Any) -> str:
        """Nothing: the address is written behind the words."""
        return ""

    def link_close(self, tokens: Sequence[Token], idx: int, *_: Any) -> str:
        """The address of a link, unless its words are the address."""
        begin = next(n for n in range(idx - 1, -1, -1) if tokens[n].type == "link_open")
        words = "".join(token.content for token in tokens[begin + 1 : idx])
        return "" if tokens[begin].markup == "autolink" else _address(tokens[begin], words)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The words for a picture and its address; the picture itself would be fetched."""
        children = tokens[idx].children or []
        return self.renderInline(children, options, env) + _address(tokens[idx], "")


def _level(token: Token) -> int:
    return min(6, int(token.tag[1]) + 2)


def _address(token: Token, words: str) -> str:
    address = str(token.attrs.get("href", token.attrs.get("src", "")))
    title = str(token.attrs.get("title", ""))
    told = " ".join(filter(None, (address, f"“{title}”" if title else "")))
    return f'<span class="to"> ({html.escape(told)})</span>' if told and told != words else ""


@cache
def _markdown(*, tables: bool) -> MarkdownIt:
    """CommonMark with tables and struck words, without HTML and without hidden definitions."""
    markdown = _Markdown("commonmark", {"html": False}, renderer_cls=_Renderer)
    markdown.disable("reference").enable("strikethrough")
    return markdown.enable("table") if tables else markdown
