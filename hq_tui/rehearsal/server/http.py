"""One HTTP/1.1 connection of the server: h11 reads the requests and frames the responses."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses

import h11

MAX_HEAD = 64 * 1024
MAX_BODY = 32 * 1024 * 1024
REASONS = {**responses, 529: "Overloaded"}

Headers = tuple[tuple[str, str], ...]


class BadRequestError(Exception):
    """Not a valid request; `status` is the response to it."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request, without its query. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class HttpConnection:
    """Reads requests whole and writes responses piece by piece."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Every piece leaves at once, so that a client sees the pieces as the script has them.
        writer.transport.set_write_buffer_limits(high=0)
        self._reader = reader
        self._writer = writer
        self._protocol = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)

    async def read_request(self) -> HttpRequest | None:
        """The next request; None once the client has hung up. Raises `BadRequestError`."""
        head = await self._next_event()
        if not isinstance(head, h11.Request):
            return None
        _check_size(int(dict(head.headers).get(b"content-length", 0)))
        body = bytearray()
        while isinstance(event := await self._next_event(), h11.Data):
            body += event.data
            _check_size(len(body))
        return HttpRequest(
            method=head.method.decode("latin-1"),
            path=head.target.decode("latin-1").partition("?")[0],
            headers={k.decode("latin-1"): v.decode("latin-1") for k, v in head.headers},
            body=bytes(body),
        )

    async def _next_event(self) -> object:
        try:
            while (event := self._protocol.next_event()) is h11.NEED_DATA:
                if self._protocol.they_are_waiting_for_100_continue:
                    going_on = h11.InformationalResponse(
                        status_code=100, headers=[], reason="Continue"
                    )
                    await self._send(going_on)
                self._protocol.receive_data(await self._reader.read(MAX_HEAD))
        except h11.RemoteProtocolError as error:
            raise BadRequestError(error.error_status_hint, str(error)) from None
        return event

    async def begin(self, status: int, headers: Headers) -> None:
        """Write the status line and headers. A body without a length is sent in chunks."""
        spelt = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers]
        reason = REASONS.get(status, "Unknown")
        await self._send(h11.Response(status_code=status, headers=spelt, reason=reason))

    async def send(self, data: bytes) -> None:
        """Write a piece of the body: one chunk, where there are chunks."""
        await self._send(h11.Data(data=data))

    async def end(self) -> bool:
        """End the body. True if the connection can carry another response."""
        await self._send(h11.EndOfMessage())
        if self._protocol.our_state is not h11.DONE:
            return False
        self._protocol.start_next_cycle()
        return True

    async def _send(self, event: h11.Event) -> None:
        await self.write(self._protocol.send(event) or b"")

    async def write(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()
        await asyncio.sleep(0)

    async def hung_up(self) -> None:
        """Wait until the client disconnects; what it still says is not heard."""
        while await self._reader.read(4096):
            pass

    def reset(self) -> None:
        """Close so that the peer sees a reset: no time to linger discards the goodbye."""
        raw = self._writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


def _check_size(size: int) -> None:
    if size > MAX_BODY:
        raise BadRequestError(413, "The request body is too large")
