"""Blocks, tokens and patience: small values with sharp rules."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core import blocks
from hq_tui.core.blocks import OtherBlock, TextBlock, ThinkingBlock, ToolBlock
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.events import (
    BlockEnded,
    BlockStarted,
    Event,
    MessageDelta,
    MessageStarted,
    ToolInputArrived,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.ledger import cost_of_reply
from hq_tui.core.models import ModelInfo, Price
from hq_tui.core.reducer import apply
from hq_tui.core.retry import AskFirst, RetryAfter, RetryPolicy, Verdict
from hq_tui.core.usage import FIELDS, NO_USAGE, Usage, estimate_tokens, usage_from
from tests.core.event_samples import USAGES, json_objects, json_values
from tests.core.test_reducer import ASKED, attempt, fold

TOOL = BlockStarted(index=0, data={"type": "tool_use", "id": "t", "name": "n", "input": {}})


def tool(*events: Event) -> ToolBlock:
    block = fold(ASKED, attempt(), TOOL, *events).reply.shown[0]
    assert isinstance(block, ToolBlock)
    return block


# Blocks


@pytest.mark.parametrize(
    ("spelt", "value", "has_error"),
    [
        ("", {}, False),
        ("  \n", {}, False),
        ('{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}, False),
        ('{"a": ', None, True),
        ("[1]", None, True),
        ('"text"', None, True),
        ("[" * 100_000, None, True),
    ],
)
def test_tool_input_is_parsed_when_the_block_ends(spelt: str, value: Any, has_error: bool) -> None:
    growing = tool(ToolInputArrived(index=0, partial_json=spelt))
    assert (growing.input, growing.error, growing.open) == (None, "", True)
    ended = tool(ToolInputArrived(index=0, partial_json=spelt), BlockEnded(index=0))
    assert (ended.input, bool(ended.error), ended.open) == (value, has_error, False)
    assert blocks.is_worth_keeping(ended) is not has_error
    assert not blocks.is_worth_keeping(growing)


@given(json_objects(), st.data())
def test_input_in_pieces_is_the_input(value: dict[str, Any], data: st.DataObject) -> None:
    spelt = json.dumps(value)
    edges = sorted(data.draw(st.lists(st.integers(0, len(spelt)), max_size=5)))
    pieces = [spelt[a:b] for a, b in zip([0, *edges], [*edges, len(spelt)], strict=True)]
    events = [ToolInputArrived(index=0, partial_json=piece) for piece in pieces]
    assert tool(*events, BlockEnded(index=0)).input == value


@pytest.mark.parametrize(
    ("block", "worth"),
    [
        (TextBlock(text="word"), True),
        (TextBlock(text=" \n"), False),
        (ThinkingBlock(text="hm", signature="s", open=False), True),
        (ThinkingBlock(text="", signature="s", open=False), True),
        (ThinkingBlock(text="hm", signature="s"), False),
        (ThinkingBlock(text="hm", open=False), False),
        (OtherBlock(data={"type": "redacted_thinking"}, open=False), True),
        (OtherBlock(data={"type": "redacted_thinking"}), False),
    ],
)
def test_a_broken_reply_is_built_on_whole_blocks_and_words(
    block: blocks.Block, worth: bool
) -> None:
    assert blocks.is_worth_keeping(block) is worth


@given(json_objects())
def test_any_block_can_be_opened_closed_and_exported(data: dict[str, Any]) -> None:
    for kind in ("text", "thinking", "tool_use", "hologram"):
        made = blocks.started({**data, "type": kind})
        assert blocks.as_json(made)["open"] is True
        row = blocks.as_json(blocks.closed(made))
        assert row["type"] == kind
        json.dumps(row)


# Tokens


@given(USAGES, USAGES)
def test_within_a_message_the_last_word_counts_and_nothing_is_added(
    first: Usage, later: Usage
) -> None:
    after = first.updated(later)
    for name in FIELDS:
        said = getattr(later, name)
        assert getattr(after, name) == (getattr(first, name) if said is None else said)


@given(st.lists(USAGES))
def test_between_messages_tokens_add_up_and_unknown_stays_unknown(rows: list[Usage]) -> None:
    result = sum(rows, NO_USAGE)
    for name in FIELDS:
        known = [value for row in rows if (value := getattr(row, name)) is not None]
        assert getattr(result, name) == (sum(known) if known else None)
    assert result.total == sum(row.total for row in rows)


@given(st.dictionaries(st.sampled_from(FIELDS), json_values()))
def test_an_odd_report_is_unknown_and_not_zero(report: dict[str, Any]) -> None:
    usage = usage_from(report)
    for name in FIELDS:
        value = report.get(name)
        is_count = isinstance(value, int) and not isinstance(value, bool)
        assert getattr(usage, name) == (value if is_count else None)
    assert NO_USAGE.is_known is False


def test_an_estimate_grows_with_the_text_and_is_nothing_for_nothing() -> None:
    assert [estimate_tokens(n) for n in (0, 1, 350)] == [0, 1, 101]


def test_each_model_of_a_message_is_charged_at_its_own_price() -> None:
    report = {
        "input_tokens": 30, "output_tokens": 8,
        "iterations": [
            {"type": "message", "model": "dear", "input_tokens": 25, "output_tokens": 3},
            {"type": "fallback_message", "model": "cheap", "input_tokens": 30, "output_tokens": 8},
            "odd",
        ],
    }  # fmt: skip
    prices = {"dear": 10, "cheap": 1, "m": 1000}

    def facts_of(model: str) -> ModelInfo:
        per = prices[model]
        return ModelInfo(id=model, price=Price(input=per, output=per, cache_write=0, cache_read=0))

    began = fold(ASKED, attempt(), MessageStarted(message_id="1", model="m", usage=NO_USAGE))
    for usage, dollars in ((usage_from(report), 318e-6), (usage_from({"output_tokens": 2}), 2e-3)):
        told = to_record(MessageDelta(usage=usage, stop_reason="end_turn"))
        reply = apply(began, from_record(json.loads(json.dumps(told)))).reply
        assert cost_of_reply(reply, facts_of) == pytest.approx(dollars)
        assert reply.attempts[-1].cost.total == usage.total


def test_a_long_prompt_is_charged_as_a_whole_at_its_own_price() -> None:
    dear = Price(input=10, output=20, cache_write=0, cache_read=0)
    price = Price(input=1, output=2, cache_write=0, cache_read=0, above_tokens=100, above=dear)
    assert price.of(Usage(input_tokens=100, output_tokens=10)) == pytest.approx(120e-6)
    assert price.of(Usage(input_tokens=101, output_tokens=10)) == pytest.approx(1210e-6)


# Patience


def failing(retry_after: float | None = None, *, retryable: bool = True) -> Failure:
    return Failure(kind=FailureKind.OVERLOADED, retryable=retryable, retry_after=retry_after)


@pytest.mark.parametrize(
    ("attempt", "failure", "roll", "verdict"),
    [
        pytest.param(1, failing(), 1.0, RetryAfter(seconds=1.0), id="the first wait"),
        pytest.param(1, failing(), 0.0, RetryAfter(seconds=0.5), id="half of it at the least"),
        pytest.param(2, failing(), 1.0, RetryAfter(seconds=2.0), id="twice as long"),
        pytest.param(4, failing(), 1.0, RetryAfter(seconds=8.0), id="and again"),
        pytest.param(6, failing(), 1.0, RetryAfter(seconds=30.0), id="up to the ceiling"),
        pytest.param(60, failing(), 1.0, RetryAfter(seconds=30.0), id="and no further"),
        pytest.param(1, failing(7.0), 1.0, RetryAfter(seconds=7.0), id="as the server asks"),
        pytest.param(
            6, failing(7.0), 1.0, RetryAfter(seconds=30.0), id="but not below the doubling"
        ),
        pytest.param(1, failing(60.0), 0.0, RetryAfter(seconds=60.0), id="a minute is waited"),
        pytest.param(1, failing(60.1), 0.0, AskFirst(seconds=60.1), id="more is asked about"),
        pytest.param(99, failing(), 0.0, None, id="the last try"),
        pytest.param(99, failing(99.0), 0.0, None, id="the last try, whatever is asked"),
        pytest.param(1, failing(retryable=False), 0.0, None, id="where it cannot help"),
    ],
)
def test_waits_double_up_to_the_ceiling_and_never_undercut_the_server(
    attempt: int, failure: Failure, roll: float, verdict: Verdict
) -> None:
    assert RetryPolicy(attempts=99).verdict(attempt, failure, roll) == verdict


@given(st.integers(1, 99), st.none() | st.floats(0, 60), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_shorter_than_half_the_reach_or_longer_than_both(
    attempt: int, asked: float | None, roll: float
) -> None:
    verdict = RetryPolicy(attempts=100).verdict(attempt, failing(asked), roll)
    assert isinstance(verdict, RetryAfter)
    reach = min(30.0, 2.0 ** (attempt - 1))
    assert max(reach / 2, asked or 0) <= verdict.seconds <= max(reach, asked or 0)


def test_every_kind_of_failure_has_its_words() -> None:
    assert all(kind.words for kind in FailureKind)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The server had an error (503): Loading model", "Loading model. Ask again."),
        ("It said: no.", "no. Ask again."),
        ("It said “no!”", "“no!” Ask again."),
        ("过载。", "过载。 Ask again."),
        ("a very long word…", "word… Ask again."),
        ("It said:", "It said. Ask again."),
        ("", "overloaded. Ask again."),
    ],
)
def test_the_words_of_a_server_end_before_ours_begin(said: str, told: str) -> None:
    failure = Failure(kind=FailureKind.OVERLOADED, message=said, hint="Ask again.")
    assert failure.told.endswith(told)
    assert Failure(kind=FailureKind.OVERLOADED, message="Short").told == "Short"
