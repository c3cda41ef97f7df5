"""The protocol of what composes replies, and the questioner as one.

The same request always gets the same reply, so that a broken one can be continued exactly.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hq_tui.rehearsal.questioner import compose
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ToolUsePart
from hq_tui.rehearsal.server.turns import Message, text_of

TOOL = "board_update"


class Responder(Protocol):
    """Gives the full answer to a request whose last message is the user's."""

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        """The full reply to a request."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The questioner as a responder. Like a model, it calls no tool that was not offered."""

    seed: str = "0"

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        """The questioner's reply; nothing where bare tool results follow words of its own."""
        messages = messages_of(request)
        if messages and not text_of(messages[-1]).strip() and _has_spoken(messages):
            return RehearsedReply()
        text, additions = compose(messages, system=system_of(request), seed=self.seed)
        said = TextPart(text=text)
        if not additions or TOOL not in _offered(request):
            return RehearsedReply(blocks=(said,))
        call = self._call({"add": additions}, len(messages))
        return RehearsedReply(blocks=(said, call), stop_reason="tool_use")

    def _call(self, given: Mapping[str, object], turn: int) -> ToolUsePart:
        spelt = json.dumps(given, ensure_ascii=False, sort_keys=True)
        mark = f"{self.seed}/{turn}/{spelt}".encode("utf-8", "replace")
        name = f"toolu_rehearsal{hashlib.sha256(mark).hexdigest()[:16]}"
        return ToolUsePart(id=name, name=TOOL, input=given)


def _has_spoken(messages: Sequence[Message]) -> bool:
    """True if an assistant message since the last words of the user has words too."""
    for message in reversed(messages):
        if text_of(message).strip():
            return message.get("role") == "assistant"
    return False


def _offered(request: Mapping[str, object]) -> frozenset[str]:
    tools, choice = request.get("tools"), request.get("tool_choice")
    if isinstance(choice, Mapping) and choice.get("type") == "none":
        return frozenset()
    if not isinstance(tools, Sequence) or isinstance(tools, str):
        return frozenset()
    return frozenset(str(tool.get("name")) for tool in tools if isinstance(tool, Mapping))


def messages_of(request: Mapping[str, object]) -> tuple[Message, ...]:
    """The messages of a request that may be malformed."""
    messages = request.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        return ()
    return tuple(message for message in messages if isinstance(message, Mapping))


def system_of(request: Mapping[str, object]) -> str:
    """The system prompt as one text."""
    return text_of({"content": request.get("system", "")})
