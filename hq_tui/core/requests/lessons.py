"""What a server was found to lack, as a value, and how it changes what is asked of it.

A refusal that names a feature is a lesson: the same request without it may be taken. Only
what the request really had can be learned from, so no server is asked the same thing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo, ThinkingSupport

_K = FailureKind

LEARNED = frozenset(
    {
        _K.NO_TOOLS,
        _K.NO_THINKING,
        _K.NO_EFFORT,
        _K.NO_CACHE,
        _K.PLAIN_SYSTEM,
        _K.OUTPUT_LIMIT,
        _K.NO_ROOM,
        _K.FOREIGN_BLOCKS,
    }
)
"""The refusals that something is learned from about the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What one server does without, by the refusals that said so, and its bound of output."""

    without: frozenset[FailureKind] = frozenset()
    max_output: int | None = None

    def __or__(self, other: Lessons) -> Lessons:
        """Both together; of two bounds the smaller."""
        bounds = [bound for bound in (self.max_output, other.max_output) if bound]
        return Lessons(
            without=self.without | other.without, max_output=min(bounds) if bounds else None
        )

    def applied(self, facts: ModelInfo) -> ModelInfo:
        """`facts` without what the server lacks."""
        gone, bound = self.without, self.max_output
        return replace(
            facts,
            thinking=ThinkingSupport.NONE if _K.NO_THINKING in gone else facts.thinking,
            effort=facts.effort and _K.NO_EFFORT not in gone,
            tools=facts.tools and _K.NO_TOOLS not in gone,
            cache=facts.cache and _K.NO_CACHE not in gone,
            system_blocks=facts.system_blocks and _K.PLAIN_SYSTEM not in gone,
            extra_blocks=facts.extra_blocks and _K.FOREIGN_BLOCKS not in gone,
            prefill=facts.prefill and _K.NO_PREFILL not in gone,
            max_output=min(bound, facts.max_output or bound) if bound else facts.max_output,
        )


NOTHING = Lessons()


def lesson_from(failure: Failure, sent: Mapping[str, Any], facts: ModelInfo) -> Lessons | None:
    """What a refusal of the request `sent` teaches; None where asking again is no use."""
    kind = failure.kind
    if kind in {_K.OUTPUT_LIMIT, _K.NO_ROOM}:
        limit = failure.limit
        return Lessons(max_output=limit) if limit and limit < sent["max_tokens"] else None
    if kind is _K.NO_THINKING and "thinking" not in sent and "output_config" in sent:
        kind = _K.NO_EFFORT
    if kind is _K.NO_EFFORT and "output_config" not in sent and "thinking" in sent:
        kind = _K.NO_THINKING
    had = {
        _K.NO_THINKING: "thinking" in sent,
        _K.NO_EFFORT: "output_config" in sent,
        _K.NO_TOOLS: "tools" in sent,
        _K.NO_CACHE: facts.cache,
        _K.PLAIN_SYSTEM: isinstance(sent.get("system"), list),
        _K.FOREIGN_BLOCKS: facts.extra_blocks,
        _K.NO_PREFILL: facts.prefill,
    }
    return Lessons(without=frozenset({kind})) if had.get(kind) else None
