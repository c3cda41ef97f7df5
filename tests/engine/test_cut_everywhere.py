"""A reply cut at every byte, in every way, is gone on with and reads as if nothing had been.

The server is the whole rehearsal server: it holds requests to the rules of the API, goes on
with what was delivered, and keeps its own account. Only the first answer of each session is
cut, between any two of its bytes. A sample in the ordinary tests, every byte in `make soak`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, replace
from itertools import accumulate

import pytest

from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.conversation import Phase
from hq_tui.rehearsal.server.http import HttpRequest
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ThinkingPart, ToolUsePart
from hq_tui.rehearsal.server.script import Performance, Send
from hq_tui.rehearsal.server.server import Server
from hq_tui.rehearsal.server.service import Service, ServiceResponse
from tests.engine.fixtures import hold
from tests.engine.test_faults import MODELS, PATIENT, Believing, Run, check_account
from tests.support.gates import Tally, part
from tests.support.replay import Ending, ReplayCut
from tests.support.scripted import scripted_server

REPLY = RehearsedReply(
    blocks=(
        ThinkingPart(thinking="Slow, they say.", signature="sig-1"),
        TextPart(text="You say “slow”: 日本 \U0001f469‍\U0001f4bb e\u0301. "),
        TextPart(text="What did you measure?"),
        ToolUsePart(
            id="toolu_1", name="board_update", input={"ops": [{"text": "日本 \U0001f600"}]}
        ),
    ),
    stop_reason="tool_use",
)
"""Every kind of block, and characters of many bytes."""


@dataclass(slots=True, kw_only=True)
class Cutting(Service):
    """The API, cutting its next answer after so many bytes."""

    cut: ReplayCut | None = None
    size: int = 0
    """Bytes of the answer that was cut last, had it been whole."""

    def answer(self, request: HttpRequest) -> ServiceResponse:
        found = Service.answer(self, request)
        if self.cut is None:
            return found
        cut, self.cut = self.cut, None
        self.size = sum(len(send.data) for send in sends(found.performance))
        return replace(found, performance=shortened(found.performance, cut))


def shortened(performance: Performance, cut: ReplayCut) -> Performance:
    """A performance up to a byte; what goes out whole is still booked as it was."""
    steps = sends(performance)
    ends = accumulate(len(step.data) for step in steps)
    kept: list[Send] = []
    for step, end in zip(steps, ends, strict=True):
        if end <= cut.at:
            kept.append(step)
        elif end - len(step.data) < cut.at:
            kept.append(Send(data=step.data[: cut.at - end]))
    return cut.ended(kept, sum(len(step.data) for step in steps))


def sends(performance: Performance) -> list[Send]:
    """What a performance sends."""
    return [step for step in performance.steps if isinstance(step, Send)]


@dataclass(slots=True)
class Table:
    """A server that cuts, and somebody who asks it again and again."""

    server: Server
    service: Cutting
    partner: ClaudePartner
    model: str

    async def check(self, cut: ReplayCut) -> None:
        """One session whose first answer is cut like this."""
        self.service.cut = cut
        self.service.exchanges.clear()
        self.service.ledger.clear()
        run = Run(server=self.server, held=hold(self.partner, model=self.model))
        conversation = await run.ask()
        assert (conversation.reply.text, conversation.reply.phase) == (
            REPLY.text,
            Phase.COMPLETE,
        ), cut
        inputs = [getattr(block, "input", None) for block in conversation.reply.shown]
        assert inputs[-1] == REPLY.blocks[-1].as_json()["input"], cut
        check_account(run, conversation)
        await run.held.clock.passes(1)

    async def sweep(self, ending: Ending, step: int, start: int = 0) -> int:
        """Cut at every `step`-th byte, up to the last and behind it; how many were tried."""
        tried, at = 0, start
        while at == start or at <= self.service.size:
            await self.check(ReplayCut(at=at, ending=ending))
            tried, at = tried + 1, at + step
        return tried


@asynccontextmanager
async def table(model: str) -> AsyncIterator[Table]:
    """Everything that a sweep needs, kept open for all of it."""
    async with scripted_server([REPLY]) as server:
        old = server.service
        known = {one.name: getattr(old, one.name) for one in fields(old) if one.init}
        server.service = service = Cutting(**known)
        key = Credentials(kind=CredentialsKind.API_KEY, source="a test", secret=server.token)
        partner = ClaudePartner(key, base_url=server.url, timeouts=PATIENT)
        try:
            yield Table(server=server, service=service, partner=partner, model=model)
        finally:
            await partner.close()


@pytest.mark.parametrize("model", MODELS)
async def test_a_sample_of_all_cuts_is_gone_on_with(model: str) -> None:
    async with table(model) as one:
        for number, ending in enumerate(Ending):
            assert await one.sweep(ending, 397, start=29 * number) > 9


@pytest.mark.soak
@pytest.mark.gate("cuts continued")
@pytest.mark.gate("ledger")
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("ending", Ending)
async def test_a_cut_at_any_byte_is_gone_on_with(model: str, ending: Ending, tally: Tally) -> None:
    async with table(model) as one:
        tally.tried(await one.sweep(ending, round(1000 / part(1000))))


@pytest.mark.twin("cuts continued", "a reader that takes any end for done")
async def test_a_reader_that_takes_any_end_for_done_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hq_tui.claude.partner.EventDecoder", Believing)
    async with table(MODELS[0]) as one:
        with pytest.raises(AssertionError):
            await one.sweep(Ending.CLOSE, 100)
