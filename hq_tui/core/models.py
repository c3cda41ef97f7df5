"""Facts about a model, as values. Unknown is a value too, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core.usage import Usage


class ThinkingSupport(StrEnum):
    """The form in which a model family takes thinking."""

    NONE = "none"
    ADAPTIVE = "adaptive"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens. `above` names a dearer price for long prompts."""

    input: float
    output: float
    cache_write: float
    cache_read: float
    above_tokens: int | None = None
    above: Price | None = None

    def of(self, usage: Usage) -> float:
        """Dollars for one message; a long prompt is charged as a whole at its own price.

        What is kept for an hour costs twice as much to write as to read in without a cache.
        """
        if self.above and self.above_tokens and usage.total_input > self.above_tokens:
            return self.above.of(usage)
        return (
            (usage.input_tokens or 0) * self.input
            + (usage.output_tokens or 0) * self.output
            + (usage.cache_creation_input_tokens or 0) * self.cache_write
            + (usage.cache_creation_hour_tokens or 0) * (2 * self.input - self.cache_write)
            + (usage.cache_read_input_tokens or 0) * self.cache_read
        ) / 1_000_000


FREE = Price(input=0.0, output=0.0, cache_write=0.0, cache_read=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One model. None and NONE mean unknown or not offered; then nothing is asked of it."""

    id: str
    window: int | None = None
    max_output: int | None = None
    thinking: ThinkingSupport = ThinkingSupport.NONE
    effort: bool = False
    prefill: bool = False
    cache: bool = False
    tools: bool = False
    thinking_off: str | None = ""
    """The type that turns thinking off; empty: leaving it out does; None: nothing does."""
    strict_tools: bool = False
    """True if the server can hold the inputs of tools to their schema."""
    binds_thinking: bool = False
    price: Price | None = None
    retires: str = ""
    """The day after which the model answers no more, as YYYY-MM-DD; empty where none is known."""
    is_rehearsal: bool = False
    system_blocks: bool = True
    """False for servers that take the instructions as one text only."""
    extra_blocks: bool = True
    """False for servers that reject uncommon blocks and fields in the history."""
    documents: bool = False
    """True where a text may be sent as a document with citations; else it is sent in a tag."""
    pdf: bool = True
    images: bool = True
