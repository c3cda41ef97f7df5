"""One session in motion: an event is journaled, applied, told; in this order, always.

The engine owns the conversation and is the only one to change it. A reply runs in a task of
its own, so that a screen that goes away takes nothing with it. Whoever wants to follow calls
`events.subscribe` and reads `conversation`, which holds every event that was told.

How a reply is got, with all its requests and waits, is the business of `reply_runner`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from hq_tui.core.conversation import Conversation, Outcome
from hq_tui.core.events import (
    AttachedFile,
    Drafted,
    Event,
    GaveUp,
    MessageSent,
    Queued,
    ReplyDiscarded,
    ReplyDone,
    SessionChanged,
    Titled,
    ToolResult,
    Unqueued,
    UserActed,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import Partner
from hq_tui.core.reducer import apply
from hq_tui.core.requests.attached import Read, nothing
from hq_tui.core.user_actions import UserAction
from hq_tui.engine.ports import Clock, Memory, Recorder
from hq_tui.engine.recorder import EventRecorder
from hq_tui.engine.reply_runner import ReplyContext, ReplyPolicy, ReplyRunner


class Busy(Exception):  # noqa: N818 - a state, met by a caller who did not look first
    """A reply is under way; only one at a time."""


class Listeners:
    """Any number of listeners, told of events in the order in which they came."""

    def __init__(self) -> None:
        self._subscribed: dict[object, Callable[[Event], None]] = {}

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Call `listener` in the loop for every event from now on. Returns the way out."""
        token = object()  # the same listener may be there twice
        self._subscribed[token] = listener

        def unsubscribe() -> None:
            self._subscribed.pop(token, None)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Tell of an event that is part of the conversation already."""
        for listener in tuple(self._subscribed.values()):
            listener(event)


class Engine:
    """One session. See the module for the order in which things happen."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        partner: Partner,
        recorder: Recorder,
        clock: Clock,
        rng: Callable[[], float],
        policy: ReplyPolicy,
        known: Callable[[str], ModelInfo],
        memory: Memory,
        contents: Read = nothing,
    ) -> None:
        self.conversation = conversation
        """The session as it is now; only read it, or put another session in its place."""
        self.events = Listeners()
        self.answer_calls: Callable[[Conversation], Iterable[ToolResult]] = lambda _conversation: ()
        """Answers the calls of a reply that is nothing but calls, so that the model speaks."""
        self.contents = contents
        """Gives the contents of attached files."""
        self._known = known
        self._clock = clock
        self._recorder = EventRecorder(recorder, clock, recorded=self.apply)
        self._happened = self._recorder.write
        self._task: asyncio.Task[None] | None = None
        context = ReplyContext(
            conversation=lambda: self.conversation,
            happened=self._happened,
            sync=self.sync,
            partner=partner,
            clock=clock,
            rng=rng,
            memory=memory,
            contents=contents,
            answer_calls=lambda: tuple(self.answer_calls(self.conversation)),
        )
        self.replies = ReplyRunner(context, policy)
        """Gets the replies: hurry a wait, change the tools, see what is known of the model."""

    # What a person can do

    def ask(
        self,
        text: str,
        *,
        notes: Sequence[str] = (),
        results: Sequence[ToolResult] = (),
        files: Sequence[AttachedFile] = (),
        calls: bool = True,
    ) -> asyncio.Task[None]:
        """Send a message and start on the reply. Raises Busy while one is under way."""
        self._must_be_free()
        asked = MessageSent(
            text=text,
            at=self._clock.time(),
            notes=tuple(notes),
            results=tuple(results),
            files=tuple(files),
            calls=calls,
        )
        self._happened(asked)
        return self._start()

    def resume(self) -> asyncio.Task[None]:
        """Take up a reply that stopped, was cut, failed, or met a length limit."""
        self._must_be_free()
        return self._start()

    def regenerate(self) -> asyncio.Task[None]:
        """Throw the last reply away and ask for it anew."""
        self.discard_reply()
        return self._start()

    def discard_reply(self) -> None:
        """Throw away what the last reply brought, and ask nothing."""
        self._must_be_free()
        self._happened(ReplyDiscarded(at=self._clock.time()))

    def stop(self) -> None:
        """End the reply under way and keep what it brought. Without one, nothing happens."""
        if self.is_running:
            self.replies.stop()

    def queue(self, text: str, *, files: Sequence[AttachedFile] = ()) -> None:
        """Keep a message for when the reply is done."""
        self._happened(Queued(text=text, files=tuple(files)))

    def unqueue(self) -> tuple[str, ...]:
        """Take back what is queued."""
        waiting = self.conversation.queued
        if waiting:
            self._happened(Unqueued())
        return waiting

    def draft(self, text: str) -> None:
        """Keep what is being written for whoever opens the session next."""
        self._happened(Drafted(text=text))

    def title(self, title: str) -> None:
        """Name the session."""
        self._happened(Titled(title=title))

    def act(self, action: UserAction) -> None:
        """Record what the person does beside talking."""
        self._happened(UserActed(action=action, at=self._clock.time()))

    def change(self, change: SessionChanged) -> None:
        """Another mode, model, effort or instructions from the next message on."""
        self.replies.facts = None
        self._happened(change)

    def recover(self) -> None:
        """Close a reply that a crash or a kill left open.

        Where the stop reason had come the text was whole, and so the reply is.
        """
        if not self.conversation.is_busy or self.is_running:
            return
        attempts = self.conversation.reply.attempts
        if attempts and attempts[-1].outcome is Outcome.OPEN and attempts[-1].stop_reason:
            self._happened(ReplyDone(at=self._clock.time()))
            return
        failure = Failure(
            kind=FailureKind.CUT,
            retryable=True,
            message="The program ended.",
            hint="Ctrl+R goes on where it stopped.",
        )
        self._happened(GaveUp(failure=failure, at=self._clock.time()))

    # What can be seen

    @property
    def is_running(self) -> bool:
        """True if a reply is being worked on in this process."""
        return self._task is not None and not self._task.done()

    def facts_of(self, model: str) -> ModelInfo:
        """The facts about a model: from the server where it was asked, else from the table."""
        return self.replies.learned.get(model) or self._known(model)

    async def wait_idle(self) -> None:
        """Wait until nothing is under way. The work does not end with the waiting."""
        while self._task is not None and not self._task.done():
            await asyncio.wait({self._task})

    def flush(self) -> None:
        """Record and apply the words that wait for more."""
        self._recorder.flush()

    async def sync(self) -> bool:
        """Wait until everything that happened is safe on disk."""
        return await self._recorder.sync()

    # How it is done

    def _must_be_free(self) -> None:
        if self.is_running:
            raise Busy

    def _start(self) -> asyncio.Task[None]:
        self.replies.make_ready()
        self._task = asyncio.get_running_loop().create_task(self.replies.run())
        return self._task

    def apply(self, event: Event) -> None:
        """Apply an event that is in the journal, and tell of it."""
        self.conversation = apply(self.conversation, event)
        self.events.publish(event)
