"""Describes non-text blocks in words: `searched the web for “tides”`, and its sources.

Unknown kinds are described by their name. Unexpected input is skipped; nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hq_tui.core.blocks import Block, TextBlock
from hq_tui.core.json_fields import fields_in, text_in
from hq_tui.core.text.sanitize import counted

_LONGEST = 200
_FIXED = {
    "compaction": "summed up the talk before this",
    "redacted_thinking": "thinking that is not shown",
    "container_upload": "made a file",
}
_WORDY = ("text", "stdout", "content")
"""The fields that results have their words in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source's title, address, or both."""

    title: str = ""
    url: str = ""

    def __str__(self) -> str:
        if self.title and self.url:
            return f"{self.title} · {self.url}"
        return self.title or self.url


def in_words(data: Mapping[str, object]) -> str:
    """A block that is neither text nor thinking, in one line."""
    kind = text_in(data, "type") or "unknown"
    if kind.endswith("_tool_use"):
        return _call(data)
    if kind.endswith("_tool_result"):
        return _result(kind.removesuffix("_tool_result"), data.get("content"))
    if kind == "fallback":
        before, after = _model(data.get("from")), _model(data.get("to"))
        return f"{before or 'the model'} handed over to {after or 'another model'}"
    if kind in _FIXED:
        return _FIXED[kind]
    said, name = text_in(data, "text"), kind.replace("_", " ")
    return _short(f"{name}: {said}" if said else name)


def _call(data: Mapping[str, object]) -> str:
    name = text_in(data, "name") or "a tool"
    given = fields_in(data, "input")
    server = text_in(data, "server_name")
    if server or data.get("type") == "mcp_tool_use":
        return _short(f"called {name} on {server}" if server else f"called {name}")
    match name:
        case "web_search":
            what = text_in(given, "query")
            return _short(f"searched the web for “{what}”" if what else "searched the web")
        case "web_fetch":
            return _short(f"read {text_in(given, 'url')}")
        case "code_execution" | "bash_code_execution":
            return _short(f"ran code: {_first_line(given, 'code', 'command')}".rstrip(": "))
        case "text_editor_code_execution":
            return _short(f"edited {text_in(given, 'path') or 'a file'}")
        case _:
            what = _first_line(given, "query", "pattern", "prompt")
            called = name.replace("_", " ")
            return _short(f"used {called} for “{what}”" if what else f"used {called}")


def _result(tool: str, content: object) -> str:
    name = tool.replace("_", " ") or "tool"
    if code := text_in(content, "error_code"):
        return _short(f"{name} failed: {code.replace('_', ' ')}")
    if tool == "web_search" and isinstance(content, list):
        return counted(len(content), "result")
    if tool == "web_fetch":
        return _short(f"page read: {text_in(content, 'url')}".rstrip(": "))
    return _short(f"{name} result: {_said(content)}".rstrip(": "))


def _said(content: object, deep: int = 4) -> str:
    """The first words of a result, however nested."""
    if isinstance(content, str):
        return content.strip()
    if not deep:
        return ""
    inside = content if isinstance(content, list) else []
    if isinstance(content, Mapping):
        inside = [content.get(key) for key in _WORDY]
    return next((said for one in inside[:20] if (said := _said(one, deep - 1))), "")


def sources_in(data: Mapping[str, object]) -> tuple[Source, ...]:
    """The pages that a result block names."""
    content = data.get("content")
    rows = content if isinstance(content, list) else [content]
    return tuple(one for row in rows if isinstance(row, Mapping) and (one := _source(row)).url)


def citations_of(blocks: Iterable[Block]) -> tuple[Source, ...]:
    """The sources that a reply cites, each once, in order."""
    found = (
        _source(citation)
        for block in blocks
        if isinstance(block, TextBlock)
        for citation in block.citations
    )
    return tuple(dict.fromkeys(one for one in found if one.title or one.url))


def _source(row: Mapping[str, object]) -> Source:
    url = text_in(row, "url") or text_in(row, "source")
    title = text_in(row, "title") or text_in(row, "document_title")
    return Source(title=_short(title), url=_short(url, 2_000))


def _model(row: object) -> str:
    return _short(text_in(row, "model"), 80)


def _first_line(given: Mapping[str, object], *names: str) -> str:
    words = next((said for name in names if (said := text_in(given, name))), "")
    return words.strip().partition("\n")[0]


def _short(text: str, most: int = _LONGEST) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"
