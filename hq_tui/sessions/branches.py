"""Branches: another way on from an earlier point of a session, beside it and not over it.

A branch is a session of its own. Its journal begins with the parent's records up to a turn,
so what the API was sent before is what it is sent again, byte for byte; `parent` in its
first record says where it came from, as `ID@TURN`. The parent's file is only read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hq_tui.core.coalesce import with_lost_messages
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.events import MessageSent, SessionStarted
from hq_tui.errors import UsageError
from hq_tui.store.record import Record

_LEFT_BEHIND = frozenset({"session", "queue", "unqueue", "draft", "page"})
"""The beginning is made anew; a message that still waited and a page belong to the parent."""


def branch_records(
    records: Iterable[Record],
    *,
    parent: str,
    turn: int,
    branch: str,
    at: float,
    edits: bool = False,
) -> list[Record]:
    """The records with which `branch` begins: those of `parent` up to the end of `turn`.

    Turn 0 is the moment before the first message; with `edits` the branch is there to write the
    next one anew. Raises UsageError for a turn that there is not.
    """
    first = SessionStarted(id=branch, mode="", model="", at=at)
    kept: list[Record] = []
    turns = 0
    for _, record in with_lost_messages(enumerate(records)):
        event = from_record(record)
        if isinstance(event, SessionStarted):
            first = replace(event, id=branch, at=at)
        turns += isinstance(event, MessageSent)
        if turns > turn:
            break
        if record["t"] not in _LEFT_BEHIND:
            kept.append(dict(record))
    if turns < turn or turn < 0:
        raise UsageError(f"There is no message {turn}.", hint=f"The last one is {turns}.")
    return [to_record(replace(first, parent=f"{parent}@{turn}", edits=(turn + 1) * edits)), *kept]


def parent_of(parent: str) -> tuple[str, int]:
    """Session and turn that `ID@TURN` names; no session where it names none."""
    name, _, turn = parent.rpartition("@")
    return (name, int(turn)) if turn.isdecimal() and turn.isascii() else ("", 0)


def family(parents: Mapping[str, str], member: str) -> list[tuple[str, int]]:
    """The session that `member` goes back to and all its branches, each with its depth.

    `parents` has what each session says of its parent, in the order in which branches of
    one parent are to stand.
    """
    root, seen = member, {member}
    while (above := parent_of(parents.get(root, ""))[0]) in parents and above not in seen:
        root = above
        seen.add(root)
    children: dict[str, list[str]] = {}
    for name, parent in parents.items():
        children.setdefault(parent_of(parent)[0], []).append(name)
    found: dict[str, int] = {}
    waiting = [(root, 0)]
    while waiting:
        name, depth = waiting.pop()
        if name not in found:
            found[name] = depth
            waiting += [(child, depth + 1) for child in reversed(children.get(name, []))]
    return list(found.items())
