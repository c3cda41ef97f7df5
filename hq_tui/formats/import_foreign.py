"""What other tools wrote down of a talk: who said what, and when.

Claude Code keeps a JSON object a line, a reply spread over several of them with tool calls
and results between; the `llm` tool exports a list of prompts with their responses. Only
words are taken: tool calls, their results and thinking would mean nothing to another
conversation, and are counted so that it can be said how much was left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hq_tui.core.codec import LATEST
from hq_tui.core.events import (
    Asked,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    How,
    MessageEnded,
    MessageReported,
    MessageStarted,
    ReplyDone,
    SessionStarted,
    TextArrived,
    Titled,
)
from hq_tui.core.usage import Usage

Row = Mapping[str, Any]
_COMMAND = re.compile(r"^\s*<(?:command-|local-command|system-reminder|bash-)")
"""How Claude Code begins what it wrote into a message by itself."""


@dataclass(kw_only=True)
class Said:
    """A message and the reply to it."""

    text: str
    reply: str = ""
    model: str = ""
    at: float = 0.0


@dataclass(kw_only=True)
class Log:
    """One talk in a log."""

    source: str
    title: str = ""
    turns: list[Said] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """The model that spoke last."""
        return next((one.model for one in reversed(self.turns) if one.model), "")

    @property
    def at(self) -> float:
        """When it began, in seconds since the epoch; 0 where the log does not say."""
        return self.turns[0].at if self.turns else 0.0

    @property
    def left_out(self) -> str:
        """What was not taken, in words."""
        return ", ".join(f"{count} {what}" for what, count in self.dropped.items())

    def drop(self, what: str) -> None:
        """Count something that is not taken."""
        self.dropped[what] = self.dropped.get(what, 0) + 1


def claude_code(rows: Sequence[Row]) -> list[Log]:
    """The sessions in the lines of Claude Code, in the order of their first line."""
    logs: dict[str, Log] = {}
    for row in rows:
        log = logs.setdefault(str(row.get("sessionId", "")), Log(source="Claude Code"))
        message = row.get("message")
        if row.get("type") == "summary":
            log.title = log.title or str(row.get("summary", ""))
        if row.get("isSidechain") or row.get("isMeta") or not isinstance(message, Mapping):
            continue
        said = _words(message.get("content"), log)
        if not said:
            continue
        if row.get("type") == "user" and _COMMAND.match(said):
            log.drop("lines of commands")
        elif row.get("type") == "user":
            log.turns.append(Said(text=said, at=_seconds(row.get("timestamp"))))
        elif row.get("type") == "assistant" and log.turns:
            turn = log.turns[-1]
            turn.reply = f"{turn.reply}\n\n{said}".strip()
            turn.model = str(message.get("model", "")) or turn.model
    nameless = logs.get("", Log(source=""))
    found = [log for log in logs.values() if log.turns]
    if len(found) == 1:
        found[0].title = found[0].title or nameless.title
    return found


def _words(content: object, log: Log) -> str:
    if isinstance(content, str):
        return content
    words = []
    for block in content if isinstance(content, list) else []:
        kind = block.get("type") if isinstance(block, Mapping) else None
        if kind == "text" and isinstance(block.get("text"), str):
            words.append(block["text"])
        elif kind == "tool_use":
            log.drop("tool calls")
        elif kind == "tool_result":
            log.drop("tool results")
        elif kind in {"thinking", "redacted_thinking"}:
            log.drop("thoughts")
        else:
            log.drop("other blocks")
    return "\n\n".join(words)


def llm_logs(rows: Sequence[Row]) -> list[Log]:
    """The conversations in an export of the `llm` tool, the oldest first."""
    logs: dict[str, Log] = {}
    for row in sorted(rows, key=lambda row: str(row.get("datetime_utc", ""))):
        name = str(row.get("conversation_id") or row.get("id", ""))
        log = logs.setdefault(name, Log(source="llm"))
        log.title = log.title or str(row.get("conversation_name") or "")
        for key, what in (("system", "instructions"), ("attachments", "attachments")):
            if row.get(key):
                log.drop(what)
        log.turns.append(
            Said(
                text=str(row.get("prompt") or ""),
                reply=str(row.get("response") or ""),
                model=str(row.get("model") or "").rpartition("/")[2],
                at=_seconds(row.get("datetime_utc")),
            )
        )
    return list(logs.values())


def _seconds(stamp: object) -> float:
    try:
        value = datetime.fromisoformat(str(stamp))
    except ValueError:
        return 0.0
    zoned = value if value.tzinfo else datetime.fromisoformat(f"{value.isoformat()}+00:00")
    return min(max(zoned.timestamp(), 0.0), LATEST)


def events_of_log(log: Log, first: SessionStarted) -> list[Event]:
    """The talk as a session that begins with `first`."""
    events: list[Event] = [first]
    if log.title:
        events.append(Titled(title=" ".join(log.title.split())))
    for turn in log.turns:
        at = turn.at or first.at
        events.append(Asked(text=turn.text, at=at))
        if not turn.reply:
            continue
        model = turn.model or first.model
        events += [
            AttemptStarted(number=1, how=How.FRESH, model=model, at=at),
            MessageStarted(message_id="", model=model, usage=Usage()),
            BlockStarted(index=0, data={"type": "text", "text": ""}),
            TextArrived(index=0, text=turn.reply),
            BlockEnded(index=0),
            MessageReported(stop_reason="end_turn"),
            MessageEnded(),
            ReplyDone(at=at),
        ]
    return events
