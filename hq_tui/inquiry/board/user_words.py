"""The user's own and attached words, which quotations are looked for in.

What was typed on the board or with `/decide` can be quoted like a message, and so can attached
texts, these only word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hq_tui.inquiry.attached_texts import AttachedTexts
from hq_tui.inquiry.board.model import Board, Origin
from hq_tui.inquiry.text.language import squeezed, words
from hq_tui.inquiry.text.quotes import located

SEARCHED = 50
"""The number of latest messages searched for a quotation, beside the turn that is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Words of the user's as they wrote them, and where."""

    text: str
    turn: int
    typed: bool = False
    source: str = ""
    """Name and line of the attached text that holds them."""


NOT_THEIRS = Quoted(text="", turn=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserWords:
    """Everything that the user wrote, up to the message of `turn`."""

    turn: int
    user_texts: Mapping[int, str]
    typed: tuple[tuple[int, str], ...]
    attached: AttachedTexts

    @classmethod
    def of(
        cls, board: Board, turn: int, user_texts: Mapping[int, str], attached: AttachedTexts
    ) -> UserWords:
        """The messages, and what was typed on the board, the latest first."""
        typed = tuple(
            (item.turn, item.text) for item in reversed(board.items) if item.origin is Origin.USER
        )
        return cls(turn=turn, user_texts=user_texts, typed=typed, attached=attached)

    def find(self, quote: str, turn: int = 0) -> Quoted:
        """Find `quote` in what the user wrote or attached."""
        said = self.own(quote, turn)
        if said.text or not words(quote):
            return said
        source = self.attached.source(quote, turn or self.turn)
        return (
            Quoted(text=squeezed(quote), turn=self.named(turn), source=source) if source else said
        )

    def own(self, quote: str, turn: int = 0) -> Quoted:
        """Find `quote` in what the user wrote: in the turn that is named first, then the latest."""
        if not quote:
            return NOT_THEIRS
        for number in dict.fromkeys((turn, *self._latest())):
            if text := located(quote, self.user_texts.get(number, "")):
                return Quoted(text=text, turn=number)
        for number, typed in self.typed:
            if text := located(quote, typed):
                return Quoted(text=text, turn=number, typed=True)
        return NOT_THEIRS

    def named(self, turn: int) -> int:
        """The turn that an operation names, or the present one."""
        return turn if turn in self.user_texts else self.turn

    def _latest(self) -> Iterable[int]:
        return range(self.turn, max(0, self.turn - SEARCHED), -1)
