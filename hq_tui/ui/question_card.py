"""The question on the table, always in the same four rows.

It is the last thing above the composer, so that the eye falls on it before writing. Its
height never changes: a long question is shortened here and stands whole in the transcript.
"""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content
from textual.widgets import Static

from hq_tui.core.safe_text import one_line
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.state import Inquiry

ROWS = 2
"""Rows for the question itself."""


class QuestionCard(Static):
    """One question, its type, what it is about, and the keys that answer it otherwise."""

    def __init__(self) -> None:
        super().__init__(Content(""), id="card")
        self._drawn: tuple[str, ...] = ()

    def show(self, inquiry: Inquiry) -> None:
        """Draw the card of `inquiry`; nothing is painted when nothing changed."""
        lines = tuple(card_lines(inquiry, max(20, self.size.width)))
        self.set_class(bool(inquiry.card.tensions), "-tension")
        if lines == self._drawn:
            return
        self._drawn = lines
        head, *question, foot = lines
        self.update(
            Content("\n").join(
                [
                    Content.styled(head, "dim"),
                    Content.styled("\n".join(question), "bold"),
                    Content.styled(foot, "dim"),
                ]
            ),
            layout=False,
        )


def card_lines(inquiry: Inquiry, width: int) -> list[str]:
    """The four rows of the card."""
    card = inquiry.card
    asked = f"asked at t{card.turn}" if card.turn else ""
    what = [card.kind, " ".join(card.targets), card.held_mark]
    left = " · ".join(part for part in ("ON THE TABLE", *what) if part)
    right = " · ".join(part for part in (asked, card.words) if part)
    head = _ends(left, right, width)
    question = wrap(one_line(card.text, limit=1000), width)
    if card.state is CardState.COMING:
        question = ["…"]
    if len(question) > ROWS:
        question = [*question[: ROWS - 1], one_line(" ".join(question[ROWS - 1 :]), limit=width)]
    question += [""] * (ROWS - len(question))
    return [head, *question, _foot(inquiry, width)]


def _foot(inquiry: Inquiry, width: int) -> str:
    """Why it is asked, or the offer to close; else what else can be done."""
    if inquiry.offer is not None:
        return one_line(f"{inquiry.offer.text} · F10 brief", limit=width)
    card = inquiry.card
    if card.tensions:
        first = card.tensions[0]
        return f"/retract {first}  /refine {first}  /contest {first}"[:width]
    if card.why:
        return one_line(f"why: {card.why}", limit=width)
    keys = f"F5 hint (at {inquiry.hint})  F6 just tell me  /skip  F7 pace: {inquiry.pace_name}"
    return keys[:width] if card.state is CardState.OPEN else ""


def _ends(left: str, right: str, width: int) -> str:
    room = width - len(right) - 2
    if room < 12:
        return one_line(left, limit=width)
    return one_line(left, limit=room).ljust(room) + "  " + right
