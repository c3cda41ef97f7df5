"""The records of a session for an export: without file marks, and with deltas joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hq_tui.core.coalesce import coalesce, with_lost_messages

Record = dict[str, Any]

OF_THE_FILE = frozenset({"seq", "crc", "v"})
"""Fields of a record that belong to its journal file."""


def packed(records: Iterable[Mapping[str, Any]]) -> list[Record]:
    """The records without the marks of the file and without the name of the session."""
    numbered = with_lost_messages(coalesce(enumerate(map(_bare, records))))
    return [dict(record) for _, record in numbered]


def _bare(record: Mapping[str, Any]) -> Record:
    bare = {name: value for name, value in record.items() if name not in OF_THE_FILE}
    return {**bare, "id": ""} if record.get("t") == "session" else bare
