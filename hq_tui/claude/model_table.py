"""Facts about each model family, as of 2026-11-22. None means unknown.

The Models API has neither prices nor prefill, and not every server has it. The longest
matching prefix of a model's id counts, so `claude-opus-5` is not taken for `claude-opus-5-5`.
Prices are US dollars per million tokens, with the five-minute price for cache writes.
"""

from __future__ import annotations

from hq_tui.core.models import FREE, ModelInfo, Price, ThinkingSupport

DATED = "2026-11-22"

DEFAULT_MODEL = "claude-sonnet-5-5"
"""The newest of the balanced line: quick enough for a dialogue, and not the dearest."""

_MILLION = 1_000_000
_LONG_OUTPUT = 128_000


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


def _claude(
    name: str,
    price: Price | None,
    *,
    window: int | None = _MILLION,
    max_output: int | None = _LONG_OUTPUT,
    thinking: ThinkingSupport = ThinkingSupport.ADAPTIVE,
    off: str | None = "",
    prefill: bool = False,
    binds_thinking: bool = False,
    retires: str = "",
) -> ModelInfo:
    return ModelInfo(
        id=f"claude-{name}",
        window=window,
        max_output=max_output,
        thinking=thinking,
        thinking_off=off,
        effort=thinking is ThinkingSupport.ADAPTIVE,
        prefill=prefill,
        cache=True,
        tools=True,
        documents=True,
        binds_thinking=binds_thinking,
        price=price,
        retires=retires,
    )


def _older(name: str, price: Price, max_output: int | None, retires: str = "") -> ModelInfo:
    """The 4.5 models: a small window, thinking with a budget, replies continued by prefill."""
    return _claude(
        name,
        price,
        window=200_000,
        max_output=max_output,
        thinking=ThinkingSupport.BUDGET,
        prefill=True,
        retires=retires,
    )


def _rehearsal(name: str, thinking: ThinkingSupport, *, prefill: bool = False) -> ModelInfo:
    return ModelInfo(
        id=name,
        window=200_000,
        max_output=64_000,
        thinking=thinking,
        thinking_off="disabled",
        effort=thinking is ThinkingSupport.ADAPTIVE,
        prefill=prefill,
        cache=True,
        tools=True,
        documents=True,
        binds_thinking=not prefill,
        price=FREE,
        is_rehearsal=True,
    )


FAMILIES = (
    _claude("fable-5-2", None, window=None, max_output=None, off=None, binds_thinking=True),
    _claude("mythos-5-2", None, window=None, max_output=None, off=None, binds_thinking=True),
    _claude("fable-5-1", _FABLE_5_1, off=None, binds_thinking=True),
    _claude("mythos-5-1", _FABLE_5_1, off=None, binds_thinking=True),
    _claude("fable-5", _FABLE_5, off=None),
    _claude("mythos-5", _FABLE_5, off=None),
    _claude("mythos-preview", None, window=None, max_output=None, off=None, retires="2026-06-30"),
    _claude("opus-5-5", _price(4, 20, 0.2), off=None, binds_thinking=True),
    _claude("opus-5", _OPUS, off="disabled"),
    _claude("opus-4-8", _OPUS),
    _claude("opus-4-7", _OPUS),
    _claude("opus-4-6", _OPUS),
    _older("opus-4-5", _OPUS, None),
    _claude("sonnet-5-5", _price(2, 10, 0.1), off="between_tools", binds_thinking=True),
    _claude("sonnet-5", _price(2, 10, 0.2), off="disabled"),
    _claude("sonnet-4-6", _SONNET_4),
    _older("sonnet-4-5", _SONNET_4, None, retires="2026-11-30"),
    _claude("haiku-5-5", _HAIKU_5_5, off="disabled", binds_thinking=True),
    _older("haiku-4-5", _price(1, 5, 0.1), 64_000),
    _rehearsal("rehearsal-1", ThinkingSupport.ADAPTIVE),
    _rehearsal("rehearsal-prefill", ThinkingSupport.NONE, prefill=True),
)
