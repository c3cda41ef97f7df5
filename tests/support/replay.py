"""A recorded reply, cut at any byte, with any way of ending it.

For sweeps that try every place: the bytes of a whole stream are recorded once, then served
up to a byte, and the connection ends in one of five ways. Clients tell these apart in
surprisingly different manners, or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hq_tui.rehearsal.faults.perform import Delivery, streamed
from hq_tui.rehearsal.server.events import Counts, counted, events
from hq_tui.rehearsal.server.reply import RehearsedReply
from hq_tui.rehearsal.server.script import End, Framing, Performance, Send

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
        framing = {
            Ending.CLOSE: Framing.CLOSE,
            Ending.LENGTH_SHORT: Framing.LENGTH,
        }.get(self.ending, Framing.CHUNKED)
        end = {
            Ending.CHUNKED_UNTERMINATED: End.CLOSED,
            Ending.LENGTH_SHORT: End.CLOSED,
            Ending.RESET: End.RESET,
        }.get(self.ending, End.NEAT)
        return Performance(headers=_STREAM, framing=framing, length=len(body), steps=steps, end=end)


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
