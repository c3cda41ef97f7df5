"""Where a line of a page comes from, written so that it can be checked again.

What the user said stands in quotation marks with its turn, `“…” [t7]`; what they typed on
the board is marked `[t7 board]`. Everything else says whose it is: `(partner, t4)` for an
inference, `(partner, t4, paraphrase)` where a quotation did not hold, `(rule)` for the
session's own figures. These marks are the contract between the page and `lint`.
"""

from __future__ import annotations

from hq_tui.inquiry.board.model import By, Earlier, Item, Origin, Status
from hq_tui.inquiry.text.language import squeezed


def cited(quote: str, turn: int, *, board: bool = False) -> str:
    """A line of the user's."""
    return f"“{squeezed(quote)}” [t{turn}{' board' if board else ''}]"


def sourced(item: Item) -> str:
    """An item as a page shows it: the user's words where there are any, else its text."""
    if item.by is By.USER and item.origin is Origin.USER:
        return cited(item.text, item.turn, board=True)
    if item.is_users:
        return cited(item.quote, item.turn)
    where = f"partner, t{item.changed or item.turn}"
    if item.paraphrase:
        where += ", paraphrase"
    if item.status is Status.ACCEPTED:
        where += ", accepted by you"
    return f"{unquoted(item.text)} ({where})"


def struck(item: Item) -> str:
    """A struck item, with what became of it."""
    return f"~~{sourced(item)}~~ {item.status} t{item.struck}"


def former(item: Item, one: Earlier) -> str:
    """An earlier wording of an item, struck."""
    if one.quote:
        return f"~~{cited(one.quote, one.said)}~~ reworded t{one.turn}"
    return f"~~{unquoted(one.text)}~~ reworded t{one.turn} ({item.id})"


def unquoted(text: str) -> str:
    """Words that are nobody's quotation, without the marks that would make them one."""
    return squeezed(text).replace("“", "'").replace("”", "'")
