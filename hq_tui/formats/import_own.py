"""The events that lead to a session as export format 1 tells of it.

Each attempt gets the blocks and the words that its row says came with it, and ends as its
row says it ended, so that exporting the result again gives the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from hq_tui.core.codec import LATEST
from hq_tui.core.conversation import EMPTY
from hq_tui.core.events import (
    Asked,
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    CitationArrived,
    Event,
    GaveUp,
    How,
    MessageEnded,
    MessageReported,
    MessageStarted,
    ReplyDiscarded,
    ReplyDone,
    ReplyStopped,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    Titled,
    ToolInputArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.reducer import apply
from hq_tui.core.summary import title_of
from hq_tui.core.usage import FIELDS, Usage

Row = Mapping[str, Any]
GO_ON = "Please go on."
"""Stands for the words that once asked a model to go on; the export does not hold them."""


def events_of(export: Row, *, system: tuple[str, ...], mode: str) -> list[Event]:
    """The session in `export`. TypeError, ValueError or KeyError where it is none."""
    created, updated = seconds(export.get("created")), seconds(export.get("updated"))
    model = str(export.get("model", ""))
    events: list[Event] = [
        SessionStarted(
            id=str(export.get("id", "")), mode=mode, model=model, at=created, system=system
        )
    ]
    turns = list(export["turns"])
    last = max((place for place, row in enumerate(turns) if row["role"] == "user"), default=0)
    for place, row in enumerate(turns):
        at = updated if place >= last else created
        if row["role"] == "user":
            events.append(Asked(text=str(row["text"]), at=at))
        else:
            events += _reply(row, at, model)
    talk = EMPTY
    for event in events:
        talk = apply(talk, event)
    title = str(export.get("title", ""))
    if title != title_of(talk):
        events.append(Titled(title=title))
    return events


def seconds(stamp: object) -> float:
    """A time in ISO 8601 as seconds since the epoch; 0 for none."""
    if not isinstance(stamp, str) or not stamp:
        return 0.0
    value = datetime.fromisoformat(stamp).timestamp()
    return min(max(value, 0.0), LATEST)


def _reply(row: Row, at: float, model: str) -> list[Event]:
    attempts: Sequence[Row] = row.get("attempts") or [_one_attempt(row, model)]
    events: list[Event] = []
    parts = _shared_out(row["blocks"], attempts)
    for number, (attempt, made) in enumerate(zip(attempts, parts, strict=True), 1):
        is_last = number == len(attempts)
        how = How(attempt.get("how", "fresh"))
        prompt = GO_ON if how is How.CONTINUE else ""
        events.append(
            AttemptStarted(
                number=number, how=how, model=str(attempt["model"]), at=at, prompt=prompt
            )
        )
        events += _message(attempt, made, str(row.get("stop_reason") or "") if is_last else "")
        events += _ending(attempt, at, is_last=is_last, state=str(row["state"]))
    return events


def _one_attempt(row: Row, model: str) -> Row:
    outcome = "complete" if row["state"] == "complete" else row["state"]
    return {"model": model, "outcome": outcome, "usage": row.get("usage"), "message_id": "imported"}


def _message(attempt: Row, made: Sequence[Row], stop_reason: str) -> Iterator[Event]:
    usage: Row = attempt.get("usage") or {}
    discarded = bool(usage) and attempt["outcome"] == "discarded"
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
    for index, block in enumerate(made or ([{"type": "text", "text": ""}] if discarded else [])):
        yield from _block(index, block)
    if final or stop_reason:
        yield MessageReported(usage=counts if final else Usage(), stop_reason=stop_reason)
    if stop_reason:
        yield MessageEnded()


def _block(index: int, block: Row) -> Iterator[Event]:
    match block["type"]:
        case "text":
            yield BlockStarted(index=index, data={"type": "text", "text": ""})
            if block["text"]:
                yield TextArrived(index=index, text=str(block["text"]))
            for citation in block.get("citations", ()):
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
            yield ToolInputArrived(index=index, partial_json=block.get("partial_json", given))
        case _:
            data = {key: value for key, value in block.items() if key != "open"}
            yield BlockStarted(index=index, data=data)
    if not block.get("open"):
        yield BlockEnded(index=index)


def _ending(attempt: Row, at: float, *, is_last: bool, state: str) -> list[Event]:
    """How an attempt ended, and with the last one the reply."""
    outcome, failure = attempt["outcome"], _failure(attempt.get("error"))
    if outcome == "open":
        return []
    if not is_last:
        return [AttemptFailed(failure=failure, at=at)]
    if outcome == "discarded":
        broke = [AttemptFailed(failure=failure, at=at)] if attempt.get("error") else []
        return [*broke, ReplyDiscarded(at=at)]
    if state == "complete":
        return [ReplyDone(at=at)]
    if state == "stopped":
        return [ReplyStopped(at=at)]
    return [AttemptFailed(failure=failure, at=at), GaveUp(failure=failure, at=at)]


def _failure(error: Row | None) -> Failure:
    if not error:
        return Failure(kind=FailureKind.UNKNOWN)
    status = error.get("status")
    return Failure(
        kind=FailureKind(error["kind"]),
        message=str(error.get("message", "")),
        status=status if isinstance(status, int) else None,
    )


def _shared_out(made: Sequence[Row], attempts: Sequence[Row]) -> list[list[Row]]:
    """The blocks of a reply, each attempt's own: cut where the next one took up the words."""
    kept = [place for place, one in enumerate(attempts) if _contributes(one)]
    shares: list[list[Row]] = [[] for _ in attempts]
    owners = kept or [len(attempts) - 1]
    starts = [int(attempts[place].get("started_at_char", 0)) for place in owners]
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


def _contributes(attempt: Row) -> bool:
    return attempt["outcome"] not in {"discarded", "failed"} and bool(
        attempt.get("kept_chars", 1) or attempt["outcome"] in {"complete", "refused", "open"}
    )
