"""The end of a long session, from the end of its journal alone.

Reading ten thousand messages takes a second and more; the screen shows the last few. So
those are read first and shown at once, and the whole session is read behind them. A preview
is only looked at: nothing is asked, kept or counted from it, and when the session itself is
there it takes the place of what was previewed.

A turn begins with a message and owes nothing to the turns before it, so folding the end of
a journal gives the same turns as folding all of it. Only their numbers are not known there;
they come from counting the lines that hold a message, which damage can put out by a few
until the session is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import dropwhile
from pathlib import Path

from hq_tui.core.coalesce import events_of
from hq_tui.core.conversation import Turn
from hq_tui.core.events import MessageSent
from hq_tui.core.reducer import conversation_of
from hq_tui.store.reader import read_tail
from hq_tui.store.record import Record

LOOKED_AT = (400, 4_000)
"""Records of the end to look at, more where there is no message among the fewer."""

_MESSAGE = b',"t":"user",'
"""Stands at the beginning of a line that holds a message, behind its number."""

_HEAD = 40
"""Bytes at the beginning of a line that hold its number and kind."""

_PIECE = 256 * 1024


def last_turns(path: Path) -> tuple[Turn, ...]:
    """The last turns in the journal at `path`; none of a session that is read quickly anyway."""
    for wanted in LOOKED_AT:
        tail = read_tail(path, wanted, live=True)
        if tail.whole or tail.newer:
            return ()
        turns = turns_of(tail.records)
        if turns:
            return numbered(turns, messages_in(path))
    return ()


def turns_of(records: Iterable[Record]) -> tuple[Turn, ...]:
    """The turns that are whole in the end of a journal: the first message and what follows."""
    events = dropwhile(lambda event: not isinstance(event, MessageSent), events_of(records))
    return tuple(conversation_of(events).turns)


def messages_in(path: Path) -> int:
    """Count the messages in a journal by a look at the beginning of each line."""
    count, before = 0, b"\n"
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            data = before + piece
            at = data.find(_MESSAGE, max(0, len(before) - len(_MESSAGE) + 1))
            while at >= 0:
                count += data.rfind(b"\n", max(0, at - _HEAD), at) >= 0
                at = data.find(_MESSAGE, at + 1)
            before = data[-_HEAD - len(_MESSAGE) :]
    return count


def numbered(turns: tuple[Turn, ...], count: int) -> tuple[Turn, ...]:
    """`turns` as the last ones of `count`."""
    before = max(0, count - len(turns))
    return tuple(replace(turn, number=before + turn.number) for turn in turns)
