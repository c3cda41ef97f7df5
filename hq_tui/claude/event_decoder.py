"""Decodes the JSON values of a stream into events.

It dispatches on the JSON `type` alone. An unknown delta is passed on as it came; what cannot
be right (a second start of a block, text for a block that never began) is corrected where
nothing is lost.

A gateway may restart its answer within one stream, under another message id or with a block
that begins a second time: what came before is void, and the decoder starts over.

It only records whether a stop reason was seen (the text is complete) and whether
`message_stop` was (the message is over).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    CitationArrived,
    DeltaArrived,
    Event,
    MessageDelta,
    MessageEnded,
    MessageStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.core.json_fields import fields_in, list_in, text_in
from hq_tui.core.partner import Ping
from hq_tui.core.text.sanitize import storable, storable_value
from hq_tui.core.usage import usage_from

StreamItem = Event | Ping

_NOTHING: tuple[StreamItem, ...] = ()
_NO_REPORT = MessageDelta()
_PINGED: tuple[StreamItem, ...] = (Ping(),)


class EventDecoder:
    """Turns the values of one message into events. It is used for one message only."""

    def __init__(self) -> None:
        self.request_id = ""
        self.has_heard = False
        self.is_whole = False
        self.is_over = False
        self._begun_as: MessageStarted | None = None
        self._repeated: MessageStarted | None = None
        self._report = _NO_REPORT
        self._forget()

    def _forget(self) -> None:
        """Take no account of any block so far."""
        self._seen: set[int] = set()
        self._open: dict[int, str] = {}
        self._meant: dict[int, int] = {}
        self._half: dict[int, str] = {}

    def read(self, value: Mapping[str, Any], kind: str) -> Iterable[StreamItem]:
        """The events in one value of type `kind`; none for an unknown type."""
        self.has_heard = True
        match kind:
            case "content_block_delta":
                return self._delta(value)
            case "ping":
                return _PINGED
            case "content_block_start":
                return self._block_started(value)
            case "content_block_stop":
                return self._block_ended(value)
            case "message_start":
                return self._message_started(value)
            case "message_delta":
                return self._reported(value)
            case "message_stop":
                unsaid = () if self.is_whole or not self._report.stop_reason else (self._report,)
                self.is_over = self.is_whole = True
                return (*self.rest(), *unsaid, MessageEnded())
            case _:
                return _NOTHING

    def rest(self) -> tuple[StreamItem, ...]:
        """The ends of blocks that are still open in a complete message."""
        held = [*self._half]
        texts = [event for index in held for event in self._flushed(index)]
        ends = tuple(BlockEnded(index=index) for index in self._open)
        self._open.clear()
        return (*texts, *ends)

    def _message_started(self, value: Mapping[str, Any]) -> Iterable[StreamItem]:
        message = fields_in(value, "message")
        started = MessageStarted(
            message_id=_string(message, "id"),
            model=_string(message, "model"),
            usage=usage_from(fields_in(message, "usage")),
            request_id=self.request_id,
        )
        before = self._begun_as
        if before is not None:
            if started.message_id in {"", before.message_id} or not before.message_id:
                self._repeated = started
                return _NOTHING
            if self.is_whole:
                self.is_over = True
                return self.rest()
        return (*self._begun_again(started), *self._given(message))

    def _begun_again(self, started: MessageStarted) -> tuple[StreamItem, ...]:
        self._forget()
        self._begun_as, self._repeated, self._report = started, None, _NO_REPORT
        return (started,)

    def _given(self, message: Mapping[str, Any]) -> tuple[StreamItem, ...]:
        """The blocks and the stop reason that a message starts with."""
        self._report = _report(message, message)
        rows = [one for one in list_in(message, "content") if isinstance(one, dict)]
        if text := text_in(message, "content"):
            rows = [{"type": "text", "text": text}]
        return tuple(self._begun(index, storable_value(row)) for index, row in enumerate(rows))

    def _block_started(self, value: Mapping[str, Any]) -> Iterable[StreamItem]:
        index, data = _index(value), storable_value(fields_in(value, "content_block"))
        if index not in self._seen:
            return (self._begun(index, data),)
        if self._repeated is None or self._begun_as is None:
            return _NOTHING
        again = self._begun_again(self._repeated)
        return (*again, self._begun(index, data))

    def whole(self, message: Mapping[str, Any]) -> tuple[StreamItem, ...]:
        """The events that a stream would have brought, for a message that came in one piece."""
        events = tuple(self._message_started({"message": message}))
        self._report = replace(self._report, stop_reason=self._report.stop_reason or "end_turn")
        return (*events, *self.read({}, "message_stop"))

    def _begun(self, index: int, data: Mapping[str, Any]) -> BlockStarted:
        self._seen.add(index)
        self._open[index] = _string(data, "type")
        return BlockStarted(index=index, data=data)

    def _block_ended(self, value: Mapping[str, Any]) -> Iterable[StreamItem]:
        index = self._block_of(_index(value))
        if index not in self._open:
            return _NOTHING
        del self._open[index]
        return (*self._flushed(index), BlockEnded(index=index))

    def _delta(self, value: Mapping[str, Any]) -> Iterable[StreamItem]:
        delta = value.get("delta")
        if not isinstance(delta, dict):
            return _NOTHING
        kind = delta.get("type")
        index = self._block_of(_index(value), kind)
        text = delta.get(_FIELDS.get(kind, "text"))  # type: ignore[arg-type]  # any JSON value may come
        if kind not in _FIELDS and kind != "citations_delta":
            return self._foreign(index, kind, delta)
        if isinstance(text, str):
            return self._words(index, kind, text) if text else _NOTHING
        if kind == "citations_delta" and isinstance(delta.get("citation"), dict):
            return (CitationArrived(index=index, citation=storable_value(delta["citation"])),)
        return _NOTHING

    def _foreign(self, index: int, kind: object, delta: Mapping[str, Any]) -> Iterable[StreamItem]:
        """A delta of a kind that is not known: its words where it has nothing else, or all."""
        text = delta.get("text")
        if set(delta) <= {"type", "text"} and isinstance(text, str) and text:
            return self._words(index, kind, text)
        if index not in self._seen or not set(delta) - {"type"}:
            return _NOTHING
        return (DeltaArrived(index=index, delta=storable_value(delta)),)

    def _words(self, index: int, kind: object, text: str) -> Iterable[StreamItem]:
        if not text.isascii() or index in self._half:
            text = self._joined(index, text)
            if not text:
                return _NOTHING
        event = _event(index, kind, text)
        if index in self._seen:
            return (event,)
        if not isinstance(event, TextArrived):
            return _NOTHING
        return (self._begun(index, {"type": "text", "text": ""}), event)

    def _block_of(self, index: int, kind: object = "") -> int:
        """The block that an index means.

        Text for a block that never began belongs to the last open block, if that takes text of
        its kind; otherwise half a thought or tool call would pass for all of it.
        """
        if index in self._seen:
            return index
        place, takes = next(reversed(self._open.items()), (index, ""))
        if kind in _TAKES.get(takes, ()):
            self._meant[index] = place
        return self._meant.get(index, index)

    def _joined(self, index: int, text: str) -> str:
        """`text` as it can be stored; the first half of a character waits for the other."""
        text = self._half.pop(index, "") + text
        if "\ud800" <= text[-1] <= "\udbff":
            self._half[index] = text[-1]
            text = text[:-1]
        return storable(text)

    def _flushed(self, index: int) -> tuple[StreamItem, ...]:
        half = self._half.pop(index, "")
        return (TextArrived(index=index, text=storable(half)),) if half else ()

    def _reported(self, value: Mapping[str, Any]) -> Iterable[StreamItem]:
        report = _report(value, fields_in(value, "delta"))
        self.is_whole = self.is_whole or bool(report.stop_reason)
        return (report,)


_FIELDS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}


_TAKES = {
    "text": ("text_delta",),
    "thinking": ("thinking_delta", "signature_delta"),
    "tool_use": ("input_json_delta",),
    "server_tool_use": ("input_json_delta",),
    "mcp_tool_use": ("input_json_delta",),
}
"""The deltas that each type of block takes."""


def _event(index: int, kind: object, text: str) -> Event:
    match kind:
        case "thinking_delta":
            return ThinkingArrived(index=index, text=text)
        case "signature_delta":
            return SignatureArrived(index=index, signature=text)
        case "input_json_delta":
            return ToolInputArrived(index=index, partial_json=text)
        case _:
            return TextArrived(index=index, text=text)


def _report(value: Mapping[str, Any], end: Mapping[str, Any]) -> MessageDelta:
    """The usage in `value`, and how the message ended, as `end` says."""
    details = end.get("stop_details")
    return MessageDelta(
        usage=usage_from(fields_in(value, "usage")),
        stop_reason=_string(end, "stop_reason"),
        stop_details=storable_value(details) if isinstance(details, dict) else None,
    )


def _index(value: Mapping[str, Any]) -> int:
    """The index of the block that is meant; a server that names none has only one."""
    index = value.get("index")
    return index if isinstance(index, int) else 0


def _string(value: Mapping[str, Any], key: str) -> str:
    return storable(text_in(value, key))
