"""The session manager: opens sessions, and puts together what each of them needs.

The app and the commands ask it for a session and get one that is ready: journal locked,
healed and read, a reply that a crash cut closed as such, the engine joined to a partner.
It is the one place that knows the settings, the store and the partners at once.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from contextlib import aclosing, closing
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from hq_tui.claude.models import facts_for
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import SessionStarted, Titled
from hq_tui.core.requests.attached import Read, nothing
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.retry import RetryPolicy
from hq_tui.engine import Clock, Engine, Recorder, ReplyPolicy, StreamLimits
from hq_tui.errors import HqError
from hq_tui.formats.contents import contents_as_json, contents_as_records
from hq_tui.formats.export import json_text, session_as_json, session_as_markdown
from hq_tui.formats.importer import Imported
from hq_tui.formats.pack import packed
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.inquiry.state import Inquiry
from hq_tui.sessions.branches import branch_records
from hq_tui.sessions.own_modes import first_of
from hq_tui.sessions.partner_router import PartnerRouter, SessionPartner
from hq_tui.sessions.session import (
    JournalRecorder,
    LazyJournal,
    ReadOnlyRecorder,
    ReplayedSession,
    ReplaySink,
    Session,
    replay,
)
from hq_tui.settings import Settings
from hq_tui.store.filesystems import local_folder
from hq_tui.store.journal import Journal
from hq_tui.store.library import Library
from hq_tui.store.lock import LockedElsewhere, SessionLock
from hq_tui.store.reader import Replay, read
from hq_tui.store.record import Record
from hq_tui.store.servers import ServerNotes
from hq_tui.store.session_file import is_session_id
from hq_tui.store.tail import follow

if TYPE_CHECKING:
    from hq_tui.sessions.catalog import Catalogue
    from hq_tui.sessions.summaries import SessionRow

QUIET = 1.0
"""Seconds without a record after which it is tried whether the other instance is gone."""


class _TakenOver(Exception):  # noqa: N818 - not an error: the end of following
    """The session is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session read from disk without opening it for writing."""

    conversation: Conversation
    acts: tuple[Act, ...]
    damaged: int
    records: tuple[Record, ...] = ()
    read: Read = nothing
    """Gives the contents of attached files."""

    @property
    def inquiry(self) -> Inquiry:
        """The state of its inquiry."""
        return inquiry_of(self.conversation, self.acts, self.read)

    def as_json(self) -> dict[str, Any]:
        """The session in export format 1."""
        board = self.inquiry.board.as_json()
        return session_as_json(self.conversation, damaged=self.damaged, board=board)

    def as_text(self, form: str) -> str:
        """The session in the format `form`; in JSONL it is the journal's events, one a line.

        JSON has them too, packed for an import. Both carry the contents of attached files.
        """
        match form:
            case "json":
                contents = contents_as_json(self.conversation.files, self.read)
                return json_text({**self.as_json(), "records": packed(self.records), **contents})
            case "jsonl":
                kept = contents_as_records(self.conversation.files, self.read)
                rows = (*self.records, *kept)
                return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            case "html":
                from hq_tui.formats.html import session_as_html

                return session_as_html(self.conversation)
            case _:
                return session_as_markdown(self.conversation)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetched:
    """A session as it was read. `why` says why it cannot be written, `for_now` that it may yet."""

    id: str
    recorder: JournalRecorder | ReadOnlyRecorder
    found: Replay
    told: ReplayedSession
    why: str
    for_now: bool


class SessionManager:
    """Opens, lists, branches and imports sessions, and gives each its engine."""

    def __init__(
        self,
        settings: Settings,
        *,
        partners: PartnerRouter,
        clock: Clock,
        rng: Random,
        model: str,
        waits_for_network: bool = False,
    ) -> None:
        self.settings = settings
        self.partners = partners
        self.library = Library(settings.sessions_dir)
        self.model = model
        self.on_saved: Callable[[], None] = lambda: None
        self.clock = clock
        self._rng = rng
        self._waits_for_network = waits_for_network

    def new(
        self,
        *,
        mode: str = "",
        model: str = "",
        effort: str = "",
        thinking: str = "",
        like: Conversation = EMPTY,
    ) -> Session:
        """A session that has not begun; its file appears with the first message.

        `like` is the session that it comes after. Raises UsageError for a mode that there is not.
        """
        mode = mode or self.settings.mode
        provider = like.provider if like.id else self.settings.provider
        mode_file, system = first_of(self.settings, mode, like)
        session_id = self.library.new_id(self.clock.time(), self._rng)
        recorder = LazyJournal(lambda first: self._create(session_id, first))
        session = Session(
            engine=self._engine(Conversation(), recorder),
            recorder=recorder,
            engine_for=self._engine,
        )
        session.begin(
            SessionStarted(
                id=session_id,
                mode=mode,
                model=model or self.model,
                at=self.clock.time(),
                system=system,
                host=self.partners.host(provider),
                provider=provider,
                effort=effort,
                thinking=thinking,
                mode_file=mode_file,
            )
        )
        return session

    def open(self, text: str) -> Session:
        """The session called `text`, or the only one whose name begins so.

        While another instance writes it, it is read-only, followed live, and taken over as
        soon as that one lets go.
        """
        return self._opened(self._fetch(text))

    async def open_async(self, text: str) -> Session:
        """The same without holding up the loop: a long session is read in a thread."""
        return self._opened(await asyncio.to_thread(self._fetch, text))

    def _fetch(self, text: str) -> _Fetched:
        """Read a session, locked where that can be. Knows no loop."""
        session_id, why, for_now = self.library.find(text), "", False
        path, listener = self.library.path(session_id), ReplaySink(session_id)
        recorder: JournalRecorder | ReadOnlyRecorder = ReadOnlyRecorder()
        try:
            journal, found = self._journal(session_id, listener)
            recorder = JournalRecorder(journal)
        except LockedElsewhere as locked:
            why, for_now = f"read-only: open elsewhere, in {locked.holder}", True
            found = read(path, live=True, into=listener.hear)
        except HqError as error:
            why = f"read-only: {error}"
            found = read(path, live=True, into=listener.hear)
        return _Fetched(
            id=session_id,
            recorder=recorder,
            found=found,
            told=listener.told,
            why=why,
            for_now=for_now,
        )

    def _opened(self, fetched: _Fetched) -> Session:
        told = fetched.told
        session = Session(
            engine=self._engine(told.conversation, fetched.recorder),
            recorder=fetched.recorder,
            engine_for=self._engine,
            acts=list(told.acts),
            damaged=fetched.found.damaged,
            read_only=fetched.why,
        )
        if fetched.for_now:
            lock = self.library.path(fetched.id).with_suffix(".lock")
            session.holder = lambda at_once: SessionLock.ask_holder(lock, at_once=at_once)
        if fetched.why:
            follow_it = self._follow(session, fetched)
            session.follower = asyncio.get_running_loop().create_task(follow_it)
        else:
            session.engine.recover()
        if session.conversation.is_edit and not session.acts_since_reply:
            # An earlier run began it; where it is left without a word, its file goes.
            session.begun_as = (replace(session.conversation, draft=""), len(session.acts))
        return session

    def read(self, text: str) -> StoredSession:
        """A session as it stands on disk, whoever is writing it."""
        path = self.library.path(self.library.find(text))
        found = read(path, live=True)
        told = replay(found.records, path.stem)
        return StoredSession(
            conversation=told.conversation,
            acts=told.acts,
            damaged=found.damaged,
            records=found.records,
            read=self.library.contents.get,
        )

    def list_sessions(self, waits: Callable[[int], None] = lambda _left: None) -> list[SessionRow]:
        """Every session, newest first, damaged ones too; `waits` hears how many are left."""
        with closing(self.catalogue()) as catalogue:
            catalogue.refresh_all(waits)
            return catalogue.rows()

    def catalogue(self) -> Catalogue:
        """The index of all sessions, not yet refreshed; for one thread at a time."""
        from hq_tui.sessions.catalog import Catalogue

        cache = local_folder(self.settings.cache_dir, os.environ)
        return Catalogue(self.library.folder, cache)

    def branch(self, source: str, turn: int, *, late: bool = False, edits: bool = False) -> Session:
        """A branch of `source` from the end of `turn`, 0 for its beginning. Raises HqError.

        With `late` its file appears with the next message, with `edits` an edited one of `source`.
        """
        found = read(self.library.path(source), live=True)
        now = self.clock.time()
        name = self.library.new_id(now, self._rng)
        records = branch_records(
            found.records, parent=source, turn=turn, branch=name, at=now, edits=edits
        )
        recorder = LazyJournal(lambda first: self._create(name, first), records)
        told = replay(records)
        engine = self._engine(told.conversation, recorder)
        session = Session(
            engine=engine, recorder=recorder, acts=list(told.acts), engine_for=self._engine
        )
        engine.recover()
        if late:
            session.begun_as = (session.conversation, len(session.acts))
        else:
            recorder.keep()
        return session

    def import_session(self, brought: Imported) -> str:
        """Make a session of what a file held; its name is the file's own unless that is taken."""
        name = brought.id
        if not is_session_id(name) or self.library.path(name).exists():
            name = self.library.new_id(self.clock.time(), self._rng)
        for data in brought.contents.values():
            self.library.contents.put(data)
        first, *rest = brought.records
        journal = Journal.create(self.library.folder, name, {**first, "id": name})
        for record in rest:
            journal.append(record)
        if not journal.close(timeout=30.0):
            raise HqError("The session could not be saved.", hint="Check the disk.")
        return name

    def rename(self, text: str, title: str) -> None:
        """Give a session a title. Raises LockedElsewhere while another instance writes it."""
        journal, _found = Journal.open(self.library.folder, self.library.find(text))
        journal.append(to_record(Titled(title=title)))
        journal.close()

    async def close(self) -> None:
        """End every connection."""
        await self.partners.close()

    def _create(self, session_id: str, first: Record) -> Journal:
        return Journal.create(
            self.library.folder, session_id, first, on_status=lambda _status: self.on_saved()
        )

    def _journal(self, session_id: str, listener: ReplaySink) -> tuple[Journal, Replay]:
        return Journal.open(
            self.library.folder,
            session_id,
            into=listener.hear,
            on_status=lambda _status: self.on_saved(),
        )

    async def _follow(self, session: Session, fetched: _Fetched) -> None:
        """Show what another instance writes, and take its place once it is gone."""
        found, quiet = fetched.found, 0.0

        async def nap(seconds: float) -> None:
            nonlocal quiet
            if fetched.for_now and quiet >= QUIET:
                quiet = 0.0
                self._take_over(session, fetched.id)
            quiet += seconds
            await self.clock.sleep(seconds)

        path = self.library.path(fetched.id)
        records = follow(path, found.end_offset, last_seq=found.last_seq, sleep=nap)
        async with aclosing(records):
            try:
                async for record in records:
                    quiet = 0.0
                    session.apply_remote(from_record(record))
            except _TakenOver:
                return

    def _take_over(self, session: Session, session_id: str) -> None:
        """Raises _TakenOver when the session is ours now."""
        listener = ReplaySink(session_id)
        try:
            journal, found = self._journal(session_id, listener)
        except (HqError, OSError):
            return
        session.take_over(journal, listener.told, found.damaged)
        raise _TakenOver

    def _engine(self, conversation: Conversation, recorder: Recorder) -> Engine:
        partner = SessionPartner(self.partners, lambda: engine.conversation.provider)
        notes = self.settings.cache_dir / "servers.json"
        engine = Engine(
            conversation,
            partner=partner,
            recorder=recorder,
            clock=self.clock,
            rng=self._rng.random,
            policy=self._reply_policy(),
            known=facts_for,
            memory=ServerNotes(notes, lambda: partner.host, self.clock.time),
            contents=self.library.contents.get,
        )
        return engine

    def _reply_policy(self) -> ReplyPolicy:
        chosen = self.settings
        return ReplyPolicy(
            waits_for_network=self._waits_for_network and chosen.attempts > 1,
            retry=RetryPolicy(attempts=chosen.attempts),
            limits=StreamLimits(
                notice=chosen.stall_notice, first_byte=chosen.first_byte, progress=chosen.progress
            ),
            options=RequestOptions(
                max_tokens=chosen.max_tokens,
                thinking=chosen.thinking,
                effort=chosen.effort,
                cache=chosen.cache,
            ),
        )
