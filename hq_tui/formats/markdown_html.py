"""A little Markdown as HTML: headings, lists, tables, quotations, code and strong words.

Every piece of text is escaped by itself before a tag is put around it, so no tag is ever
split and none comes from the text. What is not understood stays as it was written; links
stay text. Numbers of a list are the ones that were written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from hq_tui.core.safe_text import sanitise

DEEPEST = 4
"""So many quotations inside each other are understood."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^`\n]*)$")
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$")
_ITEM = re.compile(r"^ *(?:([-*+])|(\d{1,9})[.)]) +(.*)$")
_QUOTE = re.compile(r"^ {0,3}> ?")
_DELIMITERS = re.compile(r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(r"(`+)(.+?)\1(?!`)|\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)

Made = tuple[str, int]
"""The HTML of a block, and the line after it."""


def markdown_as_html(text: str, *, depth: int = 0) -> str:
    """Markdown as HTML, as far as it is understood; whatever else it holds is text."""
    lines, at = text.split("\n"), 0
    done: list[str] = []
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        made, at = _block(lines, at, depth)
        done.append(made)
    return "\n".join(done)


def _block(lines: Sequence[str], at: int, depth: int) -> Made:
    line = lines[at]
    if fence := _FENCE.match(line):
        return _code(lines, at + 1, fence[1])
    if heading := _HEADING.match(line):
        level = min(6, len(heading[1]) + 2)
        return f"<h{level}>{_inline(heading[2])}</h{level}>", at + 1
    if _QUOTE.match(line) and depth < DEEPEST:
        return _quotation(lines, at, depth)
    if _is_table(lines, at):
        return _table(lines, at)
    if item := _ITEM.match(line):
        return _list(lines, at, ordered=bool(item[2]))
    return _paragraph(lines, at, depth)


def _code(lines: Sequence[str], at: int, mark: str) -> Made:
    """The lines up to the fence that ends a code block, or to the end."""
    code: list[str] = []
    while at < len(lines):
        line = lines[at].strip()
        at += 1
        if line.startswith(mark) and not line.strip(mark[0]):
            break
        code.append(lines[at - 1])
    return f"<pre><code>{_safe(chr(10).join(code))}</code></pre>", at


def _quotation(lines: Sequence[str], at: int, depth: int) -> Made:
    held: list[str] = []
    while at < len(lines) and _QUOTE.match(lines[at]):
        held.append(_QUOTE.sub("", lines[at], count=1))
        at += 1
    inside = markdown_as_html("\n".join(held), depth=depth + 1)
    return f"<blockquote>{inside}</blockquote>", at


def _is_table(lines: Sequence[str], at: int) -> bool:
    if "|" not in lines[at] or at + 1 >= len(lines):
        return False
    return "|" in lines[at + 1] and _DELIMITERS.match(lines[at + 1]) is not None


def _table(lines: Sequence[str], at: int) -> Made:
    rows = [f"<tr>{_cells(lines[at], 'th')}</tr>"]
    at += 2
    while at < len(lines) and "|" in lines[at]:
        rows.append(f"<tr>{_cells(lines[at], 'td')}</tr>")
        at += 1
    return f"<table>{''.join(rows)}</table>", at


def _cells(line: str, tag: str) -> str:
    row = line.strip().removeprefix("|")
    row = row[:-1] if row.endswith("|") and not row.endswith("\\|") else row
    cells = (cell.strip().replace("\\|", "|") for cell in _BAR.split(row))
    return "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells)


def _list(lines: Sequence[str], at: int, *, ordered: bool) -> Made:
    items: list[tuple[str, str]] = []
    while at < len(lines):
        item = _ITEM.match(lines[at])
        if item and bool(item[2]) == ordered:
            items.append((item[2], item[3]))
        elif not item and lines[at].startswith(" ") and lines[at].strip():
            items[-1] = (items[-1][0], f"{items[-1][1]}\n{lines[at].strip()}")
        else:
            break
        at += 1
    if ordered:
        rows = "".join(f'<li value="{number}">{_inline(text)}</li>' for number, text in items)
        return f"<ol>{rows}</ol>", at
    return "<ul>" + "".join(f"<li>{_inline(text)}</li>" for _, text in items) + "</ul>", at


def _paragraph(lines: Sequence[str], at: int, depth: int) -> Made:
    held = [lines[at]]
    at += 1
    while at < len(lines) and lines[at].strip() and not _begins(lines, at, depth):
        held.append(lines[at])
        at += 1
    return f"<p>{_inline(chr(10).join(held))}</p>", at


def _begins(lines: Sequence[str], at: int, depth: int) -> bool:
    """Whether another kind of block begins at this line."""
    line = lines[at]
    if any(pattern.match(line) for pattern in (_FENCE, _HEADING, _ITEM)):
        return True
    return (depth < DEEPEST and _QUOTE.match(line) is not None) or _is_table(lines, at)


def _inline(text: str) -> str:
    """Code and strong words of a line."""
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts.append(_safe(text[end : found.start()]))
        if found[1]:
            parts.append(f"<code>{_safe(found[2])}</code>")
        else:
            parts.append(f"<strong>{_safe(found[3])}</strong>")
        end = found.end()
    return "".join([*parts, _safe(text[end:])])


def _safe(text: str) -> str:
    return escape(sanitise(text), quote=True)
