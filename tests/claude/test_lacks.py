"""What a server lacks, by its own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hq_tui.claude.error_response import ErrorResponse, failure_from
from hq_tui.core.failure import Failure
from hq_tui.core.failure import FailureKind as Kind

WINDOW = "This model's maximum context length is 4096 tokens"
SAID = [
    (Kind.NO_THINKING, '"llama3.2" does not support thinking'),
    (Kind.NO_THINKING, "UnsupportedParamsError: smollm2 doesn't support `reasoning.effort`"),
    (Kind.NO_THINKING, "adaptive thinking is not supported on this model"),
    (Kind.NO_THINKING, '"thinking.type.enabled" is not supported. Use "output_config.effort".'),
    (Kind.NO_THINKING, "thinking: Extra inputs are not permitted"),
    (Kind.NO_THINKING, 'json: unknown field "thinking"'),
    (Kind.NO_THINKING, "thinking.type: Input tag 'adaptive' found using 'type' does not match"),
    (Kind.NO_THINKING, "当前模型不支持thinking参数"),
    (Kind.NO_TOOLS, "该模型不支持工具调用"),
    (Kind.NO_TOOLS, "gemma:latest does not support tools"),
    (Kind.NO_TOOLS, '"auto" tool choice requires --enable-auto-tool-choice to be set'),
    (Kind.NO_TOOLS, "tools param requires --jinja flag"),
    (Kind.NO_TOOLS, "This model does not support function calling"),
    (Kind.NO_CACHE, "system.0.cache_control: Extra inputs are not permitted"),
    (Kind.NO_CACHE, "messages.0.content.0.text.cache_control: Extra inputs are not permitted"),
    (Kind.NO_CACHE, "tools.0.custom.cache_control: Extra inputs are not permitted"),
    (Kind.NO_CACHE, "模型不支持cache_control"),
    (Kind.NO_IMAGES, "Invalid content type. image_url is only supported by certain models."),
    (Kind.NO_PREFILL, "Expected last role User or Tool for serving but got assistant"),
    (Kind.NO_PREFILL, "Cannot generate when the last message is from the assistant."),
    (Kind.NO_PREFILL, "Prefilling assistant messages is not supported for this model."),
    (Kind.NO_CACHE, "prompt caching is not supported for this model"),
    (Kind.NO_EFFORT, "This model does not support the effort parameter."),
    (Kind.NO_EFFORT, "output_config: Extra inputs are not permitted"),
    (Kind.PLAIN_SYSTEM, "system: Input should be a valid string"),
    (Kind.PLAIN_SYSTEM, "cannot unmarshal array into Go struct field .system of type string"),
    (Kind.PLAIN_SYSTEM, "system: invalid type: sequence, expected a string at line 1"),
    (Kind.FOREIGN_BLOCKS, "messages.1.content.0: Input tag 'fallback' found using 'type'"),
    (Kind.FOREIGN_BLOCKS, "messages.1.content.0.tool_use.caller: Extra inputs are not permitted"),
    (Kind.TOO_LARGE, "prompt is too long: 210000 tokens > 200000 maximum"),
    (Kind.TOO_LARGE, "request (9000 tokens) exceeds the available context size (4096 tokens)"),
    (Kind.TOO_LARGE, "The input token count (90000) exceeds the maximum number of tokens allowed"),
    (Kind.TOO_LARGE, "Input tokens exceed the configured limit of 272000 tokens."),
    (Kind.TOO_LARGE, "输入长度超过模型最大上下文长度 32768"),
    (Kind.TOO_LARGE, f"{WINDOW}. However, you requested 26020 tokens (10020 in the messages)."),
    (Kind.TOO_LARGE, "input length and `max_tokens` exceed context limit: 210000 + 16 > 200000"),
    (Kind.BAD_REQUEST, "`max_tokens` must be greater than `thinking.budget_tokens`."),
    (Kind.BAD_REQUEST, "messages.0.content.0: unexpected `tool_use_id` found in `tool_result`"),
    (Kind.BAD_REQUEST, "max_tokens: Input should be greater than or equal to 1"),
    (Kind.BAD_REQUEST, "system: text content blocks must be non-empty"),
    (Kind.BAD_REQUEST, "Tool reference 'lookup' not found in available tools"),
]  # fmt: skip
BOUNDS = [
    (64_000, "max_tokens: 128000 > 64000, which is the maximum allowed number of output tokens"),
    (8_192, "max_tokens is too large: 16000. This model supports at most 8192 completion tokens"),
    (8_192, "`max_tokens` must be less than or equal to `8192`, the maximum value for it"),
    (4_096, "The maximum tokens you requested exceeds the model limit of 4096."),
    (8_192, "maxOutputTokens of 16000 but the range is from 1 (inclusive) to 8193 (exclusive)"),
    (8_192, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),
    (4_096, "max_tokens (16000) exceeds the limit (4,096)"),
    (8_192, "max_tokens参数非法：请输入[1,8192]之间的整数"),
    (None, "max_tokens is too large"),
]
SIZES = (Path(__file__).parent.parent / "data" / "refusals.jsonl").read_text().split("\n")[:-1]


def failed(words: str, body: object = None, status: int = 400) -> Failure:
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": words}}
    answer = ErrorResponse(status=status, body=body or error, headers={}, host="h", now=0.0)
    return failure_from(answer)


def refused(words: str, body: object = None, status: int = 400) -> tuple[Kind, int | None]:
    failure = failed(words, body, status)
    return failure.kind, failure.limit


@pytest.mark.parametrize(("kind", "words"), SAID)
def test_what_is_lacking_is_read_from_the_words(kind: Kind, words: str) -> None:
    assert refused(words) == (kind, None)


@pytest.mark.parametrize(("bound", "words"), BOUNDS)
def test_a_bound_of_output_is_read_from_the_words(bound: int | None, words: str) -> None:
    assert refused(words) == (Kind.OUTPUT_LIMIT, bound)


@pytest.mark.parametrize("row", SIZES)
def test_a_bound_the_room_beside_a_prompt_and_a_long_prompt_are_told_apart(row: str) -> None:
    right = json.loads(row)
    failure = failed(right.pop("words"))
    assert {name: getattr(failure, name) for name in right} == right


SAID_SO = "max_tokens is too large: 16000. This model supports at most 8192 completion tokens"


@pytest.mark.parametrize(
    "body",
    [
        SAID_SO,
        {"error": SAID_SO},
        {"message": SAID_SO},
        {"detail": SAID_SO},
        {"msg": SAID_SO},
        {"errors": [{"message": SAID_SO}]},
        [{"error": {"code": 400, "message": SAID_SO, "status": "INVALID_ARGUMENT"}}],
        {"error": {"error": {"message": SAID_SO}}},
        {"error": {"message": {"text": "", "error": SAID_SO}}},
        {"code": 400, "error_description": SAID_SO},
        {"type": "about:blank", "title": SAID_SO, "status": 400},
    ],
)
def test_the_words_of_a_refusal_are_found_wherever_a_server_puts_them(body: object) -> None:
    assert refused("", body) == (Kind.OUTPUT_LIMIT, 8_192)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("max_tokens", "max_tokens is bad"),
        ("max_tokens", "The parameter `max_completion_tokens` specified is not valid"),
        ("thinking", "invalid reasoning"),
        ("effort", "effort: Input should be 'low', 'medium' or 'high'"),
        ("model", "Invalid model name passed in model=claude-x"),
    ],
)
def test_a_refusal_of_what_a_setting_decides_names_the_setting(setting: str, words: str) -> None:
    failure = failed(words)
    assert failure.kind is Kind.BAD_REQUEST
    assert f"setting {setting}" in failure.hint
    assert "setting" not in failed("messages.0.content.0: unexpected `tool_use_id`").hint


def test_a_refusal_that_names_the_place_of_the_fault_is_read_too() -> None:
    rows = [{"loc": ["body", "system"], "msg": "Input should be a valid string", "type": "s"}]
    assert refused("", {"detail": rows}, 422) == (Kind.PLAIN_SYSTEM, None)
