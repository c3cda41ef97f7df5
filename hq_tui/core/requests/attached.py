"""The files of a message as blocks of a request, in front of its words.

The same files and contents always make the same blocks, so that what was sent once stays as
it was. What the server does not take, or what is no longer there, is named in its place.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hq_tui.core.conversation import Conversation
from hq_tui.core.events import AttachedFile
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import one_line

Read = Callable[[str], bytes | None]
"""The contents with a SHA-256; None where they are not here."""
Content = dict[str, Any]

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
LONGEST_TITLE = 200
MARKED = 2
"""Messages with files that get a mark for the cache: with the instructions' and the moving one
they are the four that a request may have."""


def nothing(_sha256: str) -> bytes | None:
    """No contents at all."""
    return None


def attached_blocks(
    conversation: Conversation, facts: ModelInfo, read: Read
) -> Mapping[int, Sequence[Content]]:
    """The blocks of the files of each turn that has any, by its number."""
    found: dict[int, Sequence[Content]] = {}
    for turn in conversation.turns:
        if not turn.asked.files:
            continue
        blocks = [block for one in turn.asked.files for block in _blocks(one, facts, read)]
        if facts.cache and len(found) < MARKED:
            blocks[-1]["cache_control"] = {"type": "ephemeral"}
        found[turn.number] = blocks
    return found


def are_all_documents(conversation: Conversation, files: Mapping[int, Sequence[Content]]) -> bool:
    """True if each text and PDF of the session is sent as a document, so citations keep place."""
    sent = sum(block["type"] == "document" for blocks in files.values() for block in blocks)
    return bool(sent == sum(not one.media.startswith("image/") for one in conversation.files))


def attached_tokens(conversation: Conversation) -> int:
    """Estimated tokens of all files that are no text."""
    return sum(one.tokens for one in conversation.files if one.media != "text/plain")


def without_pictures(messages: Sequence[Content]) -> list[Content]:
    """The messages without the bytes of files, to be measured by their length."""
    return [
        {**one, "content": [{} if _is_base64(block) else block for block in one["content"]]}
        for one in messages
    ]


def _is_base64(block: Content) -> bool:
    return bool("source" in block and block["source"].get("type") == "base64")


def _blocks(file: AttachedFile, facts: ModelInfo, read: Read) -> list[Content]:
    data = read(file.sha256)
    if data is None:
        return [_named(file, "It was attached here; its contents are no longer on this machine.")]
    if file.media == "text/plain":
        text = data.decode("utf-8", "replace")
        if not facts.documents or not text.strip():
            return [_named(file, text)]
        return [_document(file, {"type": "text", "media_type": file.media, "data": text}, facts)]
    source = {
        "type": "base64",
        "media_type": file.media,
        "data": b64encode(data).decode("ascii"),
    }
    if file.media == "application/pdf" and facts.pdf:
        return [_document(file, source, facts)]
    if file.media in PICTURES and facts.images:
        return [_named(file, ""), {"type": "image", "source": source}]
    return [_named(file, "It was attached here, but this server cannot take it.")]


def _document(file: AttachedFile, source: Content, facts: ModelInfo) -> Content:
    title = one_line(file.name, LONGEST_TITLE) or "file"
    block: Content = {"type": "document", "source": source, "title": title}
    if facts.documents:
        block["citations"] = {"enabled": True}
    return block


def _named(file: AttachedFile, content: str) -> Content:
    """A file as text, in a tag with its name."""
    name = file.name.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    text = f'<file name="{name}">\n{content}\n</file>' if content else f'<file name="{name}"/>'
    return {"type": "text", "text": text}
