"""Writes events into the journal, a handful of deltas to a record.

A delta of two letters would cost more in framing than in words, and a long session has
hundreds of thousands. So the first delta after a pause goes at once, and those of the same
block that come within a moment after are joined; any other event takes what waits along.
What was recorded is applied and told right then, joined as it is in the journal, so that the
conversation is what reading the journal would give. A kill can cost this moment and the
writer's own, together half a tenth of a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hq_tui.core.coalesce import DeltaBuffer
from hq_tui.core.codec import to_record
from hq_tui.core.events import Event
from hq_tui.engine.ports import Clock, Recorder

MOMENT = 0.03
"""Seconds that a delta may wait for more of its kind."""


class EventRecorder:
    """Joins deltas, hands records on in order, and calls `recorded` after each."""

    def __init__(
        self, recorder: Recorder, clock: Clock, *, recorded: Callable[[Event], None]
    ) -> None:
        self._recorder = recorder
        self._clock = clock
        self._recorded = recorded
        self._waiting = DeltaBuffer()
        self._flusher: asyncio.Task[None] | None = None

    def write(self, event: Event) -> None:
        """Record `event` after everything before it."""
        if not self._waiting.add(event):
            self.flush()
            if not self._waiting.add(event):
                self._hand_on(event)
                return
        if self._flusher is None:
            self.flush()
            self._flusher = asyncio.get_running_loop().create_task(self._flush_in_a_moment())

    def flush(self) -> bool:
        """Hand on what waits; whether anything did."""
        delta = self._waiting.take()
        if delta is not None:
            self._hand_on(delta)
        return delta is not None

    async def sync(self) -> bool:
        """Wait until everything written so far is safe."""
        self.flush()
        return await self._recorder.sync()

    def _hand_on(self, event: Event) -> None:
        self._recorder.append(to_record(event))
        self._recorded(event)

    async def _flush_in_a_moment(self) -> None:
        came = True
        while came:
            await self._clock.sleep(MOMENT)
            came = self.flush()
        self._flusher = None
