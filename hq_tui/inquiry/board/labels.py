"""Lines of a page that have a name: "Outcome: …", "Risk: …".

The board knows kinds, a page needs parts. A part is written as a label at the head of an
item's text, so that it can be read by the user, filed by the model and found by code.
"""

from __future__ import annotations

from collections.abc import Sequence

from hq_tui.inquiry.board.model import Board, Item

LABELS = (
    "Outcome", "For whom", "Why now", "Success", "Limit", "Out of scope", "Restated", "New case",
    "Reason", "Risk", "Signal", "Purpose", "Non-goal", "Expected", "Happened", "Last worked",
    "Caught by", "Cause", "Fix", "Told", "Actor", "Workaround", "Rule", "Errors", "Numbers",
    "Accepted by",
)  # fmt: skip

_BY_NAME = {label.lower(): label for label in LABELS}


def label_of(item: Item, own: Sequence[str] = ()) -> str:
    """The label at the head of an item's text, one of `own` or ours; empty when there is none."""
    head, colon, _ = item.text.partition(":")
    known = {**_BY_NAME, **{label.lower(): label for label in own}} if own else _BY_NAME
    return known.get(head.strip().lower(), "") if colon else ""


def labelled(board: Board, label: str) -> tuple[Item, ...]:
    """The items with this label, struck ones too."""
    return tuple(item for item in board.items if label_of(item) == label)


def covered_labels(board: Board, own: Sequence[str] = (), *, quoted: bool = False) -> set[str]:
    """The labels that stand on the board; `quoted` counts only what is in the user's words."""
    return {label_of(item, own) for item in board.live() if not quoted or item.is_users} - {""}


def labels_about(board: Board, id: str) -> set[str]:
    """The labels of the items that support the item `id`."""
    return {label_of(item) for item in board.live() if id in item.supports} - {""}
