"""One share of a gauntlet, as a process of its own can hold it.

A share is named by plain data, so that it can be sent to another process: which
scenarios, which ablation, which of how many parts, and through what. What comes
back is plain data too. Through the client, every reply takes the way that the app's
replies take: the request builder, the SDK, a loopback server that breaks a part of
the replies, and the engine that takes them up again. Nothing is written to disk.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from hq_tui.claude.credentials import (
    NO_CREDENTIALS,
    Credentials,
    CredentialsKind,
    find_credentials,
)
from hq_tui.claude.models import facts_for
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core import blocks
from hq_tui.core.conversation import EMPTY, Conversation, Phase
from hq_tui.core.events import (
    Asked,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    How,
    MessageReported,
    ReplyDone,
    SessionStarted,
    ToolResult,
)
from hq_tui.core.reducer import apply
from hq_tui.core.request import Wishes
from hq_tui.core.retry import RetryPolicy
from hq_tui.engine import Engine, Limits, Manner, SystemClock
from hq_tui.errors import GaveUpError, HqError
from hq_tui.gauntlet import ABLATIONS, Partner, Scenarios, hold, local_partner
from hq_tui.gauntlet.scenarios import open_scenarios, read_folder
from hq_tui.gauntlet.sessions import Seen
from hq_tui.inquiry.board_tool import board_tool
from hq_tui.inquiry.modes import system_prompt
from hq_tui.rehearsal.fault_spec import parse
from hq_tui.rehearsal.server import Server

FAULTS = "seed=7,rate=0.1"
"""Which share of replies breaks, and from which seed."""
AT_ONCE = 4
GRAIN = 64
"""Tokens in one event. Finer streams cost time and change no count."""

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one process is to hold. `through` is `server`, `direct` or the URL of an endpoint."""

    name: str = "full"
    folder: str = ""
    seeds: int = 3
    part: tuple[int, int] = (0, 1)
    through: str = "server"
    model: str = "rehearsal-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What came of a share: its counts, its faults, how long it took, and what stopped it."""

    name: str
    seen: Seen = field(default_factory=Seen)
    faults: int = 0
    seconds: float = 0.0
    error: tuple[str, str] = ("", "")


def scenarios_of(folder: str) -> Scenarios:
    """The scenarios in `folder`, or without one the open ones."""
    return read_folder(Path(folder)) if folder else open_scenarios()


def held(share: Share) -> Held:
    """Hold one share. Raises nothing that a person could act on: `error` says it."""
    begun = time.monotonic()
    try:
        seen, faults = asyncio.run(_held(share))
    except HqError as error:
        return Held(name=share.name, error=(str(error), error.hint))
    return Held(name=share.name, seen=seen, faults=faults, seconds=time.monotonic() - begun)


async def _held(share: Share) -> tuple[Seen, int]:
    if share.through == "direct":
        partner = local_partner(ABLATIONS[share.name])
        return await _hold(share, partner, at_once=1), 0
    if share.through != "server":
        secret = find_credentials(os.environ) or NO_CREDENTIALS
        return await _asked_of(share, secret, share.through), 0
    async with Server(faults=parse(FAULTS), grain=GRAIN) as server:
        secret = Credentials(kind=CredentialsKind.API_KEY, source="rehearsal", secret=server.token)
        seen = await _asked_of(share, secret, server.url)
        return seen, sum(exchange.outcome != "sent" for exchange in server.requests)


async def _asked_of(share: Share, secret: Credentials, url: str) -> Seen:
    partner = ClaudePartner(secret, base_url=url)
    try:
        return await _hold(share, through_the_client(partner, share.model), at_once=AT_ONCE)
    finally:
        await partner.close()


async def _hold(share: Share, partner: Partner, *, at_once: int) -> Seen:
    return await hold(
        scenarios_of(share.folder),
        partner,
        seeds=share.seeds,
        parallel=at_once,
        share_of=share.part,
    )


class _Nowhere:
    """A recorder for sessions that nobody keeps."""

    def append(self, record: dict[str, Any]) -> None:
        """Forget it."""

    async def sync(self) -> bool:
        """There is nothing to wait for."""
        return True


def through_the_client(partner: ClaudePartner, model: str) -> Partner:
    """A gauntlet partner whose every reply takes the way that the app's replies take."""

    async def answer(messages: Sequence[Message]) -> Sequence[Message]:
        engine = Engine(
            told(messages, model),
            partner=partner,
            recorder=_Nowhere(),
            clock=SystemClock(),
            dice=Random(0).random,
            manner=Manner(
                policy=RetryPolicy(attempts=12, first=0.002),
                limits=Limits(),
                wishes=Wishes(tools=(board_tool(),)),
            ),
            known=facts_for,
        )
        engine.go_on()
        await engine.settled()
        reply = engine.standing.talk.reply
        if reply.phase is not Phase.COMPLETE:
            why = reply.failure.message if reply.failure else "no reply"
            raise GaveUpError(f"The partner gave up: {why}", hint="See --endpoint and --model.")
        return [blocks.as_json(block) for block in reply.shown]

    return answer


def told(messages: Sequence[Message], model: str) -> Conversation:
    """The conversation that these messages are the history of; the last awaits its reply."""
    talk = apply(
        EMPTY,
        SessionStarted(
            id="g", mode="examine", model=model, at=0.0, system=system_prompt("examine")
        ),
    )
    for message in messages:
        events = _asked(message) if message["role"] == "user" else _answered(message, model)
        for event in events:
            talk = apply(talk, event)
    return talk


def _parts(message: Message) -> list[Message]:
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def _asked(message: Message) -> list[Event]:
    texts = [str(part["text"]) for part in _parts(message) if part["type"] == "text"]
    results = tuple(
        ToolResult(
            tool_use_id=str(part["tool_use_id"]),
            content=str(part.get("content", "")),
            is_error=bool(part.get("is_error", False)),
        )
        for part in _parts(message)
        if part["type"] == "tool_result"
    )
    *notes, text = texts or [""]
    return [Asked(text=text, at=0.0, notes=tuple(notes), results=results)]


def _answered(message: Message, model: str) -> list[Event]:
    events: list[Event] = [AttemptStarted(number=1, how=How.FRESH, model=model, at=0.0)]
    for index, part in enumerate(_parts(message)):
        block = dict(part)
        if block.get("type") == "tool_use":
            block["input"] = json.loads(json.dumps(block["input"]))
        events += [BlockStarted(index=index, data=block), BlockEnded(index=index)]
    return [*events, MessageReported(stop_reason="end_turn"), ReplyDone(at=0.0)]
