"""One attempt as it comes in: the partner's events, watched for silence and for a stop.

A ping proves that the connection lives; it is not progress. Silence of either kind has
its limit. Whatever ends the attempt early, the partner's stream is closed before this
returns, so no request outlives the wish for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from hq_tui.core.events import Event
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.partner import PartnerFailed, Ping
from hq_tui.engine.ports import Clock

CLOCK_GAP = 30.0
"""A sleep that overran by this many seconds means that the machine was asleep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """Seconds without progress: until it is said, until the attempt is given up."""

    notice: float = 10.0
    first_byte: float = 120.0
    progress: float = 60.0


@dataclass(frozen=True, slots=True)
class _End:
    failure: Failure | None = None


class StoppedByPerson(Exception):  # noqa: N818 - not an error: somebody pressed a key
    """The person asked to stop while the attempt was running."""


class AttemptStream:
    """The stream of one attempt. `consume` it once; `stop` ends it from outside."""

    def __init__(
        self, source: AsyncGenerator[Event | Ping, None], clock: Clock, limits: StreamLimits
    ) -> None:
        self._source = source
        self._clock = clock
        self._limits = limits
        self._over: asyncio.Future[_End | StoppedByPerson] = (
            asyncio.get_running_loop().create_future()
        )
        self.progress_at = clock.monotonic()
        self._begun = False

    def stop(self) -> None:
        """End the attempt now; `consume` raises `StoppedByPerson`."""
        self._end(StoppedByPerson())

    async def consume(self, happened: Callable[[Event], None]) -> None:
        """Hand each event to `happened` the moment it comes, until the attempt is over.

        Raises PartnerFailed, or StoppedByPerson.
        """
        tasks = [
            asyncio.ensure_future(self._pump(happened)),
            asyncio.ensure_future(self._watch()),
        ]
        try:
            match await self._over:
                case StoppedByPerson() as stop:
                    raise stop
                case _End(failure=failure):
                    if failure is not None:
                        raise PartnerFailed(failure)
        finally:
            for task in tasks:
                task.cancel()
            # Waiting, unlike awaiting each, neither raises what they end with nor swallows
            # a cancellation of our own.
            await asyncio.wait(tasks)

    def _end(self, how: _End | StoppedByPerson) -> None:
        """End it; only the first call counts."""
        if not self._over.done():
            self._over.set_result(how)

    async def _pump(self, happened: Callable[[Event], None]) -> None:
        end = _End()
        try:
            async with contextlib.aclosing(self._source) as source:
                async for item in source:
                    if self._over.done():
                        return
                    if not isinstance(item, Ping):
                        self.progress_at = self._clock.monotonic()
                        self._begun = True
                        happened(item)
        except PartnerFailed as failed:
            end = _End(failed.failure)
        except Exception as error:  # noqa: BLE001 - a worker's boundary: it must end with a word
            end = _End(unexpected_failure(error))
        except asyncio.CancelledError as error:
            # Ours, and then nobody listens any more; or the partner's own, which must not hang.
            self._end(_End(unexpected_failure(error)))
            raise
        self._end(end)

    async def _watch(self) -> None:
        """Give up an attempt that makes no progress, or that slept through a machine's sleep."""
        while True:
            limit = self._limits.progress if self._begun else self._limits.first_byte
            left = self.progress_at + limit - self._clock.monotonic()
            if left <= 0:
                self._end(_End(_stalled(limit)))
                return
            before = self._clock.time()
            # Short enough that a limit which shrinks with the first word is still kept.
            nap = min(left, self._limits.progress / 4, CLOCK_GAP)
            await self._clock.sleep(nap)
            if self._clock.time() - before > nap + CLOCK_GAP:
                self._end(_End(_slept()))
                return


def _stalled(limit: float) -> Failure:
    return Failure(
        kind=FailureKind.STALLED,
        retryable=True,
        message=f"Nothing came for {limit:.0f} s.",
        hint="Check the network, or wait: hq-tui asks again by itself.",
    )


def _slept() -> Failure:
    return Failure(
        kind=FailureKind.NETWORK,
        retryable=True,
        message="This machine was asleep; the connection is from before.",
        hint="hq-tui connects again by itself.",
    )


def unexpected_failure(error: BaseException) -> Failure:
    """The failure for what nobody thought of."""
    return Failure(
        kind=FailureKind.UNKNOWN,
        message=f"Something unforeseen: {type(error).__name__}.",
        hint="Ctrl+R tries again; the text so far is kept.",
    )
