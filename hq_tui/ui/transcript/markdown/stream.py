"""Markdown that arrives in pieces, drawn so that a piece costs what it costs and no more.

The text is cut into blocks from its beginning. A block is *settled* when the next one has
begun and two more lines are complete: nothing that can still arrive changes it, so its
rows are kept for good, and the next step begins behind it. What is not settled, the open
end, is drawn anew each time; it is a block or two.

Blocks that grow without end are cut too. A long paragraph keeps all its rows but the last;
a long table keeps the column widths of its first rows; code is coloured in slices; a list
goes item by item. What fits none of these and is longer than a budget is shown plain.

Each step looks only at a stretch of text of fixed length and depends on nothing that comes
after it. So where the cuts fall does not depend on how the text arrived, and a text drawn
while it streams has the rows of one drawn at once. That is the promise of this module.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from hq_tui.ui.transcript.layout import tables
from hq_tui.ui.transcript.layout.layout import LayoutContext, gap_before, item_rows, rows_of
from hq_tui.ui.transcript.layout.rows import PLAIN, GrowingRows, TextRow, TextStyle
from hq_tui.ui.transcript.markdown import fences
from hq_tui.ui.transcript.markdown.fences import Fence
from hq_tui.ui.transcript.markdown.parse_at import blocks_at
from hq_tui.ui.transcript.markdown.parser import MarkdownBlock, is_loaded, line_offsets
from hq_tui.ui.transcript.markdown.pending import rest_of
from hq_tui.ui.transcript.markdown.split import (
    SplitPoint,
    carried,
    cut_paragraph,
    cut_plain,
    cut_table,
    rest_of_carried,
)
from hq_tui.ui.transcript.markdown.state import (
    AtBlockStart,
    InList,
    InParagraph,
    InTable,
    Place,
    WorkBudget,
)

WINDOW = 2_048
"""Characters of the text that a step looks at."""

CUT = WINDOW - 64
"""The latest place at which a paragraph longer than the window is cut."""

LARGE = 8_192
"""Characters from which a block that can only be drawn as a whole is shown plain."""

_PARSES_KEPT = 3
_BLANK = re.compile(r"(?:[ ]*\n)+")
_ENDS_ASKING = re.compile(r"\?[*_\"'”’)\]]*$")


class MarkdownStream(GrowingRows):
    """The rows of one Markdown text at one width."""

    def __init__(self, width: int, style: TextStyle = PLAIN) -> None:
        super().__init__(width)
        self.seams: Sequence[int] = ()
        """Places in the text at which resumed replies were joined; ascending."""
        self.parses = 0
        """Characters that were parsed so far; what tests count instead of time."""
        self._style = style
        self._text = ""
        self._stable = 0
        self._pos = 0
        self._place: Place = AtBlockStart()
        self._previous = ""
        self._blank = False
        self._seam = 0
        self._memo: dict[object, list[TextRow]] = {}
        self._parsed: dict[str, list[MarkdownBlock]] = {}
        self._parsed_at = -1

    def update(
        self, text: str, stable: int, budget: WorkBudget, *, final: bool, asking: bool = False
    ) -> bool:
        """Draw `text`, which begins as the last one did up to its stable part.

        The first `stable` characters stay as they are. `final` says that no more will come;
        `asking` that a question in the last paragraph is the one that waits for an answer.
        Returns whether all is drawn; if not, the rest is there, but as plain text.
        """
        before, old = len(self.settled), self.tail
        self._text, self._stable = text, stable
        done = False
        while not done and not budget.spent and is_loaded():
            start = self._pos
            done = not self._step()
            budget.left -= max(1, self._pos - start)
        if not done:
            self.tail = self._unformatted()
        elif isinstance(self._place, Fence):
            self.tail = self._place.open_rows(text, self._pos, stable, final=final)
        else:
            self.tail = self._open_end(final, asking)
            budget.left -= len(text) - self._pos
        if done and final:
            self._parsed.clear()
        if not done or not isinstance(old, list):
            self.changed = before
        else:
            self._note_change(before, old)
        return done

    def _note_change(self, before: int, old: list[TextRow]) -> None:
        fresh = [*self.settled[before:], *self.tail]
        same = 0
        for was, now in zip(old, fresh, strict=False):
            if was != now:
                break
            now.painted = now.painted or was.painted
            same += 1
        self.changed = before + same

    # --- stepping -----------------------------------------------------------------------

    def _step(self) -> bool:
        """Settle what can be settled next; whether there was something."""
        if isinstance(self._place, Fence):
            return self._step_code(self._place)
        if self._skip_blank():
            return True
        if self._pos >= self._stable:
            return False
        if self._pass_blanks():
            return True
        if isinstance(self._place, AtBlockStart) and self._open_fence():
            return True
        left = self._stable - self._pos
        if left < WINDOW:
            return self._settle(self._stable)
        if self._settle(self._pos + WINDOW) or self._cut_growing():
            return True
        if self._settle(min(self._stable, self._pos + LARGE), only_one=True):
            return True
        return left >= LARGE and self._cut_plain()

    def _skip_blank(self) -> bool:
        match = _BLANK.match(self._text, self._pos, min(self._stable, self._pos + WINDOW))
        if match is None:
            return False
        self._pos = match.end()
        self._blank = True
        if isinstance(self._place, InParagraph):
            self._end_paragraph(self._place)
        if not isinstance(self._place, InList):
            self._place = AtBlockStart()
        return True

    def _pass_blanks(self) -> bool:
        """Go past a window of nothing but blanks; what stands behind it on its line is prose."""
        end = self._pos + WINDOW
        is_run = end <= self._stable and self._text[self._pos] == " "
        if not is_run or self._text[self._pos : end].strip(" "):
            return False
        place = self._place
        if isinstance(place, InParagraph):
            self._place = place.spaced(self._style)
            self._pos = end
            return True
        gap = gap_before(MarkdownBlock("paragraph", 0, 1), self._previous, self._blank)
        return self._apply(SplitPoint([], WINDOW, InParagraph((), "\n", self._pos), ""), gap=gap)

    def _blocks(self, source: str) -> list[MarkdownBlock]:
        """The blocks of `source`, which begins here."""
        if self._parsed_at != self._pos:
            self._parsed_at = self._pos
            self._parsed.clear()
        found = self._parsed.pop(source, None) or self._parse(source)
        self._parsed[source] = found
        while len(self._parsed) > _PARSES_KEPT:
            del self._parsed[next(iter(self._parsed))]
        return found

    def _parse(self, source: str) -> list[MarkdownBlock]:
        self.parses += len(source)
        return blocks_at(source, self._place)

    def _settle(self, end: int, *, only_one: bool = False) -> bool:
        """Settle the blocks before `end` that nothing can change any more.

        Or `only_one` of them: behind a large block, the next one is judged by its own window.
        """
        source = self._text[self._pos : end]
        complete = source.count("\n")
        if complete < 2:
            return False
        found = self._blocks(source)
        offsets = line_offsets(source)
        lines = source.split("\n")
        here = self._pos
        moved = False
        for block, following in pairwise(found):
            if following.start + 2 > complete:
                break
            self._keep(
                self._draw(block, lines, here + offsets[block.start]), here + offsets[block.end]
            )
            self._leave(block, following)
            self._pos = here + offsets[following.start]
            self._blank = _blank_before(lines, following.start)
            moved = True
            if only_one or self._at_fence():
                break
        return moved

    def _at_fence(self) -> bool:
        return isinstance(self._place, AtBlockStart) and fences.begins_at(self._text, self._pos)

    def _keep(self, rows: list[TextRow], end: int) -> None:
        """Settle `rows`, which draw the text up to `end`."""
        self._seam = self._flag(rows, end, self._seam)
        self.settled.extend(rows)

    def _flag(self, rows: list[TextRow], end: int, seam: int) -> int:
        """Note in `rows` that they hold a seam; the number of the next one after `end`."""
        count = bisect_left(self.seams, end, seam) if self.seams else seam
        if count > seam:
            next((row for row in rows if row.spans), TextRow()).seam = True
        return count

    def _leave(self, block: MarkdownBlock, following: MarkdownBlock) -> None:
        """Go from `block`, which is settled, to the one that follows."""
        self._previous = block.kind
        if following.kind == "item" and not following.first:
            self._place = InList(following.marker, following.number)
        elif following.kind != "row":
            self._place = AtBlockStart()

    def _draw(
        self, block: MarkdownBlock, lines: list[str], at: int, style: TextStyle | None = None
    ) -> list[TextRow]:
        """The rows of `block` and of the gap above it."""
        if isinstance(self._place, InParagraph) and block.start == 0:
            spans = rest_of_carried(block, lines, style or self._style)
            return carried(self._place, spans, self.width)
        blank = self._blank if block.start == 0 else _blank_before(lines, block.start)
        context = LayoutContext(width=self.width, style=style or self._style, at=at, lines=lines)
        rows = self._own_rows(block, context)
        if gap_before(block, self._previous, blank) and not _goes_on(block, blank):
            rows.insert(0, TextRow(at=at))
        return rows

    def _own_rows(self, block: MarkdownBlock, context: LayoutContext) -> list[TextRow]:
        if block.kind == "item":
            return item_rows(block, context)
        if block.kind == "row" and isinstance(self._place, InTable):
            return tables.row_rows(block, self._place.grid, context.at, context.style)
        return rows_of(block, context)

    # --- blocks without end -------------------------------------------------------------

    def _end_paragraph(self, place: InParagraph) -> None:
        """Settle the carried row: nothing came after it."""
        self.settled.extend(carried(place, [], self.width))
        if place.carry:
            self._previous = "paragraph"

    def _cut_growing(self) -> bool:
        """Cut the block that fills the window, if it is of a kind that can be cut."""
        source = self._text[self._pos : self._pos + WINDOW]
        block = next(iter(self._blocks(source)), None)
        if block is None:
            return False
        place = self._place
        gap = not isinstance(place, InParagraph) and gap_before(block, self._previous, self._blank)
        context = LayoutContext(width=self.width, style=self._style, at=self._pos)
        cut: SplitPoint | None = None
        if block.kind in ("paragraph", "setext"):
            begun = place if isinstance(place, InParagraph) else InParagraph((), "\n", self._pos)
            cut = cut_paragraph(source, block, begun, self._previous, CUT, context)
        elif block.kind == "table":
            cut = cut_table(source, block, context)
        return cut is not None and self._apply(cut, gap=gap)

    def _cut_plain(self) -> bool:
        """Show plain what is too long to be drawn as a whole."""
        if isinstance(self._place, InParagraph):
            self._end_paragraph(self._place)
        source = self._text[self._pos : self._pos + LARGE]
        context = LayoutContext(width=self.width, style=self._style, at=self._pos)
        return self._apply(cut_plain(source, context), gap=self._previous != "")

    def _apply(self, cut: SplitPoint, *, gap: bool) -> bool:
        if gap:
            self.settled.append(TextRow(at=self._pos))
        self._pos += cut.end
        self._keep(cut.rows, self._pos)
        self._place, self._previous, self._blank = cut.place, cut.previous, False
        return True

    # --- code ---------------------------------------------------------------------------

    def _open_fence(self) -> bool:
        fence = Fence.opened(self._text, self._pos, self._stable, self.width)
        if fence is None:
            return False
        if self._previous:
            self.settled.append(TextRow(at=self._pos))
        self.settled.extend(fence.head(self._pos))
        self._pos = fence.start
        self._place = fence
        return True

    def _step_code(self, fence: Fence) -> bool:
        """Settle the block of code if it is closed, or a slice of it if it is long."""
        settled = fence.settle(self._text, self._pos, self._stable)
        if settled is None:
            return False
        self._keep(settled.rows, self._pos + settled.code)
        self._pos += settled.taken
        if settled.closed:
            self._place, self._previous, self._blank = AtBlockStart(), "fence", False
        return True

    # --- the open end -------------------------------------------------------------------

    def _open_end(self, final: bool, asking: bool) -> list[TextRow]:
        """The rows of everything that is not settled."""
        place = self._place
        source = self._text[self._pos :]
        if not source.strip():
            return carried(place, [], self.width) if isinstance(place, InParagraph) else []
        found = self._blocks(source)
        offsets = line_offsets(source)
        lines = source.split("\n")
        memo: dict[object, list[TextRow]] = {}
        rows: list[TextRow] = []
        kept = self._place, self._previous
        seam = self._seam
        for number, block in enumerate(found):
            last = number + 1 == len(found)
            style = (
                self._style._replace(bold=True) if last and asking and _asks(block, lines) else None
            )
            text = source[offsets[block.start] : offsets[min(block.end, len(offsets) - 1)]]
            key = (number, self._pos + offsets[block.start], text, style, self._previous)
            drawn = None if isinstance(self._place, InParagraph) else self._memo.get(key)
            if drawn is None:
                drawn = self._draw(block, lines, self._pos + offsets[block.start], style)
            if style is not None:
                next(row for row in drawn if row.spans).asks = True
            memo[key] = drawn
            seam = self._flag(drawn, self._pos + offsets[min(block.end, len(offsets) - 1)], seam)
            rows.extend(drawn)
            self._leave(block, found[number + 1] if not last else block)
        self._place, self._previous = kept
        self._memo = memo
        return rows

    def _unformatted(self) -> Sequence[TextRow]:
        """Rows of what no step has reached yet, so that no word is missing."""
        place = self._place
        before = carried(place, [], self.width) if isinstance(place, InParagraph) else []
        return rest_of(self._text, self.width, self._style, self._pos, before)


def _blank_before(lines: list[str], line: int) -> bool:
    return line > 0 and not lines[line - 1].strip()


def _goes_on(block: MarkdownBlock, blank: bool) -> bool:
    """True if `block` is an item close under the one before it."""
    return block.kind == "item" and not block.first and not blank


def _asks(block: MarkdownBlock, lines: list[str]) -> bool:
    """True if `block` is a paragraph that ends in a question."""
    if block.kind != "paragraph":
        return False
    text = " ".join(lines[block.start : block.end]).rstrip()
    return _ENDS_ASKING.search(text) is not None
