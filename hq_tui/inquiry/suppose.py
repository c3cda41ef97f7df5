"""Drafts the message of `/suppose`: the claim as it was said, and that it does not hold.

No rule knows what the opposite of a claim is; the draft quotes it for the person to change.
"""

from __future__ import annotations

from hq_tui.inquiry.board.model import Board, Item, Kind
from hq_tui.inquiry.text.language import shorten, squeezed

CLAIMS = frozenset({Kind.CLAIM, Kind.ASSUMPTION, Kind.HYPOTHESIS, Kind.DECISION, Kind.CONSTRAINT})
"""Kinds of items that can be supposed not to hold."""


def suppose(claim: str) -> str:
    """A draft that quotes `claim`, or the beginning of a long one, as not holding."""
    return f"Suppose this does not hold: “{squeezed(shorten(claim))}”"


def last_claim(board: Board) -> Item | None:
    """The last line of the board that is a claim of the user's and still holds."""
    held = [
        item
        for item in board.items
        if item.kind in CLAIMS and item.is_users and item.quote and not item.is_struck
    ]
    return max(held, key=lambda item: item.turn, default=None)
