"""Summaries of journals for a list of sessions and a search, read off their ends.

A journal that has grown is read from the message that opened its last turn; what came before
is known from the last time. A long one is taken in a portion at a time in the same way, as if
it had grown by that much, so that little of it is in memory and no portion takes long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hq_tui.core.coalesce import coalesce, with_lost_messages
from hq_tui.core.codec import from_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import MessageSent
from hq_tui.core.reducer import apply
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.core.text.summary import state_of, timestamp, title_of
from hq_tui.store.files import read_from, reading
from hq_tui.store.index import Passage, ReadCheckpoint
from hq_tui.store.reader import scan
from hq_tui.store.record import JournalEntry, decode
from hq_tui.store.scanner import Scanner

PORTION = 64 * 1024
"""Bytes of a journal that are taken in at once; more where a single turn is longer."""
_OPENS_A_TURN = b',"t":"user"'
_UNTOLD = frozenset({"stop", "think", "cite"})
"""Kinds of records that change neither words nor state nor tokens of a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session in a list. Times in seconds since the epoch."""

    id: str
    title: str = ""
    mode: str = ""
    model: str = ""
    created: float = 0.0
    updated: float = 0.0
    turns: int = 0
    tokens: int = 0
    """All that went in and came out, estimates included."""
    tokens_before: int = 0
    """Of those, the ones before the last turn."""
    state: str = ""
    parent: str = ""
    modified: float = 0.0
    """The time when its file was last written."""
    size: int = 0
    """Bytes of its file."""

    def as_json(self) -> dict[str, Any]:
        """The row as `sessions --json` prints it."""
        return {
            "id": self.id,
            "title": self.title,
            "mode": self.mode,
            "model": self.model,
            "created": timestamp(self.created),
            "updated": timestamp(self.updated),
            "turns": self.turns,
            "state": self.state,
        }

    def as_line(self) -> str:
        """The row for people."""
        when = timestamp(self.updated)[:16].replace("T", " ")
        turns = counted(self.turns, "turn").rjust(9 + (self.turns != 1)).ljust(10)
        facts = f"{self.mode:<9} {turns}  {self.state:<8}"
        return f"{self.id}  {when:<16}  {facts}  {one_line(self.title, limit=60)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChunk:
    """A journal as far as it was read: its mark, its row, and what was said behind `after`.

    `more` says that there is more of it, to be read from the mark.
    """

    mark: ReadCheckpoint
    row: SessionRow
    passages: tuple[Passage, ...]
    after: int
    more: bool = False


def read_increment(
    path: Path, before: ReadCheckpoint, known: SessionRow | None, *, portion: int = PORTION
) -> SummaryChunk:
    """The next portion of the session at `path`, from where `before` says, else from the start.

    Raises OSError, HqError.
    """
    with reading(path) as (fd, size):
        data = _portion(fd, before.begin, size, portion) if known and before.seq else b""
        if known is None or not _goes_on(data, before):
            before, known, data = ReadCheckpoint(), None, _portion(fd, 0, size, portion)
    more = before.begin + len(data) < size
    begin, seq = _last_turn(data)
    so_far = known.tokens_before if known else 0
    scanner = Scanner(after=max(0, before.seq - 1), live=True)
    folded = _Folded(_resumed(known), before.turns, so_far)
    _fold(folded, scanner.entries(_pieces(data)), seq)
    found = scanner.damaged
    lost = found and found - scan(data[begin:], after=seq - 1, live=True).damaged
    mark = ReadCheckpoint(
        size=before.begin + len(data),
        begin=before.begin + begin,
        seq=seq,
        turns=folded.turns_before,
        damaged=before.damaged + lost,
    )
    row = _row(folded, before.damaged + found)
    return SummaryChunk(
        mark=mark,
        row=replace(row, state="") if more else row,
        passages=tuple(folded.passages),
        after=before.turns,
        more=more,
    )


def _portion(fd: int, begin: int, size: int, most: int) -> bytes:
    """About `most` bytes from `begin` on, and as many as it takes for another turn to open."""
    end = begin + most
    while True:
        data = read_from(fd, begin, min(end, size))
        if end >= size or _last_turn(data)[0]:
            return data
        end += end - begin


def _pieces(data: bytes) -> Iterator[bytes]:
    """`data` in pieces, so that not all of its lines are there twice at the same time."""
    for begin in range(0, len(data), PORTION):
        yield data[begin : begin + PORTION]


def _goes_on(data: bytes, mark: ReadCheckpoint) -> bool:
    """True if `data` begins with the very record that `mark` names."""
    entry = decode(data.partition(b"\n")[0]) if data else None
    return entry is not None and entry.seq == mark.seq and entry.record["t"] == "user"


def _last_turn(data: bytes) -> tuple[int, int]:
    """The offset of the record that opens the last turn, and its number; zeros for none."""
    end = len(data)
    while (at := data.rfind(_OPENS_A_TURN, 0, end)) >= 0:
        begin = data.rfind(b"\n", 0, at) + 1
        close = data.find(b"\n", at)
        entry = decode(data[begin : close if close >= 0 else len(data)])
        if entry is not None and entry.record["t"] == "user":
            return begin, entry.seq
        end = begin
        if not begin:
            break
    return 0, 0


def _resumed(known: SessionRow | None) -> Conversation:
    """The session before its last turn, as far as what follows can depend on it."""
    return EMPTY if known is None else replace(EMPTY, **_shared(known))


def _shared(session: SessionRow | Conversation) -> dict[str, Any]:
    """The fields that a row and a conversation have under the same names."""
    names = ("id", "title", "mode", "model", "parent", "created", "updated")
    return {name: getattr(session, name) for name in names}


class _Folded:
    """A session as far as it has been gone through, one turn in memory at a time."""

    def __init__(self, conversation: Conversation, turns: int, tokens: int) -> None:
        self.conversation = conversation
        self.turns = self.turns_before = turns
        self.tokens = self.tokens_before = tokens
        self.passages: list[Passage] = []

    def say(self) -> None:
        """Keep what both sides said in the turn that has just been gone through."""
        turn = self.conversation.live
        if turn is None:
            return
        asked, reply = turn.asked, turn.reply
        sides = [("user", asked.text, asked.at), ("assistant", reply.text, asked.at + 0.001)]
        self.passages += [
            Passage(turn=self.turns, role=role, text=text, at=at)
            for role, text, at in sides
            if text or role == "user"
        ]
        self.tokens += reply.usage.total


def _fold(done: _Folded, entries: Iterable[JournalEntry], last_seq: int) -> None:
    """Go on to the end of what was found; record `last_seq` opens the last turn."""
    telling = ((one.seq, one.record) for one in entries if one.record["t"] not in _UNTOLD)
    for seq, record in with_lost_messages(coalesce(telling)):
        event = from_record(record)
        if isinstance(event, MessageSent):
            done.say()
            if seq == last_seq:
                done.turns_before, done.tokens_before = done.turns, done.tokens
            done.conversation = replace(
                done.conversation, title=title_of(done.conversation), live=None
            )
            done.turns += 1
        done.conversation = apply(done.conversation, event)
    done.say()


def _row(done: _Folded, damaged: int) -> SessionRow:
    conversation, turns = done.conversation, done.turns
    state = state_of(conversation.reply) if turns else "empty"
    return SessionRow(
        **{**_shared(conversation), "title": title_of(conversation)},
        turns=turns,
        tokens=done.tokens,
        tokens_before=done.tokens_before,
        state="damaged" if damaged else state,
    )
