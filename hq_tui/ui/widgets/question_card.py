"""The question on the table, always in the same four rows.

It is the last thing above the composer, so that the eye falls on it before writing. Its
height never changes: a long question takes the row of the remark below it, and a longer one
loses its middle here and stands whole in the transcript.
"""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from hq_tui.core.text.sanitize import one_line
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.state import Inquiry
from hq_tui.ui.widgets.fitted import Fitted

ROWS = 2
"""Rows for the question itself; one more where it is long and nothing presses below it."""


class QuestionCard(Fitted[Inquiry]):
    """One question, what it is about, and the keys that answer it otherwise."""

    def __init__(self) -> None:
        super().__init__(Inquiry(), id="card")
        self._drawn: Lines = ("", (), "")

    def draw(self, now: Inquiry) -> None:
        """Draw the card; nothing is painted when nothing changed."""
        lines = card_lines(now, max(20, self.size.width))
        self.set_class(bool(now.card.tensions), "-tension")
        if lines == self._drawn and not self.failed:
            return
        self._drawn = lines
        head, question, foot = lines
        rows = [(head, "dim"), *((row, "bold") for row in question), (foot, "dim")]
        self.update(
            Content("\n").join(Content.styled(text, style) for text, style in rows), layout=False
        )


Lines = tuple[str, tuple[str, ...], str]
"""What is asked and when, the question, and what stands below it, if there is room."""


def card_lines(inquiry: Inquiry, width: int) -> Lines:
    """The rows of the card."""
    card = inquiry.card
    asked = f"asked at t{card.turn}" if card.turn else ""
    what = [" ".join(card.targets), card.held_mark]
    left = " · ".join(part for part in ("ON THE TABLE", *what) if part)
    right = " · ".join(part for part in (asked, card.words) if part)
    head = _ends(left, right, width)
    text = "…" if card.state is CardState.COMING else one_line(card.text, limit=1000)
    presses = inquiry.offer is not None or bool(card.tensions)
    question = wrap(text, width)
    if len(question) > ROWS and not presses:
        return head, _within(question, ROWS + 1, width), ""
    return head, _within(question, ROWS, width), _foot(inquiry, width)


def _within(question: list[str], rows: int, width: int) -> tuple[str, ...]:
    """So many rows; what is too long loses its middle, for the end is what is asked."""
    if len(question) <= rows:
        return (*question, *[""] * (rows - len(question)))
    words = " ".join(question).split(" ")
    head, tail = len(words) // 2, len(words) // 2
    while len(shorter := wrap(" ".join([*words[:head], "…", *words[tail:]]), width)) > rows:
        head, tail = max(0, head - 1), tail + 1
    return (*shorter, *[""] * (rows - len(shorter)))


def _foot(inquiry: Inquiry, width: int) -> str:
    """Why it is asked, or the offer to close; else what else can be done."""
    if inquiry.offer is not None:
        return one_line(inquiry.offer.text, limit=width)
    card = inquiry.card
    if card.tensions:
        first = card.tensions[0]
        return f"/retract {first}  /refine {first}  /contest {first}"[:width]
    if card.why:
        return one_line(f"why: {card.why}", limit=width)
    keys = f"F5 hint (at {inquiry.hint})  F6 just tell me  /skip"
    return keys[:width] if card.state is CardState.OPEN else ""


def _ends(left: str, right: str, width: int) -> str:
    room = width - len(right) - 2
    if room < 12:
        return one_line(left, limit=width)
    return one_line(left, limit=room).ljust(room) + "  " + right
