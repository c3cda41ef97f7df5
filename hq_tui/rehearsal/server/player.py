"""Plays a performance onto a connection.

While the server is silent it listens for the client to disconnect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hq_tui.rehearsal.server.http import Headers, HttpConnection
from hq_tui.rehearsal.server.script import End, Pause, Performance, Send, Silence

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One connection to play on."""

    connection: HttpConnection
    sleep: Sleep

    async def play(
        self, performance: Performance, headers: Headers, on_sent: Callable[[Send], None]
    ) -> bool:
        """Play it all. True if the connection can carry another response afterwards."""
        if performance.answered:
            await self.connection.begin(performance.status, (*headers, *performance.headers))
        for step in performance.steps:
            match step:
                case Send(data=data, framed=framed):
                    await (self.connection.send if framed else self.connection.write)(data)
                    on_sent(step)
                case Pause(seconds=seconds):
                    await self.sleep(seconds)
                case Silence():
                    if not await self._silence(step):
                        return False
        if performance.end is End.RESET:
            self.connection.reset()
        return performance.end is End.NEAT and await self.connection.end()

    async def _silence(self, step: Silence) -> bool:
        """Say nothing until it is over. False if the client hung up first."""
        leaving = asyncio.ensure_future(self.connection.hung_up())
        try:
            if not step.seconds and not step.sign:
                await leaving
                return False
            left = step.seconds or float("inf")
            while left > 0:
                pause = min(step.every, left) if step.sign else left
                if await _first(leaving, self.sleep(pause)):
                    return False
                left -= pause
                if step.sign and left > 0:
                    await self.connection.send(step.sign)
            return True
        finally:
            leaving.cancel()


async def _first(leaving: asyncio.Future[None], sleeping: Awaitable[None]) -> bool:
    """Wait for either. True if the client left."""
    nap = asyncio.ensure_future(sleeping)
    try:
        await asyncio.wait({leaving, nap}, return_when=asyncio.FIRST_COMPLETED)
        return leaving.done()
    finally:
        nap.cancel()
