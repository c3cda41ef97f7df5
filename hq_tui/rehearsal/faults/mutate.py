"""Faults that change a reply or its events.

They replace the reply (stopped early, refused, repeating itself) or its events (a gap, a
duplicate, no end). Faults that end a stream are in `perform`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from hq_tui.rehearsal.faults.faults import Fault, FaultKind
from hq_tui.rehearsal.server.errors import Refusal
from hq_tui.rehearsal.server.events import Event
from hq_tui.rehearsal.server.reply import RehearsedReply, prefixed, shortened
from hq_tui.rehearsal.server.turns import PREAMBLE

REFUSED = {
    "type": "refusal",
    "category": None,
    "explanation": "This is a rehearsed refusal. Nothing in the request caused it.",
}
_NEWS = Event(name="message_progress", data={"type": "message_progress", "percent": 12})
_NAMELESS = Event(name="", data={"type": "hologram", "text": "not part of the reply"})
_COMMENT = Event(name="", data={}, raw=b": a comment\n\n")


def altered_reply(rest: RehearsedReply, faults: Sequence[Fault], delivered: str) -> RehearsedReply:
    """The reply that is sent in place of `rest`, where `delivered` is what came before it."""
    for fault in faults:
        match fault.kind:
            case FaultKind.MAX_TOKENS:
                rest = _stopped(rest, fault, "max_tokens")
            case FaultKind.PAUSE_TURN:
                rest = _stopped(rest, fault, "pause_turn")
            case FaultKind.REFUSAL:
                rest = replace(_stopped(rest, fault, "refusal"), stop_details=REFUSED)
            case FaultKind.OVERLAP if delivered and fault.chars:
                rest = prefixed(rest, delivered[-fault.chars :])
            case FaultKind.PREAMBLE if delivered:
                rest = prefixed(rest, PREAMBLE)
            case _:
                pass
    return rest


def _stopped(reply: RehearsedReply, fault: Fault, reason: str) -> RehearsedReply:
    return replace(shortened(reply, fault.after, reason), stop_reason=reason)


def altered_events(events: Sequence[Event], faults: Sequence[Fault]) -> list[Event]:
    """The events that are sent in place of `events`."""
    result = list(events)
    for fault in faults:
        result = _altered(result, fault)
    return result


def _altered(events: list[Event], fault: Fault) -> list[Event]:
    before, after = split(events, fault)
    match fault.kind:
        case FaultKind.UNKNOWN_EVENTS:
            return _with_strangers(events)
        case FaultKind.EARLY_USAGE:
            return [*before, _usage_so_far(before, after), *after]
        case FaultKind.DUPLICATE:
            return [*before, *_twin(before, fault.event), *after]
        case FaultKind.GAP:
            return [*before, *(_moved(event, 3) for event in after)]
        case FaultKind.END_UNCONFIRMED:
            return [event for event in events if event.name != "message_stop"]
        case FaultKind.ERROR_AFTER_STOP:
            return [*events, error_event(fault.type)]
        case FaultKind.BAD_JSON:
            return [*before, *_damaged(after, _half_json)]
        case FaultKind.BAD_UTF8:
            return [*before, *_damaged(after, _broken_utf8)]
        case _:
            return events


def split(events: Sequence[Event], fault: Fault) -> tuple[list[Event], list[Event]]:
    """Split the events at the place of a fault.

    A place beyond the last delta means right after it; a delta may be split.
    """
    left = fault.after
    end = next((i for i, event in enumerate(events) if event.name == "message_delta"), 0)
    for index, event in enumerate(events):
        size = len(event.written) if fault.in_characters else event.tokens
        if not size:
            continue
        if left == 0:
            return list(events[:index]), list(events[index:])
        if size > left:
            head = event.with_written(event.written[:left], tokens=0)
            tail = event.with_written(event.written[left:], tokens=event.tokens)
            return [*events[:index], head], [tail, *events[index + 1 :]]
        left, end = left - size, index + 1
        if left == 0:
            break
    return list(events[:end]), list(events[end:])


def error_event(kind: str) -> Event:
    """The event that reports an error inside a stream."""
    words = {"overloaded_error": "Overloaded", "rate_limit_error": "Rate limited"}
    refusal = Refusal(type=kind, message=words.get(kind, "Internal server error"))
    data = {"type": "error", "error": {"type": kind, "message": refusal.message}}
    return Event(name="error", data=data)


def _with_strangers(events: list[Event]) -> list[Event]:
    result: list[Event] = []
    for event in events:
        result.append(event)
        if event.name == "message_start":
            result.extend((_NEWS, _NAMELESS, _COMMENT))
        if event.name == "content_block_start":
            delta = {"type": "sparkle_delta", "sparkle": "not part of the reply"}
            data = {"type": "content_block_delta", "index": event.data["index"], "delta": delta}
            result.append(Event(name="content_block_delta", data=data))
    return result


def _usage_so_far(before: list[Event], after: list[Event]) -> Event:
    sent = sum(event.tokens for event in before)
    end = next(event for event in after if event.name == "message_delta")
    final = end.data["usage"]
    usage = {**(final if isinstance(final, dict) else {}), "output_tokens": sent}
    usage.pop("output_tokens_details", None)
    delta = {"stop_reason": None, "stop_sequence": None}
    return Event(
        name="message_delta", data={"type": "message_delta", "delta": delta, "usage": usage}
    )


def _twin(before: list[Event], which: str) -> list[Event]:
    if which == "message":
        return [event for event in before if event.name == "message_start"]
    starts = [event for event in before if event.name == "content_block_start"]
    if which == "start":
        return starts[-1:]
    data = {"type": "content_block_stop", "index": starts[-1].data["index"]} if starts else {}
    return [Event(name="content_block_stop", data=data)] if data else []


def _moved(event: Event, by: int) -> Event:
    index = event.data.get("index")
    if not isinstance(index, int):
        return event
    return replace(event, data={**event.data, "index": index + by})


def _half_json(event: Event) -> bytes:
    spelt = event.encoded().rstrip()
    return spelt[: len(spelt) - 3] + b"\n\n"


def _broken_utf8(event: Event) -> bytes:
    spelt = event.encoded()
    inside = spelt.rfind(b'"}')
    middle = inside if inside >= 0 else len(spelt) - 3
    return spelt[:middle] + b"\xf0\x9f\xff" + spelt[middle:]


def _damaged(after: list[Event], how: Callable[[Event], bytes]) -> list[Event]:
    """The same events with the first of them damaged."""
    if not after:
        return after
    return [replace(after[0], raw=how(after[0])), *after[1:]]
