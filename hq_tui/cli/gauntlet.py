"""`hq-tui gauntlet`: how well a partner questions, over many sessions, in one table.

Every session is held through the program's own client path: the request builder, the
SDK, a loopback server that breaks a share of the replies, and the engine that takes them
up again. With `--direct` the rule-based partner is called without a server, which is
quicker and comes to the same counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
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
from hq_tui.cli.library import json_text
from hq_tui.cli.options import Options
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
from hq_tui.errors import GaveUpError
from hq_tui.gauntlet import ABLATIONS, Partner, Report, local_partner, run, table
from hq_tui.gauntlet.scenarios import Scenarios, open_scenarios, read_folder
from hq_tui.inquiry.board_tool import board_tool
from hq_tui.inquiry.modes import system_prompt
from hq_tui.rehearsal.fault_spec import parse
from hq_tui.rehearsal.server import Server

FAULTS = "seed=7,rate=0.1"
"""Which share of replies breaks, and from which seed."""
AT_ONCE = 4

Message = Mapping[str, Any]


def gauntlet(options: Options) -> int:
    """Hold the sessions and print the table."""
    folder = options.scenarios
    scenarios = read_folder(Path(folder)) if folder else open_scenarios()
    reports = asyncio.run(_reports(scenarios, options))
    if options.json:
        sys.stdout.write(json_text([report.as_json() for report in reports]))
    else:
        print(table(reports))
    return 0


async def _reports(scenarios: Scenarios, options: Options) -> list[Report]:
    seeds = options.seeds
    if options.endpoint:
        secret = find_credentials(os.environ) or NO_CREDENTIALS
        partner = ClaudePartner(secret, base_url=options.endpoint)
        return [await _held(scenarios, partner, options.model or "unknown", seeds, "endpoint")]
    reports = []
    if options.direct:
        reports.append(await run(scenarios, local_partner(), seeds=seeds, name="full"))
    else:
        async with Server(faults=parse(FAULTS)) as server:
            secret = Credentials(
                kind=CredentialsKind.API_KEY, source="rehearsal", secret=server.token
            )
            partner = ClaudePartner(secret, base_url=server.url)
            reports.append(await _held(scenarios, partner, "rehearsal-1", seeds, "full"))
    for name, policy in ABLATIONS.items():
        if name != "full":
            reports.append(await run(scenarios, local_partner(policy), seeds=seeds, name=name))
    return reports


async def _held(
    scenarios: Scenarios, partner: ClaudePartner, model: str, seeds: int, name: str
) -> Report:
    try:
        through = through_the_client(partner, model)
        return await run(scenarios, through, seeds=seeds, name=name, parallel=AT_ONCE)
    finally:
        await partner.close()


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
        reply = engine.conversation.reply
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
