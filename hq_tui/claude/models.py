"""Facts about a model: the table, and what the server's own list adds, and how it is asked.

For a model in the table, only sizes and strict tools are taken from the list. For a new model the
list is all there is; without it, everything stays unknown and a plain request is made.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hq_tui.claude.model_table import FAMILIES
from hq_tui.core.json_fields import fields_in, is_count
from hq_tui.core.models import ModelInfo, ThinkingSupport

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

MOST_MODELS = 200
"""Maximum number of models read from a server's list."""
_PROFILE = re.compile(r"(?:arn:.*/)?(?:[a-z]{2,6}(?:-[a-z]+)?\.)?anthropic\.(?=claude-)")
"""Bedrock's prefix of a model's name: its maker, a region, the path of a profile."""
_VERSION = re.compile(r"-v\d+(?::\d+)?$")


def plain_name(model: str) -> str:
    """A model's name as Anthropic gives it, whatever a cloud made of it."""
    found = _PROFILE.match(model)
    name = _VERSION.sub("", model[found.end() :]) if found else model
    return name.replace("@", "-") if name.startswith("claude-") else name


def _family(model: str) -> ModelInfo | None:
    """The table's line for a model: the longest id that `model` is, or begins with and a dash."""
    model = plain_name(model)
    matches = [one for one in FAMILIES if model == one.id or model.startswith(f"{one.id}-")]
    return max(matches, key=lambda one: len(one.id), default=None)


def is_known(model: str) -> bool:
    """True if the table has a row for this model."""
    return _family(model) is not None


def facts_for(model: str) -> ModelInfo:
    """The table's facts about a model; unknown without a row."""
    family = _family(model)
    return ModelInfo(id=model) if family is None else replace(family, id=model)


def merge(facts: ModelInfo, listed: Mapping[str, Any]) -> ModelInfo:
    """`facts` with what the Models API says of the same model."""
    sized = replace(
        facts,
        window=_first_size(listed, _WINDOWS) or facts.window,
        max_output=_first_size(listed, _OUTPUTS) or facts.max_output,
        retires=_day(listed.get("retires_at")) or facts.retires,
    )
    capabilities = listed.get("capabilities")
    if not isinstance(capabilities, Mapping):
        return sized
    sized = replace(sized, strict_tools=_supports(capabilities, "structured_outputs"))
    if is_known(facts.id):
        return sized
    thinking = _thinking(capabilities)
    is_claude = plain_name(facts.id).startswith("claude-")
    return replace(
        sized,
        thinking=thinking,
        thinking_off=_thinking_off(capabilities),
        effort=_supports(capabilities, "effort"),
        # Every Claude model since the fourth generation has these; the list has no field for them.
        cache=is_claude,
        tools=is_claude,
        documents=is_claude or _supports(capabilities, "citations"),
        pdf="pdf_input" not in capabilities or _supports(capabilities, "pdf_input"),
        images="image_input" not in capabilities or _supports(capabilities, "image_input"),
        binds_thinking=is_claude and thinking is ThinkingSupport.ADAPTIVE,
    )


_WINDOWS = (
    "max_input_tokens",
    "loaded_context_length",
    "n_ctx",
    "max_model_len",
    "context_length",
    "max_context_length",
    "context_window",
    "n_ctx_train",
)
"""Names of the context window in lists; the one in use before the possible one."""
_OUTPUTS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSIDE = ("meta", "top_provider", "model_info", "limits")
"""Objects in which some servers keep these numbers."""


def _first_size(listed: Mapping[str, Any], names: Iterable[str]) -> int | None:
    """The first of `names` that says a size, in the entry itself or one level below."""
    rows = [listed, *(row for key in _INSIDE if isinstance(row := listed.get(key), Mapping))]
    return next((size for name in names for row in rows if (size := _size(row, name))), None)


def _size(listed: Mapping[str, Any], key: str) -> int | None:
    value = listed.get(key)
    return value if is_count(value) and 0 < value < 2**40 else None


def _thinking(capabilities: Mapping[str, Any]) -> ThinkingSupport:
    types = fields_in(capabilities.get("thinking"), "types")
    if _supports(types, "adaptive"):
        return ThinkingSupport.ADAPTIVE
    return ThinkingSupport.BUDGET if _supports(types, "enabled") else ThinkingSupport.NONE


def _thinking_off(capabilities: Mapping[str, Any]) -> str | None:
    """The form that turns thinking off, as the list names it; None if there is none."""
    types = fields_in(capabilities.get("thinking"), "types")
    known = ("disabled", "between_tools")
    off = next((name for name in known if _supports(types, name)), None)
    return off if off or _supports(types, "adaptive") else ""


def _day(value: object) -> str:
    """The day of an ISO date; empty for anything else."""
    return value[:10] if isinstance(value, str) and _DAY.match(value) else ""


def _supports(capabilities: Mapping[str, Any], name: str) -> bool:
    return fields_in(capabilities, name).get("supported") is True


async def entry_of(client: AsyncAnthropic, model: str) -> dict[str, Any]:
    """The server's entry for a model, by its name or from its list.

    A server that lists one model runs that one, whatever name is requested.
    """
    import anthropic

    try:
        return (await client.models.retrieve(model)).to_dict()
    except (anthropic.NotFoundError, anthropic.APIResponseValidationError):
        rows: list[dict[str, Any]] = []
        async for row in all_entries(client):
            rows.append(row)
            if row.get("id") == model:
                return row
        return rows[0] if len(rows) == 1 else {}


async def all_entries(client: AsyncAnthropic) -> AsyncIterator[dict[str, Any]]:
    """Every entry of the server's list, up to a limit."""
    left = MOST_MODELS
    async for model in client.models.list():
        yield model.to_dict()
        left -= 1
        if not left:
            return


async def knock(client: AsyncAnthropic, model: str) -> None:
    """Send a message without words, which is signed like any other and costs nothing.

    A server that took the signature and knows the model refuses it as a bad request.
    """
    import anthropic

    try:
        await client.messages.create(model=model, max_tokens=1, messages=[])
    except (anthropic.BadRequestError, anthropic.UnprocessableEntityError):
        return
