"""Imports conversations from the `conversations.json` of claude.ai and ChatGPT.

Both keep a tree of edited and regenerated messages. The branch that the person saw last is
imported; the others are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hq_tui.core.json_fields import fields_in, list_in, text_in
from hq_tui.formats.fragment import fenced
from hq_tui.formats.import_foreign import LEFT_BRANCH, Fields, Log, path_to, seconds
from hq_tui.formats.rows import Row

_EMPTY = ("conversation without a message", "conversations without a message")
_EMPTY_MESSAGE = ("message without words", "messages without words")
_ROOT = "00000000-0000-4000-8000-000000000000"
"""The parent of a first message in claude.ai exports."""


_CLAUDE = "Claude (model unknown)"

# claude.ai


def claude_ai(row: Row) -> Log:
    """One conversation of claude.ai."""
    model = text_in(row.value, "model")
    log = Log(source="claude.ai", speaker=model or _CLAUDE, title=text_in(row.value, "name"))
    found = row.value.get("chat_messages")
    if not isinstance(found, list):
        log.losses.lose(row.place, "its chat_messages are no list")
        return log
    messages: dict[str, Fields] = {}
    for number, message in enumerate(found, 1):
        place = f"{row.place}, message {number}"
        if isinstance(message, Mapping):
            messages[place] = message
        else:
            log.losses.lose(place, "is not an object")
    way = _claude_ai_way(messages, text_in(row.value, "current_leaf_message_uuid"))
    for place, message in messages.items():
        if place in way:
            _take_claude_ai(place, message, log)
        else:
            log.losses.leave_out(*LEFT_BRANCH)
    if not found:
        log.losses.leave_out(*_EMPTY)
    return log


def _claude_ai_way(messages: Mapping[str, Fields], leaf: str) -> set[str]:
    """The places of the messages that lead to the last one; all, where none names another."""
    names = {text_in(message, "uuid"): place for place, message in messages.items()}
    names.pop("", None)
    parents: dict[str, str] = {}
    above = ""
    for place, message in messages.items():
        named = text_in(message, "parent_message_uuid")
        parents[place] = "" if named == _ROOT else names.get(named, above)
        above = place
    return set(path_to(names.get(leaf, above), parents))


def _take_claude_ai(place: str, message: Fields, log: Log) -> None:
    sender = message.get("sender")
    at = seconds(message.get("created_at"))
    if sender == "human":
        words = [text for kind, text in _claude_ai_parts(place, message, log) if kind == "text"]
        log.ask("\n\n".join([*words, *_claude_ai_pastes(message, log)]), at)
    elif sender == "assistant":
        for kind, words_of_it in _claude_ai_parts(place, message, log):
            log.answer(kind, words_of_it)
    else:
        log.losses.lose(place, "it is not said who sent it")


def _claude_ai_parts(place: str, message: Fields, log: Log) -> list[tuple[str, str]]:
    """The parts of a message; its `text` counts if its blocks hold no words."""
    parts: list[tuple[str, str]] = []
    content, text = message.get("content", []), message.get("text", "")
    for block in content if isinstance(content, list) else [content]:
        kind = text_in(block, "type")
        kind = "text" if kind == "voice_note" else kind
        words = block.get(kind) if isinstance(block, Mapping) and kind else None
        if kind in ("tool_use", "tool_result"):
            log.losses.leave_out(kind.replace("_use", " call").replace("_", " "))
        elif kind not in ("text", "thinking", ""):
            log.losses.leave_out("other block")
        elif not isinstance(words, str):
            log.losses.lose(place, "a part of the message cannot be read")
        elif words.strip():
            parts.append((kind, words))
    has_tools = any(
        text_in(block, "type").startswith("tool_") for block in list_in(message, "content")
    )
    if not isinstance(text, str | None):
        log.losses.lose(place, "its text is not text")
    elif text and text.strip() and not parts and not has_tools:
        parts.append(("text", text))
    if not parts and not has_tools and not list_in(message, "attachments"):
        log.losses.leave_out(*_EMPTY_MESSAGE)
    return parts


def _claude_ai_pastes(message: Fields, log: Log) -> Iterator[str]:
    """Long pastes, which claude.ai keeps as attachments; other files are counted."""
    for attachment in list_in(message, "attachments"):
        pasted = text_in(attachment, "extracted_content")
        if pasted:
            name = text_in(attachment, "file_name")
            yield f"{name}:\n\n{pasted}" if name else pasted
        else:
            log.losses.leave_out("attachment")
    log.losses.leave_out("file", count=len(list_in(message, "files")))


# ChatGPT

_CITATION = re.compile(r" ?\ue200[^\ue200\ue201]*\ue201")
"""A reference to a search result, in letters that only the site can show."""
_HIDDEN_KINDS = {
    "user_editable_context": ("instruction", "instructions"),
    "model_editable_context": ("instruction", "instructions"),
    "reasoning_recap": ("recap of thinking", "recaps of thinking"),
    "system_error": ("notice of an error", "notices of errors"),
    "execution_output": ("tool result", "tool results"),
    "tether_browsing_display": ("tool result", "tool results"),
    "tether_quote": ("tool result", "tool results"),
}
"""Kinds of content that neither side said."""


def chatgpt(row: Row) -> Log:
    """One conversation of ChatGPT."""
    log = Log(source="ChatGPT", speaker="ChatGPT", title=text_in(row.value, "title"))
    mapping = row.value.get("mapping")
    if not isinstance(mapping, Mapping):
        log.losses.lose(row.place, "its mapping is no object")
        return log
    nodes: dict[str, Fields] = {}
    for name, node in mapping.items():
        if isinstance(node, Mapping):
            nodes[name] = node
        else:
            log.losses.lose(f"{row.place}, message {name}", "is not an object")
    parents = _chatgpt_parents(row.place, nodes, log)
    way = path_to(_chatgpt_leaf(row, nodes, parents, log), parents)
    for name in way:
        _take_chatgpt(f"{row.place}, message {name}", nodes[name], log)
    others = [nodes[name] for name in nodes.keys() - set(way)]
    log.losses.leave_out(*LEFT_BRANCH, count=sum(map(_is_said, others)))
    if not any(fields_in(node, "message") for node in nodes.values()):
        log.losses.leave_out(*_EMPTY)
    return log


def _chatgpt_parents(place: str, nodes: Mapping[str, Fields], log: Log) -> dict[str, str]:
    """The parent of each node, by its own word or by the word of the parent."""
    parents = {
        child: name
        for name, node in nodes.items()
        for child in list_in(node, "children")
        if isinstance(child, str)
    }
    for name, node in nodes.items():
        parent = node.get("parent")
        if isinstance(parent, str) and parent in nodes:
            parents[name] = parent
        elif name not in parents and _is_said(node) and (parent or "parent" not in node):
            log.losses.lose(f"{place}, message {name}", "what it answers is not in the file")
    return {child: parent for child, parent in parents.items() if child in nodes}


def _chatgpt_leaf(
    row: Row, nodes: Mapping[str, Fields], parents: Mapping[str, str], log: Log
) -> str:
    """The last node of the conversation: as it says itself, else the newest of all ends."""
    current = row.value.get("current_node")
    if isinstance(current, str) and current in nodes:
        return current
    if current is not None:
        log.losses.lose(row.place, "its current_node is not in the file")
    inner = set(parents.values())
    ends = [name for name in nodes if name not in inner]
    when = {name: seconds(fields_in(nodes[name], "message").get("create_time")) for name in ends}
    return max(reversed(ends), key=lambda name: when[name], default="")


def _is_said(node: Fields) -> bool:
    """True if a node holds a message of the person or the model."""
    message = fields_in(node, "message")
    return fields_in(message, "author").get("role") in ("user", "assistant")


def _take_chatgpt(place: str, node: Fields, log: Log) -> None:
    message = node.get("message", "")
    if message is None:
        return
    if not isinstance(message, Mapping):
        log.losses.lose(place, "the message in it cannot be read")
        return
    role = fields_in(message, "author").get("role")
    content, metadata = fields_in(message, "content"), fields_in(message, "metadata")
    kind = text_in(content, "content_type")
    if metadata.get("is_visually_hidden_from_conversation") or role == "system":
        log.losses.leave_out("instruction")
    elif role == "tool":
        log.losses.leave_out("tool result")
    elif kind in _HIDDEN_KINDS:
        log.losses.leave_out(*_HIDDEN_KINDS[kind])
    elif role == "assistant" and message.get("recipient") not in (None, "all"):
        log.losses.leave_out("tool call")
    elif role == "user":
        log.ask(
            "\n\n".join(_chatgpt_words(place, content, log)), seconds(message.get("create_time"))
        )
    elif role == "assistant":
        form = "thinking" if kind == "thoughts" else "text"
        for words in _chatgpt_words(place, content, log):
            log.answer(form, words, text_in(metadata, "model_slug"))
    else:
        log.losses.lose(place, "it is not said who sent it")


def _chatgpt_words(place: str, content: Fields, log: Log) -> list[str]:
    """The paragraphs of a message."""
    match content.get("content_type"):
        case "text" | "multimodal_text":
            parts = content.get("parts")
            words = [_chatgpt_part(place, part, log) for part in _each(place, parts, log)]
        case "thoughts":
            thoughts = _each(place, content.get("thoughts"), log)
            words = [_thought(thought) for thought in thoughts if isinstance(thought, Mapping)]
        case "code":
            code, language = text_in(content, "text"), text_in(content, "language")
            words = [fenced(code, "" if language == "unknown" else language) if code else ""]
        case kind:
            log.losses.lose(place, f"content of the kind {str(kind)[:40]!r} is not known")
            return []
    said = [each for each in words if each.strip()]
    if not said:
        log.losses.leave_out(*_EMPTY_MESSAGE)
    return said


def _each(place: str, parts: object, log: Log) -> Sequence[Any]:
    if isinstance(parts, list):
        return parts
    log.losses.lose(place, "what it says cannot be read")
    return ()


def _chatgpt_part(place: str, part: object, log: Log) -> str:
    if not isinstance(part, str | Mapping):
        log.losses.lose(place, "a part of what it says cannot be read")
        return ""
    if said := part if isinstance(part, str) else text_in(part, "text"):
        said, marks = _CITATION.subn("", said)
        log.losses.leave_out("mark of a citation", "marks of citations", count=marks)
        return said
    log.losses.leave_out("picture or file", "pictures and files")
    return ""


def _thought(thought: Fields) -> str:
    return "\n\n".join(filter(None, (text_in(thought, "summary"), text_in(thought, "content"))))
