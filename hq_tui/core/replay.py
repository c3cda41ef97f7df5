"""A journal read back: the same events, in fewer steps.

Most records of a journal are deltas of a few words, each written the moment it came. They
are joined before they are read, so a session of thousands of messages opens several times
as fast and is the same session.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hq_tui.core.coalesce import Record, coalesce
from hq_tui.core.codec import from_record
from hq_tui.core.events import Event


def events_of(records: Iterable[Record]) -> Iterator[Event]:
    """What `records` tell of, in order; folding this is folding every record by itself."""
    return (from_record(record) for _, record in coalesce(enumerate(records)))
