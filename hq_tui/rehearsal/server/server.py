"""The rehearsal server on a loopback port.

It listens on 127.0.0.1 only, requires its own token, and names itself in every response. One
task for each connection reads requests and plays the answers.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Self

from hq_tui.rehearsal.faults.faults import NO_FAULTS, FaultScript
from hq_tui.rehearsal.faults.perform import Delivery, refusal
from hq_tui.rehearsal.server import errors
from hq_tui.rehearsal.server.http import BadRequestError, HttpConnection
from hq_tui.rehearsal.server.models import CATALOGUE, Model
from hq_tui.rehearsal.server.player import Player, Sleep
from hq_tui.rehearsal.server.responder import Composed, Responder
from hq_tui.rehearsal.server.script import Send
from hq_tui.rehearsal.server.service import (
    RecordedExchange,
    Service,
    ServiceResponse,
    UsageRow,
)

HOST = "127.0.0.1"
NAME = "hq-tui-rehearsal"


class Server:
    """One listening server. Use it as `async with Server(...) as server`."""

    def __init__(
        self,
        responder: Responder | None = None,
        *,
        faults: FaultScript = NO_FAULTS,
        models: Sequence[Model] = CATALOGUE,
        strict: bool = True,
        pace: float = 0.0,
        sleep: Sleep = asyncio.sleep,
        port: int = 0,
        token: str = "",
        run: str = "",
        any_model: bool = False,
    ) -> None:
        self.service = Service(
            responder=responder or Composed(seed=faults.seed),
            token=token or f"rehearsal-{secrets.token_urlsafe(24)}",
            run=run or f"rehearsal{secrets.token_hex(4)}",
            script=faults,
            delivery=Delivery(pace=pace if faults.pace is None else faults.pace, seed=faults.seed),
            models=models,
            strict=strict,
            any_model=any_model,
        )
        self._port = port
        self._sleep = sleep
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.opened = 0
        """Number of connections opened so far."""

    async def start(self) -> None:
        """Listen. Raises `OSError` if the port is in use."""
        self._server = await asyncio.start_server(self._connected, HOST, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._server is None:
            return
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://{HOST}:{self._port}"

    @property
    def token(self) -> str:
        """The key that clients must send."""
        return self.service.token

    @property
    def requests(self) -> Sequence[RecordedExchange]:
        """The exchanges so far, oldest first."""
        return tuple(self.service.exchanges)

    @property
    def ledger(self) -> dict[str, UsageRow]:
        """Usage by message id, as it was really sent."""
        return dict(self.service.ledger)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is None:
            return
        self._connections.add(task)
        self.opened += 1
        connection = HttpConnection(reader, writer)
        try:
            while await self._exchange(connection):
                pass
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            # The client left or the server stops; nothing waits for this task.
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _exchange(self, connection: HttpConnection) -> bool:
        """One request and its response. True if the connection stays open."""
        player = Player(connection=connection, sleep=self._sleep)
        try:
            request = await connection.read_request()
        except BadRequestError as error:
            answer = errors.TOO_LARGE if error.status == 413 else errors.invalid(str(error))
            headers = (("server", NAME), ("connection", "close"))
            return await player.play(refusal(answer, "req_unread"), headers, lambda _: None)
        if request is None:
            return False
        found = self.service.answer(request)
        performance = found.performance
        if request.method == "HEAD":
            performance = replace(performance, steps=())
        headers = (("server", NAME), ("request-id", found.exchange.request_id))
        try:
            return await player.play(performance, headers, _booked(found))
        except ConnectionError:
            found.exchange.outcome = "left"
            raise


def _booked(answer: ServiceResponse) -> Callable[[Send], None]:
    def book(step: Send) -> None:
        if answer.row is not None:
            answer.row.output_tokens += step.tokens
            answer.row.complete = answer.row.complete or step.is_stop

    return book
