"""Asking a partner and writing down all that it said, the way of its ending included."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hq_tui.claude.client import ClientTimeouts
from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.claude.event_decoder import StreamItem
from hq_tui.claude.partner import ClaudePartner
from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    MessageDelta,
    MessageEnded,
    ResumeMode,
    TextArrived,
)
from hq_tui.core.failure import Failure
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.requests.request import MessagesRequest

CANARY = "sk-ant-canary-0123456789abcdef"
"""A key that must never be seen anywhere."""

KEY = Credentials(kind=CredentialsKind.API_KEY, source="a test", secret=CANARY)
QUICK = ClientTimeouts(connect=2.0, read=0.3, drain=0.2, facts=1.0)


def request(model: str = "rehearsal-1", **more: Any) -> MessagesRequest:
    """A question of one word."""
    messages = [{"role": "user", "content": "Why?"}]
    params = {"model": model, "max_tokens": 100, "messages": messages, **more}
    return MessagesRequest(params=params, how=ResumeMode.FRESH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything one stream brought, and the failure that ended it, if one did."""

    events: tuple[StreamItem, ...]
    failure: Failure | None = None
    error: PartnerFailed | None = None

    @property
    def text(self) -> str:
        """The words."""
        return "".join(one.text for one in self.events if isinstance(one, TextArrived))

    @property
    def stop_reason(self) -> str:
        """Why the model stopped, if that was said."""
        reports = [one for one in self.events if isinstance(one, MessageDelta)]
        return reports[-1].stop_reason if reports else ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the end of the message was seen."""
        return MessageEnded() in self.events

    @property
    def open_blocks(self) -> set[int]:
        """The blocks that began and did not end."""
        begun = {one.index for one in self.events if isinstance(one, BlockStarted)}
        return begun - {one.index for one in self.events if isinstance(one, BlockEnded)}


async def told(partner: ClaudePartner, asked: MessagesRequest | None = None) -> Told:
    """Ask and listen to the end. Anything but `PartnerFailed` goes through."""
    heard: list[StreamItem] = []
    try:
        async with aclosing(partner.stream(asked or request())) as stream:
            async for event in stream:
                heard.append(event)  # noqa: PERF401  # what came before a failure counts
    except PartnerFailed as failed:
        return Told(events=tuple(heard), failure=failed.failure, error=failed)
    return Told(events=tuple(heard))


@asynccontextmanager
async def asking(
    base_url: str, credentials: Credentials = KEY, timeouts: ClientTimeouts = QUICK
) -> AsyncIterator[ClaudePartner]:
    """A partner for a while."""
    partner = ClaudePartner(credentials, base_url=base_url, timeouts=timeouts)
    try:
        yield partner
    finally:
        await partner.close()
