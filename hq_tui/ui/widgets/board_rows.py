"""The board as rows of text: for the panel beside the transcript and for its own screen.

What needs the person stands first: contradictions, then what came last, then questions that
are open. What is settled or dropped is a count. An item's row says what it is, its words,
and the message they come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from textual.content import Content

from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.inquiry.board.model import Board, Item, Kind
from hq_tui.ui.labels import KINDS

NO_TOOLS = "This model takes no tools here: the board is yours alone to write on."
EMPTY = "nothing noted yet"
HEADING = "bold not dim $foreground"
ALARM = "bold not dim $text-warning"
WORDS = "not dim $foreground"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One row: a heading, or part of an item, whose words begin at `indent`."""

    text: str
    item: str = ""
    style: str = ""
    indent: int = 0
    end: str = ""
    """The message at the right edge."""

    def content(self, width: int) -> Content:
        """The row as it is drawn."""
        if not self.item:
            return Content.styled(self.text, self.style)
        space = " " * (width - len(self.text) - len(self.end)) if self.end else ""
        words = self.text[self.indent :]
        return Content.assemble(self.text[: self.indent], (words, WORDS), space + self.end)


def is_closed(item: Item) -> bool:
    """True if it waits for nothing and says nothing any more: dropped, or settled."""
    settles = (Kind.TENSION, Kind.OPEN_QUESTION, Kind.PROPOSAL)
    return item.is_struck or (item.kind in settles and item.is_settled)


def in_order(board: Board) -> Iterator[tuple[Kind, list[Item]]]:
    """Open items by kind: contradictions, then the kinds by their newest item, then questions."""
    rank = {Kind.TENSION: -1, Kind.OPEN_QUESTION: 1}
    items = [item for item in reversed(board.items) if not is_closed(item)]
    kinds = sorted(dict.fromkeys(item.kind for item in items), key=lambda kind: rank.get(kind, 0))
    for kind in kinds:
        yield kind, [item for item in items if item.kind is kind]


def closed_items(board: Board) -> list[Item]:
    """The items that are settled or dropped, the newest first."""
    return [item for item in reversed(board.items) if is_closed(item)]


def heading(kind: Kind, count: int) -> tuple[str, str]:
    """The words above the items of a kind, and their style."""
    if kind is Kind.OPEN_QUESTION:
        return "Still open", HEADING
    if kind is Kind.EVIDENCE:
        return "Evidence", HEADING
    one, several = KINDS[kind]
    words = (one if count == 1 and kind is Kind.TENSION else several).capitalize()
    return (f"! {words}", ALARM) if kind is Kind.TENSION else (words, HEADING)


def board_rows(board: Board, width: int) -> list[BoardRow]:
    """Every item under the heading of its kind, in rows of `width`."""
    rows: list[BoardRow] = []
    for kind, items in in_order(board):
        text, style = heading(kind, len(items))
        rows += [BoardRow(text=""), BoardRow(text=text, style=style)]
        for item in items:
            rows += _item_rows(item, width)
    if closed := len(closed_items(board)):
        rows += [BoardRow(text=""), BoardRow(text=f"{counted(closed, 'item')} settled or dropped")]
    return rows or [BoardRow(text=""), BoardRow(text=EMPTY)]


def _item_rows(item: Item, width: int) -> Iterator[BoardRow]:
    lead = f"{item.id} {'* ' if item.pinned else ''}"
    end = str(item.turn) if item.turn and not item.session else ""
    lines = wrap(one_line(item.text, limit=160), max(8, width - len(lead) - len(end) - 2))
    for number, line in enumerate(lines or [""]):
        head = " " * len(lead) if number else lead
        last = "" if number else end
        yield BoardRow(text=head + line, item=item.id, indent=len(lead), end=last)


def item_lines(item: Item, board: Board, width: int, partner: str = "Claude") -> list[str]:
    """An item at length: its words, then its quote or both sides, whose they are and where."""
    lead = f"{item.id}  {'* ' if item.pinned else ''}"
    status = f" ({item.status})" if item.is_settled else ""
    lines = wrap(f"{lead}{one_line(item.text, limit=400)}{status}", width, subsequent_indent="    ")
    sides = [side for one in item.contradicts if (side := board.find(one)) is not None]
    if item.kind is Kind.TENSION and sides:
        told = [f"{side.id} “{side.quote or side.text}” · {_said(side, partner)}" for side in sides]
    else:
        quote = f"“{item.quote}” · " if item.quote and item.quote != item.text else ""
        told = [quote + _said(item, partner)]
    wide = max(20, width - 4)
    rows = [row for line in told for row in wrap(one_line(line, limit=600), wide)]
    return ["\n".join(lines), *(f"    {row}" for row in rows)]


def _said(item: Item, partner: str) -> str:
    """The owner of an item, and the message that it comes from."""
    who = "you" if item.is_users else partner
    place = one_line(item.source, limit=60) or (f"message {item.turn}" if item.turn else "")
    of = f" of {item.session}" if item.session else ""
    return f"{who} · {place}{of}" if place else who


def who_writes(facts: ModelInfo | None) -> str:
    """One sentence where the model has no tool to write on the board with; else empty."""
    return "" if facts is None or facts.tools else NO_TOOLS
