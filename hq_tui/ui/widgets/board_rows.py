"""The board as rows of text: for the panel beside the transcript and for its own screen.

An item's row says what it is, its words, and the turn they come from. What no longer
holds is struck through and stays where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from textual.content import Content

from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import one_line
from hq_tui.inquiry.board.model import Board, Item, Kind, Status
from hq_tui.inquiry.state import Inquiry

HEADS = {
    Kind.CLAIM: "claims",
    Kind.TERM: "terms",
    Kind.ASSUMPTION: "assumptions",
    Kind.EVIDENCE: "evidence",
    Kind.OPTION: "options",
    Kind.CONSTRAINT: "constraints",
    Kind.TENSION: "TENSIONS",
    Kind.OPEN_QUESTION: "open questions",
    Kind.HYPOTHESIS: "hypotheses",
    Kind.INSIGHT: "insights",
    Kind.DECISION: "decisions",
    Kind.ACTION: "next actions",
    Kind.PROPOSAL: "proposals",
}
SHORT = {
    Kind.CLAIM: "clm",
    Kind.ASSUMPTION: "asm",
    Kind.EVIDENCE: "evd",
    Kind.TENSION: "tns",
    Kind.OPEN_QUESTION: "opn",
    Kind.DECISION: "dec",
}

NO_TOOLS = "This model takes no tools here: the board is yours alone to write on."


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One row: a heading, or part of an item."""

    text: str
    item: str = ""
    heading: bool = False
    struck: bool = False

    def content(self) -> Content:
        """The row as it is drawn."""
        if self.heading:
            return Content.styled(self.text, "bold")
        return Content.styled(self.text, "strike dim") if self.struck else Content(self.text)


def board_rows(board: Board, width: int) -> list[BoardRow]:
    """Every item under the heading of its kind, in rows of `width`."""
    rows: list[BoardRow] = []
    for kind, items in board.groups():
        rows.append(BoardRow(text=HEADS[kind], heading=True))
        for item in items:
            rows += _item_rows(item, width)
    return rows or [BoardRow(text="nothing on the board yet")]


def item_line(item: Item) -> str:
    """An item in one line: id, words, source and what became of it."""
    status = "" if item.status is Status.OPEN else str(item.status)
    pinned = "pinned" if item.pinned else ""
    place = one_line(item.source, limit=60) or (f"t{item.turn}" if item.turn else "")
    parts = [place, pinned, status]
    tail = " · ".join(part for part in parts if part)
    return f"{item.id:<3} {item.mark or ' '} {one_line(item.text, limit=160)}  {tail}".rstrip()


def wrapped(line: str, width: int) -> list[str]:
    """An item's line in rows of `width`, the later ones under its words."""
    return wrap(line, width, subsequent_indent="      ")


def _item_rows(item: Item, width: int) -> Iterator[BoardRow]:
    for line in wrapped(item_line(item), width - 1):
        yield BoardRow(text=f" {line}", item=item.id, struck=item.is_struck)


def counters(inquiry: Inquiry) -> str:
    """The board in figures, capitals for what needs the person: `clm4 asm3 evd1 TNS1 opn2`."""
    counts = inquiry.board.counts()
    parts = []
    for kind, short in SHORT.items():
        waiting = kind is Kind.TENSION and inquiry.board.open_tensions
        parts.append(f"{short.upper() if waiting else short}{counts[kind]}")
    return " ".join(parts)


def who_writes(facts: ModelInfo | None) -> str:
    """One sentence where the model has no tool to write on the board with; else empty."""
    return "" if facts is None or facts.tools else NO_TOOLS
