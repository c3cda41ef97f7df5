"""A server that plays exactly what it is given, whatever it is asked.

For sweeps over every byte of a reply: one port, one loop, thousands of different ends.
"""

from __future__ import annotations

import asyncio
from typing import Self

from hq_tui.rehearsal.server.http import HttpConnection
from hq_tui.rehearsal.server.player import Player
from hq_tui.rehearsal.server.script import Performance
from hq_tui.rehearsal.server.server import HOST
from tests.support.replay import ReplayCut


class ByteServer:
    """Plays exactly the performances it is given, one for each request, the last for good.

    For sweeps: set `performances` anew and ask again, on one port and in one loop.
    """

    def __init__(self, *performances: Performance) -> None:
        self.performances = list(performances)
        self.asked: list[bytes] = []
        self.url = ""
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self, body: bytes, cut: ReplayCut, *then: Performance) -> None:
        """From now on: this body cut like this, then these performances."""
        self.performances = [cut.of(body), *then]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, HOST, 0)
        self.url = f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        connection = HttpConnection(reader, writer)
        player = Player(connection=connection, sleep=asyncio.sleep)
        try:
            while (request := await connection.read_request()) is not None:
                self.asked.append(request.body)
                if len(self.performances) > 1:
                    performance = self.performances.pop(0)
                else:
                    performance = self.performances[0]
                if not await player.play(performance, (), lambda _: None):
                    break
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
