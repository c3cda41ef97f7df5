"""The question on the table: what the last reply asked, as it was written.

It is the one that a board call declares, else the last question of the last paragraph. A reply
that asked several things keeps the others beside it, as they stand; one that asked nothing puts
nothing on the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.inquiry.board.calls import Ask
from hq_tui.inquiry.text.language import squeezed
from hq_tui.inquiry.text.questions import questions_asked, questions_in, similarity


class CardState(StrEnum):
    """The state of the question on the card."""

    EMPTY = "empty"
    COMING = "coming"
    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    TOLD = "told"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question, asked in `turn`.

    `targets` are ids on the board, `held` the other questions of the same paragraph.
    """

    text: str = ""
    why: str = ""
    targets: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    state: CardState = CardState.EMPTY
    turn: int = 0
    declared: bool = False

    @property
    def tensions(self) -> tuple[str, ...]:
        """The tensions among the targets."""
        return tuple(target for target in self.targets if target.startswith("T"))


NO_CARD = Card()
"""An empty table."""


def card_from(text: str, asks: Sequence[Ask], turn: int) -> Card:
    """The card that a reply with this visible text and these declared questions lays down."""
    asked = questions_asked(text)
    said = next((ask for ask in asks if ask.text), None)
    told = said or next(iter(asks), Ask())
    if said is None and not asked:
        return NO_CARD
    shown = asked[-1] if said is None else _as_written(said.text, asked or questions_in(text))
    others = [one for one in asked if one != shown]
    others += [ask.text for ask in asks if ask.text and ask is not said]
    return Card(
        text=shown,
        why=told.why,
        targets=told.targets,
        held=tuple(dict.fromkeys(others)),
        state=CardState.OPEN,
        turn=turn,
        declared=said is not None,
    )


def _as_written(declared: str, asked: Sequence[str]) -> str:
    """The question of the reply that was declared; the declaration itself where none is like it."""
    plain = squeezed(declared)
    for one in asked:
        if squeezed(one) in plain or plain in squeezed(one):
            return one
    likely = max(asked, key=lambda one: similarity(one, declared), default="")
    return likely if likely and (len(asked) == 1 or similarity(likely, declared) > 0) else declared
