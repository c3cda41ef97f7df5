"""The records of a session as an export carries them: all that happened, in fewer of them.

A journal has a record for every few letters that arrived. Neighbours that only bring more
words for the same block are put together, the marks of the file are taken off, and then the
result is folded and compared: were it another conversation, the records would stay apart.
So whoever imports them has the same session, down to what each attempt brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from hq_tui.core.codec import from_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.reducer import apply

Record = dict[str, Any]

_OF_THE_FILE = frozenset({"seq", "crc", "v"})
_WORDS = {"text": "text", "think": "text", "input": "partial_json"}
"""Kinds of records that bring more of something, and the field that it stands in."""


def packed(records: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records without the marks of the file and without the name of the session."""
    bare = [_bare(record) for record in records]
    joined: list[Record] = []
    for record in bare:
        if joined and _goes_on(joined[-1], record):
            field = _WORDS[record["t"]]
            joined[-1] = {**joined[-1], field: joined[-1][field] + record[field]}
        else:
            joined.append(record)
    return joined if folded(joined) == folded(bare) else bare


def folded(records: Iterable[Mapping[str, Any]]) -> Conversation:
    """The conversation that the records tell of."""
    return reduce(apply, map(from_record, records), EMPTY)


def _bare(record: Mapping[str, Any]) -> Record:
    bare = {name: value for name, value in record.items() if name not in _OF_THE_FILE}
    return {**bare, "id": ""} if record.get("t") == "session" else bare


def _goes_on(before: Record, record: Record) -> bool:
    """Whether both bring words for the same block, and nothing else."""
    field = _WORDS.get(str(record.get("t")), "")
    return (
        bool(field)
        and set(before) == set(record) == {"t", "index", field}
        and (before["t"], before["index"]) == (record["t"], record["index"])
        and isinstance(before[field], str)
        and isinstance(record[field], str)
    )
