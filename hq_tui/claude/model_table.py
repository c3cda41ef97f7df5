"""Facts about each model family, as of 2026-11-22. None means unknown.

The Models API has neither prices nor prefill, and not every server has it. The longest
matching prefix of a model's id counts, so `claude-opus-5` is not taken for `claude-opus-5-5`.
Prices are US dollars per million tokens, with the five-minute price for cache writes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hq_tui.core.models import FREE, ModelInfo, Price, ThinkingSupport

DEFAULT_MODEL = "claude-sonnet-5-5"
"""The newest of the balanced line: quick enough for a dialogue, and not the dearest."""


def _price(input: float, output: float, read: float) -> Price:
    """Cache writes cost a quarter more than uncached input, in every family."""
    return Price(input=input, output=output, cache_write=input * 1.25, cache_read=read)


_FABLE_5 = _price(10, 50, 1.0)
_FABLE_5_1 = _price(10, 50, 0.25)
_OPUS = _price(5, 25, 0.5)
_SONNET_4 = _price(3, 15, 0.3)
_HAIKU_5_5 = Price(
    input=0.10,
    output=0.50,
    cache_write=0.125,
    cache_read=0.01,
    above_tokens=100_000,
    above=_price(0.50, 2.50, 0.05),
)


_CLAUDE = ModelInfo(
    id="",
    window=1_000_000,
    max_output=128_000,
    thinking=ThinkingSupport.ADAPTIVE,
    effort=True,
    cache=True,
    tools=True,
    documents=True,
)
_NEW = replace(_CLAUDE, window=None, max_output=None, thinking_off=None)
"""Families of which the sizes are not published."""
_OLDER = replace(
    _CLAUDE, window=200_000, thinking=ThinkingSupport.BUDGET, effort=False, prefill=True
)
"""The 4.5 models: a small window, thinking with a budget, replies continued by prefill."""
_REHEARSAL = replace(
    _CLAUDE, window=200_000, max_output=64_000, thinking_off="disabled", is_rehearsal=True
)


def _row(name: str, price: Price | None, base: ModelInfo = _CLAUDE, **other: Any) -> ModelInfo:
    """A family like `base`, with its own name, price and whatever else differs."""
    return replace(base, id=name, price=price, **other)


FAMILIES = (
    _row("claude-fable-5-2", None, _NEW, binds_thinking=True),
    _row("claude-mythos-5-2", None, _NEW, binds_thinking=True),
    _row("claude-fable-5-1", _FABLE_5_1, thinking_off=None, binds_thinking=True),
    _row("claude-mythos-5-1", _FABLE_5_1, thinking_off=None, binds_thinking=True),
    _row("claude-fable-5", _FABLE_5, thinking_off=None),
    _row("claude-mythos-5", _FABLE_5, thinking_off=None),
    _row("claude-mythos-preview", None, _NEW, retires="2026-06-30"),
    _row("claude-opus-5-5", _price(4, 20, 0.2), thinking_off=None, binds_thinking=True),
    _row("claude-opus-5", _OPUS, thinking_off="disabled"),
    _row("claude-opus-4-8", _OPUS),
    _row("claude-opus-4-7", _OPUS),
    _row("claude-opus-4-6", _OPUS),
    _row("claude-opus-4-5", _OPUS, _OLDER, max_output=None),
    _row(
        "claude-sonnet-5-5", _price(2, 10, 0.1), thinking_off="between_tools", binds_thinking=True
    ),
    _row("claude-sonnet-5", _price(2, 10, 0.2), thinking_off="disabled"),
    _row("claude-sonnet-4-6", _SONNET_4),
    _row("claude-sonnet-4-5", _SONNET_4, _OLDER, max_output=None, retires="2026-11-30"),
    _row("claude-haiku-5-5", _HAIKU_5_5, thinking_off="disabled", binds_thinking=True),
    _row("claude-haiku-4-5", _price(1, 5, 0.1), _OLDER, max_output=64_000),
    _row("rehearsal-1", FREE, _REHEARSAL, binds_thinking=True),
    _row(
        "rehearsal-prefill",
        FREE,
        _REHEARSAL,
        thinking=ThinkingSupport.NONE,
        effort=False,
        prefill=True,
    ),
)
