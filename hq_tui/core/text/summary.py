"""Title, state and times of a session, for lists, exports and screens."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hq_tui.core.conversation import Conversation, Phase, Reply

_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\*\*)+|\*\*\s*$|^\W+$")
DAY = 86_400
"""Seconds of a day."""
TITLE_MOST = 60

_STATE = {Phase.COMPLETE: "complete", Phase.STOPPED: "stopped", Phase.FAILED: "failed"}


def speaker_of(role: str) -> str:
    """The name of a role in lists and searches."""
    return {"user": "you", "assistant": "partner"}.get(role, role)


def timestamp(seconds: float) -> str:
    """ISO 8601 in UTC with milliseconds; empty for the time zero."""
    if not seconds:
        return ""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="milliseconds")


def title_of(conversation: Conversation) -> str:
    """The given title, else the first line of the session without the marks of Markdown."""
    if conversation.title:
        return conversation.title
    first = next(iter(conversation.turns), None)
    lines = first.asked.text[: 8 * TITLE_MOST].split("\n") if first else ()
    words = next((line for one in lines if (line := " ".join(_MARKS.sub("", one).split()))), "")
    if len(words) <= TITLE_MOST:
        return words
    return words[:TITLE_MOST].rsplit(" ", 1)[0] + "…"


def state_of(reply: Reply) -> str:
    """complete, stopped, cut or failed; a live reply counts as cut."""
    return _STATE.get(reply.phase, "cut")
