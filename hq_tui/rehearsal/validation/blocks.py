"""Rules for the blocks of messages.

No block is empty, every tool call is answered at once and first, every result has its call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hq_tui.rehearsal.server.turns import blocks_of
from hq_tui.rehearsal.validation.files import Block, check_citations, check_file

KNOWN = {
    "user": frozenset("text image document tool_result search_result".split()),
    "assistant": frozenset(
        "text thinking redacted_thinking tool_use server_tool_use web_search_tool_result"
        " web_fetch_tool_result code_execution_tool_result".split()
    ),
    "system": frozenset({"text"}),
}


def check_blocks(messages: Sequence[object]) -> Iterator[str]:
    """Yield what is wrong with the content of the messages."""
    for index, message in enumerate(messages):
        if not isinstance(message, Mapping):
            yield f"messages.{index}: Input should be an object"
            return
        yield from _content(index, message, is_last=index == len(messages) - 1)
        yield from _tools(index, messages)
    yield from check_citations([block for message in messages for block in blocks_of(message)])


def _content(index: int, message: Mapping[str, object], *, is_last: bool) -> Iterator[str]:
    role, content = str(message.get("role")), message.get("content")
    if content is None or not isinstance(content, (str, list)):
        yield f"messages.{index}.content: Field required"
        return
    if not content and not (is_last and role == "assistant"):
        yield (
            f"messages.{index}: all messages must have non-empty content "
            "except for the optional final assistant message"
        )
    if isinstance(content, list) and len(blocks_of(message)) < len(content):
        yield f"messages.{index}.content: Input should be a list of objects"
        return
    for place, block in enumerate(blocks_of(message) if content else ()):
        where = f"messages.{index}.content.{place}"
        if block.get("type") not in KNOWN.get(role, frozenset()):
            yield f"{where}: Input tag '{block.get('type')}' is not permitted in a {role} message"
        if block.get("type") == "text":
            yield from _text(block, where, role)
        if block.get("type") in ("document", "image") and role == "user":
            yield from check_file(block, where)
        if block.get("type") == "tool_use" and not isinstance(block.get("input"), Mapping):
            yield f"{where}.tool_use.input: Input should be a valid dictionary"


def _text(block: Block, where: str, role: str) -> Iterator[str]:
    text = block.get("text")
    if not isinstance(text, str):
        yield f"{where}.text.text: Field required"
    elif not text:
        yield "messages: text content blocks must be non-empty"
    elif not text.strip():
        yield "messages: text content blocks must contain non-whitespace text"
    if role == "user" and block.get("citations"):
        yield f"{where}.text.citations: citations are not permitted in a user message"
    for name in block:
        if name not in ("type", "text", "citations", "cache_control"):
            yield f"{where}.text.{name}: Extra inputs are not permitted"


def _tools(index: int, messages: Sequence[object]) -> Iterator[str]:
    """Calls of this message against the next one, results of it against the one before."""
    called = _ids(messages[index], "tool_use", "id")
    if len(set(called)) < len(called):
        yield f"messages.{index}: `tool_use` ids must be unique"
    if called:
        following = messages[index + 1] if index + 1 < len(messages) else None
        missing = [one for one in called if one not in _leading_results(following)]
        if missing:
            yield (
                f"messages.{index}: `tool_use` ids were found without `tool_result` blocks "
                f"immediately after: {', '.join(missing)}. Each `tool_use` block must have a "
                "corresponding `tool_result` block in the next message."
            )
    results = _ids(messages[index], "tool_result", "tool_use_id")
    for one in results:
        if results.count(one) > 1:
            yield (
                f"messages.{index}: each tool_use must have a single result. "
                f"Found multiple `tool_result` blocks with id: {one}"
            )
    before = _ids(messages[index - 1], "tool_use", "id") if index else []
    for place, block in enumerate(blocks_of(messages[index])):
        if block.get("type") == "tool_result" and block.get("tool_use_id") not in before:
            yield (
                f"messages.{index}.content.{place}: unexpected `tool_use_id` found in "
                f"`tool_result` blocks: {block.get('tool_use_id')}. Each `tool_result` block "
                "must have a corresponding `tool_use` block in the previous message."
            )


def _ids(message: object, kind: str, field: str) -> list[str]:
    return [str(block.get(field)) for block in blocks_of(message) if block.get("type") == kind]


def _leading_results(message: object) -> list[str]:
    """The ids of the results that a message begins with."""
    ids = []
    for block in blocks_of(message):
        if block.get("type") != "tool_result":
            break
        ids.append(str(block.get("tool_use_id")))
    return ids
