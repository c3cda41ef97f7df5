"""One reply, over as many requests as it takes.

A request goes out, its events come in, it breaks, and after a wait the next one takes up
what is there: all of that is one reply to whoever reads it. Here is the patience for it,
and the only owner of retries. Whichever way a reply ends, it ends with an event, so that
nobody waits for one that is not coming.

What has happened is kept elsewhere: this module is given a place to tell it and a way to
look at the conversation, and holds nothing but what it has learned about the model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from hq_tui.core.blocks import ToolBlock, has_words
from hq_tui.core.conversation import Conversation, Reply
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    Event,
    GaveUp,
    ReplyDone,
    ReplyStopped,
    RetryScheduled,
    ToolResult,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import Partner, PartnerFailed
from hq_tui.core.requests.attached import Read
from hq_tui.core.requests.lessons import lesson_from
from hq_tui.core.requests.options import RequestOptions, Tool
from hq_tui.core.requests.request import MessagesRequest, build
from hq_tui.core.retry import AskFirst, RetryAfter, RetryPolicy
from hq_tui.engine.attempt import AttemptStream, StoppedByPerson, StreamLimits, unexpected_failure
from hq_tui.engine.ports import Clock, Memory

MOST_ATTEMPTS = 40
"""However much progress each makes, a reply takes no more requests than this by itself."""
LONG = 500
"""Turns from which a request is put together in a thread, as one with files always is, so that
keys keep their turn."""
MOST_ROUNDS = 12
"""Times that a reply goes on by itself after a pause of the server or with results of calls."""
PROGRESS = 200
"""Characters that an attempt must bring for the count of tries to begin anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPolicy:
    """The engine's policy for a reply: when to retry, how long to wait, what to ask for."""

    retry: RetryPolicy = field(default_factory=RetryPolicy)
    limits: StreamLimits = field(default_factory=StreamLimits)
    options: RequestOptions = field(default_factory=RequestOptions)
    waits_for_network: bool = False
    """True if a machine without a network is waited for, however long that takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyContext:
    """The surroundings of a reply: the conversation, the receiver of its events, and its means."""

    conversation: Callable[[], Conversation]
    happened: Callable[[Event], None]
    sync: Callable[[], Awaitable[bool]]
    partner: Partner
    clock: Clock
    rng: Callable[[], float]
    memory: Memory
    contents: Read
    answer_calls: Callable[[], Sequence[ToolResult]]


class ReplyRunner:
    """Gets replies, one at a time. `facts` is what is known of the model in use."""

    def __init__(self, context: ReplyContext, policy: ReplyPolicy) -> None:
        self.policy = policy
        self.facts: ModelInfo | None = None
        self.learned: dict[str, ModelInfo] = {}
        self._context = context
        self._stream: AttemptStream | None = None
        self._nudge = asyncio.Event()
        self._stopping = False
        self._bare_thinking = False
        self._was_empty = False
        self._turns = 0
        self._sent: MessagesRequest | None = None

    def make_ready(self) -> None:
        """Forget how the reply before this one was hurried or stopped."""
        self._stopping = False
        self._was_empty = False
        self._turns = 0
        self._nudge.clear()

    def set_tools(self, tools: Sequence[Tool]) -> None:
        """The tools that requests offer from now on."""
        options = replace(self.policy.options, tools=tuple(tools))
        self.policy = replace(self.policy, options=options)

    def stop(self) -> None:
        """End the reply under way; what it brought stays."""
        self._stopping = True
        self._nudge.set()
        if self._stream is not None:
            self._stream.stop()

    def retry_now(self) -> None:
        """Do not wait any longer before the next attempt."""
        self._nudge.set()

    @property
    def silent_for(self) -> float:
        """Seconds since the reply last made progress; 0 while no attempt is running."""
        if self._stream is None:
            return 0.0
        return self._context.clock.monotonic() - self._stream.progress_at

    async def run(self) -> None:
        """Get the reply that the last turn wants, whatever it takes, and end it with an event."""
        try:
            await self._until_over()
        except Exception as error:  # noqa: BLE001 - a worker's boundary: it must end with a word
            await self._give_up(unexpected_failure(error))

    async def _until_over(self) -> None:
        tries, left = 0, MOST_ATTEMPTS
        while True:
            had = len(self._context.conversation().reply.text)
            failure = await self._attempt()
            if failure is None:
                if self._goes_on():
                    continue
                if self._context.conversation().reply.is_live:
                    await self._finish()
                return
            waits = self.policy.waits_for_network and failure.kind is FailureKind.OFFLINE
            left -= 0 if waits else 1
            if left and await self._adapt(failure):
                continue
            made_progress = len(self._context.conversation().reply.text) - had >= PROGRESS
            tries = 1 if made_progress else tries + 1
            if waits:
                tries = min(tries, self.policy.retry.attempts - 1)
            if not left:
                failure = replace(failure, retryable=False)
            if not await self._may_retry(failure, tries):
                return

    async def _attempt(self) -> Failure | None:
        """One request. None when the reply is over, whichever way; else why it broke."""
        context = self._context
        number = len(context.conversation().reply.attempts) + 1
        try:
            request = await self._request()
            context.happened(_started(number, request, context.clock.time()))
            await context.sync()
            await self._listen(request)
            self._not_empty()
        except PartnerFailed as failed:
            context.happened(AttemptFailed(failure=failed.failure, at=context.clock.time()))
            return failed.failure
        except StoppedByPerson:
            await self._stopped()
            return None
        finally:
            self._stream = None
        return None

    def _goes_on(self) -> bool:
        """True if the reply is not over although it is whole: paused, or calls and not a word."""
        reply = self._context.conversation().reply
        if self._stopping or not reply.is_live or self._turns >= MOST_ROUNDS:
            return False
        paused = reply.stop_reason == "pause_turn" and bool(reply.attempts[-1].blocks)
        if paused or (reply.stop_reason == "tool_use" and _only_calls(reply)):
            self._turns += 1
            return True
        return False

    async def _request(self) -> MessagesRequest:
        if self._stopping:
            raise StoppedByPerson
        conversation = self._context.conversation()
        if self.facts is None:
            facts = await self._unless_stopped(self._context.partner.facts(conversation.model))
            known = self._context.memory.known(conversation.model)
            self.facts = self.learned[conversation.model] = known.applied(facts)
        conversation, options = self._context.conversation(), self.policy.options
        made = partial(
            build,
            conversation,
            self.facts,
            options,
            strip_thinking=self._bare_thinking,
            results=self._context.answer_calls() if _only_calls(conversation.reply) else (),
            read=self._context.contents,
        )
        if conversation.turn_count < LONG and next(conversation.files, None) is None:
            self._sent = made()
            return self._sent
        self._sent = await asyncio.to_thread(made)
        if self._stopping:
            raise StoppedByPerson
        return self._sent

    async def _unless_stopped(self, wanted: Awaitable[ModelInfo]) -> ModelInfo:
        """The answer, or StoppedByPerson as soon as the person has had enough."""
        task = asyncio.ensure_future(wanted)
        try:
            while not task.done():
                self._nudge.clear()
                nudged = asyncio.ensure_future(self._nudge.wait())
                await asyncio.wait({task, nudged}, return_when=asyncio.FIRST_COMPLETED)
                nudged.cancel()
                if self._stopping:
                    raise StoppedByPerson
            if task.cancelled():
                raise PartnerFailed(unexpected_failure(asyncio.CancelledError()))
            return task.result()
        finally:
            task.cancel()

    async def _listen(self, request: MessagesRequest) -> None:
        if self._stopping:
            raise StoppedByPerson
        context = self._context
        self._stream = AttemptStream(
            context.partner.stream(request), context.clock, self.policy.limits
        )
        try:
            await self._stream.consume(context.happened)
        except (PartnerFailed, StoppedByPerson):
            # Once the stop reason is known the text is whole, whatever becomes of the line.
            if not context.conversation().reply.stop_reason:
                raise

    def _not_empty(self) -> None:
        """A turn ended without a word, as can happen after a tool result, is asked for once more.

        Raises PartnerFailed.
        """
        reply = self._context.conversation().reply
        says = has_words(reply.shown) or _only_calls(reply)
        if says or reply.stop_reason not in {"end_turn", "tool_use"} or self._was_empty:
            return
        self._was_empty = True
        raise PartnerFailed(
            Failure(
                kind=FailureKind.CUT,
                retryable=True,
                message="The model ended its turn without a word.",
            )
        )

    async def _adapt(self, failure: Failure) -> bool:
        """Learn from a refusal that asks for another form of the same request."""
        facts, sent = self.facts, self._sent
        if facts is None or sent is None:
            return False
        if failure.kind is FailureKind.BOUND_THINKING and not self._bare_thinking:
            self._bare_thinking = True
            return True
        lesson = lesson_from(failure, sent.params, facts)
        if lesson is None:
            return False
        self.facts = self.learned[sent.model] = lesson.applied(facts)
        if not facts.is_rehearsal:
            await self._context.memory.learn(sent.model, lesson.lasting)
        return True

    async def _may_retry(self, failure: Failure, tries: int) -> bool:
        """Wait for the next attempt; False when there will be none."""
        match self.policy.retry.verdict(tries, failure, self._context.rng()):
            case RetryAfter(seconds=seconds):
                return await self._wait(seconds, tries)
            case AskFirst(seconds=seconds):
                message = f"The server asks to wait {_span(seconds)}."
                failure = replace(failure, message=message, hint="Ctrl+R tries now all the same.")
        await self._give_up(failure)
        return False

    async def _wait(self, seconds: float, tries: int) -> bool:
        context, of = self._context, self.policy.retry.attempts
        now = context.clock.time()
        self._nudge.clear()
        if not self._stopping:
            context.happened(RetryScheduled(delay=seconds, attempt=tries + 1, of=of, at=now))
            nap = asyncio.ensure_future(context.clock.sleep(seconds))
            nudged = asyncio.ensure_future(self._nudge.wait())
            try:
                await asyncio.wait({nap, nudged}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                nap.cancel()
                nudged.cancel()
        if self._stopping:
            await self._stopped()
            return False
        return True

    async def _finish(self) -> None:
        """The end is on disk before it is told."""
        await self._context.sync()
        self._context.happened(ReplyDone(at=self._context.clock.time()))
        await self._context.sync()

    async def _stopped(self) -> None:
        self._context.happened(ReplyStopped(at=self._context.clock.time()))
        await self._context.sync()

    async def _give_up(self, failure: Failure) -> None:
        self._context.happened(GaveUp(failure=failure, at=self._context.clock.time()))
        await self._context.sync()


def _started(number: int, request: MessagesRequest, at: float) -> AttemptStarted:
    return AttemptStarted(
        number=number,
        how=request.how,
        model=request.model,
        at=at,
        context=request.context,
        prompt=request.prompt,
        anchor=request.anchor,
        results=request.results,
    )


def _only_calls(reply: Reply) -> bool:
    """True if a reply has calls that can be answered, and not a word beside them."""
    calls = any(isinstance(one, ToolBlock) and one.input is not None for one in reply.shown)
    return calls and not has_words(reply.shown)


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
