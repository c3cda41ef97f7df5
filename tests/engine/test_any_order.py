"""Send, break, stop, kill, open again, in any order: no word is lost, doubled or altered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hq_tui.claude.models import facts_for
from hq_tui.core.conversation import Outcome, Phase
from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageStarted,
    ResumeMode,
    SessionChanged,
    TextArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import PartnerFailed, Ping
from hq_tui.core.requests.request import MessagesRequest
from hq_tui.core.usage import Usage
from hq_tui.rehearsal.server.reply import RehearsedReply
from tests.engine.fixtures import CUT, PROMPT, Held, delivered, folded, hold, quiet, texts
from tests.support.gates import Tally, part
from tests.support.request_rules import Rules

MODELS = ("rehearsal-1", "rehearsal-prefill")
FAILURES = (
    CUT,
    Failure(kind=FailureKind.OVERLOADED, retryable=True),
    Failure(kind=FailureKind.RATE_LIMIT, retryable=True, retry_after=5.0),
    Failure(kind=FailureKind.RATE_LIMIT, retryable=True, retry_after=500.0),
    Failure(kind=FailureKind.BAD_REQUEST),
)
ENDS = ("end_turn", "end_turn", "max_tokens")
LINES = 6


def full(question: str) -> str:
    """The whole reply to a question: different for each, and easy to check for gaps."""
    lines = (" ".join(f"{question}w{line}{one}" for one in range(8)) for line in range(LINES))
    return "\n".join(lines) + ".\n"


def question_of(request: MessagesRequest) -> str:
    """The last thing the person said, by the request alone."""
    said = [text for role, text in texts(request) if role == "user" and PROMPT not in text]
    return said[-1].rpartition("q")[2]


@dataclass(slots=True)
class ByHand:
    """A partner whose every word is a step of the test."""

    rules: Rules
    steps: asyncio.Queue[int | str | Failure] = field(default_factory=asyncio.Queue)
    rest: str = ""
    sent: int = 0
    is_edited: bool = False
    leaves_out: int = 0

    @property
    def host(self) -> str:
        return "by hand"

    async def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        if self.is_edited and request.how is ResumeMode.FRESH:
            self.rules.edited()
        self.is_edited = False
        self.rules.hold(request)
        self.rest = full(f"q{question_of(request)}")[len(delivered(request)) :]
        self.sent += 1
        self.steps = asyncio.Queue()
        yield MessageStarted(message_id=f"m{self.sent}", model="m", usage=Usage(input_tokens=1))
        yield BlockStarted(index=0, data={"type": "text", "text": ""})
        reason = ""
        while not reason:
            match await self.steps.get():
                case int() as size:
                    words, self.rest = self.rest[:size], self.rest[size:]
                    if words:
                        yield TextArrived(index=0, text=words[self.leaves_out :])
                case Failure() as failure:
                    raise PartnerFailed(failure)
                case str() as how:
                    reason = how
        if reason == "end_turn":
            yield TextArrived(index=0, text=self.rest)
        yield BlockEnded(index=0)
        yield MessageDelta(usage=Usage(output_tokens=3), stop_reason=reason)
        self.rules.answered(request, RehearsedReply())
        yield MessageEnded()

    async def facts(self, model: str) -> ModelInfo:
        return facts_for(model)

    async def models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def close(self) -> None:
        """There is nothing to close."""


class AnyOrder(RuleBasedStateMachine):
    """One session through whatever may happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.asked = 0
        self.partner = ByHand(Rules())
        self.acknowledged = ""

    @initialize(model=st.sampled_from(MODELS))
    def begin(self, model: str) -> None:
        self.model = model
        self.held = self.run(self.opened(None))

    def run(self, work: Any) -> Any:
        """Do something and let everything happen that follows from it at once."""

        async def then_quiet() -> Any:
            result = await work
            await quiet(40)
            return result

        return self.loop.run_until_complete(then_quiet())

    async def opened(self, rows: list[dict[str, Any]] | None) -> Held:
        return hold(self.partner, rows=rows, model=self.model)

    def do(self, name: str, *args: Any, **named: Any) -> None:
        async def work() -> None:
            attrgetter(name)(self.held.engine)(*args, **named)

        self.run(work())

    def ask(self) -> None:
        self.asked += 1
        self.do("ask", f"q{self.asked}")

    @property
    def is_free(self) -> bool:
        return not self.held.engine.is_running

    @property
    def is_streaming(self) -> bool:
        return not self.is_free and self.held.conversation.reply.phase is Phase.STREAMING

    # What may happen

    @precondition(lambda self: self.is_free)
    @rule()
    def send(self) -> None:
        self.ask()

    @precondition(lambda self: self.is_streaming)
    @rule(size=st.integers(1, 90))
    def some_words_come(self, size: int) -> None:
        self.partner.steps.put_nowait(size)
        self.run(quiet(1))

    @precondition(lambda self: self.is_streaming)
    @rule(failure=st.sampled_from(FAILURES))
    def it_breaks(self, failure: Failure) -> None:
        self.partner.steps.put_nowait(failure)
        self.run(quiet(1))

    @precondition(lambda self: self.is_streaming)
    @rule(reason=st.sampled_from(ENDS))
    def it_ends(self, reason: str) -> None:
        self.partner.steps.put_nowait(reason)
        self.run(quiet(1))

    @rule(seconds=st.sampled_from([1.0, 8.0, 40.0, 130.0]))
    def time_passes(self, seconds: float) -> None:
        self.run(self.held.clock.passes(seconds))

    @rule()
    def hurry(self) -> None:
        self.do("replies.retry_now")

    @precondition(lambda self: not self.is_free)
    @rule()
    def stop(self) -> None:
        self.do("stop")
        assert self.is_free

    @precondition(lambda self: self.is_free and self.held.conversation.reply.can_continue)
    @rule()
    def go_on(self) -> None:
        self.do("resume")

    @precondition(lambda self: self.is_free and self.held.conversation.live is not None)
    @rule()
    def throw_it_away_and_ask_again(self) -> None:
        self.partner.is_edited = True
        self.do("regenerate")

    @precondition(lambda self: not self.is_free)
    @rule()
    def queue(self) -> None:
        self.do("queue", f"later {self.asked}")

    @precondition(lambda self: self.is_free and bool(self.held.conversation.queued))
    @rule()
    def send_what_is_queued(self) -> None:
        before = self.held.conversation.queued
        assert self.held.engine.unqueue() == before
        self.ask()

    @precondition(lambda self: self.is_free)
    @rule(mode=st.sampled_from(["a", "b"]))
    def change_the_mode(self, mode: str) -> None:
        change = SessionChanged(mode=mode, model=self.model, system=(f"Ask, {mode}.",), host="h")
        self.do("change", change)

    @rule(share=st.floats(0, 1))
    def kill_and_open_again(self, share: float) -> None:
        old = self.held
        records = old.records
        records.gone = True
        self.run(self.cancelled())
        loose = len(records.rows) - records.synced
        rows = records.rows[: records.synced + round(share * loose)]
        safe = folded(records.rows[: records.synced]).reply.text
        shown = old.conversation.reply.text
        self.partner.is_edited = self.partner.is_edited or self.was_edited()
        self.held = self.run(self.opened(rows))
        same_turn = self.held.conversation.turn_count == old.conversation.turn_count
        if same_turn and not self.was_edited():
            assert shown.startswith(self.held.conversation.reply.text)
            assert self.held.conversation.reply.text.startswith(safe)
        self.do("recover")
        assert not self.held.conversation.is_busy

    async def cancelled(self) -> None:
        """What a kill does, as far as it can be done to a task."""
        ours = asyncio.current_task()
        for task in asyncio.all_tasks():
            if task is not ours:
                task.cancel()
        await quiet(20)

    def was_edited(self) -> bool:
        """Whether words of this turn were thrown away, on purpose or for want of any."""
        attempts = self.held.conversation.reply.attempts
        return any(one.outcome is Outcome.DISCARDED for one in attempts)

    # What must hold

    @invariant()
    def the_record_tells_what_is_there(self) -> None:
        self.held.engine.flush()
        assert folded(self.held.records.rows) == self.held.conversation

    @invariant()
    def the_text_is_a_beginning_without_gap_or_doubling(self) -> None:
        for turn in self.held.conversation.turns:
            whole = full(turn.asked.text)
            text = turn.reply.text
            assert whole.startswith(text), text
            ended = turn.reply.phase is Phase.COMPLETE and turn.reply.stop_reason == "end_turn"
            assert not ended or text == whole

    @invariant()
    def everything_that_came_is_shown(self) -> None:
        self.held.engine.flush()  # as a frame does
        reply = self.held.conversation.reply
        if self.is_streaming and reply.attempts[-1].skip is not None:
            whole = (
                full(self.held.conversation.live.asked.text) if self.held.conversation.live else ""
            )
            assert whole == reply.text + self.partner.rest

    @invariant()
    def a_reply_is_under_way_when_and_only_when_somebody_works_on_it(self) -> None:
        assert self.held.conversation.is_busy is self.held.engine.is_running

    @invariant()
    def the_past_is_settled(self) -> None:
        assert not any(turn.reply.is_live for turn in self.held.conversation.past)

    def teardown(self) -> None:
        self.loop.run_until_complete(self.cancelled())
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()


def test_in_any_order_no_word_is_lost_or_doubled() -> None:
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=30, stateful_step_count=30, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.soak
@pytest.mark.gate("any order")
@pytest.mark.parametrize("_part", range(20))
def test_in_any_order_no_word_is_lost_or_doubled_in_long_sessions(tally: Tally, _part: int) -> None:
    tally.tried(part(100))
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=part(100),
            stateful_step_count=50,
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Losing(AnyOrder):
    """The same, with a partner that leaves a letter out."""

    def __init__(self) -> None:
        super().__init__()
        self.partner.leaves_out = 1


@pytest.mark.twin("any order", "a partner that leaves a letter out")
def test_the_machine_notices_one_lost_letter() -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Losing,
            settings=settings(
                max_examples=30,
                stateful_step_count=30,
                suppress_health_check=list(HealthCheck),
                phases=[hypothesis.Phase.generate],
                report_multiple_bugs=False,
            ),
        )
