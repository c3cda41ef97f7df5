"""Features that a server lacks, learned from its refusals.

A refusal that names a feature is a lesson: the same request without it may succeed. Only
features that the request had are learned from, so nothing is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo, ThinkingSupport
from hq_tui.core.usage import estimate_tokens

_K = FailureKind

LEAST_REPLY = 256
"""Asked for where a window seems full: the server knows better how much room there is."""

_TURNED_OFF = {
    _K.NO_TOOLS: ("tools",),
    _K.NO_STRICT: ("strict_tools",),
    _K.NO_EFFORT: ("effort",),
    _K.NO_CACHE: ("cache",),
    _K.PLAIN_SYSTEM: ("system_blocks",),
    _K.FOREIGN_BLOCKS: ("extra_blocks",),
    _K.NO_DOCUMENTS: ("documents", "pdf"),
    _K.NO_IMAGES: ("images",),
}
"""The facts that are no longer true of a model after each refusal."""
LEARNED = frozenset({*_TURNED_OFF, _K.NO_THINKING, _K.OUTPUT_LIMIT, _K.NO_ROOM})
"""The refusals that something is learned from about the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """The features that a server was found to lack, and its limits."""

    without: frozenset[FailureKind] = frozenset()
    max_output: int | None = None
    window: int | None = None

    def __or__(self, other: Lessons) -> Lessons:
        """Both together; of two bounds the smaller."""
        return Lessons(
            without=self.without | other.without,
            max_output=_smaller(self.max_output, other.max_output),
            window=_smaller(self.window, other.window),
        )

    def applied(self, facts: ModelInfo) -> ModelInfo:
        """`facts` without what the server lacks."""
        off: dict[str, Any] = {
            name: False for kind in self.without for name in _TURNED_OFF.get(kind, ())
        }
        no_thinking = _K.NO_THINKING in self.without
        return replace(
            facts,
            **off,
            thinking=ThinkingSupport.NONE if no_thinking else facts.thinking,
            prefill=facts.prefill and _K.NO_PREFILL not in self.without,
            max_output=_smaller(self.max_output, facts.max_output),
            window=_smaller(self.window, facts.window),
        )

    @property
    def lasting(self) -> Lessons:
        """The lessons that hold for later sessions too; the room beside one prompt does not."""
        return replace(self, max_output=None) if self.window else self


def _smaller(*bounds: int | None) -> int | None:
    return min((bound for bound in bounds if bound), default=None)


NOTHING = Lessons()


def reply_room(facts: ModelInfo, wished: int, prompt: Any, more: int = 0) -> int:
    """The longest reply to ask for: what is wished, within what the model is known to take.

    Of a small window half is left for the session, and as much as `prompt` and `more` tokens
    seem to need.
    """
    room = facts.window // 2 if facts.window else wished
    if facts.window and room < wished:
        needed = more + estimate_tokens(len(json.dumps(prompt, ensure_ascii=False)))
        room = min(room, max(facts.window - needed, LEAST_REPLY))
    return max(1, min(wished, facts.max_output or wished, room))


def lesson_from(failure: Failure, sent: Mapping[str, Any], facts: ModelInfo) -> Lessons | None:
    """The lesson of a refused request; None where another try is no use."""
    kind = failure.kind
    if kind in {_K.OUTPUT_LIMIT, _K.NO_ROOM}:
        limit = failure.limit
        is_new = limit and limit < sent["max_tokens"]
        return Lessons(max_output=limit, window=failure.window) if is_new else None
    if kind is _K.NO_THINKING and "thinking" not in sent and "output_config" in sent:
        kind = _K.NO_EFFORT
    if kind is _K.NO_EFFORT and "output_config" not in sent and "thinking" in sent:
        kind = _K.NO_THINKING
    had = {
        _K.NO_THINKING: "thinking" in sent,
        _K.NO_EFFORT: "output_config" in sent,
        _K.NO_TOOLS: "tools" in sent,
        _K.NO_STRICT: any("strict" in tool for tool in sent.get("tools", ())),
        _K.NO_CACHE: facts.cache,
        _K.PLAIN_SYSTEM: isinstance(sent.get("system"), list),
        _K.FOREIGN_BLOCKS: facts.extra_blocks,
        _K.NO_PREFILL: facts.prefill,
        _K.NO_DOCUMENTS: _has(sent, "document"),
        _K.NO_IMAGES: _has(sent, "image"),
    }
    return Lessons(without=frozenset({kind})) if had.get(kind) else None


def _has(sent: Mapping[str, Any], kind: str) -> bool:
    return any(
        block["type"] == kind
        for message in sent["messages"]
        for block in message["content"]
        if isinstance(block, Mapping)
    )
