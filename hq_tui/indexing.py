"""Keeps the index of all sessions in step with their journals, and reads rows off it.

A journal that has grown is read from the message that opened its last turn, not from its
beginning; one that has not is not read at all. The work comes in slices, so that whoever
waits for a row or a search between two of them does not wait for the whole. When the index
has to be made anew, the rows that are known stay until they are known again.

All of it runs in one thread at a time: the caller's, or one of its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from hq_tui.core.codec import from_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import Asked
from hq_tui.core.export import state_of, timestamp, title_of
from hq_tui.core.reducer import apply
from hq_tui.core.safe_text import one_line
from hq_tui.core.searching import sentence_around, words_of
from hq_tui.errors import HqError
from hq_tui.store.files import open_private, read_from
from hq_tui.store.index import Index, Mark, Passage, Renewed
from hq_tui.store.place import is_session_id
from hq_tui.store.reading import Scan, scan
from hq_tui.store.record import Record, decode

SLICE = 0.05
"""Seconds of work after which others get their turn."""
_SUFFIX = ".jsonl"
_OPENS_A_TURN = b',"t":"user"'
_UNTOLD = frozenset({"message", "stop", "think", "cite"})
"""Kinds of records that change neither the words nor the state of a session."""
_RENEWALS = 2
"""How often an index that was made anew is filled again before it is left as it is."""


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
    state: str = ""
    parent: str = ""
    modified: float = 0.0
    """When its file was last written."""
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
        facts = f"{self.mode:<9} {self.turns:>4} turns  {self.state:<8}"
        return f"{self.id}  {when:<16}  {facts}  {one_line(self.title, limit=60)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Words found: where, and the sentence around them."""

    id: str
    title: str
    turn: int
    role: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """The hit as `search --json` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A journal as far as it was read: its mark, its row, and what was said behind `after`."""

    mark: Mark
    row: SessionRow
    passages: tuple[Passage, ...]
    after: int


class Catalogue:
    """The sessions in `folder`, as an index in `cache` knows them."""

    def __init__(
        self, folder: Path, cache: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        digest = sha256(os.fsencode(folder.absolute())).hexdigest()[:8]
        self._folder = folder
        self._index = Index(cache / f"sessions-{digest}.sqlite")
        self._clock = clock
        self._marks: dict[str, Mark] = {}
        self._rows: dict[str, SessionRow] = {}
        self._known = False
        self._renewals = 0
        self._left: list[tuple[str, int, int]] = []

    @property
    def in_memory(self) -> bool:
        """Whether the index could not be put into a file."""
        return self._index.in_memory

    def refresh(self, budget: float = SLICE) -> bool:
        """Take in what has changed, for about `budget` seconds; whether more is to be done."""
        try:
            return self._refresh(budget)
        except Renewed:
            self._known, self._left = False, []
            self._renewals += 1
            return self._renewals <= _RENEWALS

    def refresh_all(self) -> None:
        """Take in everything that has changed."""
        while self.refresh(float("inf")):
            pass

    def rows(self) -> list[SessionRow]:
        """Every session of the folder, the last written first, as far as it is known."""
        rows = []
        for name, size, mtime in _listed(self._folder):
            known = self._rows.get(name) or SessionRow(id=name, title=name)
            rows.append(replace(known, size=size, modified=mtime / 1e9))
        return sorted(rows, key=lambda row: (row.modified, row.id), reverse=True)

    def search(self, typed: str, *, most: int = 50) -> list[Hit]:
        """The newest places where the words typed stand, each text once."""
        try:
            matches = self._index.search(typed, most=2 * most)
        except Renewed:
            self._known = False
            return []
        words, seen, hits = words_of(typed), set(), []
        for match in matches:
            row = self._rows.get(match.session_id)
            if match.text in seen or row is None:
                continue
            seen.add(match.text)
            hits.append(
                Hit(
                    id=match.session_id,
                    title=row.title,
                    turn=match.turn,
                    role=match.role,
                    text=sentence_around(match.text, words),
                )
            )
        return hits[:most]

    def last_passages(self, session_id: str, most: int = 4) -> list[Passage]:
        """The end of a session."""
        try:
            return self._index.last_passages(session_id, most)
        except Renewed:
            self._known = False
            return []

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def _refresh(self, budget: float) -> bool:
        """One slice: look around when nothing is left from the last time, then take in."""
        if not self._left:
            self._learn()
            self._left = self._changed()
        until = self._clock() + budget
        while self._left:
            self._take_in(*self._left.pop())
            if self._clock() > until:
                break
        self._index.commit()
        return bool(self._left)

    def _changed(self) -> list[tuple[str, int, int]]:
        """What is to be taken in, the newest last; sessions that went are forgotten."""
        present = _listed(self._folder)
        for name in self._marks.keys() - {name for name, _, _ in present}:
            self._index.forget(name)
            del self._marks[name]
            self._rows.pop(name, None)
        marks, unknown = self._marks, Mark()
        changed = []
        for each in present:
            mark = marks.get(each[0], unknown)
            if (mark.size, mark.mtime) != each[1:]:
                changed.append(each)
        return sorted(changed, key=lambda each: each[2])

    def _learn(self) -> None:
        """Read what the index knows, once."""
        if self._known:
            return
        self._marks = self._index.marks()
        known = {field.name for field in fields(SessionRow)}
        for name, about in self._index.abouts().items():
            kept = {key: value for key, value in about.items() if key in known}
            self._rows[name] = SessionRow(**{**kept, "id": name})
        self._known = True

    def _take_in(self, name: str, size: int, mtime: int) -> None:
        before = self._marks.get(name, Mark())
        try:
            taken = take_in(self._folder / f"{name}{_SUFFIX}", before, self._rows.get(name))
        except (OSError, HqError) as error:
            problem = SessionRow(id=name, title=str(error), state="damaged")
            taken = Taken(mark=Mark(size=size), row=problem, passages=(), after=0)
        mark = replace(taken.mark, mtime=mtime)
        row = replace(taken.row, id=name)
        self._index.put(name, mark, asdict(row), taken.passages, after=taken.after)
        self._marks[name], self._rows[name] = mark, row


def take_in(path: Path, before: Mark, known: SessionRow | None) -> Taken:
    """The session at `path`, read from where `before` says, else whole. OSError, HqError."""
    fd = open_private(path, writing=False)
    try:
        size = os.fstat(fd).st_size
        data = read_from(fd, before.begin, size) if known and before.seq else b""
        if known is None or not _goes_on(data, before):
            before, known, data = Mark(), None, read_from(fd, 0, size)
    finally:
        os.close(fd)
    begin, seq = _last_turn(data)
    found = scan(data, after=max(0, before.seq - 1), live=True)
    lost = found.damaged and found.damaged - scan(data[begin:], after=seq - 1, live=True).damaged
    folded = _fold(_resumed(known), found, before.turns, seq)
    mark = Mark(
        size=size,
        begin=before.begin + begin,
        seq=seq,
        turns=folded.before_last,
        damaged=before.damaged + lost,
    )
    row = _row(folded.talk, folded.turns, before.damaged + found.damaged)
    return Taken(mark=mark, row=row, passages=tuple(folded.passages), after=before.turns)


def _goes_on(data: bytes, mark: Mark) -> bool:
    """Whether `data` begins with the very record that `mark` names."""
    entry = decode(data.partition(b"\n")[0]) if data else None
    return entry is not None and entry.seq == mark.seq and entry.record["t"] == "user"


def _last_turn(data: bytes) -> tuple[int, int]:
    """Where the record that opens the last turn begins, and its number; zeros for none."""
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
    if known is None:
        return EMPTY
    return replace(
        EMPTY,
        id=known.id,
        title=known.title,
        mode=known.mode,
        model=known.model,
        parent=known.parent,
        created=known.created,
        updated=known.updated,
    )


@dataclass(kw_only=True)
class _Folded:
    talk: Conversation
    turns: int
    before_last: int
    passages: list[Passage]


def _fold(talk: Conversation, found: Scan, turns: int, last_seq: int) -> _Folded:
    """Go on with `talk`, one turn in memory at a time; `last_seq` opens the last one."""
    done = _Folded(talk=talk, turns=turns, before_last=turns, passages=[])
    for seq, record in _telling(found):
        if seq == last_seq:
            done.before_last = done.turns
        event = from_record(record)
        if isinstance(event, Asked):
            _say(done)
            done.talk = replace(done.talk, title=title_of(done.talk), live=None)
            done.turns += 1
        done.talk = apply(done.talk, event)
    _say(done)
    return done


def _telling(found: Scan) -> Iterator[tuple[int, Record]]:
    """The records that a row or a passage depends on, words in a row joined into one.

    Most of a journal is words that arrived one by one; what they say together is the same.
    """
    held: tuple[int, Record] | None = None
    for entry in found.entries:
        record = entry.record
        if record["t"] in _UNTOLD:
            continue
        if held is not None:
            before = held[1]
            if _joins(before, record):
                held = (held[0], {**before, "text": before["text"] + record["text"]})
                continue
            yield held
        held = (entry.seq, record)
    if held is not None:
        yield held


def _joins(before: Record, record: Record) -> bool:
    """Whether two records are words for the same place."""
    if before["t"] != "text" or record["t"] != "text":
        return False
    words = isinstance(before.get("text"), str) and isinstance(record.get("text"), str)
    return words and before.get("index") == record.get("index")


def _say(done: _Folded) -> None:
    """Keep what both sides said in the turn that has just been gone through."""
    turn = done.talk.live
    if turn is None:
        return
    asked, reply = turn.asked, turn.reply
    done.passages.append(Passage(turn=done.turns, role="user", text=asked.text, at=asked.at))
    if reply.text:
        said = Passage(turn=done.turns, role="assistant", text=reply.text, at=asked.at + 0.001)
        done.passages.append(said)


def _row(talk: Conversation, turns: int, damaged: int) -> SessionRow:
    state = state_of(talk.reply) if turns else "empty"
    return SessionRow(
        id=talk.id,
        title=title_of(talk),
        mode=talk.mode,
        model=talk.model,
        created=talk.created,
        updated=talk.updated,
        turns=turns,
        state="damaged" if damaged else state,
        parent=talk.parent,
    )


def _listed(folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of every journal in `folder`. Raises HqError."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.removesuffix(_SUFFIX)
                if name != entry.name and is_session_id(name):
                    status = entry.stat(follow_symlinks=False)
                    found.append((name, status.st_size, status.st_mtime_ns))
    except FileNotFoundError:
        return found
    except OSError as error:
        raise HqError(
            f"{folder} cannot be read: {error.strerror}.",
            hint="Check who owns the folder, or point HQ_TUI_DATA_DIR at another one.",
        ) from error
    return found
