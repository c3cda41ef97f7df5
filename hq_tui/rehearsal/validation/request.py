"""Validates a request, with the API's own error messages.

It is at least as strict as the API. The checks are ordered so that the most useful error comes
first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from hq_tui.rehearsal.server import errors
from hq_tui.rehearsal.server.errors import Refusal, invalid
from hq_tui.rehearsal.server.models import LEVELS, Model
from hq_tui.rehearsal.server.prompt_cache import asks_for_cache
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.blocks import check_blocks
from hq_tui.rehearsal.validation.thinking import check_thinking
from hq_tui.rehearsal.validation.tools import check_calls, check_tools

Request = Mapping[str, object]

PARAMETERS = frozenset(
    "model messages max_tokens system stream tools tool_choice thinking output_config metadata"
    " cache_control container diagnostics inference_geo service_tier speed stop_sequences"
    " user_profile_id workspace_id".split()
)
BETA_PARAMETERS = frozenset("context_management fallbacks mcp_servers output_format".split())
"""Parameters accepted with a beta header; none changes the answer."""
SAMPLING = {"temperature": 1.0, "top_p": 1.0, "top_k": None}
"""Defaults of parameters that the API dropped in the version below."""
WITHOUT_SAMPLING = "2026-10-21"


def check(
    request: Request, model: Model, memory: SentSignatures, headers: Mapping[str, str] | None = None
) -> Refusal | None:
    """The first error in a request to `/v1/messages`; None if it is valid.

    The headers decide which parameters are known; without any, those of the newest version.
    """
    given = headers or {}
    version = given.get("anthropic-version", WITHOUT_SAMPLING)
    beta = BETA_PARAMETERS if given.get("anthropic-beta") else frozenset()
    sampling = frozenset(SAMPLING) if version < WITHOUT_SAMPLING else frozenset()
    rules: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _parameters(request, PARAMETERS | beta | sampling),
        lambda: _limit(request, model),
        lambda: _sampling(request, model),
        lambda: _stop_sequences(request),
        lambda: _configuration(request, model),
        lambda: check_tools(request),
        lambda: check_conversation(request, model, memory),
    )
    for rule in rules:
        for words in rule():
            return invalid(words)
    return None


def check_conversation(request: Request, model: Model, memory: SentSignatures) -> Iterator[str]:
    """Yield what is wrong with the messages, also for `count_tokens`."""
    messages = request.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        yield "messages: Field required"
        return
    if not messages:
        yield "messages: at least one message is required"
        return
    yield from _roles(messages, model)
    yield from check_blocks(messages)
    yield from check_calls(request)
    if (found := asks_for_cache(request)) > 4:
        yield f"A maximum of 4 blocks with cache_control may be provided. Found {found}."
    yield from _ending(messages, model, memory)
    yield from check_thinking(request, model, memory)


def _parameters(request: Request, known: frozenset[str]) -> Iterator[str]:
    for name in request:
        if name not in known:
            yield f"{name}: Extra inputs are not permitted"
    system = request.get("system", "")
    if not isinstance(system, (str, list)):
        yield "system: Input should be a valid string or a list of text blocks"
    if isinstance(system, list):
        for index, block in enumerate(system):
            text = block.get("text") if isinstance(block, Mapping) else None
            if not isinstance(text, str) or not text:
                yield f"system.{index}: text content blocks must be non-empty"
    if not isinstance(request.get("stream", False), bool):
        yield "stream: Input should be a valid boolean"


def _limit(request: Request, model: Model) -> Iterator[str]:
    if "max_tokens" not in request:
        yield "max_tokens: Field required"
        return
    limit = request["max_tokens"]
    if not isinstance(limit, int) or isinstance(limit, bool):
        yield "max_tokens: Input should be a valid integer"
    elif limit < 1:
        yield "max_tokens: Input should be greater than or equal to 1"
    elif limit > model.max_tokens:
        yield (
            f"max_tokens: {limit} > {model.max_tokens}, which is the maximum allowed number of "
            f"output tokens for {model.id}"
        )


def _sampling(request: Request, model: Model) -> Iterator[str]:
    for name, default in SAMPLING.items():
        value = request.get(name, default)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{name}: Input should be a valid number"
        elif value < 0:
            yield f"{name}: Input should be greater than or equal to 0"
        elif name != "top_k" and value > 1:
            yield f"{name}: Input should be less than or equal to 1"
        elif value != default and not model.sampling:
            yield f"`{name}` is deprecated for this model."


def _stop_sequences(request: Request) -> Iterator[str]:
    sequences = request.get("stop_sequences")
    if sequences is None:
        return
    if not isinstance(sequences, list):
        yield "stop_sequences: Input should be a valid list"
        return
    for index, one in enumerate(sequences):
        if not isinstance(one, str):
            yield f"stop_sequences.{index}: Input should be a valid string"
        elif not one.strip():
            yield "stop_sequences: each stop sequence must contain non-whitespace"


def _configuration(request: Request, model: Model) -> Iterator[str]:
    thinking = request.get("thinking")
    if thinking is not None:
        yield from _thinking_form(thinking, request, model)
    output = request.get("output_config")
    effort = output.get("effort") if isinstance(output, Mapping) else None
    if effort is None:
        return
    if not model.effort:
        yield "This model does not support the effort parameter."
    elif effort not in LEVELS:
        yield f"output_config.effort: Input should be {', '.join(LEVELS)}"


def _thinking_form(thinking: object, request: Request, model: Model) -> Iterator[str]:
    form = thinking.get("type") if isinstance(thinking, Mapping) else None
    if not isinstance(thinking, Mapping) or not isinstance(form, str):
        yield "thinking.type: Field required"
    elif form == "enabled" and form not in model.thinking:
        yield (
            '"thinking.type.enabled" is not supported for this model. Use '
            '"thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        )
    elif form not in model.thinking:
        yield f"{form} thinking is not supported on this model"
    elif form == "enabled":
        budget, limit = thinking.get("budget_tokens"), request.get("max_tokens")
        if not isinstance(budget, int):
            yield "thinking.enabled.budget_tokens: Field required"
        elif budget < 1024:
            yield ("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
        elif isinstance(limit, int) and budget >= limit:
            yield "`max_tokens` must be greater than `thinking.budget_tokens`."


def _roles(messages: Sequence[object], model: Model) -> Iterator[str]:
    last = ""
    for index, message in enumerate(messages):
        role = message.get("role") if isinstance(message, Mapping) else None
        if role == "system" and index and not model.takes_prefill:
            continue
        if role not in ("user", "assistant"):
            yield f"messages.{index}.role: Input should be 'user' or 'assistant'"
            return
        if not last and role != "user":
            yield 'messages: first message must use the "user" role'
        if role == last:
            yield (
                'messages: roles must alternate between "user" and "assistant", '
                f'but found multiple "{role}" roles in a row'
            )
        last = str(role)


def _ending(messages: Sequence[object], model: Model, memory: SentSignatures) -> Iterator[str]:
    final = messages[-1]
    if not isinstance(final, Mapping) or final.get("role") != "assistant":
        return
    content = final.get("content")
    if memory.is_paused(content):
        return
    if not model.takes_prefill:
        yield errors.NO_PREFILL.message
    text = content
    if isinstance(content, Sequence) and not isinstance(content, str):
        last = content[-1] if content else None
        text = last.get("text") if isinstance(last, Mapping) else None
    if isinstance(text, str) and text != text.rstrip():
        yield errors.TRAILING_SPACE.message
