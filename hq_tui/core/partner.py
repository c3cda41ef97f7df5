"""The protocol of whatever answers: Claude, the rehearsal partner, partners of tests.

A partner turns a request into events and every error into `PartnerFailed`. It never retries.
A stream that ends without an exception is a complete reply; what a broken one yielded until
then stays valid.
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
    """Answers requests."""

    @property
    def host(self) -> str:
        """The host that messages are sent to."""
        ...

    def stream(self, request: MessagesRequest) -> AsyncGenerator[Event | Ping, None]:
        """The reply as it arrives; closing the generator closes the connection.

        Raises `PartnerFailed`, or `CancelledError` when the task is cancelled.
        """
        ...

    async def facts(self, model: str) -> ModelInfo:
        """The known facts about a model. Never raises."""
        ...

    async def models(self) -> tuple[ModelInfo, ...]:
        """The models that can be picked; empty when the server has no list."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...
