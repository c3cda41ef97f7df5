"""Keeps the index of all sessions in step with their journals, and reads rows off it.

A journal that has grown is read on from its last turn, one that has not is not read at all,
and a long one is read in portions (how, is for `gleaning` to know). The work comes in slices,
so that whoever waits for a row or a search between two of them does not wait for the whole.
When the index has to be made anew, the rows that are known stay until they are known again.

All of it runs in one thread at a time: the caller's, or one of its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from hq_tui.core.text.search import sentence_around, words_of
from hq_tui.errors import HqError
from hq_tui.sessions.summaries import SessionRow, SummaryChunk, read_increment
from hq_tui.store.index import Index, IndexRebuilt, Passage, ReadCheckpoint
from hq_tui.store.session_file import is_session_id

PATIENCE = 1.0
"""Seconds after which whoever waits is told that it takes longer."""
SLICE = 0.05
"""Seconds of work after which others get their turn."""
_SUFFIX = ".jsonl"
_RENEWALS = 2
"""How often an index that was made anew is filled again before it is left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """Words found: where, and the sentence around them."""

    id: str
    title: str
    turn: int
    role: str
    text: str

    def as_json(self) -> dict[str, Any]:
        """The hit as `search --json` prints it."""
        return asdict(self)


class Catalogue:
    """The sessions in `folder`, as an index in `cache` knows them."""

    def __init__(
        self, folder: Path, cache: Path, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        digest = sha256(os.fsencode(folder.absolute())).hexdigest()[:8]
        self._folder = folder
        self._index = Index(cache / f"sessions-{digest}.sqlite")
        self._clock = clock
        self._marks: dict[str, ReadCheckpoint] = {}
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
        except IndexRebuilt:
            self._known, self._left = False, []
            self._renewals += 1
            return self._renewals <= _RENEWALS

    def refresh_all(self, waits: Callable[[int], None] = lambda _left: None) -> None:
        """Take in all that has changed; `waits` hears how much is left where that takes long."""
        more = self.refresh(PATIENCE)
        if more and self._left:
            waits(len(self._left))
        while more:
            more = self.refresh(float("inf"))

    def rows(self) -> list[SessionRow]:
        """Every session of the folder, the last written first, as far as it is known."""
        rows = []
        for name, size, mtime in _listed(self._folder):
            known = self._rows.get(name) or SessionRow(id=name, title=name)
            rows.append(replace(known, size=size, modified=mtime / 1e9))
        return sorted(rows, key=lambda row: (row.modified, row.id), reverse=True)

    def search(self, typed: str, *, most: int = 50) -> list[SearchHit]:
        """The newest places where the words typed stand, each text once."""
        try:
            matches = self._index.search(typed, most=2 * most)
        except IndexRebuilt:
            self._known = False
            return []
        words, seen, hits = words_of(typed), set(), []
        for match in matches:
            row = self._rows.get(match.session_id)
            if match.text in seen or row is None:
                continue
            seen.add(match.text)
            hits.append(
                SearchHit(
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
        except IndexRebuilt:
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
            if not self._take_in(*self._left[-1]):
                self._left.pop()
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
        marks, unknown = self._marks, ReadCheckpoint()
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

    def _take_in(self, name: str, size: int, mtime: int) -> bool:
        """Take in a portion of a session; whether there is more of it."""
        before = self._marks.get(name, ReadCheckpoint())
        try:
            taken = read_increment(self._folder / f"{name}{_SUFFIX}", before, self._rows.get(name))
        except (OSError, HqError) as error:
            problem = SessionRow(id=name, title=str(error), state="damaged")
            taken = SummaryChunk(mark=ReadCheckpoint(size=size), row=problem, passages=(), after=0)
        mark = replace(taken.mark, mtime=mtime)
        row = replace(taken.row, id=name)
        self._index.put(name, mark, asdict(row), taken.passages, after=taken.after)
        self._marks[name], self._rows[name] = mark, row
        return taken.more


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
