"""The question on the table: one at a time, whatever a reply contains.

The partner says which question it asked; what the reader saw is in the reply. Where the two
agree, the card has the reason from the one and the words of both. A reply that
asked several things puts the first on the table and the others behind it, so that the
user never sees a questionnaire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.inquiry.board.model_ops import Ask
from hq_tui.inquiry.text.language import squeezed
from hq_tui.inquiry.text.questions import questions_in, similarity


class CardState(StrEnum):
    """What has become of the question."""

    EMPTY = "empty"
    COMING = "coming"
    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    TOLD = "told"
    CLOSED = "closed"


_WORDS = {
    CardState.EMPTY: "nothing on the table",
    CardState.COMING: "a question is coming …",
    CardState.OPEN: "waiting for you",
    CardState.ANSWERED: "answered",
    CardState.SKIPPED: "skipped",
    CardState.TOLD: "answered for you",
    CardState.CLOSED: "closed; write to go on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question, asked in `turn`. `targets` are ids on the board, `held` the other questions."""

    text: str = ""
    why: str = ""
    targets: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    state: CardState = CardState.EMPTY
    turn: int = 0
    declared: bool = False

    @property
    def words(self) -> str:
        """The state in words."""
        return _WORDS[self.state]

    @property
    def held_mark(self) -> str:
        """`+2 held`, or nothing."""
        return f"+{len(self.held)} held" if self.held else ""

    @property
    def tensions(self) -> tuple[str, ...]:
        """The tensions among the targets."""
        return tuple(target for target in self.targets if target.startswith("T"))


NO_CARD = Card()
"""An empty table."""


def card_from(text: str, asks: Sequence[Ask], turn: int) -> Card:
    """The card that a reply with this visible text and these declared questions lays down."""
    asked = questions_in(text)
    declared = next((ask for ask in asks if ask.text), None)
    if declared is None:
        if not asked:
            return NO_CARD
        first, *rest = asked
        return Card(
            text=first,
            held=tuple(rest),
            state=CardState.OPEN,
            turn=turn,
        )
    shown = _as_written(declared.text, asked)
    others = [one for one in asked if one != shown]
    others += [ask.text for ask in asks if ask.text and ask is not declared]
    return Card(
        text=shown,
        why=declared.why,
        targets=declared.targets,
        held=tuple(dict.fromkeys(others)),
        state=CardState.OPEN,
        turn=turn,
        declared=True,
    )


def _as_written(declared: str, asked: Sequence[str]) -> str:
    """The question of the reply that was declared; the declaration itself where none is like it."""
    plain = squeezed(declared)
    for one in asked:
        if squeezed(one) in plain or plain in squeezed(one):
            return one
    likely = max(asked, key=lambda one: similarity(one, declared), default="")
    return likely if likely and (len(asked) == 1 or similarity(likely, declared) > 0) else declared
