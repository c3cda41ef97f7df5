"""Copies selected rows as the Markdown that was sent, not as the picture of it.

Blocks that are selected whole are copied from their source, character for character: a
table with its pipes, a paragraph with its marks and line breaks. Lines of code that are
selected on their own are the lines of the source without the fences. Of a block that is
only selected in part, the words are copied: wraps joined, decoration left out, and what
stands in for a sign of Markdown (a bullet, a quote bar) as that sign.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from hq_tui.core.text.fences import CodeBlock, code_blocks
from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.transcript.entries import Prose
from hq_tui.ui.transcript.entry_list import EntryList
from hq_tui.ui.transcript.entry_view import EntryView
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.state import WorkBudget

_LINE_END = re.compile(r"\r\n?|[\n\u2028\u2029]")


class Selected(NamedTuple):
    """One row of a selection, from a first to a last character (None for its end)."""

    view: EntryView
    number: int
    row: TextRow
    start: int
    end: int | None

    @property
    def section(self) -> int:
        """The section of the view that the row is in."""
        return self.view.place(self.number)[0]

    @property
    def is_whole(self) -> bool:
        """True if all words of the row are selected."""
        words = len(self.row.text.rstrip())
        return self.start <= self.row.skip and (self.end is None or self.end >= words)

    @property
    def is_content(self) -> bool:
        """True if there is something of the text on it."""
        return bool(self.row.spans) and not self.row.silent

    def is_beside(self, step: int) -> bool:
        """True if the next row with content in this direction is of the same block."""
        number = self.number + step
        while 0 <= number < self.view.height - 1:
            row = self.view.row(number)
            if row.spans and not row.silent:
                same = self.view.place(number)[0] == self.section
                return same and row.at == self.row.at
            number += step
        return False


def copied(selection: Sequence[Selected]) -> str:
    """The text of `selection`."""
    rows = [line for line in selection if not line.row.silent]
    code = _code_of(rows)
    if code is not None:
        return code
    text: list[str] = []
    for (view, section), lines in groupby(rows, lambda line: (line.view, line.section)):
        part = view.sections[section].part if section < len(view.sections) else None
        blocks = [list(block) for _, block in groupby(lines, lambda line: line.row.at)]
        run: list[list[Selected]] = []
        for block in [*blocks, []]:
            if block and isinstance(part, Prose) and _is_whole(block):
                run.append(block)
                continue
            if run and isinstance(part, Prose):
                _add_source(text, part, run)
                run = []
            _add_words(text, block)
    return "".join(text)


def clicked_code(entry_list: EntryList, place: tuple[int, int] | None) -> str | None:
    """The block of code on a row, given as an entry and a row of it; None where there is none."""
    if place is None or place[0] >= len(entry_list.entries):
        return None
    view = entry_list.view(place[0], WorkBudget())
    row = view.row(place[1])
    section, _ = view.place(place[1])
    part = view.sections[section].part if section < len(view.sections) else None
    if row.fill is None or not isinstance(part, Prose):
        return None
    return next((block.code for block in code_blocks(part.text) if block.end > row.at), None)


def _is_whole(block: Sequence[Selected]) -> bool:
    """True if all rows of the block that has these are selected whole."""
    content = [line for line in block if line.is_content]
    if not content or content[0].is_beside(-1) or content[-1].is_beside(1):
        return False
    return content[0].is_whole and content[-1].is_whole


def _add_words(text: list[str], lines: Iterable[Selected]) -> None:
    """Add what stands on `lines`."""
    for line in lines:
        row, start, end = line.row, line.start, line.end
        piece = row.text[max(start, row.skip) : end]
        if start <= row.skip and (end is None or end > row.skip or not row.skip):
            piece = (row.prefix if row.join == "\n" else "") + piece
        if text:
            text.append(row.join)
        text.append(piece.rstrip(" ") if end is None else piece)


def _add_source(text: list[str], part: Prose, run: Sequence[Sequence[Selected]]) -> None:
    """Add the source of blocks that follow each other."""
    first = next(line for line in run[0] if line.is_content)
    last = next(line for line in reversed(run[-1]) if line.is_content)
    _add_words(text, (line for line in run[0] if line.number < first.number))
    section = last.view.sections[last.section]
    ends = (section.row(number).at for number in range(section.height))
    end = next((at for at in ends if at > last.row.at), -1)
    begin = first.row.at
    if first.row.fill is not None:
        safe = sanitise(part.text)
        begin = next((b.start for b in code_blocks(safe) if b.start <= begin <= b.end), begin)
    if text:
        text.append(first.row.join)
    text.append(_slice(part.text, begin, end).strip("\r\n").rstrip(" "))


def _slice(raw: str, begin: int, end: int) -> str:
    """The text of `raw` between two places of its safe form; an end of -1 is its end."""
    if sanitise(raw) == raw:
        return raw[begin:] if end < 0 else raw[begin:end]
    starts = [0, *(match.end() for match in _LINE_END.finditer(raw))]
    safe_starts = [0, *(match.end() for match in re.finditer("\n", sanitise(raw)))]

    def place(at: int) -> int:
        line = bisect_left(safe_starts, at + 1) - 1
        start, behind = starts[line], at - safe_starts[line]
        following = starts[line + 1] if line + 1 < len(starts) else len(raw)
        columns = range(following - start)
        return start + bisect_left(columns, behind, key=lambda c: len(sanitise(raw[start:][:c])))

    return raw[place(begin) :] if end < 0 else raw[place(begin) : place(end)]


def _code_of(rows: Sequence[Selected]) -> str | None:
    """The lines of the source, if `rows` are whole lines of one block of code and nothing else."""
    if not rows or any(line.row.fill is None for line in rows):
        return None
    view, section = rows[0].view, rows[0].section
    part = view.sections[section].part if section < len(view.sections) else None
    is_one = all(line.view is view and line.section == section for line in rows)
    if not isinstance(part, Prose) or not is_one or not (rows[0].is_whole and rows[-1].is_whole):
        return None
    text = "".join(line.row.join + line.row.content for line in rows)
    shown = [line.rstrip() for line in text.removeprefix(rows[0].row.join).split("\n")]
    for safe, raw in zip(code_blocks(sanitise(part.text)), code_blocks(part.text), strict=False):
        found = _lines_of(safe, raw, shown)
        if found is not None:
            return found
    return None


def _lines_of(safe: CodeBlock, raw: CodeBlock, shown: Sequence[str]) -> str | None:
    """The lines of `raw` whose safe form is `shown`."""
    lines = [line.rstrip() for line in safe.code.split("\n")]
    sent = _LINE_END.split(raw.code)
    for start in range(len(lines) - len(shown) + 1 if len(lines) == len(sent) else 0):
        if lines[start : start + len(shown)] == shown:
            return "\n".join(sent[start : start + len(shown)])
    return None
