"""A session that is open: its engine, its file, and what the inquiry makes of it.

This is where the floors below meet: an event that the engine makes becomes a record of
the store, a journal that is read becomes a conversation, and what the inquiry wants to
say travels with the next message. It knows no terminal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from hq_tui.core.coalesce import events_of
from hq_tui.core.codec import to_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttachedFile,
    Drafted,
    Event,
    ReplyDone,
    SessionChanged,
    ToolResult,
    UserActed,
)
from hq_tui.core.failure import FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.reducer import apply
from hq_tui.core.user_actions import UserAction
from hq_tui.engine import Engine, Recorder
from hq_tui.inquiry.actions import Act, act_of
from hq_tui.inquiry.board.tool import board_tool
from hq_tui.inquiry.fold import Folded, advance
from hq_tui.inquiry.request_notes import notes_for, results_for
from hq_tui.inquiry.state import Inquiry
from hq_tui.store.journal import NO_ANSWER, Journal, SaveStatus
from hq_tui.store.record import Record

SAVED = SaveStatus(saved=True, reason="", unsaved_records=0)
_WORTH_A_FILE = frozenset({"user", "queue", "draft"})
"""Kinds of records with words of the person; what is done to the board is worth one too."""
LONG = 200
"""Turns above which a session is folded beside the screen when it is opened."""
PIECE = 8
"""Turns that are folded at a time."""
PATIENCE = 5.0
"""Seconds after which a disk that does not answer is waited for no longer."""
REST = 0.008
"""Seconds that keys and words have between two pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedSession:
    """The records of a journal replayed: the conversation, and what the person did beside it."""

    conversation: Conversation
    acts: tuple[Act, ...] = ()


def replay(records: Iterable[Record], name: str = "") -> ReplayedSession:
    """The session that the records of a journal tell of; its file's `name` wins over the one there.

    A copy of a journal is a session of its own.
    """
    conversation, acts = EMPTY, []
    for event in events_of(records):
        conversation = apply(conversation, event)
        if isinstance(event, UserActed):
            acts.append(act_of(event, conversation.turn_count))
    conversation = replace(conversation, id=name or conversation.id)
    return ReplayedSession(conversation=conversation, acts=tuple(acts))


class ReplaySink:
    """Hears a journal while it is read, so that its records need not be kept."""

    def __init__(self, name: str = "") -> None:
        self._name = name

    told = ReplayedSession(conversation=EMPTY)
    """The session of the last reading."""

    def hear(self, records: Iterable[Record]) -> None:
        """Take the records of a journal, from its beginning."""
        self.told = replay(records, self._name)


class Recording:
    """A recorder of a session, whose file may not be there or not be ours."""

    journal: Journal | None = None

    async def sync(self) -> bool:
        """Wait until everything of ours is safe; without a file there is nothing to lose."""
        return True if self.journal is None else await self.journal.sync()


class LazyJournal(Recording):
    """The recorder of a new session: its file appears with the first words of the person.

    `held` are the records that it begins with, such as those of a branch.
    """

    def __init__(self, create: Callable[[Record], Journal], held: Iterable[Record] = ()) -> None:
        self._create = create
        self._held = list(held)

    def append(self, record: dict[str, Any]) -> None:
        """Take a record; a message, a draft or a line for the board brings the file into being."""
        if self.journal is not None:
            self.journal.append(record)
            return
        self._held.append(record)
        if record["t"] in _WORTH_A_FILE or str(record.get("what", "")).startswith("board."):
            self.keep()

    def keep(self) -> None:
        """Bring the file into being now."""
        first, *rest = self._held
        self.journal = self._create(first)
        for held in rest:
            self.journal.append(held)
        self._held.clear()


class JournalRecorder(Recording):
    """The recorder of a session that was there before."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def append(self, record: dict[str, Any]) -> None:
        """Take a record."""
        if self.journal is not None:
            self.journal.append(record)


class ReadOnlyRecorder(Recording):
    """The recorder of a session that another instance writes, until this one takes it over."""

    def append(self, record: dict[str, Any]) -> None:
        """Take a record, or refuse; nobody who looked at `read_only` first is refused."""
        if self.journal is None:
            raise AssertionError(f"a read-only session was asked to keep {record['t']}")
        self.journal.append(record)


@dataclass(kw_only=True)
class Session:
    """One open session. `read_only` says why nothing can be added, in words."""

    engine: Engine
    recorder: LazyJournal | JournalRecorder | ReadOnlyRecorder
    engine_for: Callable[[Conversation, Recorder], Engine]
    """Makes an engine for another conversation with the same partner."""
    acts: list[Act] = field(default_factory=list)
    damaged: int = 0
    read_only: str = ""
    moved: str = ""
    """That it goes on under another name and why, in words; empty if it does not."""
    follower: asyncio.Task[None] | None = None
    holder: Callable[[bool], None] | None = None
    """Asks the instance that writes it to let go, at once or after its reply; raises HqError."""
    resent: tuple[AttachedFile, ...] = ()
    """The files of a message that is written anew: they are sent again as they were."""
    being_read: list[str] = field(default_factory=list)
    """Messages whose files are being read; they belong to the draft until they are taken."""
    typed: str = ""
    """The draft without them, as it was last kept."""
    begun_as: tuple[Conversation, int] = (EMPTY, 0)
    """Its conversation and number of acts at first; if nothing came since, no file stays."""
    beside: Engine | None = None
    """The engine that writes the page of this session, where one was asked for."""
    _asked: bool = False
    on_taken_over: Callable[[], None] = lambda: None
    """Called when a session that was read-only can be written from here."""
    _folded: Folded | None = None
    _folded_from: tuple[Conversation, int] | None = None
    _folding: asyncio.Task[None] | None = None
    _closed_as: SaveStatus = SAVED

    def __post_init__(self) -> None:
        """Offer the board to the model, also in a reply that is gone on with, and answer calls."""
        self.engine.answer_calls = self._results_now
        self.engine.replies.set_tools((board_tool(),))

    def _results_now(self, conversation: Conversation) -> tuple[ToolResult, ...]:
        """The answers to the calls of the reply under way, as if it were over."""
        over = apply(conversation, ReplyDone(at=conversation.updated))
        return results_for(over, advance(self._folded, over, self.acts, self.engine.contents).now)

    @property
    def conversation(self) -> Conversation:
        """The conversation as it stands."""
        return self.engine.conversation

    @property
    def acts_since_reply(self) -> list[Act]:
        """The acts of the person since the last message."""
        return [act for act in self.acts if act.turn >= self.conversation.turn_count]

    @property
    def is_out_of_room(self) -> bool:
        """True if the last message found no room: the session has outgrown the model's window."""
        reply = self.conversation.reply
        too_large = reply.failure is not None and reply.failure.kind is FailureKind.TOO_LARGE
        is_full = too_large or reply.stop_reason == "model_context_window_exceeded"
        return is_full and self.conversation.turn_count > 1

    @property
    def saved(self) -> SaveStatus:
        """The state of saving."""
        journal = self.recorder.journal
        return self._closed_as if journal is None else journal.status

    def take_name(self) -> None:
        """Be called as the file is now: another program may have taken its place under its name."""
        if (name := self.saved.name or self.conversation.id) != self.conversation.id:
            self.engine.conversation = replace(self.conversation, id=name)
            self.moved = f"another program replaced the session's file · this goes on as {name}"

    @property
    def facts(self) -> ModelInfo:
        """The facts about the session's model."""
        return self.engine.facts_of(self.conversation.model)

    def in_force(self, host: str) -> SessionChanged:
        """The settings of the next request, as the change that would bring them about."""
        now = self.conversation
        return SessionChanged(
            mode=now.mode,
            model=now.model,
            system=now.system,
            host=host,
            effort=now.effort,
            thinking=now.thinking,
            provider=now.provider,
        )

    @property
    def inquiry(self) -> Inquiry:
        """The state of the inquiry.

        Of a long session that was just opened that is not known at once; until it is, an
        inquiry that has not begun stands for it.
        """
        if self._folding is not None and not self._folding.done():
            now = self.conversation
            return Inquiry(mode_name=now.mode, mode_files=now.mode_files)
        return self._fold()

    def fold_in_background(self, then: Callable[[], None]) -> None:
        """Fold a long session a little at a time, after it was shown; then call `then`."""
        if len(self.conversation.past) > LONG and self._folded is None:
            self._folding = asyncio.get_running_loop().create_task(self._fold_in_pieces(then))

    async def _fold_in_pieces(self, then: Callable[[], None]) -> None:
        # Not in a thread: that would make every key wait for the interpreter again and again.
        while (done := self._folded.past.turns if self._folded else 0) < len(
            self.conversation.past
        ):
            part = replace(
                self.conversation, past=self.conversation.past[: done + PIECE], live=None
            )
            self._folded = advance(self._folded, part, self.acts, self.engine.contents)
            await asyncio.sleep(REST)
        self._folding = None
        then()

    def _fold(self) -> Inquiry:
        """The inquiry, folded anew only when something has happened."""
        conversation, acts = self.conversation, len(self.acts)
        known = self._folded_from
        is_known = known is not None and known[0] is conversation and known[1] == acts
        if self._folded is None or not is_known:
            self._folded = advance(self._folded, conversation, self.acts, self.engine.contents)
            self._folded_from = (conversation, acts)
        return self._folded.now

    def ask(
        self,
        text: str,
        *,
        request: str | None = None,
        files: Sequence[AttachedFile] = (),
        calls: bool = True,
    ) -> asyncio.Task[None]:
        """Send a message, with what the inquiry has to say beside it.

        `request` asks for something else than the next question: a hint, the answer, another
        question, the end. The contents of `files` are on the disk. Without `calls` the reply is to
        leave the board alone; that costs the cached part of the history, so it is for replies
        that a call would spoil. Raises Busy while a reply is under way.
        """
        inquiry = self._fold()
        has_texts = any(one.media == "text/plain" for one in files)
        takes = calls and self.facts.tools
        notes = notes_for(inquiry, request=request, files=takes, attached=has_texts)
        results = results_for(self.conversation, inquiry)
        return self.engine.ask(text, notes=notes, results=results, files=files, calls=calls)

    def act(self, action: UserAction) -> None:
        """Record what the person does beside talking, such as an edit of the board."""
        self.acts.append(Act(turn=self.conversation.turn_count, action=action))
        self._folded = None if self.conversation.turn_count == 0 else self._folded
        self.engine.act(action)

    def keep_draft(self, text: str) -> bool:
        """Keep what is being written, unsent; False where this session takes nothing in."""
        self.typed = text
        text = self._with_being_read(text)
        if text == self.conversation.draft:
            return True
        if self.read_only:
            return not text.strip()
        if text.strip() or self.conversation.draft:
            self.engine.draft(text)
        return True

    def _with_being_read(self, draft: str) -> str:
        return "\n\n".join([*self.being_read, *filter(None, [draft])])

    def emergency_save(self, draft: str) -> None:
        """Save what can be saved from beside a loop that is stuck. Any thread may call."""
        draft = self._with_being_read(draft)
        if draft.strip() and not self.read_only:
            self.recorder.append(to_record(Drafted(text=draft)))
        if self.recorder.journal is not None:
            self.recorder.journal.sync_blocking(1.0)

    def apply_remote(self, event: Event) -> None:
        """Take in what another instance did."""
        if isinstance(event, UserActed):
            self.acts.append(act_of(event, self.conversation.turn_count))
        self.engine.apply(event)

    def ask_holder(self) -> str:
        """Ask the instance that writes this session for it, and say what comes of it."""
        if self.holder is None:
            return self.read_only
        self.holder(self._asked)
        if self._asked:
            return "The other hq-tui was told to leave at once."
        self._asked = True
        return "The other one finishes its reply, then leaves · Ctrl+R: at once"

    def take_over(self, journal: Journal, told: ReplayedSession, damaged: int) -> None:
        """The other instance is gone: go on writing where it ended."""
        self.recorder.journal = journal
        self.read_only, self.holder = "", None
        self.damaged = damaged
        self.acts, self._folded = list(told.acts), None
        self.engine.conversation = told.conversation
        self.engine.recover()
        self.on_taken_over()

    def begin(self, first: Event) -> None:
        """Open a new session with its first event."""
        self.recorder.append(to_record(first))
        self.engine.apply(first)
        self.begun_as = (self.conversation, 0)

    def is_blank(self, *, without_draft: bool = False) -> bool:
        """True if all that came since it began is a draft that was taken back, or is to be."""
        now = replace(self.conversation, draft="") if without_draft else self.conversation
        return (now, len(self.acts)) == self.begun_as

    async def unsaved_reason(self, *, without_draft: bool = False) -> str:
        """The reason why not all of it can be saved, in words; empty if it is on the disk."""
        self.engine.flush()
        if self.is_blank(without_draft=without_draft):
            return ""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                if await self.recorder.sync():
                    return ""
        return self.saved.reason or NO_ANSWER

    async def close(self) -> bool:
        """Stop following, sync and let go; whether everything is safe."""
        if self.follower is not None:
            self.follower.cancel()
        if self._folding is not None:
            self._folding.cancel()
        if self.beside is not None:
            self.beside.stop()
            await self.beside.wait_idle()
        self.engine.flush()
        journal, self.recorder.journal = self.recorder.journal, None
        if journal is None:
            return True
        is_safe = await asyncio.to_thread(partial(journal.close, keep=not self.is_blank()))
        self._closed_as = journal.status
        self.take_name()
        return is_safe
