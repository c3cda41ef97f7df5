"""Conversations read from another program's log, and the events that make them a session.

Only what was said is imported; tool calls, results and pictures are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hq_tui.core.codec import LATEST
from hq_tui.core.events import (
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageEnded,
    MessageSent,
    MessageStarted,
    ReplyDone,
    ReplyStopped,
    ResumeMode,
    SessionStarted,
    TextArrived,
    ThinkingArrived,
    Titled,
)
from hq_tui.core.json_fields import list_in, text_in
from hq_tui.core.usage import Usage
from hq_tui.formats.losses import Losses
from hq_tui.formats.rows import Row

Fields = Mapping[str, Any]
LEFT_BRANCH = ("message of a branch that was left", "messages of branches that were left")


@dataclass(kw_only=True)
class LoggedMessage:
    """A message and the reply to it. `parts` are the reply's words and thinking, in order."""

    text: str
    parts: list[tuple[str, str]] = field(default_factory=list)
    model: str = ""
    at: float = 0.0
    stopped: bool = False

    def add(self, kind: str, words: str) -> None:
        """Add a paragraph of `text` or of `thinking` to the reply."""
        if not words.strip():
            return
        if kind == "text" and any(known == "text" for known, _ in self.parts):
            words = f"\n\n{words}"
        if self.parts and self.parts[-1][0] == kind:
            self.parts[-1] = (kind, self.parts[-1][1] + words)
        else:
            self.parts.append((kind, words))


@dataclass(kw_only=True)
class Log:
    """One conversation in a file of another program."""

    source: str
    speaker: str = "model unknown"
    """The model's name where the file gives none."""
    title: str = ""
    turns: list[LoggedMessage] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)

    @property
    def model(self) -> str:
        """The model that spoke last."""
        return next((one.model for one in reversed(self.turns) if one.model), "")

    @property
    def at(self) -> float:
        """The start of the conversation in seconds since the epoch; 0 if unknown."""
        return next((one.at for one in self.turns if one.at), 0.0)

    def ask(self, text: str, at: float) -> None:
        """Add a message of the person."""
        self.turns.append(LoggedMessage(text=text, at=at))

    def answer(self, kind: str, words: str, model: str = "") -> None:
        """Add words or thinking to the last reply; one to no message answers an empty one."""
        if not words.strip():
            return
        if not self.turns:
            self.turns.append(LoggedMessage(text=""))
        turn = self.turns[-1]
        turn.add(kind, words)
        turn.model = model or turn.model


def seconds(stamp: object) -> float:
    """A time as seconds since the epoch, from ISO 8601 or a number; 0 for none."""
    if isinstance(stamp, int | float) and not isinstance(stamp, bool):
        return float(min(max(stamp, 0), LATEST))
    try:
        value = datetime.fromisoformat(stamp if isinstance(stamp, str) else "")
        zoned = value if value.tzinfo else value.replace(tzinfo=UTC)
        return min(max(zoned.timestamp(), 0.0), LATEST)
    except (ValueError, OverflowError):
        return 0.0


def path_to(leaf: str, parents: Mapping[str, str]) -> list[str]:
    """The path from the first message to `leaf`; a cycle is cut."""
    path: dict[str, None] = {}
    while leaf and leaf not in path:
        path[leaf] = None
        leaf = parents.get(leaf, "")
    return list(reversed(path))


def llm_logs(rows: Sequence[Row]) -> list[Log]:
    """The conversations in an export of the `llm` tool, the oldest first."""
    logs: dict[str, Log] = {}
    for row in sorted(rows, key=lambda row: text_in(row.value, "datetime_utc")):
        fields = row.value
        name = text_in(fields, "conversation_id") or text_in(fields, "id")
        log = logs.setdefault(name, Log(source="llm"))
        log.title = log.title or text_in(fields, "conversation_name")
        for key, one in _BESIDE.items():
            if fields.get(key):
                log.losses.leave_out(one, count=len(list_in(fields, key)) or 1)
        for key in ("prompt", "response", "reasoning"):
            if not isinstance(fields.get(key), str | None):
                log.losses.lose(row.place, f"its {key} is not text")
        log.ask(text_in(fields, "prompt"), seconds(fields.get("datetime_utc")))
        log.turns[-1].model = text_in(fields, "model").rpartition("/")[2]
        log.answer("thinking", text_in(fields, "reasoning"))
        log.answer("text", text_in(fields, "response"))
    return list(logs.values())


_BESIDE = {
    "system": "instruction",
    "system_fragments": "instruction",
    "prompt_fragments": "fragment",
    "attachments": "attachment",
    "tool_calls": "tool call",
    "tool_results": "tool result",
}
"""The fields of an llm entry that hold no words."""


def events_of_log(log: Log, first: SessionStarted) -> list[Event]:
    """The conversation as a session that begins with `first`."""
    events: list[Event] = [first]
    if log.title.strip():
        events.append(Titled(title=" ".join(log.title.split())))
    for turn in log.turns:
        at = turn.at or first.at
        events.append(MessageSent(text=turn.text, at=at))
        if turn.parts:
            events += _reply(turn, turn.model or log.speaker, at)
    return events


def _reply(turn: LoggedMessage, model: str, at: float) -> Iterator[Event]:
    yield AttemptStarted(number=1, how=ResumeMode.FRESH, model=model, at=at)
    yield MessageStarted(message_id="", model=model, usage=Usage())
    for index, (kind, words) in enumerate(turn.parts):
        yield BlockStarted(index=index, data={"type": kind, kind: ""})
        if kind == "thinking":
            yield ThinkingArrived(index=index, text=words)
        else:
            yield TextArrived(index=index, text=words)
        yield BlockEnded(index=index)
    if turn.stopped:
        yield ReplyStopped(at=at)
        return
    yield MessageDelta(stop_reason="end_turn")
    yield MessageEnded()
    yield ReplyDone(at=at)
