"""A reply comes, breaks, goes on and ends; in every order the record is there first."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from hq_tui.core.conversation import Outcome, Phase
from hq_tui.core.events import (
    AttemptStarted,
    Event,
    GaveUp,
    MessageDelta,
    MessageStarted,
    ReplyDone,
    ResumeMode,
    RetryScheduled,
    SessionChanged,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo, ThinkingSupport
from hq_tui.core.partner import PartnerFailed, Ping
from hq_tui.core.requests.request import MessagesRequest, build
from hq_tui.core.retry import RetryPolicy
from hq_tui.core.usage import NO_USAGE, Usage
from hq_tui.core.user_actions import PinItem
from hq_tui.engine import ReplyPolicy, StreamLimits
from hq_tui.engine import reply_runner as reply
from hq_tui.engine.engine import Busy
from hq_tui.engine.reply_runner import MOST_ATTEMPTS
from tests.engine.fixtures import (
    CUT,
    FULL,
    OVERLOADED,
    REFUSED,
    WORDS,
    InHand,
    Script,
    failing,
    finished,
    folded,
    hold,
    quiet,
    silence,
    told,
)

WHOLE = failing()


# The order of things


async def test_what_happens_is_written_then_applied_then_told() -> None:
    held = hold(InHand(WHOLE))
    seen: list[str] = []

    def check(event: Event) -> None:
        held.engine.flush()
        assert folded(held.records.rows) == held.conversation
        seen.append(type(event).__name__)

    held.engine.events.subscribe(check)
    held.engine.ask("Why?")
    await finished(held)
    assert seen[:3] == ["MessageSent", "AttemptStarted", "MessageStarted"]
    assert seen[-1] == "ReplyDone"


async def test_keys_keep_their_turn_while_a_long_request_is_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = hold(InHand(WHOLE))
    for _ in range(2):
        held.engine.ask("Why?")
        await finished(held)
    pressed = threading.Event()

    def slow(*given: Any, **named: Any) -> MessagesRequest:
        assert pressed.wait(timeout=5), "the loop stood still"
        return build(*given, **named)

    monkeypatch.setattr(reply, "LONG", 3)
    monkeypatch.setattr(reply, "build", slow)
    held.engine.ask("Why not?")
    asyncio.get_running_loop().call_soon(pressed.set)
    await held.engine.wait_idle()
    assert held.conversation.turn_count == 3
    assert held.conversation.reply.text == FULL


async def test_everything_is_safe_before_a_request_is_sent_and_before_the_end_is_told() -> None:
    partner = InHand(failing(CUT))
    held = hold(partner)
    partner.order = held.records.order
    held.engine.ask("Why?")
    await finished(held, seconds=2)
    order = held.records.order
    places = [place for place, what in enumerate(order) if what == "request"]
    assert len(places) == 2
    for place in places:
        assert order[place - 2 : place] == ["write attempt", "sync"]
    done = order.index("write done")
    assert order[done - 1] == "sync"
    assert order[done + 1] == "sync"


async def test_a_disk_that_cannot_sync_holds_no_reply_up() -> None:
    held = hold(InHand(WHOLE))
    held.records.works = False
    held.engine.ask("Why?")
    await finished(held)
    assert held.conversation.reply.text == FULL
    assert await held.engine.sync() is False


async def test_deltas_are_joined_in_the_record_and_lose_nothing() -> None:
    held = hold(InHand(WHOLE))
    held.engine.ask("Why?")
    await finished(held)
    texts = [row["text"] for row in held.records.rows if row["t"] == "text"]
    assert "".join(texts) == FULL
    assert len(texts) == 2, "the first at once, those of a moment together"


# Going on


@pytest.mark.parametrize(
    ("prefill", "how"),
    [(True, ResumeMode.PREFILL), (False, ResumeMode.CONTINUE)],
    ids=["prefill", "in words"],
)
async def test_a_broken_reply_goes_on_exactly(prefill: bool, how: ResumeMode) -> None:
    partner = InHand(failing(CUT, CUT, CUT, chars=33), prefill=prefill)
    held = hold(partner)
    held.engine.ask("Why?")
    await finished(held, seconds=9)
    reply = held.conversation.reply
    assert (reply.text, reply.phase) == (FULL, Phase.COMPLETE)
    assert [one.how for one in reply.attempts] == [ResumeMode.FRESH, how, how, how]
    assert [one.outcome for one in reply.attempts][-2:] == [Outcome.CUT, Outcome.COMPLETE]
    assert [row.delay for row in held.happened if isinstance(row, RetryScheduled)] == [
        0.75, 1.5, 3.0,
    ]  # fmt: skip


async def test_progress_renews_the_patience_but_not_for_ever() -> None:
    long = " ".join(f"w{number}" for number in range(1, 4000))

    def script(number: int, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        return told(request, full=long, chars=250, failure=CUT)

    partner = InHand(script, prefill=True)
    held = hold(partner)
    held.engine.ask("Why?")
    await finished(held, seconds=60)
    assert len(partner.asked) == MOST_ATTEMPTS
    assert held.conversation.reply.phase is Phase.CUT
    assert long.startswith(held.conversation.reply.text)
    assert len(held.conversation.reply.text) == 250 * MOST_ATTEMPTS


async def test_it_gives_up_after_as_many_tries_as_agreed() -> None:
    held = hold(InHand(failing(*[OVERLOADED] * 9, chars=0)))
    held.engine.ask("Why?")
    await finished(held, seconds=60)
    assert held.kinds().count("attempt") == 4
    assert held.conversation.reply.failure == OVERLOADED
    assert not held.conversation.is_busy
    held.engine.resume()
    await finished(held, seconds=60)
    assert held.kinds().count("attempt") == 8


async def test_what_cannot_be_helped_is_not_tried_again() -> None:
    held = hold(InHand(failing(REFUSED)))
    held.engine.ask("Why?")
    await finished(held)
    assert held.kinds().count("attempt") == 1
    assert held.conversation.reply.failure == REFUSED


@pytest.mark.parametrize(
    ("seconds", "asks"),
    [(60.0, ""), (61.0, "61 s"), (119.0, "119 s"), (120.0, "2 min"), (7199.0, "120 min"),
     (7200.0, "2.0 h"), (40_000.0, "11.1 h")],
)  # fmt: skip
async def test_a_long_wait_is_asked_about(seconds: float, asks: str) -> None:
    limit = Failure(kind=FailureKind.RATE_LIMIT, retryable=True, retry_after=seconds)
    held = hold(InHand(failing(limit)))
    held.engine.ask("Why?")
    await held.clock.passes(1)
    assert held.engine.is_running is not bool(asks)
    if asks:
        assert held.conversation.reply.failure is not None
        assert held.conversation.reply.failure.message == f"The server asks to wait {asks}."
        held.engine.resume()
    await finished(held, seconds=60)
    assert held.conversation.reply.text == FULL


async def test_an_answer_without_a_word_is_asked_for_once_more() -> None:
    def script(number: int, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        return told(request, full="" if number == 1 else FULL)

    held = hold(InHand(empty_then(script)))
    held.engine.ask("Why?")
    await finished(held, seconds=9)
    assert held.conversation.reply.text == FULL
    held = hold(InHand(lambda _number, _request: empty()))
    held.engine.ask("Why?")
    await finished(held, seconds=9)
    assert (held.conversation.reply.text, held.conversation.reply.phase) == ("", Phase.COMPLETE)
    assert held.kinds().count("attempt") == 2


async def empty() -> AsyncGenerator[Event | Ping, None]:
    yield MessageStarted(message_id="m", model="m", usage=NO_USAGE)
    yield MessageDelta(stop_reason="end_turn")


def empty_then(script: Script) -> Script:
    return lambda number, request: empty() if number == 1 else script(number, request)


# Learning from refusals


@pytest.mark.parametrize(
    ("kind", "is_learned"),
    [
        (FailureKind.NO_PREFILL, lambda facts: facts and not facts.prefill),
        (FailureKind.NO_TOOLS, lambda facts: facts and not facts.tools),
        (FailureKind.NO_THINKING, lambda facts: facts and facts.thinking is ThinkingSupport.NONE),
        (FailureKind.NO_CACHE, lambda facts: facts and not facts.cache),
        (FailureKind.PLAIN_SYSTEM, lambda facts: facts and not facts.system_blocks),
        (FailureKind.FOREIGN_BLOCKS, lambda facts: facts and not facts.extra_blocks),
        (FailureKind.OUTPUT_LIMIT, lambda facts: facts and facts.max_output == 4_000),
        (FailureKind.BOUND_THINKING, lambda facts: facts is not None),
    ],
)
async def test_a_refusal_that_names_another_form_is_obeyed_at_once(
    kind: FailureKind, is_learned: Callable[[ModelInfo | None], bool]
) -> None:
    refusal = Failure(kind=kind, limit=4_000 if kind is FailureKind.OUTPUT_LIMIT else None)
    partner = InHand(failing(CUT, refusal), prefill=kind is FailureKind.NO_PREFILL)
    held = hold(partner)
    held.engine.replies.set_tools(({"name": "note", "input_schema": {"type": "object"}},))
    held.engine.ask("Why?")
    await held.clock.passes(2)
    assert held.conversation.reply.text == FULL
    assert len(partner.asked) == 3
    assert is_learned(held.engine.replies.facts)
    assert held.kinds().count("retry") == 1


async def test_the_same_refusal_twice_ends_it() -> None:
    refusal = Failure(kind=FailureKind.BOUND_THINKING)
    partner = InHand(failing(refusal, refusal))
    held = hold(partner)
    held.engine.ask("Why?")
    await finished(held)
    assert len(partner.asked) == 2
    assert held.conversation.reply.failure == refusal


# Stopping and hurrying


async def test_stopping_keeps_what_came_and_the_next_message_follows() -> None:
    partner = InHand(lambda number, request: silence(*WORDS) if number == 1 else told(request))
    held = hold(partner)
    held.engine.ask("Why?")
    await quiet()
    held.engine.stop()
    await finished(held)
    assert (held.conversation.reply.text, held.conversation.reply.phase) == (
        "w1 w2 w3 ",
        Phase.STOPPED,
    )
    assert partner.closed == 1
    held.engine.ask("And then?")
    await finished(held)
    assert held.conversation.reply.phase is Phase.COMPLETE
    roles = [message["role"] for message in partner.asked[1].params["messages"]]
    assert roles == ["user", "assistant", "user"]


async def test_a_stopped_reply_can_be_taken_up() -> None:
    partner = InHand(lambda number, request: silence(*WORDS) if number == 1 else told(request))
    held = hold(partner)
    held.engine.ask("Why?")
    await quiet()
    held.engine.stop()
    await finished(held)
    held.engine.resume()
    await finished(held)
    assert held.conversation.reply.text == FULL


async def test_stopping_works_while_facts_are_fetched() -> None:
    partner = InHand(WHOLE, wait_for_facts=asyncio.Event())
    held = hold(partner)
    held.engine.ask("Why?")
    await quiet()
    held.engine.replies.retry_now()
    await quiet()
    held.engine.stop()
    await finished(held)
    assert (held.conversation.reply.phase, partner.asked) == (Phase.STOPPED, [])


@pytest.mark.parametrize("turns", range(8))
async def test_stopping_works_at_every_moment_of_the_beginning(turns: int) -> None:
    partner = InHand(lambda _number, _request: silence())
    held = hold(partner)
    held.engine.ask("Why?")
    await quiet(turns)
    held.engine.stop()
    await finished(held)
    assert held.conversation.reply.phase is Phase.STOPPED


async def test_stopping_while_a_long_request_is_put_together_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    partner = InHand(WHOLE)
    held = hold(partner)
    let = threading.Event()

    def slow(*given: Any, **named: Any) -> MessagesRequest:
        let.wait(timeout=5)
        return build(*given, **named)

    monkeypatch.setattr(reply, "LONG", 0)
    monkeypatch.setattr(reply, "build", slow)
    held.engine.ask("Why?")
    await quiet()
    held.engine.stop()
    let.set()
    await held.engine.wait_idle()
    assert held.conversation.reply.phase is Phase.STOPPED
    assert "attempt" not in held.kinds()
    assert not partner.asked


async def test_stopping_works_while_waiting() -> None:
    held = hold(InHand(failing(OVERLOADED)))
    held.engine.ask("Why?")
    await quiet()
    while not held.conversation.reply.retry:
        await quiet()
    held.engine.stop()
    await finished(held)
    assert held.conversation.reply.phase is Phase.STOPPED
    assert held.kinds().count("attempt") == 1


async def test_hurrying_ends_the_wait_and_only_the_wait() -> None:
    held = hold(InHand(failing(OVERLOADED, OVERLOADED)))
    held.engine.replies.retry_now()
    held.engine.ask("Why?")
    for _ in range(2):
        while not held.conversation.reply.retry:
            await quiet()
        held.engine.replies.retry_now()
        await quiet()
    await finished(held)
    assert held.conversation.reply.text == FULL
    assert held.clock.now == 1_000_000.0


async def test_a_reply_that_waited_leaves_nothing_running() -> None:
    held = hold(InHand(failing(OVERLOADED, OVERLOADED)))
    before = asyncio.all_tasks()
    held.engine.ask("Why?")
    await finished(held, seconds=60)
    await held.clock.passes(60)
    assert asyncio.all_tasks() == before


async def test_stopping_when_nothing_is_under_way_changes_nothing() -> None:
    held = hold(InHand(WHOLE))
    held.engine.stop()
    held.engine.replies.retry_now()
    held.engine.ask("Why?")
    await finished(held)
    assert held.conversation.reply.phase is Phase.COMPLETE


async def test_stopping_a_reply_that_is_whole_leaves_it_whole() -> None:
    end = MessageDelta(stop_reason="end_turn", usage=Usage(output_tokens=1))
    held = hold(InHand(lambda _number, _request: silence(*WORDS, end)))
    held.engine.ask("Why?")
    await quiet()
    held.engine.stop()
    await finished(held)
    assert held.conversation.reply.phase is Phase.COMPLETE


# Silence and surprises


@pytest.mark.parametrize(
    ("first", "limit"), [((), 120.0), (WORDS, 60.0)], ids=["before a word", "after a word"]
)
async def test_silence_has_its_limit(first: tuple[Event, ...], limit: float) -> None:
    def script(number: int, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        return silence(*first) if number == 1 else told(request)

    held = hold(InHand(script))
    held.engine.ask("Why?")
    await held.clock.passes(limit - 1)
    assert held.conversation.reply.retry is None
    assert held.engine.replies.silent_for == limit - 1
    await held.clock.passes(1.1)
    assert held.conversation.reply.attempts[0].failure is not None
    assert held.conversation.reply.attempts[0].failure.kind is FailureKind.STALLED
    await finished(held, seconds=2)
    assert held.conversation.reply.text == FULL


async def test_a_ping_is_life_and_not_progress() -> None:
    ticks = asyncio.Queue[None]()

    async def pinging() -> AsyncGenerator[Event | Ping, None]:
        for event in WORDS:
            yield event
        while True:
            await ticks.get()
            yield Ping()

    held = hold(InHand(lambda number, request: pinging() if number == 1 else told(request)))
    held.engine.ask("Why?")
    for _ in range(12):
        ticks.put_nowait(None)
        await held.clock.passes(5)
    await finished(held, seconds=2)
    assert held.conversation.reply.attempts[0].failure is not None
    assert held.conversation.reply.text == FULL


async def test_limits_can_be_set() -> None:
    held = hold(
        InHand(lambda _number, _request: silence()),
        policy=ReplyPolicy(retry=RetryPolicy(attempts=1), limits=StreamLimits(first_byte=3.0)),
    )
    held.engine.ask("Why?")
    await held.clock.passes(3.1)
    assert not held.engine.is_running


async def test_a_machine_that_slept_connects_again() -> None:
    held = hold(InHand(lambda number, request: silence(*WORDS) if number == 1 else told(request)))
    held.engine.ask("Why?")
    await quiet()
    held.clock.jumped = 3600
    await held.clock.passes(31)
    failure = held.conversation.reply.attempts[0].failure
    assert failure is not None
    assert failure.kind is FailureKind.NETWORK
    await finished(held, seconds=2)
    assert held.conversation.reply.text == FULL


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError(), RuntimeError()])
async def test_whatever_a_partner_raises_ends_the_reply_with_a_word(error: BaseException) -> None:
    async def broken() -> AsyncGenerator[Event | Ping, None]:
        for event in WORDS:
            yield event
        raise error

    held = hold(InHand(lambda _number, _request: broken()))
    held.engine.ask("Why?")
    await finished(held)
    assert held.conversation.reply.phase is Phase.CUT
    assert held.conversation.reply.failure is not None
    assert held.conversation.reply.failure.kind is FailureKind.UNKNOWN
    assert isinstance(held.happened[-1], GaveUp)


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError(), PartnerFailed(CUT)])
async def test_facts_that_raise_end_the_reply_with_a_word(error: BaseException) -> None:
    class Odd(InHand):
        async def facts(self, model: str) -> ModelInfo:
            raise error

    held = hold(Odd(WHOLE))
    held.engine.ask("Why?")
    await finished(held, seconds=60)
    assert held.conversation.reply.phase is Phase.FAILED
    assert not held.conversation.is_busy


async def test_an_end_without_a_stop_reason_from_the_partner_itself_is_believed() -> None:
    held = hold(InHand(lambda _number, _request: words_only()))
    held.engine.ask("Why?")
    await finished(held)
    assert held.conversation.reply.phase is Phase.COMPLETE


async def words_only() -> AsyncGenerator[Event | Ping, None]:
    for event in WORDS:
        yield event


async def test_an_error_after_the_stop_reason_is_a_success() -> None:
    async def late() -> AsyncGenerator[Event | Ping, None]:
        for event in (*WORDS, MessageDelta(stop_reason="end_turn")):
            yield event
        raise PartnerFailed(CUT)

    held = hold(InHand(lambda _number, _request: late()))
    held.engine.ask("Why?")
    await finished(held)
    assert held.conversation.reply.phase is Phase.COMPLETE
    assert held.kinds().count("attempt") == 1


# The rest of what a person can do


async def test_only_one_reply_at_a_time() -> None:
    held = hold(InHand(lambda _number, _request: silence()))
    held.engine.ask("Why?")
    with pytest.raises(Busy):
        held.engine.ask("x")
    for again in (held.engine.resume, held.engine.regenerate):
        with pytest.raises(Busy):
            again()
    held.engine.stop()
    await finished(held)


async def test_asking_again_throws_the_words_away_and_keeps_the_account() -> None:
    partner = InHand(WHOLE)
    held = hold(partner)
    held.engine.ask("Why?")
    await finished(held)
    held.engine.regenerate()
    await finished(held)
    outcomes = [one.outcome for one in held.conversation.reply.attempts]
    assert outcomes == [Outcome.DISCARDED, Outcome.COMPLETE]
    assert partner.asked[0].params["messages"] == partner.asked[1].params["messages"]


async def test_what_is_queued_waits_and_can_be_taken_back() -> None:
    held = hold(InHand(lambda _number, _request: silence(*WORDS)))
    held.engine.ask("Why?")
    held.engine.queue("one")
    held.engine.queue("two")
    held.engine.flush()
    assert folded(held.records.rows).queued == ("one", "two")
    assert held.engine.unqueue() == ("one", "two")
    assert held.engine.unqueue() == ()
    assert held.conversation.queued == ()
    held.engine.stop()
    await finished(held)


async def test_a_change_of_model_asks_for_its_facts_anew() -> None:
    held = hold(InHand(WHOLE))
    held.engine.ask("Why?")
    await finished(held)
    assert held.engine.replies.facts is not None
    held.engine.change(SessionChanged(mode="x", model="other", system=("Tell.",), host="h"))
    assert held.engine.replies.facts is None
    held.engine.title("Named")
    held.engine.act(PinItem(id="c1"))
    held.engine.ask("And?")
    await finished(held)
    assert held.engine.facts_of("other").id == "other"
    assert (held.conversation.title, held.conversation.mode) == ("Named", "x")


async def test_waiting_for_the_end_can_itself_be_given_up() -> None:
    held = hold(InHand(lambda _number, _request: silence()))
    held.engine.ask("Why?")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await held.engine.wait_idle()
    assert held.engine.is_running
    held.engine.stop()
    await held.engine.wait_idle()


async def test_each_attempt_is_numbered_and_told_before_its_request() -> None:
    held = hold(InHand(failing(CUT, CUT)))
    held.engine.ask("Why?")
    await finished(held, seconds=9)
    started = [one for one in held.happened if isinstance(one, AttemptStarted)]
    assert [one.number for one in started] == [1, 2, 3]
    assert isinstance(held.happened[-1], ReplyDone)
