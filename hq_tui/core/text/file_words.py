"""Attached files in words: name, size, about how many tokens, and what they may cost."""

from __future__ import annotations

from collections.abc import Iterable

from hq_tui.core.events import AttachedFile
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import counted, one_line, size_words


def file_line(file: AttachedFile) -> str:
    """A file in one line: `design.md · 4.1 KB · ~1.2k tokens`."""
    parts = [one_line(file.name, 120), size_words(file.size), *_tokens(file.tokens)]
    return " · ".join(parts)


def _tokens(count: int) -> list[str]:
    if not count:
        return []
    return [
        f"~{counted(count, 'token')}"
        if count < 1_000
        else f"~{count / 1_000:.{count < 9_950:d}f}k tokens"
    ]


def cost_words(files: Iterable[AttachedFile], facts: ModelInfo) -> str:
    """Some files together: size, estimated tokens, and dollars where known."""
    listed = list(files)
    tokens = sum(one.tokens for one in listed)
    parts = [size_words(sum(one.size for one in listed)), *_tokens(tokens)]
    if facts.price is not None and not facts.is_rehearsal:
        rate = facts.price.cache_write if facts.cache else facts.price.input
        parts.append(f"~${tokens * rate / 1_000_000:.2f}")
    return " · ".join(parts)
