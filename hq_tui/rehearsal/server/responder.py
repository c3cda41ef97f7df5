"""Who thinks up the answers that the rehearsal server sends.

A responder is a pure function in a coat: the same request draws the same reply, always.
The server relies on that to continue a broken reply exactly where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hq_tui.rehearsal.questioner import TextOut, ToolOut, compose
from hq_tui.rehearsal.server.reply import Block, RehearsedReply, TextPart, ToolUsePart
from hq_tui.rehearsal.server.turns import Message, text_of


class Responder(Protocol):
    """Gives the full answer to a request whose last message is the user's."""

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        """The whole answer, from the request alone."""
        ...


class Compose(Protocol):
    """A questioner as a function: it sees the messages and answers in its own blocks."""

    def __call__(
        self, messages: Sequence[Message], *, system: str, seed: str, tools: bool
    ) -> Iterable[TextOut | ToolOut]:
        """The blocks of the answer; `tools` says whether any may be called."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Lets a composing function answer, the questioner unless told otherwise.

    It behaves as a model would: no tool is called that was not offered.
    """

    compose: Compose = compose
    seed: str = "0"

    def reply(self, request: Mapping[str, object]) -> RehearsedReply:
        """What the function composes; nothing where bare tool results follow words of its own."""
        messages = messages_of(request)
        if messages and not text_of(messages[-1]).strip() and _has_spoken(messages):
            return RehearsedReply()
        offered = _offered(request)
        blocks: list[Block] = []
        system, tools = system_of(request), bool(offered)
        for block in self.compose(messages, system=system, seed=self.seed, tools=tools):
            if isinstance(block, TextOut):
                blocks.append(TextPart(text=block.text))
            elif block.name in offered:
                blocks.append(self._call(block, len(messages), len(blocks)))
        calls = any(isinstance(block, ToolUsePart) for block in blocks)
        return RehearsedReply(blocks=tuple(blocks), stop_reason="tool_use" if calls else "end_turn")

    def _call(self, block: ToolOut, turn: int, place: int) -> ToolUsePart:
        spelt = json.dumps(dict(block.input), ensure_ascii=False, sort_keys=True)
        mark = f"{self.seed}/{turn}/{place}/{spelt}".encode("utf-8", "replace")
        name = f"toolu_rehearsal{hashlib.sha256(mark).hexdigest()[:16]}"
        return ToolUsePart(id=name, name=block.name, input=block.input)


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
    """The messages of a request, whatever it was."""
    messages = request.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        return ()
    return tuple(message for message in messages if isinstance(message, Mapping))


def system_of(request: Mapping[str, object]) -> str:
    """The system prompt as one text."""
    return text_of({"content": request.get("system", "")})
