"""A recorded reply, cut at any byte, with any way of ending it.

For sweeps that try every place: the bytes of a whole stream are recorded once, then served
up to a byte, and the connection ends in one of five ways. Clients tell these apart in
surprisingly different manners, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hq_tui.rehearsal.faults.perform import Delivery, streamed
from hq_tui.rehearsal.server.events import Counts, counted, events
from hq_tui.rehearsal.server.reply import RehearsedReply
from hq_tui.rehearsal.server.script import End, Performance, Send

_STREAM = (("content-type", "text/event-stream; charset=utf-8"),)


class Ending(StrEnum):
    """How a body ends that was cut."""

    CLOSE = "close"
    """No length and no chunks: the end of the connection is the end of the body."""
    CHUNKED_UNTERMINATED = "chunked-unterminated"
    CHUNKED_NEAT = "chunked-neat"
    """The last chunk is there as if all were well."""
    LENGTH_SHORT = "length-short"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayCut:
    """The first `at` bytes of a body, and then this ending."""

    at: int
    ending: Ending
    parts: int = 1
    """In how many writes the bytes arrive."""

    def of(self, body: bytes) -> Performance:
        """The cut body as a performance."""
        sent = body[: self.at]
        size = max(1, -(-len(sent) // self.parts))
        steps = tuple(Send(data=sent[i : i + size]) for i in range(0, len(sent), size))
        return self.ended(steps, len(body))

    def ended(self, steps: Sequence[Send], length: int) -> Performance:
        """These steps with this ending, out of a body of this length."""
        if self.ending is Ending.CLOSE:
            lines = ("HTTP/1.1 200 OK", *map(": ".join, _STREAM), "connection: close", "", "")
            head = Send(data="\r\n".join(lines).encode(), framed=False)
            bare = (replace(step, framed=False) for step in steps)
            return Performance(answered=False, steps=(head, *bare), end=End.CLOSED)
        is_short = self.ending is Ending.LENGTH_SHORT
        headers = (*_STREAM, ("content-length", str(length))) if is_short else _STREAM
        ends = {Ending.CHUNKED_NEAT: End.NEAT, Ending.RESET: End.RESET}
        end = ends.get(self.ending, End.CLOSED)
        return Performance(headers=headers, steps=tuple(steps), end=end)


def recorded(
    reply: RehearsedReply,
    *,
    id: str = "msg_recorded",
    model: str = "rehearsal-1",
    input_tokens: int = 1,
) -> bytes:
    """The bytes of the whole stream of a reply."""
    counts = counted(reply, Counts(input_tokens=input_tokens))
    told = events(reply, id=id, model=model, counts=counts)
    steps = streamed(told, (), Delivery()).steps
    return b"".join(step.data for step in steps if isinstance(step, Send))
