"""What an engine is given in these tests: a clock that stands still, a list, a partner in hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

from hq_tui.claude.models import facts_for
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageStarted,
    SessionStarted,
    TextArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import Partner, PartnerFailed, Ping
from hq_tui.core.reducer import apply
from hq_tui.core.requests.lessons import NOTHING, Lessons
from hq_tui.core.requests.request import MessagesRequest
from hq_tui.core.retry import RetryPolicy
from hq_tui.core.usage import Usage
from hq_tui.engine import Engine, ReplyPolicy

CUT = Failure(kind=FailureKind.CUT, retryable=True)
OVERLOADED = Failure(kind=FailureKind.OVERLOADED, retryable=True)
REFUSED = Failure(kind=FailureKind.BAD_REQUEST, message="No.")
FULL = " ".join(f"w{number}" for number in range(1, 61)) + ".\n"
PROMPT = "Your previous response was interrupted"


async def quiet(turns: int = 12) -> None:
    """Let everything happen that can happen without time passing."""
    for _ in range(turns):
        await asyncio.sleep(0)


class NoMemory:
    """Nothing is known of the server, and nothing is kept."""

    def known(self, model: str) -> Lessons:
        return NOTHING

    async def learn(self, model: str, lessons: Lessons) -> None:
        pass


@dataclass(slots=True)
class StillClock:
    """Time that passes only when it is told to."""

    now: float = 1_000_000.0
    jumped: float = 0.0
    sleepers: list[tuple[float, asyncio.Future[None]]] = field(default_factory=list)

    def time(self) -> float:
        return self.now + self.jumped

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + seconds, woken))
        await woken

    async def passes(self, seconds: float) -> None:
        """Let time pass, waking every sleeper at its moment and in order."""
        end = self.now + seconds
        while True:
            await quiet()
            self.sleepers = [one for one in self.sleepers if not one[1].done()]
            due = sorted((at, i) for i, (at, _) in enumerate(self.sleepers) if at <= end)
            if not due:
                break
            at, place = due[0]
            self.now = max(self.now, at)
            self.sleepers.pop(place)[1].set_result(None)
        self.now = end
        await quiet()


@dataclass(slots=True)
class Records:
    """A journal in memory that notes what was synced, and in which order things came."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    synced: int = 0
    gone: bool = False
    works: bool = True

    def append(self, record: dict[str, Any]) -> None:
        if not self.gone:
            self.rows.append(record)
            self.order.append(f"write {record['t']}")

    async def sync(self) -> bool:
        await asyncio.sleep(0)
        if not self.gone:
            self.synced = len(self.rows)
            self.order.append("sync")
        return self.works


def folded(rows: list[dict[str, Any]]) -> Conversation:
    """The conversation that these records tell of."""
    return reduce(apply, (from_record(row) for row in rows), EMPTY)


def delivered(request: MessagesRequest) -> str:
    """The text of the reply under way that the client has, by the request alone."""
    texts: list[str] = []
    for message in reversed(request.params["messages"]):
        said = "".join(block["text"] for block in message["content"] if block["type"] == "text")
        if message["role"] == "assistant":
            texts.append(said)
        elif PROMPT not in said:
            break
    return "".join(reversed(texts))


Script = Callable[[int, MessagesRequest], AsyncGenerator[Event | Ping, None]]


@dataclass(slots=True)
class InHand:
    """A partner that does what a function says for the n-th request, counted from 1."""

    script: Script
    prefill: bool = False
    asked: list[MessagesRequest] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    wait_for_facts: asyncio.Event | None = None
    closed: int = 0

    @property
    def host(self) -> str:
        return "in hand"

    async def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        self.asked.append(request)
        self.order.append("request")
        try:
            source = self.script(len(self.asked), request)
            async for event in source:
                yield event
        finally:
            self.closed += 1

    async def facts(self, model: str) -> ModelInfo:
        if self.wait_for_facts is not None:
            await self.wait_for_facts.wait()
        return replace(facts_for("rehearsal-prefill" if self.prefill else "rehearsal-1"), id=model)

    async def models(self) -> tuple[ModelInfo, ...]:
        return ()

    async def close(self) -> None:
        """There is nothing to close."""


async def told(
    request: MessagesRequest,
    *,
    full: str = FULL,
    chars: int | None = None,
    failure: Failure | None = None,
    stop_reason: str = "end_turn",
) -> AsyncGenerator[Event | Ping, None]:
    """What is left of `full`: all of it, or `chars` characters and then the failure."""
    rest = full[len(delivered(request)) :]
    rest = rest if chars is None else rest[:chars]
    yield MessageStarted(message_id=f"m{id(request)}", model="m", usage=Usage(input_tokens=9))
    yield Ping()
    yield BlockStarted(index=0, data={"type": "text", "text": ""})
    for at in range(0, len(rest), 7):
        yield TextArrived(index=0, text=rest[at : at + 7])
        await asyncio.sleep(0)
    if failure is not None:
        raise PartnerFailed(failure)
    yield BlockEnded(index=0)
    yield MessageDelta(usage=Usage(output_tokens=5), stop_reason=stop_reason)
    yield MessageEnded()


async def silence(*first: Event) -> AsyncGenerator[Event | Ping, None]:
    """A few events, and then nothing for ever."""
    for event in first:
        yield event
    await asyncio.Event().wait()


WORDS: tuple[Event, ...] = (
    BlockStarted(index=0, data={"type": "text", "text": ""}),
    TextArrived(index=0, text="w1 w2 w3 "),
)


@dataclass(slots=True, kw_only=True)
class Held:
    """An engine with everything it was given within reach."""

    engine: Engine
    clock: StillClock
    records: Records
    happened: list[Event]

    @property
    def conversation(self) -> Conversation:
        return self.engine.conversation

    def kinds(self) -> list[str]:
        return [to_record(event)["t"] for event in self.happened]


STARTED = SessionStarted(id="s", mode="m", model="rehearsal-1", at=1.0, system=("Ask.",))


def hold(
    partner: Partner,
    *,
    rows: list[dict[str, Any]] | None = None,
    policy: ReplyPolicy | None = None,
    clock: StillClock | None = None,
    model: str = "rehearsal-1",
) -> Held:
    """An engine on a new session, or on one that these records tell of."""
    clock = clock or StillClock()
    started = [to_record(replace(STARTED, model=model))]
    records = Records(rows=list(rows or started))
    records.synced = len(records.rows)
    engine = Engine(
        folded(records.rows),
        partner=partner,
        recorder=records,
        clock=clock,
        rng=lambda: 0.5,
        policy=policy or ReplyPolicy(retry=RetryPolicy(attempts=4)),
        known=facts_for,
        memory=NoMemory(),
    )
    held = Held(engine=engine, clock=clock, records=records, happened=[])
    engine.events.subscribe(held.happened.append)
    return held


async def finished(held: Held, *, seconds: float = 0.0) -> None:
    """Wait until the reply is over, letting time pass in between where it must."""
    async with asyncio.timeout(20):
        while held.engine.is_running:
            await (held.clock.passes(seconds) if seconds else quiet())


def failing(*failures: Failure | None, chars: int = 40) -> Script:
    """Breaks with each of these failures in turn, `None` and the end of the list are whole."""

    def script(number: int, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        failure = failures[number - 1] if number <= len(failures) else None
        return told(request, chars=chars if failure else None, failure=failure)

    return script


def texts(request: MessagesRequest) -> list[tuple[str, str]]:
    """Role and text of each message."""
    messages: list[Mapping[str, Any]] = request.params["messages"]
    return [
        (one["role"], "".join(part.get("text", "") for part in one["content"])) for one in messages
    ]
