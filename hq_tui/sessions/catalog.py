"""Keeps the index of all sessions in step with their journals, and reads rows off it.

A journal that has grown is read on from its last turn, one that has not is not read at all,
and a long one is read in portions (how, is for `summaries` to know). The work comes in slices,
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
from typing import Any, TypeVar

from hq_tui.core.text.search import sentence_around, words_of
from hq_tui.errors import HqError
from hq_tui.sessions.summaries import SessionRow, SummaryChunk, read_increment
from hq_tui.store.index import Index, IndexRebuilt, Match, Passage, ReadCheckpoint
from hq_tui.store.library import SessionListing, journals_in

PATIENCE = 1.0
"""Seconds after which whoever waits is told that it takes longer."""
SLICE = 0.05
"""Seconds of work after which others get their turn."""
_RENEWALS = 2
"""Times that an index that was made anew is filled again before it is left as it is."""

Answer = TypeVar("Answer")


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
        self._left: list[SessionListing] = []

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
        for each in journals_in(self._folder):
            name = each.session_id
            known = self._rows.get(name) or SessionRow(id=name, title=name)
            rows.append(replace(known, size=each.size, modified=each.mtime / 1e9))
        return sorted(rows, key=lambda row: (row.modified, row.id), reverse=True)

    def search(self, typed: str, *, most: int = 50) -> list[SearchHit]:
        """The newest places where the words typed stand, each text once."""
        matches = self._asked(lambda index: index.search(typed, most=2 * most))
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

    def last_asked(self, most: int) -> list[Match]:
        """The newest messages of the person in the sessions that are there, each text once."""
        found = self._asked(lambda index: index.last_asked(most))
        texts = {match.text: match for match in reversed(found) if match.session_id in self._rows}
        return list(reversed(texts.values()))

    def last_passages(self, session_id: str, most: int = 4) -> list[Passage]:
        """The end of a session."""
        return self._asked(lambda index: index.last_passages(session_id, most))

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def _asked(self, question: Callable[[Index], list[Answer]]) -> list[Answer]:
        """The answer of the index; an empty one when it has to be made anew."""
        try:
            return question(self._index)
        except IndexRebuilt:
            self._known = False
            return []

    def _refresh(self, budget: float) -> bool:
        """One slice: look around when nothing is left from the last time, then take in."""
        if not self._left:
            self._learn()
            self._left = self._changed()
        until = self._clock() + budget
        while self._left:
            if not self._take_in(self._left[-1]):
                self._left.pop()
            if self._clock() > until:
                break
        self._index.commit()
        return bool(self._left)

    def _changed(self) -> list[SessionListing]:
        """The journals to read, the newest last; sessions that were deleted are forgotten."""
        present = journals_in(self._folder)
        for name in self._marks.keys() - {each.session_id for each in present}:
            self._index.forget(name)
            del self._marks[name]
            self._rows.pop(name, None)
        known = {name: (mark.size, mark.mtime) for name, mark in self._marks.items()}
        changed = [
            each for each in present if known.get(each.session_id) != (each.size, each.mtime)
        ]
        return sorted(changed, key=lambda each: each.mtime)

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

    def _take_in(self, journal: SessionListing) -> bool:
        """Take in a portion of a session; whether there is more of it."""
        name = journal.session_id
        before = self._marks.get(name, ReadCheckpoint())
        try:
            taken = read_increment(journal.path, before, self._rows.get(name))
        except (OSError, HqError) as error:
            problem = SessionRow(id=name, title=str(error), state="damaged")
            taken = SummaryChunk(
                mark=ReadCheckpoint(size=journal.size), row=problem, passages=(), after=0
            )
        mark = replace(taken.mark, mtime=journal.mtime)
        row = replace(taken.row, id=name)
        self._index.put(name, mark, asdict(row), taken.passages, after=taken.after)
        self._marks[name], self._rows[name] = mark, row
        return taken.more
