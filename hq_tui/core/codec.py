"""Events as JSON records, and back.

A missing field gets the event's default, an extra one is ignored, and a record of an unknown
kind is kept as it is: a journal outlives the program that wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, TypeVar

from hq_tui.core import events
from hq_tui.core.events import (
    AttachedFile,
    Event,
    PageEvent,
    ResumeMode,
    ToolResult,
    UnknownEvent,
    UserActed,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.json_fields import is_count
from hq_tui.core.usage import COUNTS, Usage, usage_from
from hq_tui.core.user_actions import read_action, wire_form

KINDS: dict[str, type[Any]] = {
    "session": events.SessionStarted,
    "change": events.SessionChanged,
    "title": events.Titled,
    "user": events.MessageSent,
    "queue": events.Queued,
    "unqueue": events.Unqueued,
    "draft": events.Drafted,
    "control": events.UserActed,
    "attempt": events.AttemptStarted,
    "message": events.MessageStarted,
    "block": events.BlockStarted,
    "text": events.TextArrived,
    "think": events.ThinkingArrived,
    "sign": events.SignatureArrived,
    "input": events.ToolInputArrived,
    "cite": events.CitationArrived,
    "delta": events.DeltaArrived,
    "end": events.BlockEnded,
    "report": events.MessageDelta,
    "stop": events.MessageEnded,
    "done": events.ReplyDone,
    "broke": events.AttemptFailed,
    "retry": events.RetryScheduled,
    "stopped": events.ReplyStopped,
    "gaveup": events.GaveUp,
    "discard": events.ReplyDiscarded,
    "page": events.PageEvent,
}
"""The kind of each event in the journal. Fixed: files on disk use these words."""

Made = TypeVar("Made", ToolResult, AttachedFile)

_KIND_OF = {cls: kind for kind, cls in KINDS.items()}


def to_record(event: Event) -> dict[str, Any]:
    """The event as a JSON object; values equal to an event's defaults are left out."""
    if isinstance(event, UnknownEvent):
        return dict(event.record)
    if isinstance(event, PageEvent):
        return {"t": "page", "event": to_record(event.event)}
    if isinstance(event, UserActed):
        what, detail = wire_form(event.action)
        held = detail if event.raw is None else dict(event.raw)
        return {"t": "control", "what": what, "detail": held, "at": event.at}
    record: dict[str, Any] = {"t": _KIND_OF[type(event)]}
    for field in fields(event):
        value = getattr(event, field.name)
        if field.default is MISSING or value != field.default:
            record[field.name] = _plain(value)
    return record


def from_record(record: Mapping[str, Any]) -> Event:
    """The event in a record; one that cannot be read becomes an `UnknownEvent`."""
    kind = str(record.get("t"))
    cls = KINDS.get(kind)
    if cls is None:
        return UnknownEvent(record=dict(record))
    values: dict[str, Any] = {}
    try:
        for name, read, is_sound in _PARTS[kind]:
            if name in record:
                value = values[name] = read(record[name])
                if not is_sound(value):
                    return UnknownEvent(record=dict(record))
        event: Event = _MAKERS.get(kind, cls)(**values)
    except (TypeError, ValueError, KeyError, AttributeError):
        return UnknownEvent(record=dict(record))
    return event


def _controlled(what: str, detail: Mapping[str, object], at: float) -> UserActed:
    action = read_action(what, detail)
    is_told = wire_form(action)[1] == detail
    return UserActed(action=action, at=at, raw=None if is_told else detail)


_MAKERS: dict[str, Callable[..., Event]] = {"control": _controlled}
"""Makers of events whose record has other fields than the event."""
_NAMES = {"control": ("what", "detail", "at")}
"""The fields of those records."""


def _plain(value: Any) -> Any:
    match value:
        case Usage():
            named = {name: getattr(value, name) for name in COUNTS}
            parts = [{"model": model, **_plain(part)} for model, part in value.parts]
            told = {name: count for name, count in named.items() if count is not None}
            return {**told, "iterations": parts} if parts else told
        case Failure():
            return {name: part for name, part in asdict(value).items() if part not in (None, "")}
        case ToolResult() | AttachedFile():
            return asdict(value)
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def _failure(value: Mapping[str, Any]) -> Failure:
    parts = {
        field.name: value[field.name]
        for field in fields(Failure)
        if field.name in value and _FAILURE_PARTS[field.name](value[field.name])
    }
    try:
        kind = FailureKind(parts.pop("kind", "unknown"))
    except ValueError:
        kind = FailureKind.UNKNOWN
    return Failure(kind=kind, **parts)


def _inner(value: Mapping[str, Any]) -> Event:
    """The event of a page; a page within a page there is not."""
    if value["t"] == "page":
        raise ValueError
    return from_record(value)


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple(str(part) for part in value)


def _made(cls: type[Made], rows: Any) -> tuple[Made, ...]:
    """Values of `cls` of rows that may have more fields than it knows."""
    known = {field.name for field in fields(cls)}
    return tuple(cls(**{name: part for name, part in row.items() if name in known}) for row in rows)


def _results(value: Any) -> tuple[ToolResult, ...]:
    results = _made(ToolResult, value)
    if not all(_is_text(one.tool_use_id) and _is_text(one.content) for one in results):
        raise TypeError
    return results


_SHA256 = re.compile("[0-9a-f]{64}")


def _files(value: Any) -> tuple[AttachedFile, ...]:
    files = _made(AttachedFile, value)
    for one in files:
        are_texts = all(map(_is_text, (one.name, one.media, one.sha256)))
        if not are_texts or not is_count(one.size) or not is_count(one.tokens):
            raise TypeError
        if _SHA256.fullmatch(one.sha256) is None:
            raise ValueError
    return files


_READERS: dict[str, Callable[[Any], Any]] = {
    "event": _inner,
    "usage": usage_from,
    "failure": _failure,
    "how": ResumeMode,
    "system": _strings,
    "notes": _strings,
    "results": _results,
    "files": _files,
}

LATEST = 1e11
"""No time is later than this, in seconds: beyond it there are no calendars."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= LATEST


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


_FAILURE_PARTS: dict[str, Callable[[Any], bool]] = {
    "kind": _is_text,
    "retryable": lambda value: isinstance(value, bool),
    "message": _is_text,
    "hint": _is_text,
    "retry_after": _is_time,
    "status": is_count,
    "limit": is_count,
    "window": is_count,
    "request_id": _is_text,
}

_SOUND: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("index", "number", "attempt", "of", "edits"), is_count),
    **dict.fromkeys(("at", "delay"), _is_time),
    **dict.fromkeys(("data", "detail", "citation", "delta"), _is_object),
    "stop_details": lambda value: value is None or _is_object(value),
    **dict.fromkeys(_READERS, lambda _: True),
}
"""Checks of field values; a field that is not listed holds text."""


_PARTS: dict[str, tuple[tuple[str, Callable[[Any], Any], Callable[[Any], bool]], ...]] = {
    kind: tuple(
        (name, _READERS.get(name, lambda value: value), _SOUND.get(name, _is_text))
        for name in _NAMES.get(kind) or [field.name for field in fields(cls)]
    )
    for kind, cls in KINDS.items()
}
"""The fields of each kind of event: the name, what reads it, and what it may hold."""
