"""Makes a performance of a reply and the faults that apply to it. Pure functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hq_tui.rehearsal.faults.faults import ENDINGS, INSTEAD, Fault, FaultKind
from hq_tui.rehearsal.faults.mutate import altered_events, error_event, split
from hq_tui.rehearsal.server import errors
from hq_tui.rehearsal.server.errors import Refusal
from hq_tui.rehearsal.server.events import PING, Event
from hq_tui.rehearsal.server.script import End, Pause, Performance, Send, Silence, Step, whole

REFUSALS = {
    FaultKind.OVERLOADED: errors.OVERLOADED,
    FaultKind.ERROR500: errors.SERVER_ERROR,
    FaultKind.BAD_REQUEST: errors.invalid("messages: a rehearsed bad request"),
    FaultKind.UNAUTHORISED: errors.UNAUTHORISED,
    FaultKind.FORBIDDEN: errors.FORBIDDEN,
    FaultKind.NOT_FOUND: errors.unknown_model("rehearsal"),
    FaultKind.TOO_LARGE: errors.TOO_LARGE,
}
PORTAL = (
    b"<!doctype html><html><head><title>Welcome</title></head>"
    b"<body><h1>Please sign in to use this network</h1></body></html>\n"
)
_STREAM = (("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "no-cache"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The speed of a stream in words per second (0 for at once), and the seed for splitting it."""

    pace: float = 0.0
    seed: str = "0"


def refusal(answer: Refusal, request_id: str) -> Performance:
    """An error answer."""
    extra: list[tuple[str, str]] = []
    if answer.retry_after is not None:
        extra.append(("retry-after", f"{answer.retry_after:g}"))
    return whole(answer.status, answer.body(request_id), "application/json", *extra)


def instead(faults: Sequence[Fault], request_id: str) -> Performance | None:
    """The response that replaces the answer, if one of the faults does so."""
    for fault in faults:
        if fault.kind in INSTEAD:
            return _instead(fault, request_id)
    return None


def _instead(fault: Fault, request_id: str) -> Performance:
    match fault.kind:
        case FaultKind.RATE_LIMIT:
            seconds = 1.0 if fault.retry_after is None else fault.retry_after
            return refusal(errors.rate_limited(seconds), request_id)
        case FaultKind.HTML:
            return whole(fault.status or 200, PORTAL, "text/html; charset=utf-8")
        case FaultKind.REDIRECT:
            return whole(fault.status or 307, b"", "text/plain", ("location", fault.to))
        case FaultKind.BAD_GZIP:
            damaged = b"\x1f\x8b\x08\x00" + b"\x00damaged on the way" * 4
            return whole(200, damaged, _STREAM[0][1], ("content-encoding", "gzip"))
        case FaultKind.EMPTY:
            return Performance(headers=_STREAM)
        case FaultKind.DROP:
            return Performance(answered=False, end=End.CLOSED)
        case FaultKind.MUTE:
            return Performance(answered=False, end=End.CLOSED, steps=(Silence(),))
        case _:
            answer = replace(REFUSALS[fault.kind], retry_after=fault.retry_after)
            return refusal(answer, request_id)


def streamed(events: Sequence[Event], faults: Sequence[Fault], delivery: Delivery) -> Performance:
    """The events as a stream, with everything that the faults do to it."""
    told = altered_events(events, faults)
    ending = next((fault for fault in faults if fault.kind in ENDINGS), None)
    if ending is None:
        steps = _spoken(told, faults, delivery)
        if any(fault.kind is FaultKind.HANG_AFTER_STOP for fault in faults):
            steps.append(Silence())
        return Performance(headers=_STREAM, steps=tuple(steps))
    before, after = split(told, ending)
    steps = _spoken(before, faults, delivery)
    last, end = _ending(ending, after)
    steps.extend(last)
    if ending.kind in (FaultKind.STALL, FaultKind.PINGS) and ending.seconds:
        steps.extend(_spoken(after, faults, delivery))
        end = End.NEAT
    return Performance(headers=_STREAM, steps=tuple(steps), end=end)


def _ending(fault: Fault, after: Sequence[Event]) -> tuple[list[Step], End]:
    following = after[0].encoded() if after else b""
    half = following[: len(following) // 2]
    match fault.kind:
        case FaultKind.ERROR_EVENT:
            return [Send(data=error_event(fault.type).encoded())], End.NEAT
        case FaultKind.CUT:
            announced = f"{len(following):x}\r\n".encode()
            return [Send(data=announced + half, framed=False)], End.CLOSED
        case FaultKind.CUT_EVENT:
            return [Send(data=half)], End.NEAT
        case FaultKind.RESET:
            return [], End.RESET
        case FaultKind.STALL:
            return [Silence(seconds=fault.seconds)], End.CLOSED
        case FaultKind.PINGS:
            sign = PING.encoded()
            return [Silence(seconds=fault.seconds, sign=sign, every=fault.every)], End.CLOSED
        case _:
            return [], End.NEAT


def _spoken(events: Sequence[Event], faults: Sequence[Fault], delivery: Delivery) -> list[Step]:
    kinds = {fault.kind for fault in faults}
    drip = next((fault for fault in faults if fault.kind is FaultKind.DRIP), None)
    steps: list[Step] = []
    spoken = 0
    for number, event in enumerate(events):
        pace = delivery.pace
        if drip is not None and spoken >= drip.after:
            pace = drip.per_second
        if event.tokens and pace > 0:
            steps.append(Pause(seconds=1 / pace))
        spoken += event.tokens
        is_split = FaultKind.JSONSPLIT in kinds
        data = event.encoded(ascii_only=is_split and number % 2 == 0)
        parts = [data]
        if FaultKind.SLICER in kinds:
            parts = [data[i : i + 1] for i in range(len(data))]
        elif is_split:
            parts = _shards(data, f"{delivery.seed}/{number}")
        steps.extend(Send(data=part) for part in parts[:-1])
        is_stop = event.name == "message_stop"
        steps.append(Send(data=parts[-1], tokens=event.tokens, is_stop=is_stop))
    return steps


def _shards(data: bytes, seed: str) -> list[bytes]:
    """The bytes in two to five parts; where it is split depends on the seed only."""
    rng = hashlib.sha256(seed.encode()).digest()
    edges = {1 + roll * (len(data) - 1) // 256 for roll in rng[: 1 + rng[0] % 4]}
    marks = [0, *sorted(edges), len(data)]
    return [data[a:b] for a, b in pairwise(marks) if b > a]


def unstreamed(
    message: Mapping[str, object], faults: Sequence[Fault], request_id: str, tokens: int
) -> Performance:
    """The message as one JSON body, with its faults."""
    body = json.dumps(dict(message), ensure_ascii=False).encode("utf-8", "backslashreplace")
    kinds = {fault.kind for fault in faults}
    if FaultKind.BAD_JSON in kinds:
        body = body[:-3]
    if FaultKind.BAD_UTF8 in kinds:
        body = body[:-1] + b"\xff"
    good = whole(200, body)
    ending = next((fault for fault in faults if fault.kind in ENDINGS), None)
    if ending is None:
        return replace(good, steps=(Send(data=body, tokens=tokens, is_stop=True),))
    half = Send(data=body[: len(body) // 2])
    match ending.kind:
        case FaultKind.ERROR_EVENT:
            return refusal(Refusal(type=ending.type, message="Overloaded"), request_id)
        case FaultKind.RESET:
            return replace(good, steps=(half,), end=End.RESET)
        case FaultKind.STALL | FaultKind.PINGS if not ending.seconds:
            return replace(good, steps=(half, Silence()), end=End.CLOSED)
        case FaultKind.STALL | FaultKind.PINGS:
            wait = Silence(seconds=ending.seconds)
            return replace(good, steps=(wait, Send(data=body, tokens=tokens, is_stop=True)))
        case _:
            return replace(good, steps=(half,), end=End.CLOSED)
