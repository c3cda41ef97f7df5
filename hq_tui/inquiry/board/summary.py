"""A summary of at most five lines in the person's own words, made from the board.

It is made on this machine when it is asked for, and costs nothing. Its lines have numbers;
the next message tells the model which lines were shown, so that "line 3" means the same to
both sides. Where nothing of the person's is on the board, their latest messages stand in.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from hq_tui.core.user_actions import SummaryLine
from hq_tui.inquiry.board.model import Item, Kind, Status
from hq_tui.inquiry.state import Inquiry
from hq_tui.inquiry.text.language import own_words, shorten, squeezed

MOST_LINES = 5
QUESTION = "Which line is wrong, or missing?"

_ORDER = (
    Kind.DECISION, Kind.CLAIM, Kind.CONSTRAINT, Kind.ASSUMPTION, Kind.EVIDENCE, Kind.OPTION,
    Kind.INSIGHT, Kind.HYPOTHESIS, Kind.TERM, Kind.ACTION, Kind.OPEN_QUESTION,
)  # fmt: skip
_HOLDS = frozenset({Status.OPEN, Status.REFINED, Status.CONFIRMED, Status.ACCEPTED})


def lines_now(state: Inquiry) -> tuple[SummaryLine, ...]:
    """The lines that a summary would show now, in the order in which they were said."""
    own = [item for item in state.board.live() if _can_be_shown(item)]
    own.sort(key=lambda item: (not item.pinned, _ORDER.index(item.kind), -item.turn, item.id))
    if not own:
        return _from_messages(state)
    chosen: dict[str, SummaryLine] = {}
    for item in own:
        quote = squeezed(item.quote or item.text)
        chosen.setdefault(quote, SummaryLine(quote=quote, turn=item.turn))
    return tuple(sorted(list(chosen.values())[:MOST_LINES], key=lambda line: line.turn))


def _can_be_shown(item: Item) -> bool:
    return item.is_users and item.kind in _ORDER and item.status in _HOLDS


def _from_messages(state: Inquiry) -> tuple[SummaryLine, ...]:
    found: list[SummaryLine] = []
    for turn in reversed(state.spoken):
        quote = squeezed(shorten(own_words(state.texts[turn]).strip()))
        if quote:
            found.append(SummaryLine(quote=quote, turn=turn))
        if len(found) == MOST_LINES:
            break
    return tuple(reversed(found))


def as_text(lines: Sequence[SummaryLine]) -> str:
    """The summary as it is shown: numbered lines and the question about them."""
    rows = [f"{number}. “{line.quote}” (message {line.turn})" for number, line in _numbered(lines)]
    return "\n".join([*rows, "", QUESTION])


def as_note(lines: Sequence[SummaryLine]) -> str:
    """The note that tells the model which lines were shown; empty where none were."""
    rows = [f"{number}. “{line.quote}” (message {line.turn})" for number, line in _numbered(lines)]
    return f"<summary>{html.escape('; '.join(rows), quote=False)}</summary>" if rows else ""


def _numbered(lines: Sequence[SummaryLine]) -> enumerate[SummaryLine]:
    return enumerate(lines, start=1)
