"""Data source of the session picker; runs the catalogue in a thread of its own.

A visit opens the index, brings it up to date slice by slice while it can already be asked,
and lets go of it at the end. Errors come back as the words to show.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from hq_tui.core.text.sanitize import one_line, sanitise
from hq_tui.core.text.search import place_of, words_of
from hq_tui.core.text.summary import DAY, speaker_of
from hq_tui.errors import HqError
from hq_tui.store.lock import LockedElsewhere, SessionLock
from hq_tui.ui.labels import tokens_short
from hq_tui.ui.screens.session_list import SessionListRow, SessionMatches

if TYPE_CHECKING:
    from hq_tui.sessions.catalog import Catalogue, SearchHit
    from hq_tui.sessions.manager import SessionManager
    from hq_tui.sessions.session import Session
    from hq_tui.sessions.summaries import SessionRow
    from hq_tui.store.index import Match

EARLIER = 500
"""Messages of other sessions that can be fetched back."""
_LINE = 240
"""Characters of a title or a sentence that are looked at; no row is as wide."""
STATES = {"complete": "", "open": "elsewhere"}
"""Names of a session's states in the list, where that is another word or none."""

Result = TypeVar("Result")


class PickerSource:
    """One visit. `session` is the one that is open here."""

    def __init__(self, manager: SessionManager, session: Session, now: Callable[[], float]) -> None:
        self._manager = manager
        self._session = session
        self._now = now
        self._thread = ThreadPoolExecutor(1, "index", initializer=_be_patient)
        self._catalogue: Catalogue | None = None
        self._deleted: list[str] = []

    async def refresh(self) -> bool:
        """Bring the index a slice nearer to what is on disk; whether more is to be done."""
        try:
            return await self._run(lambda catalogue: catalogue.refresh())
        except HqError:
            return False

    async def all_rows(self) -> list[SessionRow]:
        """Every session as the catalogue has it, brought up to date."""

        def look(catalogue: Catalogue) -> list[SessionRow]:
            catalogue.refresh_all()
            return catalogue.rows()

        return await self._run(look)

    async def rows(self) -> list[SessionListRow]:
        """Every session that is known, the newest first."""
        try:
            return await self._run(self._rows)
        except HqError:
            return []

    async def search(self, typed: str) -> list[SessionMatches]:
        """The newest places where these words stand."""
        hits = await self._run(lambda catalogue: catalogue.search(typed))
        words = words_of(typed)
        return [_found(hit, words) for hit in hits]

    async def earlier(self) -> list[str]:
        """The last messages of sessions other than the open one, the newest first."""
        here = self._session.conversation.id

        def look(catalogue: Catalogue) -> list[Match]:
            catalogue.refresh_all()
            return catalogue.last_asked(EARLIER)

        said = await self._run(look)
        return [one.text for one in said if one.session_id != here]

    async def preview(self, session_id: str) -> str:
        """The end of a session."""
        said = await self._run(lambda catalogue: catalogue.last_passages(session_id))
        ends = ((one.role, " ".join(one.text[-_LINE * 2 :].split())) for one in said[-3:])
        return "\n".join(f"{speaker_of(role)}: {one_line(end, limit=_LINE)}" for role, end in ends)

    async def rename(self, session_id: str, title: str) -> str:
        """Give a session a title."""
        session = self._session
        if session_id != session.conversation.id:
            return await self._do(
                lambda: self._manager.rename(session_id, title), f"called {title} now"
            )
        if session.read_only:
            return session.read_only
        session.engine.title(title)
        await session.recorder.sync()
        return f"called {one_line(title, limit=60)} now"

    async def delete(self, session_id: str) -> str:
        """Move a session to the trash."""
        if session_id == self._session.conversation.id:
            return "This one is open; open another first."

        def delete() -> None:
            self._deleted.append(self._manager.library.delete(session_id))

        return await self._do(delete, "in the trash · Ctrl+_ fetches it back")

    async def undo(self) -> str:
        """Fetch back what was deleted last."""
        if not self._deleted:
            return "Nothing was deleted here."
        return await self._do(
            lambda: self._manager.library.restore(self._deleted.pop()), "fetched back"
        )

    def close(self) -> None:
        """Let go of the index."""
        with suppress(RuntimeError):
            self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    async def _do(self, action: Callable[[], object], done: str) -> str:
        def act(catalogue: Catalogue) -> str:
            try:
                action()
            except HqError as error:
                return sanitise(f"{error} {error.hint}").replace("\n", " ")
            except OSError as error:
                return sanitise(f"That did not work: {error.strerror}.")
            catalogue.refresh_all()
            return one_line(done, limit=80)

        return await self._run(act)

    async def _run(self, action: Callable[[Catalogue], Result]) -> Result:
        def act() -> Result:
            if self._catalogue is None:
                self._catalogue = self._manager.catalogue()
            return action(self._catalogue)

        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _close(self) -> None:
        if self._catalogue is not None:
            self._catalogue.close()

    def _rows(self, catalogue: Catalogue) -> list[SessionListRow]:
        elsewhere = self._written_elsewhere()
        now = self._now()
        return [
            self._row(row, now, "open" if row.id in elsewhere else row.state)
            for row in catalogue.rows()
        ]

    def _row(self, row: SessionRow, now: float, state: str) -> SessionListRow:
        title = one_line(row.title, limit=_LINE) or row.id
        state = STATES.get(state, state)
        if row.id == self._session.conversation.id:
            state = "open here"
        if row.parent:
            title = f"└ {title}"
        return SessionListRow(
            id=row.id,
            title=title,
            mode=one_line(row.mode, limit=20),
            model=one_line(row.model, limit=40),
            age=short_age(now - (max(row.updated, row.created) or row.modified)),
            turns=row.turns,
            tokens=tokens_short(row.tokens) if row.tokens else "",
            state=state,
            words=f"{row.id} {row.title} {row.mode} {row.model} {state}".casefold(),
        )

    def _written_elsewhere(self) -> set[str]:
        """The sessions that another instance is writing."""
        found = set()
        for path in self._manager.library.folder.glob("*.lock"):
            if path.stem == self._session.conversation.id:
                continue
            try:
                SessionLock.take(path).release()
            except LockedElsewhere:
                found.add(path.stem)
            except (HqError, OSError):
                continue
        return found


def _found(hit: SearchHit, words: tuple[str, ...]) -> SessionMatches:
    text = one_line(hit.text, limit=_LINE)
    return SessionMatches(
        id=hit.id,
        title=one_line(hit.title, limit=_LINE),
        where=f"{hit.turn}. {speaker_of(hit.role)}",
        text=text,
        at=place_of(text, words),
    )


def short_age(seconds: float) -> str:
    """An age in one unit."""
    for most, unit, name in ((60, 1, ""), (3600, 60, "min"), (DAY, 3600, "h")):
        if seconds < most:
            return f"{int(seconds // unit)} {name}" if name else "now"
    days = int(seconds // DAY)
    if days < 14:
        return f"{days} d"
    return f"{days // 7} weeks" if days < 84 else f"{days // 30} months"


def _be_patient() -> None:
    """Let whatever draws go first; nothing waits for this thread but a list."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)
