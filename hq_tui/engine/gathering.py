"""Deltas that belong together, joined into one.

A delta is a word or two, and a reply has hundreds. What is done for each of them (a record
in the journal, a new conversation) is done as well for several that follow one another in
the same block, at a fraction of the cost and with the same outcome: their words only
append. Which deltas may be joined, and how, is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

from hq_tui.core.events import Event, TextArrived, ThinkingArrived, ToolInputArrived

Delta = TextArrived | ThinkingArrived | ToolInputArrived
"""The events that only append words to a block."""


class Gathering:
    """Deltas of one block, in the order in which they came."""

    def __init__(self) -> None:
        self._first: Delta | None = None
        self._pieces: list[str] = []

    def add(self, event: Event) -> bool:
        """Take `event` in, if it is a delta that can be joined to what is here, or begin it."""
        if not isinstance(event, Delta):
            return False
        first = self._first
        if first is None:
            self._first = event
        elif type(first) is not type(event) or first.index != event.index:
            return False
        self._pieces.append(
            event.partial_json if isinstance(event, ToolInputArrived) else event.text
        )
        return True

    def take(self) -> Delta | None:
        """All of it as one delta, and nothing is here any more; None where nothing was."""
        first, pieces = self._first, self._pieces
        if first is None:
            return None
        self._first, self._pieces = None, []
        if len(pieces) == 1:
            return first
        words = "".join(pieces)
        if isinstance(first, ToolInputArrived):
            return replace(first, partial_json=words)
        return replace(first, text=words)
