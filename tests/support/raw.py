"""A client that notices everything: how a response began, what came, and how it ended.

Real clients hide half of that. This one speaks just enough HTTP to ask, and reports the
end of a body as what it was: neat, cut, reset, or nothing more within the patience given.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from hq_tui.rehearsal.server.server import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back. `end` is `neat`, `cut`, `reset` or `silent`."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    end: str

    @property
    def json(self) -> dict[str, object]:
        """The body as a JSON object."""
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def events(self) -> list[dict[str, object]]:
        """The whole events of the body, in order; comments are left out."""
        blocks = self.body.split(b"\n\n")[:-1]
        datas = [line[6:] for b in blocks for line in b.split(b"\n") if line[:6] == b"data: "]
        return [json.loads(data) for data in datas]

    @property
    def text(self) -> str:
        """The text that the events carry."""
        deltas = [event.get("delta") for event in self.events]
        return "".join(
            str(delta["text"])
            for delta in deltas
            if isinstance(delta, dict) and delta.get("type") == "text_delta"
        )


def asking(
    *messages: str | Mapping[str, object], model: str = "rehearsal-1", **more: object
) -> dict[str, object]:
    """A request body; plain strings take turns, the user first."""
    roles = ("user", "assistant")
    spelt = [
        {"role": roles[place % 2], "content": one} if isinstance(one, str) else dict(one)
        for place, one in enumerate(messages or ("Is Python slow?",))
    ]
    return {"model": model, "max_tokens": 4096, "stream": True, "messages": spelt, **more}


async def post(
    server: Server,
    body: object,
    *,
    path: str = "/v1/messages",
    patience: float = 10,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Send a request with the right key and read all that comes."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {
        "host": "x",
        "x-api-key": server.token,
        "anthropic-version": "2026-10-21",
        **(headers or {}),
        "content-length": str(len(data)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    head = f"POST {path} HTTP/1.1\r\n{lines}\r\n"
    return await send(server.url, head.encode() + data, patience=patience)


async def get(server: Server, path: str) -> Response:
    """Read what stands under a path, with the right key."""
    head = f"GET {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {server.token}\r\n\r\n"
    return await send(server.url, head.encode())


async def send(url: str, data: bytes, *, patience: float = 10) -> Response:
    """Send raw bytes and read one response; `patience` bounds each silence in seconds."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    try:
        writer.write(data)
        await writer.drain()
        return await _read(reader, patience)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader, patience: float) -> Response:
    got = bytearray()
    end = ""
    while not end and not _is_whole(bytes(got)):
        try:
            async with asyncio.timeout(patience):
                part = await reader.read(65536)
        except TimeoutError:
            end = "silent"
        except ConnectionResetError:
            end = "reset"
        else:
            got += part
            end = "" if part else "closed"
    return _understood(bytes(got), end)


def _split(data: bytes) -> tuple[int, dict[str, str], bytes]:
    head, _, rest = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    if not lines[0]:
        return 0, {}, b""
    pairs = (line.partition(":") for line in lines[1:])
    return (
        int(lines[0].split(" ")[1]),
        {name.lower(): value.strip() for name, _, value in pairs},
        rest,
    )


def _is_whole(data: bytes) -> bool:
    if b"\r\n\r\n" not in data:
        return False
    _, headers, rest = _split(data)
    if "content-length" in headers:
        return len(rest) >= int(headers["content-length"])
    may_be = "transfer-encoding" in headers and data.endswith(b"\r\n0\r\n\r\n")
    return may_be and _unchunked(rest)[1]


def _unchunked(data: bytes) -> tuple[bytes, bool]:
    """The body of a chunked message so far, and whether its last chunk has come."""
    body = bytearray()
    while b"\r\n" in data:
        size_line, _, data = data.partition(b"\r\n")
        size = int(size_line, 16)
        if size == 0:
            return bytes(body), True
        body += data[:size]
        data = data[size + 2 :]
    return bytes(body), False


def _understood(data: bytes, end: str) -> Response:
    status, headers, rest = _split(data)
    body, whole = rest, _is_whole(data)
    if "transfer-encoding" in headers:
        body, whole = _unchunked(rest)
    if end == "closed":
        framed = "transfer-encoding" in headers or "content-length" in headers or not status
        end = "cut" if framed and not whole else "neat"
    return Response(status=status, headers=headers, body=body, end=end or "neat")
