"""Journals made of events, for tests of what is done with whole sessions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from hq_tui.core.codec import to_record
from hq_tui.core.events import (
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageSent,
    MessageStarted,
    ReplyDone,
    ResumeMode,
    SessionStarted,
    TextArrived,
)
from hq_tui.core.usage import Usage
from hq_tui.store.record import encode

NOON = 1_767_268_800.0
MODEL = "claude-sonnet-5-5"


def begun(session_id: str, *, at: float = NOON, parent: str = "") -> SessionStarted:
    """A session begins."""
    return SessionStarted(
        id=session_id, mode="examine", model=MODEL, at=at, system=("Ask.",), parent=parent
    )


def asked(text: str, *, at: float = NOON) -> MessageSent:
    """A message of the person."""
    return MessageSent(text=text, at=at)


def replied(text: str, *, at: float = NOON, whole: bool = True) -> list[Event]:
    """A reply in pieces of a word; when not `whole`, the program ended in the middle."""
    pieces = [TextArrived(index=0, text=f"{word} ") for word in text.split()]
    head: list[Event] = [
        AttemptStarted(number=1, how=ResumeMode.FRESH, model=MODEL, at=at, context="c"),
        MessageStarted(message_id="m", model=MODEL, usage=Usage(input_tokens=9)),
        BlockStarted(index=0, data={"type": "text", "text": ""}),
        *pieces,
    ]
    end: list[Event] = [
        BlockEnded(index=0),
        MessageDelta(usage=Usage(output_tokens=len(pieces)), stop_reason="end_turn"),
        MessageEnded(),
        ReplyDone(at=at + 1),
    ]
    return head + (end if whole else [])


def conversation(session_id: str, *said: str, at: float = NOON, parent: str = "") -> list[Event]:
    """A session of whole turns: message, reply, message, reply."""
    events: list[Event] = [begun(session_id, at=at, parent=parent)]
    for place, text in enumerate(said):
        when = at + 60 * place
        events += replied(text, at=when) if place % 2 else [asked(text, at=when)]
    return events


def write(folder: Path, events: Sequence[Event], *, at: float | None = None) -> Path:
    """The journal of these events; its name is the session's."""
    first = events[0]
    assert isinstance(first, SessionStarted)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{first.id}.jsonl"
    path.write_bytes(lines(events))
    path.chmod(0o600)
    if at is not None:
        os.utime(path, (at, at))
    return path


def lines(events: Iterable[Event], *, first: int = 1) -> bytes:
    """The lines of a journal, numbered from `first`."""
    return b"".join(
        encode(seq, ({"t": "session", "v": 1} if seq == 1 else {}) | to_record(event))
        for seq, event in enumerate(events, first)
    )
