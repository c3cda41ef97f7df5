"""Marks that say where a line of a page comes from, so that it can be checked again.

What the person said stands in quotation marks with its message, `“…” [message 8]`; what they
typed on the board is marked `[board, message 8]`, words of Claude's reply `[reply 8]`, and what
was said in the session before this one names it: `[message 8 of ID]`. Words of an attached
text are marked with its name and line: `[design.md:12]`. A line that nobody said
is marked with who answers, `(Claude, message 8)`. In prose the words of a message have its number
raised, `“…”⁸`. These marks are the contract between the page and `lint`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hq_tui.inquiry.board.model import By, Item, Origin, Status
from hq_tui.inquiry.text.language import squeezed, words

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""The digits of a raised number, in order."""
CLOSING = re.compile(
    r"” \[(?:(?:(board, )?(?:(message|reply) |t)(\d{1,9})( board)?|([^\[\]“”\n]{1,140}:\d{1,9}))"
    rf"(?: of ([\w-]{{1,64}}))?)\]|”([{RAISED}]{{1,9}})"
)
"""The end of a quotation that names its place; pages of earlier versions write `[t8 board]`."""
_TURNS = re.compile(r"\(t(\d+)((?:, t\d+)*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of words: in a message or reply, typed on the board, or in an attached text."""

    turn: int
    by: str = "message"
    board: bool = False
    session: str = ""
    file: str = ""

    @classmethod
    def of(cls, closing: re.Match[str]) -> Place:
        """The place that the end of a quotation names."""
        first, by, turn, last, file, session, raised = closing.groups()
        return cls(
            turn=int("".join(str(RAISED.index(one)) for one in raised or "") or turn or 0),
            by=by or "message",
            board=bool(first or last),
            session=session or "",
            file=file or "",
        )

    def __str__(self) -> str:
        of = f" of {self.session}" if self.session else ""
        if self.file:
            return f"{self.file}{of}"
        return f"{'board, ' if self.board else ''}{self.by} {self.turn}{of}"


def cited(quote: str, place: Place) -> str:
    """Words as they were said, and where."""
    return f"“{squeezed(quote)}” [{place}]"


def noted(quote: str, place: Place) -> str:
    """Words as they were said, in prose: those of a message have its number raised."""
    if place != Place(turn=place.turn):
        return cited(quote, place)
    number = "".join(RAISED[int(digit)] for digit in str(place.turn))
    return f"“{squeezed(quote)}”{number}"


def place_of(item: Item) -> Place:
    """The place of the words of an item of the person's."""
    typed = item.by is By.USER and item.origin is Origin.USER
    return Place(turn=item.turn, board=typed, session=item.session, file=item.source)


def place_of_quote(item: Item) -> Place:
    """The place of the words that an item quotes."""
    board = item.typed_quote
    return Place(turn=item.turn, board=board, session=item.session, file=item.source)


def sourced(item: Item, text: str = "", partner: str = "Claude") -> str:
    """An item as a page shows it: what it says, and the words that it rests on or whose it is."""
    place, shown = place_of(item), unquoted(text or item.text)
    if place.board:
        return cited(text or item.text, place)
    said = place_of_quote(item)
    taken = "; accepted" if item.status is Status.ACCEPTED else ""
    if item.is_users:
        quote = cited(item.quote, said)
        return quote if words(shown) == words(item.quote) else f"{shown} — {quote}"
    if item.quote:
        return f"{shown} ({partner}{taken}) — {cited(item.quote, said)}"
    of = f" of {item.session}" if item.session else ""
    return f"{shown} ({partner}, message {item.turn or item.changed}{of}{taken})"


def unquoted(text: str) -> str:
    """Words that are nobody's quotation, without the marks that would make them one."""
    text = squeezed(text).replace("“", "'").replace("”", "'")
    return _TURNS.sub(lambda found: f"(message {found[1]}{found[2].replace('t', '')})", text)
