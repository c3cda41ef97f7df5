"""Counts input tokens, and how many of them come from the cache.

A request that asks for caching leaves its input behind; a later one with the same beginning
reads that part from the cache and writes the rest. Nothing expires.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from hq_tui.rehearsal.server.events import Counts
from hq_tui.rehearsal.server.reply import count
from hq_tui.rehearsal.server.responder import messages_of


def parts(request: Mapping[str, object]) -> list[str]:
    """The input in order, tools and system first, each part as text without cache marks."""
    head = [plain({"content": request[name]}) for name in ("tools", "system") if request.get(name)]
    return head + [plain(message) for message in messages_of(request)]


def plain(value: object) -> str:
    """JSON text of a value, the same for the two spellings of a text, cache marks left out."""
    return json.dumps(_normal(value), ensure_ascii=False, sort_keys=True)


def _normal(value: object) -> object:
    if isinstance(value, Mapping):
        pairs = {str(key): _normal(item) for key, item in value.items() if key != "cache_control"}
        content = pairs.get("content")
        if isinstance(content, str):
            pairs["content"] = [{"type": "text", "text": content}]
        return pairs
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    return value


def words_in(value: object) -> int:
    """Tokens of all text in a value, without keys and marks."""
    if isinstance(value, str):
        return count(value)
    if isinstance(value, Mapping):
        skip = {"type", "role", "cache_control", "signature", "id", "tool_use_id"}
        return sum(words_in(item) for key, item in value.items() if key not in skip)
    if isinstance(value, (list, tuple)):
        return sum(words_in(item) for item in value)
    return 0


def input_tokens(request: Mapping[str, object]) -> int:
    """All input tokens of a request, cached or not."""
    return sum(words_in(request.get(name)) for name in ("tools", "system", "messages"))


def asks_for_cache(value: object) -> int:
    """The number of blocks with a cache mark."""
    if isinstance(value, Mapping):
        here = 1 if value.get("cache_control") else 0
        return here + sum(asks_for_cache(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return sum(asks_for_cache(item) for item in value)
    return 0


@dataclass(slots=True)
class PromptCache:
    """The tokens of every beginning seen so far."""

    _seen: dict[str, int] = field(default_factory=dict)

    def counts(self, request: Mapping[str, object]) -> Counts:
        """The input side of a request, and the memory of it if it asked for caching."""
        total = input_tokens(request)
        if not asks_for_cache(request):
            return Counts(input_tokens=total)
        digest, read, keys = hashlib.sha256(), 0, []
        for part in parts(request):
            digest.update(part.encode("utf-8", "replace") + b"\0")
            keys.append(digest.hexdigest())
            read = self._seen.get(keys[-1], read)
        if keys:
            self._seen[keys[-1]] = total
        return Counts(input_tokens=0, cache_read=read, cache_creation=total - read)
