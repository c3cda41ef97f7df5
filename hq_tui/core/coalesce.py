"""Joins neighbouring deltas of one block into one.

A reply has hundreds of deltas; joined, they cost a fraction and lead to the same state.
`DeltaBuffer` joins events as they come, `coalesce` joins records that were read back. A message
whose record is missing among those is stood in for by `with_lost_messages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from hq_tui.core.codec import from_record, to_record
from hq_tui.core.events import (
    AttemptStarted,
    Event,
    MessageSent,
    ResumeMode,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)

Delta = TextArrived | ThinkingArrived | ToolInputArrived
"""The events that only append words to a block."""
Record = Mapping[str, Any]
_WORDS = {"text": "text", "think": "text", "input": "partial_json"}
"""The kinds of their records, and the field that has the words."""
LOST_MESSAGE = "(a message that could not be read)"
"""The text of a message whose record is missing."""


class DeltaBuffer:
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


def events_of(records: Iterable[Record]) -> Iterator[Event]:
    """The events of a journal in order: deltas joined, and lost messages stood in for."""
    numbered = with_lost_messages(coalesce(enumerate(records)))
    return (from_record(record) for _, record in numbered)


def with_lost_messages(numbered: Iterable[tuple[int, Record]]) -> Iterator[tuple[int, Record]]:
    """Records with their numbers, and a message before each reply whose own is missing.

    The attempts at one reply are numbered from 1, whatever becomes of them, so a first one
    behind another answers a message of its own, unless that was discarded. In a part from the
    middle of a journal nothing is missing before the first attempt.
    """
    is_asked = True
    for at, record in numbered:
        kind = record.get("t")
        if kind == "attempt":
            event = from_record(record)
            if not is_asked and isinstance(event, AttemptStarted) and event.number == 1:
                yield at, to_record(MessageSent(text=LOST_MESSAGE, at=event.at))
            is_asked = False
        elif kind in {"session", "user", "discard"}:
            is_asked = kind != "session"
        yield at, record


def coalesce(numbered: Iterable[tuple[int, Record]]) -> Iterator[tuple[int, Record]]:
    """Records with their numbers, each run of deltas joined under the number of its first.

    The deltas of a resumed attempt are not joined: they may repeat words of the one before, and
    are compared one by one, as they were when they arrived.
    """
    fresh = False
    number = 0
    waiting: Record = {}
    pieces: list[str] = []
    for at, record in numbered:
        field = _words_in(record) if fresh else ""
        if pieces and not (field and _continues(waiting, record)):
            yield number, _joined(waiting, pieces)
            pieces = []
        if field:
            if not pieces:
                number, waiting = at, record
            pieces.append(record[field])
            continue
        if record.get("t") == "attempt":
            event = from_record(record)
            fresh = event.how is ResumeMode.FRESH if isinstance(event, AttemptStarted) else fresh
        yield at, record
    if pieces:
        yield number, _joined(waiting, pieces)


def _words_in(record: Record) -> str:
    """The field with the words of a sound delta that holds nothing but its place and them."""
    field = _WORDS.get(str(record.get("t")))
    if field is None or len(record) != 3 or type(record.get("index")) is not int:
        return ""
    return field if type(record.get(field)) is str else ""


def _continues(before: Record, record: Record) -> bool:
    return bool(before["t"] == record["t"] and before["index"] == record["index"])


def _joined(record: Record, pieces: list[str]) -> Record:
    """The record that all of `pieces` are together; `record` is the first of them."""
    return {**record, _WORDS[record["t"]]: "".join(pieces)} if len(pieces) > 1 else record
