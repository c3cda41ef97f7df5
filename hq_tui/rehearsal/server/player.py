"""Plays a performance onto a connection.

While the server is silent it listens for the client to disconnect.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hq_tui.rehearsal.server.http import head_of
from hq_tui.rehearsal.server.script import (
    End,
    Framing,
    Pause,
    Performance,
    Send,
    Silence,
    TruncatedChunk,
)

Sleep = Callable[[float], Awaitable[None]]
OnSent = Callable[[Send], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One connection to play on."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sleep: Sleep

    async def play(
        self,
        performance: Performance,
        headers: tuple[tuple[str, str], ...],
        on_sent: OnSent,
        *,
        keep_alive: bool,
    ) -> bool:
        """Play it all. True if the connection can carry another response afterwards."""
        if performance.answered:
            await self._write(
                head_of(performance.status, _framed(performance, headers, keep_alive))
            )
        for step in performance.steps:
            match step:
                case Send():
                    await self._write(_chunk(step.data, performance.framing))
                    on_sent(step)
                case TruncatedChunk(data=data, announced=announced):
                    await self._write(f"{announced:x}\r\n".encode() + data)
                case Pause(seconds=seconds):
                    await self.sleep(seconds)
                case Silence():
                    if not await self._silence(step, performance.framing):
                        return False
        return await self._end(performance, keep_alive)

    async def _write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)

    async def _end(self, performance: Performance, keep_alive: bool) -> bool:
        if performance.end is End.RESET:
            _reset(self.writer)
            return False
        if performance.end is End.CLOSED or performance.framing is Framing.CLOSE:
            return False
        if performance.framing is Framing.CHUNKED:
            await self._write(b"0\r\n\r\n")
        return keep_alive

    async def _silence(self, step: Silence, framing: Framing) -> bool:
        """Say nothing until it is over. False if the client hung up first."""
        leaving = asyncio.ensure_future(self._hung_up())
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
                    await self._write(_chunk(step.sign, framing))
            return True
        finally:
            leaving.cancel()

    async def _hung_up(self) -> None:
        while await self.reader.read(4096):
            pass


async def _first(leaving: asyncio.Future[None], sleeping: Awaitable[None]) -> bool:
    """Wait for either. True if the client left."""
    nap = asyncio.ensure_future(sleeping)
    try:
        await asyncio.wait({leaving, nap}, return_when=asyncio.FIRST_COMPLETED)
        return leaving.done()
    finally:
        nap.cancel()


def _framed(
    performance: Performance, headers: tuple[tuple[str, str], ...], keep_alive: bool
) -> tuple[tuple[str, str], ...]:
    frame: tuple[tuple[str, str], ...] = ()
    if performance.framing is Framing.CHUNKED:
        frame = (("transfer-encoding", "chunked"),)
    elif performance.framing is Framing.LENGTH:
        frame = (("content-length", str(performance.length)),)
    stays = keep_alive and performance.framing is not Framing.CLOSE
    connection = ("connection", "keep-alive" if stays else "close")
    return (*headers, *performance.headers, *frame, connection)


def _chunk(data: bytes, framing: Framing) -> bytes:
    if framing is not Framing.CHUNKED or not data:
        return data
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the peer sees a reset: lingering for no time at all discards the goodbye."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
