"""A journal read back: the same events, in fewer steps.

Most records of a journal are fragments of a few words, each written the moment it came.
Where nothing depends on how a text was cut, neighbours that continue one another are
joined before they are folded, so a session of thousands of messages opens several times
as fast and is the same session. Where something does, in an answer that takes up an
earlier one and may repeat its last words, every fragment counts by itself, as it did live.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hq_tui.core.codec import from_record
from hq_tui.core.events import AttemptStarted, Event, How

_FRAGMENTS = {"text": "text", "think": "text", "input": "partial_json"}
"""The kinds of record that continue one another, and where each has its words."""


def events_of(records: Iterable[Mapping[str, Any]]) -> Iterator[Event]:
    """What `records` tell of, in order; folding this is folding every record by itself."""
    fresh = False
    waiting: Mapping[str, Any] = {}
    pieces: list[str] = []
    for record in records:
        field = _FRAGMENTS.get(str(record.get("t"))) if fresh else None
        is_fragment = field is not None and _is_plain(record, field)
        if pieces and not (is_fragment and _continues(waiting, record)):
            yield _joined(waiting, pieces)
            pieces = []
        if field is not None and is_fragment:
            waiting = record
            pieces.append(record[field])
            continue
        event = from_record(record)
        if isinstance(event, AttemptStarted):
            fresh = event.how is How.FRESH
        yield event
    if pieces:
        yield _joined(waiting, pieces)


def _is_plain(record: Mapping[str, Any], field: str) -> bool:
    """Whether a fragment is sound and holds nothing but its place and its words."""
    return len(record) == 3 and type(record.get("index")) is int and type(record.get(field)) is str


def _continues(before: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    return bool(before["t"] == record["t"] and before["index"] == record["index"])


def _joined(record: Mapping[str, Any], pieces: list[str]) -> Event:
    """The event that all of `pieces` are together; `record` is the last of them."""
    return from_record({**record, _FRAGMENTS[record["t"]]: "".join(pieces)})
