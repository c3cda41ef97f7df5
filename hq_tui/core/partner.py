"""Who answers: one shape for Claude, the rehearsal partner and the partners of tests.

A partner turns a request into events and every way of failing into one exception that
carries a `Failure`. It never retries and keeps nothing: whoever asks owns the patience,
the record and the clock.

A stream that ends without an exception brought a whole reply. One that broke raises
`PartnerFailed`; what it had yielded until then stays true.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from hq_tui.core.events import Event
from hq_tui.core.failure import Failure
from hq_tui.core.models import ModelInfo
from hq_tui.core.requests.request import MessagesRequest


class PartnerFailed(Exception):  # noqa: N818  # it says what happened, as the events do
    """The reply broke. `failure` is all there is to know; there is no chain behind it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message or failure.words)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Ping:
    """The connection is alive but brought nothing. Not an event: nothing happened."""


class Partner(Protocol):
    """Somebody who answers requests."""

    @property
    def host(self) -> str:
        """Where the words go, as the status panel shows it."""
        ...

    def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        """The reply as it arrives; closing the async generator lets go of the connection.

        Raises `PartnerFailed` and, when the task is cancelled, `CancelledError`; nothing else.
        """
        ...

    async def facts(self, model: str) -> ModelInfo:
        """What is known of a model; unknown is an answer, an exception is not."""
        ...

    async def models(self) -> tuple[ModelInfo, ...]:
        """The models that can be picked; empty when the server has no list."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
