"""Faults as values from a seeded script.

A fault has a kind, the requests it affects, and, inside a reply, a number of words after which
it occurs. The script is a pure function of its seed and the request's number, so a run can be
repeated exactly.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

EVERY = 1 << 62
"""As the last request of a fault: there is no last one."""


class FaultKind(StrEnum):
    """The kinds of faults, in the order in which those of one request are applied."""

    # Instead of an answer.
    OVERLOADED = "overloaded"
    RATE_LIMIT = "rate_limit"
    ERROR500 = "error500"
    BAD_REQUEST = "bad_request"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    TOO_LARGE = "too_large"
    HTML = "html"
    BAD_GZIP = "bad_gzip"
    REDIRECT = "redirect"
    EMPTY = "empty"
    DROP = "drop"
    MUTE = "mute"
    # Another answer, correctly sent.
    MAX_TOKENS = "max_tokens"
    REFUSAL = "refusal"
    PAUSE_TURN = "pause_turn"
    OVERLAP = "overlap"
    PREAMBLE = "preamble"
    # Other events.
    UNKNOWN_EVENTS = "unknown_events"
    EARLY_USAGE = "early_usage"
    DUPLICATE = "duplicate"
    GAP = "gap"
    END_UNCONFIRMED = "end_unconfirmed"
    ERROR_AFTER_STOP = "error_after_stop"
    HANG_AFTER_STOP = "hang_after_stop"
    # Other bytes.
    BAD_JSON = "bad_json"
    BAD_UTF8 = "bad_utf8"
    JSONSPLIT = "jsonsplit"
    SLICER = "slicer"
    DRIP = "drip"
    # An end before the end.
    ERROR_EVENT = "error_event"
    EOF = "eof"
    CUT = "cut"
    CUT_EVENT = "cut_event"
    RESET = "reset"
    STALL = "stall"
    PINGS = "pings"


INSTEAD = frozenset(list(FaultKind)[: list(FaultKind).index(FaultKind.MAX_TOKENS)])
"""Kinds that leave nothing of the answer."""

ENDINGS = frozenset(list(FaultKind)[list(FaultKind).index(FaultKind.ERROR_EVENT) :])
"""Kinds that end a stream early or silence it."""

WHOLESALE = frozenset(
    {
        FaultKind.UNKNOWN_EVENTS,
        FaultKind.END_UNCONFIRMED,
        FaultKind.ERROR_AFTER_STOP,
        FaultKind.HANG_AFTER_STOP,
    }
    | {FaultKind.OVERLAP, FaultKind.PREAMBLE, FaultKind.JSONSPLIT, FaultKind.SLICER}
)
"""Kinds that affect the whole reply and have no place in it."""

AT_RANDOM = (
    FaultKind.OVERLOADED,
    FaultKind.ERROR500,
    FaultKind.ERROR_EVENT,
    FaultKind.RESET,
    FaultKind.CUT,
    FaultKind.CUT_EVENT,
    FaultKind.EOF,
    FaultKind.BAD_JSON,
    FaultKind.DROP,
    FaultKind.END_UNCONFIRMED,
    FaultKind.ERROR_AFTER_STOP,
)
"""Kinds that `rate=` draws from by default: retryable, and over at once."""

DUPLICABLE = ("start", "stop", "message")
"""Events that `duplicate` can repeat: `message_start`, the start or stop of a block."""

OPTIONS: dict[str, frozenset[FaultKind]] = {
    "after": frozenset(FaultKind) - INSTEAD - WHOLESALE,
    "retry_after": frozenset({FaultKind.RATE_LIMIT, FaultKind.OVERLOADED, FaultKind.ERROR500}),
    "seconds": frozenset({FaultKind.STALL, FaultKind.PINGS}),
    "every": frozenset({FaultKind.PINGS}),
    "per_second": frozenset({FaultKind.DRIP}),
    "type": frozenset({FaultKind.ERROR_EVENT, FaultKind.ERROR_AFTER_STOP}),
    "chars": frozenset({FaultKind.OVERLAP}),
    "status": frozenset({FaultKind.HTML, FaultKind.REDIRECT}),
    "event": frozenset({FaultKind.DUPLICATE}),
    "to": frozenset({FaultKind.REDIRECT}),
}
"""The kinds that each option applies to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of the requests from number `first` to `last`.

    Requests to `/v1/messages` are counted from 1. `after` counts the words of the reply that
    still arrive, or its characters. `seconds` of 0 means until the client disconnects.
    """

    kind: FaultKind
    first: int = 1
    last: int = EVERY
    after: int = 6
    in_characters: bool = False
    retry_after: float | None = None
    seconds: float = 0.0
    every: float = 1.0
    per_second: float = 1.0
    type: str = "overloaded_error"
    chars: int = 20
    status: int = 0
    event: str = "start"
    to: str = "/v1/elsewhere"

    def strikes(self, request: int) -> bool:
        """True if the fault affects this request."""
        return self.first <= request <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultScript:
    """The faults of every request. `rate` adds a random one to that share of them.

    A random fault occurs within the first `reach` words of the reply, tool input included.
    """

    seed: str = "0"
    faults: tuple[Fault, ...] = ()
    rate: float = 0.0
    kinds: tuple[FaultKind, ...] = AT_RANDOM
    reach: int = 20
    pace: float | None = None

    def due(self, request: int) -> tuple[Fault, ...]:
        """The faults of the request with this number, in the order in which they apply."""
        due = [fault for fault in self.faults if fault.strikes(request)]
        if self._roll(request, "rate") < self.rate:
            due.append(self._drawn(request))
        order = list(FaultKind)
        return tuple(sorted(due, key=lambda fault: order.index(fault.kind)))

    def _drawn(self, request: int) -> Fault:
        kind = self.kinds[int(self._roll(request, "kind") * len(self.kinds))]
        after = int(self._roll(request, "after") * self.reach)
        return Fault(kind=kind, first=request, last=request, after=after)

    def _roll(self, request: int, purpose: str) -> float:
        """A number from 0 up to 1 that depends on nothing but the seed and its purpose."""
        digest = hashlib.sha256(f"{self.seed}/{request}/{purpose}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / (1 << 48)


NO_FAULTS = FaultScript()
