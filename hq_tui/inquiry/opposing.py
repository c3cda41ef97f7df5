"""What somebody who held the opposite would have said, as far as rules can tell.

A claim is turned round by taking a "not" out of it, by swapping a word that covers every
case for the one that covers none, or by denying its first verb. No rule knows what was
meant, so this is a draft for the person to edit and never more; where no rule fits, the
claim is quoted as it stands and said not to hold.
"""

from __future__ import annotations

import re

from hq_tui.inquiry.board import Board, Item, Kind
from hq_tui.inquiry.language import Span, chunks, clauses, sentences

CLAIMS = frozenset({Kind.CLAIM, Kind.ASSUMPTION, Kind.HYPOTHESIS, Kind.DECISION, Kind.CONSTRAINT})
"""Kinds of items that can be held the other way round."""

_CONTRACTED = {"can't": "can", "won't": "will", "shan't": "shall", "cannot": "can"}
_ABSOLUTES = {
    "always": "never", "never": "always", "everyone": "nobody", "everybody": "nobody",
    "nobody": "everybody", "everything": "nothing", "nothing": "everything",
}  # fmt: skip
_ABSOLUTE = re.compile(rf"\b({'|'.join(_ABSOLUTES)})\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(can't|can’t|won't|won’t|shan't|shan’t|cannot)\b", re.IGNORECASE)
_SHORT_NOT = re.compile(
    r"\b(do|does|did|is|are|was|were|has|have|had|could|should|would|must|might|need)n['’]t\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might"
    r"|must|need)\s+not\b(?!\s+(?:only|just|all|every|always))",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(is|are|was|were|am|can|could|will|would|shall|should|may|might|must)\b(?!\s+not\b)",
    re.IGNORECASE,
)
_SHORT_VERB = re.compile(r"\b(it|that|there|he|she|this)['’]s\b", re.IGNORECASE)
_SHORT_AM = re.compile(r"\b(we|they|you)['’]re\b|\b(i)['’]m\b", re.IGNORECASE)


def opposite_of(claim: str) -> str:
    """The claim turned round; empty where no rule fits."""
    for pattern, other in (
        (_DENIED, lambda found: _CONTRACTED[found[0].lower().replace("’", "'")]),
        (_SHORT_NOT, lambda found: found[1]),
        (_NOT, lambda found: found[1]),
        (_ABSOLUTE, lambda found: _ABSOLUTES[found[0].lower()]),
        (_VERB, lambda found: f"{found[0]} not" if found[0].lower() != "can" else "cannot"),
        (_SHORT_VERB, lambda found: f"{found[1]} is not"),
        (_SHORT_AM, lambda found: f"{found[1]} are not" if found[1] else f"{found[2]} am not"),
    ):
        if found := pattern.search(claim):
            word = other(found)
            word = word[:1].upper() + word[1:] if found[0][:1].isupper() else word
            return claim[: found.start()] + word + claim[found.end() :]
    return ""


def suppose(message: str, claim: str = "") -> str:
    """`message` as if the opposite of `claim` had been said in it; a draft, to be edited.

    Without a claim its first one is turned round; a claim that is not in it word for word
    stands alone. Where no rule fits, what is said not to hold is quoted.
    """
    span = _found(message, claim) if claim else _first(message)
    if span is None:
        return opposite_of(claim) or _denied(claim or message)
    turned = opposite_of(span.text)
    return message[: span.start] + turned + message[span.end :] if turned else _denied(span.text)


def last_claim(board: Board) -> Item | None:
    """The last line of the board that is a claim of the user's and still holds."""
    held = [
        item
        for item in board.items
        if item.kind in CLAIMS and item.is_users and item.quote and not item.is_struck
    ]
    return max(held, key=lambda item: item.turn, default=None)


def _denied(claim: str) -> str:
    return f"Suppose this does not hold: “{' '.join(claim.split())}”"


def _found(message: str, claim: str) -> Span | None:
    """Where the claim stands in the message, word for word."""
    start = message.find(claim)
    return Span(text=claim, start=start) if start >= 0 else None


def _first(message: str) -> Span | None:
    """The first clause of the message that a rule can turn round, else the first stretch."""
    for sentence in sentences(message):
        for clause in clauses(sentence.text):
            if opposite_of(clause.text):
                return Span(text=clause.text, start=sentence.start + clause.start)
    return next(iter(chunks(message)), None)
