"""The records of a session as an export carries them: all that happened, in fewer of them.

A journal has a record for every few letters that arrived. The marks of the file are taken
off, and neighbours that only bring more words for the same block are put together. Whoever
imports them has the same session, down to what each attempt brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from hq_tui.core.coalesce import coalesce
from hq_tui.core.codec import from_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.reducer import apply

Record = dict[str, Any]

_OF_THE_FILE = frozenset({"seq", "crc", "v"})


def packed(records: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records without the marks of the file and without the name of the session."""
    return [dict(record) for _, record in coalesce(enumerate(map(_bare, records)))]


def folded(records: Iterable[Mapping[str, Any]]) -> Conversation:
    """The conversation that the records tell of."""
    return reduce(apply, map(from_record, records), EMPTY)


def _bare(record: Mapping[str, Any]) -> Record:
    bare = {name: value for name, value in record.items() if name not in _OF_THE_FILE}
    return {**bare, "id": ""} if record.get("t") == "session" else bare
