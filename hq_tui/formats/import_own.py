"""The events that lead to a session in export format 1.

Each attempt gets the blocks and the end that its row has, so that exporting the result again
gives the same rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hq_tui.core.conversation import Outcome
from hq_tui.core.events import (
    AttachedFile,
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    CitationArrived,
    Event,
    GaveUp,
    MessageDelta,
    MessageEnded,
    MessageSent,
    MessageStarted,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    ResumeMode,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    Titled,
    ToolInputArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.json_fields import list_in, text_in
from hq_tui.core.reducer import conversation_of
from hq_tui.core.text.summary import title_of
from hq_tui.core.usage import FIELDS, Usage
from hq_tui.formats.import_foreign import seconds
from hq_tui.formats.losses import Losses
from hq_tui.formats.shapes import COUNT, OBJECT, TEXT, TRUTH, Shape, ShapeKind, fault_in, one_of

Fields = Mapping[str, Any]
GO_ON = "Please go on."
"""Replaces the prompt that asked a model to continue, which the export does not hold."""

_USAGE = {**dict.fromkeys(FIELDS, COUNT), "estimated?": TRUTH}
_ERROR = {"kind": one_of(list(FailureKind)), "message?": TEXT, "status?": COUNT}
_ATTEMPT: Shape = {
    "model": TEXT,
    "outcome": one_of(list(Outcome)),
    "how?": one_of(list(ResumeMode)),
    "message_id?": TEXT,
    "request_id?": TEXT,
    "started_at_char?": COUNT,
    "kept_chars?": COUNT,
    "error?": _ERROR,
    "usage?": _USAGE,
}
_REPLY: Shape = {
    "text": TEXT,
    "state": one_of(("complete", "stopped", "cut", "failed")),
    "stop_reason?": TEXT,
    "blocks": [{"type": TEXT, "open?": TRUTH}],
    "attempts?": [_ATTEMPT],
    "usage?": _USAGE,
}
_BLOCKS: dict[str, Shape] = {
    "text": {"text": TEXT, "citations?": [OBJECT]},
    "thinking": {"thinking": TEXT, "signature?": TEXT},
    "tool_use": {"id": TEXT, "name": TEXT, "input": OBJECT, "partial_json?": TEXT},
}
_FILE: Mapping[str, Shape] = {
    "name": TEXT,
    "media": TEXT,
    "size": COUNT,
    "sha256": ShapeKind(
        "a SHA-256",
        lambda value: isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None,
    ),
    "tokens": COUNT,
}
_HEAD: dict[str, Shape] = {
    "id?": TEXT,
    "title?": TEXT,
    "model?": TEXT,
    "created?": TEXT,
    "updated?": TEXT,
}


def events_in(
    export: Fields, losses: Losses, *, system: tuple[str, ...], mode: str, model: str
) -> list[Event]:
    """The session in `export`, by default of `model`; what cannot be read goes to `losses`."""
    for name, shape in _HEAD.items():
        if fault := fault_in(export, {name: shape}):
            losses.lose("the session", fault)
    created, updated = seconds(export.get("created")), seconds(export.get("updated"))
    answered_by = text_in(export, "model")
    first = SessionStarted(
        id=text_in(export, "id"), mode=mode, model=answered_by or model, at=created, system=system
    )
    rows = list(_rows(export, losses))
    last = max((place for place, row in enumerate(rows) if row["role"] == "user"), default=0)
    events: list[Event] = [first]
    for place, row in enumerate(rows):
        at = updated if place >= last else created
        if row["role"] == "user":
            events.append(MessageSent(text=row["text"], at=at, files=row["files"]))
        else:
            if place == 0:
                events.append(MessageSent(text="", at=at))
            events += _reply(row, at, answered_by)
    title = text_in(export, "title")
    if title != title_of(conversation_of(events)):
        events.append(Titled(title=title))
    return events


def _rows(export: Fields, losses: Losses) -> Iterator[Fields]:
    """The messages of an export, each of a shape that can be relied on."""
    for number, row in enumerate(list_in(export, "turns"), 1):
        place = f"message {number}"
        role = text_in(row, "role")
        if role == "user":
            if fault := fault_in(row, {"text": TEXT}):
                losses.lose(place, fault)
            shape = fault_in(row, {"files?": [_FILE]})
            if shape:
                losses.lose(place, shape)
            files = [] if shape else list_in(row, "files")
            yield {
                "role": "user",
                "text": text_in(row, "text"),
                "files": tuple(_file(one) for one in files),
            }
        elif role == "assistant":
            yield _sound_reply(row, place, losses)
        else:
            losses.lose(place, "it is not said who sent it")


def _file(row: Fields) -> AttachedFile:
    return AttachedFile(**{name: row[name] for name in _FILE})


def _sound_reply(row: Fields, place: str, losses: Losses) -> Fields:
    """The row of a reply; if it is malformed, one with only its words."""
    fault = fault_in(row, _REPLY) or next(filter(None, _faults_of_blocks(row)), "")
    if not fault:
        return row
    losses.lose(place, fault)
    text = text_in(row, "text") or "".join(
        text_in(block, "text") for block in list_in(row, "blocks")
    )
    state = row.get("state")
    return {
        "role": "assistant",
        "text": text,
        "state": state if state in ("stopped", "cut") else "complete",
        "stop_reason": "end_turn" if state == "complete" else "",
        "blocks": [{"type": "text", "text": text}],
    }


def _faults_of_blocks(row: Fields) -> Iterator[str]:
    for number, block in enumerate(row["blocks"]):
        yield fault_in(block, _BLOCKS.get(block["type"], {}), f"blocks[{number}]")


def _reply(row: Fields, at: float, model: str) -> list[Event]:
    attempts: Sequence[Fields] = row.get("attempts") or [_one_attempt(row, model)]
    events: list[Event] = []
    parts = _shared_out(row["blocks"], attempts)
    for number, (attempt, made) in enumerate(zip(attempts, parts, strict=True), 1):
        is_last = number == len(attempts)
        how = ResumeMode(attempt.get("how") or "fresh")
        prompt = GO_ON if how is ResumeMode.CONTINUE else ""
        events.append(
            AttemptStarted(
                number=number, how=how, model=str(attempt["model"]), at=at, prompt=prompt
            )
        )
        events += _message(attempt, made, str(row.get("stop_reason") or "") if is_last else "")
        events += _ending(attempt, at, is_last=is_last, state=str(row["state"]))
    return events


def _one_attempt(row: Fields, model: str) -> Fields:
    state, usage = row["state"], row.get("usage")
    return {"model": model, "outcome": state, "usage": usage, "message_id": "imported"}


def _message(attempt: Fields, made: Sequence[Fields], stop_reason: str) -> Iterator[Event]:
    usage: Fields = attempt.get("usage") or {}
    counts = Usage(**{name: usage[name] for name in FIELDS}) if usage else Usage()
    final = bool(usage) and not usage.get("estimated", False)
    message_id = str(attempt.get("message_id") or "")
    if usage or message_id:
        yield MessageStarted(
            message_id=message_id,
            model=str(attempt["model"]),
            usage=Usage() if final else counts,
            request_id=str(attempt.get("request_id") or ""),
        )
    for index, block in enumerate(made):
        yield from _block(index, block)
    # Only a message that said why it stopped has final counts; of an earlier one it is not known.
    if reason := stop_reason or ("end_turn" if final else ""):
        yield MessageDelta(usage=counts if final else Usage(), stop_reason=reason)
        yield MessageEnded()


def _block(index: int, block: Fields) -> Iterator[Event]:
    match block["type"]:
        case "text":
            yield BlockStarted(index=index, data={"type": "text", "text": ""})
            if block["text"]:
                yield TextArrived(index=index, text=str(block["text"]))
            for citation in block.get("citations") or ():
                yield CitationArrived(index=index, citation=citation)
        case "thinking":
            yield BlockStarted(index=index, data={"type": "thinking", "thinking": ""})
            yield ThinkingArrived(index=index, text=str(block["thinking"]))
            if block.get("signature"):
                yield SignatureArrived(index=index, signature=str(block["signature"]))
        case "tool_use":
            named = {"type": "tool_use", "id": block["id"], "name": block["name"]}
            yield BlockStarted(index=index, data=named)
            given = json.dumps(block["input"], ensure_ascii=False) if block["input"] else ""
            yield ToolInputArrived(index=index, partial_json=block.get("partial_json") or given)
        case _:
            data = {key: value for key, value in block.items() if key != "open"}
            yield BlockStarted(index=index, data=data)
    if not block.get("open"):
        yield BlockEnded(index=index)


def _ending(attempt: Fields, at: float, *, is_last: bool, state: str) -> list[Event]:
    """The events that end an attempt, and with the last one the reply."""
    outcome, failure = attempt["outcome"], _failure(attempt.get("error"))
    if outcome == "open":
        return []
    if outcome == "discarded":
        broke = [AttemptFailed(failure=failure, at=at)] if attempt.get("error") else []
        return [*broke, ReplyDiscarded(at=at)]
    if not is_last:
        return [AttemptFailed(failure=failure, at=at)]
    if state == "complete":
        return [ReplyDone(at=at)]
    if state == "stopped":
        return [ReplyStopped(at=at)]
    return [AttemptFailed(failure=failure, at=at), GaveUp(failure=failure, at=at)]


def _failure(error: Fields | None) -> Failure:
    if not error:
        return Failure(kind=FailureKind.UNKNOWN)
    status = error.get("status")
    return Failure(
        kind=FailureKind(error["kind"]),
        message=text_in(error, "message"),
        status=status if isinstance(status, int) else None,
    )


def _shared_out(made: Sequence[Fields], attempts: Sequence[Fields]) -> list[list[Fields]]:
    """The blocks of a reply, each attempt's own: cut where the next one took up the words."""
    kept = [place for place, one in enumerate(attempts) if _contributes(one)]
    shares: list[list[Fields]] = [[] for _ in attempts]
    owners = kept or [len(attempts) - 1]
    starts = [int(attempts[place].get("started_at_char") or 0) for place in owners]
    at = 0
    for block in made:
        text = block.get("text", "") if block["type"] == "text" else ""
        begin, end = at, at + len(text)
        mine = max((nth for nth, start in enumerate(starts) if start <= begin), default=0)
        while mine + 1 < len(starts) and text and starts[mine + 1] < end:
            cut = starts[mine + 1]
            shares[owners[mine]].append({**block, "text": text[begin - at : cut - at]})
            begin, mine = cut, mine + 1
        shares[owners[mine]].append(
            {**block, "text": text[begin - at :]} if block["type"] == "text" else block
        )
        at = end
    return shares


def _contributes(attempt: Fields) -> bool:
    kept = attempt.get("kept_chars")
    return attempt["outcome"] not in {"discarded", "failed"} and bool(
        kept or kept is None or attempt["outcome"] in {"complete", "refused", "open"}
    )
