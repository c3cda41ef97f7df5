"""The rules for files in a message: documents and images, their sources, and their bounds."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence

Block = Mapping[str, object]

PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
MOST_OF_A_PICTURE = 5 * 1024 * 1024
"""Characters of base64 that one picture may have."""
LONGEST_TITLE = 500
_FIELDS = {
    "document": {"type", "source", "title", "context", "citations", "cache_control"},
    "image": {"type", "source", "cache_control"},
}
_SOURCES = {
    "document": ("base64", "text", "content", "url", "file"),
    "image": ("base64", "url", "file"),
}


def check_file(block: Block, where: str) -> Iterator[str]:
    """Faults of one document or image."""
    kind = str(block.get("type"))
    where = f"{where}.{kind}"
    for name in block.keys() - _FIELDS[kind]:
        yield f"{where}.{name}: Extra inputs are not permitted"
    source = block.get("source")
    if not isinstance(source, Mapping):
        yield f"{where}.source: Field required"
        return
    if source.get("type") not in _SOURCES[kind]:
        yield f"{where}.source: Input tag '{source.get('type')}' found using 'type' does not match"
    elif source["type"] == "text":
        yield from _text(source, f"{where}.source.text")
    elif source["type"] == "base64":
        yield from _base64(source, kind, f"{where}.source.base64")
    title = block.get("title")
    if title is not None and (not isinstance(title, str) or not 0 < len(title) <= LONGEST_TITLE):
        yield f"{where}.title: String should have between 1 and {LONGEST_TITLE} characters"
    citations = block.get("citations")
    if citations is not None and not (
        isinstance(citations, Mapping) and isinstance(citations.get("enabled"), bool)
    ):
        yield f"{where}.citations.enabled: Input should be a valid boolean"


def check_citations(blocks: Sequence[Block]) -> Iterator[str]:
    """Citations are on for every document of a request, or for none."""
    documents = [block for block in blocks if block.get("type") == "document"]
    wanted = {_cites(block) for block in documents}
    if len(wanted) > 1:
        yield "Citations must be enabled on all or none of the documents in the request."


def _cites(block: Block) -> bool:
    citations = block.get("citations")
    return isinstance(citations, Mapping) and citations.get("enabled") is True


def _text(source: Mapping[str, object], where: str) -> Iterator[str]:
    data = source.get("data")
    if source.get("media_type") != "text/plain":
        yield f"{where}.media_type: Input should be 'text/plain'"
    if not isinstance(data, str) or not data.strip():
        yield f"{where}.data: document text must contain non-whitespace text"


def _base64(source: Mapping[str, object], kind: str, where: str) -> Iterator[str]:
    media, text = source.get("media_type"), source.get("data")
    allowed = tuple(PICTURES) if kind == "image" else ("application/pdf",)
    if media not in allowed:
        yield f"{where}.media_type: Input should be {' or '.join(map(repr, allowed))}"
        return
    try:
        data = b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        data = b""
    if not data or not isinstance(text, str):
        yield f"{where}.data: Invalid base64 data"
    elif kind == "image" and len(text) > MOST_OF_A_PICTURE:
        yield f"{where}: image exceeds 5 MB maximum: {len(text)} > {MOST_OF_A_PICTURE} bytes"
    elif kind == "image" and not data.startswith(PICTURES[str(media)]):
        yield f"{where}: Image does not match the provided media type {media}"
    elif kind == "document" and b"%PDF-" not in data[:1024]:
        yield f"{where}: The PDF specified was not valid."
