"""The parts of a request beside the messages: instructions, caching, thinking, effort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hq_tui.core.conversation import Conversation
from hq_tui.core.events import ResumeMode
from hq_tui.core.models import ModelInfo, ThinkingSupport

DEFAULT_MAX_TOKENS = 16_000
BUDGET_TOKENS = 4_000
MOST_WITHOUT_THINKING = "high"
HIGHER = frozenset({"xhigh", "max"})
"""Levels of effort that Opus 5 and Haiku 5.5 refuse together with thinking turned off."""
LEAST_BUDGET = 1_024
"""The smallest budget for thinking that the API takes."""

Tool = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """The person's choices about requests."""

    max_tokens: int = DEFAULT_MAX_TOKENS
    thinking: bool = True
    effort: str = ""
    cache: str = "5m"
    """The time that the server is to keep what was sent: `5m` or `1h`."""
    tools: tuple[Tool, ...] = ()

    def of_session(self, conversation: Conversation) -> RequestOptions:
        """These options, where the session does not choose for itself."""
        thinking = {"on": True, "off": False}.get(conversation.thinking, self.thinking)
        return replace(self, effort=conversation.effort or self.effort, thinking=thinking)


def option_parameters(
    conversation: Conversation,
    facts: ModelInfo,
    wanted: RequestOptions,
    how: ResumeMode,
    max_tokens: int,
) -> dict[str, Any]:
    """The parameters beside the messages: instructions, caching, thinking and effort."""
    options: dict[str, Any] = {}
    parts: list[dict[str, Any]] = [
        {"type": "text", "text": part} for part in conversation.system if part.strip()
    ]
    mark = {"type": "ephemeral", "ttl": "1h"} if wanted.cache == "1h" else {"type": "ephemeral"}
    if parts:
        if facts.cache and facts.system_blocks:
            parts[-1]["cache_control"] = mark
        options["system"] = parts
        if not facts.system_blocks:
            options["system"] = "\n\n".join(part["text"] for part in parts)
    if facts.cache:
        options["cache_control"] = mark
    if thinking := _thinking(facts, wanted, max_tokens, how):
        options["thinking"] = thinking
    if facts.effort and wanted.effort:
        is_off = thinking.get("type") == "disabled"
        effort = MOST_WITHOUT_THINKING if is_off and wanted.effort in HIGHER else wanted.effort
        options["output_config"] = {"effort": effort}
    return options


def _thinking(
    facts: ModelInfo, wanted: RequestOptions, max_tokens: int, how: ResumeMode
) -> dict[str, Any]:
    """The `thinking` parameter; empty for none.

    A thinking budget cannot be combined with a prefill. Prefill wins: the rest of the reply is
    generated without thinking.
    """
    if not wanted.thinking:
        is_said = facts.thinking is not ThinkingSupport.NONE and facts.thinking_off
        return {"type": facts.thinking_off} if is_said else {}
    budget = min(BUDGET_TOKENS, max_tokens // 2)
    match facts.thinking:
        case ThinkingSupport.ADAPTIVE:
            return {"type": "adaptive", "display": "summarized"}
        case ThinkingSupport.BUDGET if how is not ResumeMode.PREFILL and budget >= LEAST_BUDGET:
            return {"type": "enabled", "budget_tokens": budget}
        case _:
            return {}
