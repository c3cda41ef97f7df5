"""Writes events into the journal, a handful of deltas to a record.

A delta of two letters would cost more in framing than in words, and a long session has
hundreds of thousands. So deltas of the same block that come within a moment are joined;
any other event goes at once and takes what waits before it along. A screen asks for the
same before it shows words. What a kill can cost otherwise is this moment and the writer's
own, together half a tenth of a second.
"""

from __future__ import annotations

import asyncio

from hq_tui.core.coalesce import DeltaBuffer
from hq_tui.core.codec import to_record
from hq_tui.core.events import Event
from hq_tui.engine.ports import Clock, Recorder

MOMENT = 0.03
"""Seconds that a delta may wait for more of its kind."""


class EventRecorder:
    """Joins deltas and hands records on in order."""

    def __init__(self, recorder: Recorder, clock: Clock) -> None:
        self._recorder = recorder
        self._clock = clock
        self._waiting = DeltaBuffer()
        self._flusher: asyncio.Task[None] | None = None

    def write(self, event: Event) -> None:
        """Record `event` after everything before it."""
        if not self._waiting.add(event):
            self.flush()
            if not self._waiting.add(event):
                self._recorder.append(to_record(event))
                return
        if self._flusher is None:
            self._flusher = asyncio.get_running_loop().create_task(self._flush_soon())

    def flush(self) -> None:
        """Hand on what waits."""
        delta = self._waiting.take()
        if delta is not None:
            self._recorder.append(to_record(delta))

    async def sync(self) -> bool:
        """Wait until everything written so far is safe."""
        self.flush()
        return await self._recorder.sync()

    async def _flush_soon(self) -> None:
        await self._clock.sleep(MOMENT)
        self._flusher = None
        self.flush()
