"""A response as a list of steps: send, pause, stay silent, and an end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """The end of the body after the last step."""

    NEAT = "neat"
    """As the framing demands."""
    CLOSED = "closed"
    """The connection is closed without what the framing demands."""
    RESET = "reset"
    """The connection is reset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Bytes of the body, one chunk. `tokens` of the reply are through once they are.

    Without `framed` the bytes go out as they are, whatever the framing demands.
    """

    data: bytes
    framed: bool = True
    tokens: int = 0
    is_stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Silence for `seconds` or until the client disconnects, with an optional sign of life."""

    seconds: float = 0.0
    sign: bytes = b""
    every: float = 1.0


Step = Send | Pause | Silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """A whole response."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    end: End = End.NEAT
    answered: bool = True
    """False: not even a status line is sent."""


def whole(
    status: int, body: bytes, kind: str = "application/json", *headers: tuple[str, str]
) -> Performance:
    """An ordinary response with all of its body at once."""
    return Performance(
        status=status,
        headers=(("content-type", kind), ("content-length", str(len(body))), *headers),
        steps=(Send(data=body),),
    )
