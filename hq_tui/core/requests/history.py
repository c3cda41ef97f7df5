"""Rewrites messages for servers that would refuse parts of them.

It works on the messages of a request, so the conversation itself stays complete.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hq_tui.core.json_fields import text_in
from hq_tui.core.text.block_words import in_words

Message = dict[str, Any]
Content = dict[str, Any]

_COMMON = {
    "text": ("type", "text", "cache_control"),
    "thinking": ("type", "thinking", "signature"),
    "redacted_thinking": ("type", "data"),
    "tool_use": ("type", "id", "name", "input"),
    "tool_result": ("type", "tool_use_id", "content", "is_error"),
    "document": ("type", "source", "title", "citations", "cache_control"),
    "image": ("type", "source", "cache_control"),
}
"""The blocks that every server of this API knows, and their fields.

Files are among them: whether they may be sent was decided before."""
_LONGEST_RESULT = 2_000


def without_open_work(messages: list[Message]) -> list[Message]:
    """The messages without unfinished server tool calls.

    Those of the last message stay, as the server continues it, and so do those that made one of
    our own calls, which waits for its result.
    """
    answered = {block.get("tool_use_id") for block in _blocks(messages)}
    callers = {_caller(block) for block in _blocks(messages)}
    open_work = {
        str(block.get("id"))
        for message in messages[:-1]
        for block in message["content"]
        if is_server_call(block) and not {block.get("id")} & (answered | callers)
    }
    if not open_work:
        return messages

    def change(block: Content) -> list[Content]:
        return [] if is_server_call(block) and block.get("id") in open_work else [block]

    last = messages[-1:] if messages[-1]["role"] == "assistant" else []
    return _changed(messages[: len(messages) - len(last)], change) + last


def is_server_call(block: Mapping[str, Any]) -> bool:
    """True for a tool call that the server runs itself."""
    return str(block["type"]).endswith("_tool_use")


def _caller(block: Mapping[str, Any]) -> object:
    return text_in(block.get("caller"), "tool_id") or None


def with_distinct_calls(messages: list[Message]) -> list[Message]:
    """The messages with an id of its own for each call, which some gateways count anew each turn.

    Results follow their calls, in the same order.
    """
    seen: Counter[str] = Counter()
    waiting: dict[str, deque[str]] = {}

    def change(block: Content) -> list[Content]:
        if block["type"] == "tool_use":
            name = old = block["id"]
            while seen[name]:
                seen[old] += 1
                name = f"{old}_{seen[old]}"
            seen[name] += 1
            waiting.setdefault(old, deque()).append(name)
            return [block if name == old else {**block, "id": name}]
        if block["type"] == "tool_result" and (names := waiting.get(block["tool_use_id"])):
            return [{**block, "tool_use_id": names.popleft()}]
        return [block]

    return _changed(messages, change)


def without_document_citations(messages: list[Message]) -> list[Message]:
    """The messages without citations that count on documents which are not all there."""

    def change(block: Content) -> list[Content]:
        cited = [one for one in block.get("citations") or () if "document_index" not in one]
        if block["type"] != "text" or "citations" not in block:
            return [block]
        rest = {name: value for name, value in block.items() if name != "citations"}
        return [{**rest, "citations": cited} if cited else rest]

    return _changed(messages, change)


def without_tools(messages: list[Message]) -> list[Message]:
    """The messages with every call and every result as one line of text."""

    def change(block: Content) -> list[Content]:
        kind = str(block["type"])
        if kind == "tool_use":
            given = json.dumps(block["input"], ensure_ascii=False)
            return [_line(f"[called {block['name']}: {given}]")]
        if kind == "tool_result":
            said = block["content"]
            said = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
            return [_line(f"[result of the call: {said}]")]
        if is_server_call(block) or kind.endswith("_tool_result"):
            return [_line(f"[{in_words(block)}]")]
        return [block]

    return _changed(messages, change)


def common_only(messages: list[Message]) -> list[Message]:
    """The messages with nothing in them but what every server knows."""

    def change(block: Content) -> list[Content]:
        fields = _COMMON.get(str(block["type"]))
        if fields is None:
            return []
        return [{name: block[name] for name in fields if name in block}]

    return _changed(messages, change)


def _changed(messages: list[Message], change: Callable[[Content], list[Content]]) -> list[Message]:
    """The messages with each block changed; those with nothing left go, neighbours are joined."""
    made: list[Message] = []
    for message in messages:
        content = [new for block in message["content"] for new in change(block)]
        if not content:
            continue
        if made and made[-1]["role"] == message["role"]:
            made[-1]["content"] += content
        else:
            made.append({"role": message["role"], "content": content})
    return made


def _blocks(messages: Sequence[Message]) -> list[Content]:
    return [block for message in messages for block in message["content"]]


def _line(text: str) -> Content:
    words = " ".join(text.split())
    if len(words) > _LONGEST_RESULT:
        words = f"{words[:_LONGEST_RESULT]}…]"
    return {"type": "text", "text": words}
