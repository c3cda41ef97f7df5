"""Remembers sent thinking and paused answers, to validate the requests that follow.

Thinking may come back only unchanged, on some models only after the same conversation. A paused
answer comes back without a word from the user.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from hq_tui.rehearsal.server.prompt_cache import plain
from hq_tui.rehearsal.server.reply import RehearsedReply, ThinkingPart
from hq_tui.rehearsal.server.responder import messages_of


def fingerprint(request: Mapping[str, object], messages: int | None = None) -> str:
    """A digest of system, tools and the first `messages` messages, cache marks left out."""
    before = messages_of(request)[:messages]
    parts = [{"content": request.get("system") or ""}, request.get("tools") or [], list(before)]
    spelt = "\0".join(plain(part) for part in parts)
    return hashlib.sha256(spelt.encode("utf-8", "replace")).hexdigest()


@dataclass(slots=True)
class SentSignatures:
    """Thinking that was sent, with the conversation it belongs to, and answers that paused."""

    _thoughts: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    _paused: set[str] = field(default_factory=set)

    def sent(self, request: Mapping[str, object], reply: RehearsedReply) -> None:
        """Remember a reply that is about to be sent."""
        messages = messages_of(request)
        # A paused answer goes on in the message that the request ends with.
        goes_on = bool(messages) and messages[-1].get("role") == "assistant"
        place = fingerprint(request, len(messages) - goes_on)
        for block in reply.blocks:
            if isinstance(block, ThinkingPart):
                places = self._thoughts.setdefault(block.signature, set())
                places.add((block.thinking, place))
        if reply.stop_reason == "pause_turn":
            self._paused.add(_spelt([block.as_json() for block in reply.blocks]))

    def thoughts(self, signature: str) -> frozenset[tuple[str, str]]:
        """The thinking sent under a signature and where it was thought; empty if not ours."""
        return frozenset(self._thoughts.get(signature, ()))

    def is_paused(self, content: object) -> bool:
        """True if an assistant message is exactly an answer that paused."""
        if isinstance(content, str):
            content = [{"type": "text", "text": content}]
        return _spelt(content) in self._paused


def _spelt(content: object) -> str:
    return plain({"content": content})
