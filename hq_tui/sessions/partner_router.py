"""Routes a session's requests: to Claude, a compatible server, or the rehearsal partner.

One object stands for all of them, because which it is depends on the model of the
request and may change while the program runs: somebody starts without a key, rehearses,
and puts the key in place afterwards. Nothing is started or imported before it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from hq_tui.claude.providers import PROVIDERS
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.events import Event
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.partner import Partner, PartnerFailed, Ping
from hq_tui.core.requests.request import MessagesRequest
from hq_tui.errors import CredentialsError, HqError

REHEARSAL_MODEL = "rehearsal-1"
REHEARSAL_WORDS = "REHEARSAL: rule-based, not Claude"
NO_KEY_HINT = (
    "Set ANTHROPIC_API_KEY, or put the key in a file and name it as key_file in the settings; "
    "or start with --rehearse to practise without one."
)


def is_rehearsal(model: str) -> bool:
    """True if a model name belongs to the rehearsal partner."""
    return model.startswith("rehearsal")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFactories:
    """Makers of the partners. `claude` takes a provider, and returns None without a key."""

    claude: Callable[[str], Partner | None]
    rehearsal: Callable[[], Any]
    """Starts the loopback server; an awaitable of a partner and of what closes it."""


class PartnerRouter:
    """A partner that is the right one for each request: by its model, and by the provider."""

    def __init__(self, makers: PartnerFactories) -> None:
        self._makers = makers
        self._claude: dict[str, Partner] = {}
        self._rehearsal: Partner | None = None
        self._stop_rehearsal: Callable[[], Any] | None = None
        self._starting = asyncio.Lock()

    def host(self, provider: str) -> str:
        """The host that requests for Claude go to; empty while no partner was made."""
        partner = self._claude.get(provider)
        return partner.host if partner else ""

    async def stream(
        self, request: MessagesRequest, provider: str = DEFAULT_PROVIDER
    ) -> AsyncGenerator[Event | Ping, None]:
        """The reply to `request`, from whoever its model belongs to. Raises PartnerFailed."""
        partner = await self._for(request.model, provider)
        async with aclosing(partner.stream(request)) as events:
            async for event in events:
                yield event

    async def facts(self, model: str, provider: str = DEFAULT_PROVIDER) -> ModelInfo:
        """The facts about a model. Raises PartnerFailed where there is no key."""
        return await (await self._for(model, provider)).facts(model)

    async def models(self, provider: str) -> tuple[ModelInfo, ...]:
        """The models to choose from: those that the server lists, else those of the table."""
        partner = self._ready_claude(provider)
        listed = await partner.models() if partner else ()
        return listed or PROVIDERS[provider].table

    def has_key(self, provider: str) -> bool:
        """True if Claude can be asked. Raises CredentialsError for a key that is unusable."""
        return self._ready_claude(provider) is not None

    async def close(self) -> None:
        """End every connection and the loopback server."""
        for partner in (*self._claude.values(), self._rehearsal):
            if partner is not None:
                await partner.close()
        if self._stop_rehearsal is not None:
            await self._stop_rehearsal()
        self._claude.clear()
        self._rehearsal = self._stop_rehearsal = None

    def _ready_claude(self, provider: str) -> Partner | None:
        if provider not in self._claude and (partner := self._makers.claude(provider)):
            self._claude[provider] = partner
        return self._claude.get(provider)

    async def _for(self, model: str, provider: str) -> Partner:
        if is_rehearsal(model):
            async with self._starting:
                if self._rehearsal is None:
                    self._rehearsal, self._stop_rehearsal = await self._makers.rehearsal()
            return self._rehearsal
        failure = Failure(
            kind=FailureKind.CREDENTIALS, message="There is no API key.", hint=NO_KEY_HINT
        )
        try:
            partner = self._ready_claude(provider)
        except HqError as error:
            # A key or an address that cannot be used ends the reply in words, like any failure.
            is_key = isinstance(error, CredentialsError)
            kind = FailureKind.CREDENTIALS if is_key else FailureKind.LOCAL
            partner, failure = None, Failure(kind=kind, message=str(error), hint=error.hint)
        if partner is None:
            raise PartnerFailed(failure)
        return partner


@dataclass(frozen=True, slots=True)
class SessionPartner:
    """The partner of one session, which may change its provider."""

    partners: PartnerRouter
    provider: Callable[[], str]

    @property
    def host(self) -> str:
        """The host that messages are sent to."""
        return self.partners.host(self.provider())

    def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        """The reply to `request`. Raises PartnerFailed."""
        return self.partners.stream(request, self.provider())

    async def facts(self, model: str) -> ModelInfo:
        """The facts about a model. Raises PartnerFailed where there is no key."""
        return await self.partners.facts(model, self.provider())

    async def models(self) -> tuple[ModelInfo, ...]:
        """The models to choose from."""
        return await self.partners.models(self.provider())

    async def close(self) -> None:
        """Leave the connections to the other sessions."""
