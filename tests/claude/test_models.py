"""What is known of a model, from the table and from the server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hq_tui.claude.model_table import DEFAULT_MODEL, FAMILIES
from hq_tui.claude.models import facts_for, is_known, merge
from hq_tui.core.models import FREE, ModelInfo, ThinkingSupport
from hq_tui.core.usage import Usage
from tests.claude.asking import asking, told
from tests.claude.raw_server import HELLO, Answer, RawServer, refused, streamed, whole


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("claude-opus-5-5", "claude-opus-5-5"),
        ("claude-opus-5-5-20261001", "claude-opus-5-5"),
        ("claude-opus-5-20260301", "claude-opus-5"),
        ("claude-opus-5", "claude-opus-5"),
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5"),
        ("rehearsal-1", "rehearsal-1"),
    ],
)
def test_the_longest_line_of_the_table_counts(model: str, family: str) -> None:
    line = next(one for one in FAMILIES if one.id == family)
    facts = facts_for(model)
    assert facts.id == model
    assert (facts.price, facts.binds_thinking) == (line.price, line.binds_thinking)


@pytest.mark.parametrize("model", ["llama3.2", "claude-opus-55", "gpt-x", "", "rehearsal-9"])
def test_an_unknown_model_is_unknown_in_every_way(model: str) -> None:
    assert facts_for(model) == ModelInfo(id=model)
    assert not is_known(model)


def test_only_the_models_before_4_6_continue_a_prefill() -> None:
    taking = {one.id for one in FAMILIES if one.prefill and not one.is_rehearsal}
    assert taking == {"claude-haiku-4-5", "claude-opus-4-5", "claude-sonnet-4-5"}
    assert {one.thinking for one in FAMILIES if one.id in taking} == {ThinkingSupport.BUDGET}


def test_the_rehearsal_costs_nothing_and_shows_both_ways_to_go_on() -> None:
    first, second = facts_for("rehearsal-1"), facts_for("rehearsal-prefill")
    assert (first.price, first.prefill, first.tools, first.is_rehearsal) == (
        FREE,
        False,
        True,
        True,
    )
    assert (second.prefill, second.thinking) == (True, ThinkingSupport.NONE)


def test_a_long_prompt_of_haiku_is_charged_as_a_whole() -> None:
    price = facts_for("claude-haiku-5-5").price
    assert price is not None
    assert price.of(Usage(input_tokens=100_000)) == pytest.approx(0.01)
    assert price.of(Usage(input_tokens=100_001)) == pytest.approx(0.0500005)


def test_prices_that_were_not_published_stay_unknown() -> None:
    assert facts_for("claude-fable-5-2").price is None
    assert facts_for("claude-fable-5-2").window is None


def test_the_default_model_is_in_the_table() -> None:
    facts = facts_for(DEFAULT_MODEL)
    assert (facts.tools, facts.cache, facts.thinking) == (True, True, ThinkingSupport.ADAPTIVE)
    assert facts.price is not None


def listed(model: str, *forms: str) -> dict[str, Any]:
    types = {form: {"supported": form in forms} for form in ("adaptive", "enabled", "disabled")}
    return {
        "id": model,
        "type": "model",
        "max_input_tokens": 123_456,
        "max_tokens": 7_890,
        "capabilities": {"thinking": {"types": types}, "effort": {"supported": True}},
    }


def test_the_server_is_believed_about_sizes() -> None:
    facts = merge(facts_for("claude-haiku-4-5"), listed("claude-haiku-4-5", "adaptive"))
    assert (facts.window, facts.max_output) == (123_456, 7_890)
    assert (facts.thinking, facts.prefill) == (ThinkingSupport.BUDGET, True)


@pytest.mark.parametrize(
    ("forms", "thinking"),
    [
        (("adaptive", "enabled"), ThinkingSupport.ADAPTIVE),
        (("enabled",), ThinkingSupport.BUDGET),
        (("disabled",), ThinkingSupport.NONE),
    ],
)
def test_a_new_model_is_known_from_the_servers_list(
    forms: tuple[str, ...], thinking: ThinkingSupport
) -> None:
    facts = merge(facts_for("claude-opus-9"), listed("claude-opus-9", *forms))
    assert (facts.thinking, facts.effort, facts.tools, facts.prefill) == (
        thinking,
        True,
        True,
        False,
    )
    assert facts.price is None


@pytest.mark.parametrize(
    "odd",
    [{}, {"max_input_tokens": "many"}, {"capabilities": []}, {"capabilities": {"thinking": 3}},
     {"capabilities": {"thinking": {"types": {"adaptive": True}}}}],
)  # fmt: skip
def test_odd_lists_teach_nothing(odd: dict[str, Any]) -> None:
    assert merge(ModelInfo(id="llama"), odd) == ModelInfo(id="llama")


def as_json(value: object) -> Answer:
    return whole(200, json.dumps(value).encode())


async def test_facts_come_from_the_server_once() -> None:
    async with RawServer(as_json(listed("claude-opus-9", "adaptive"))) as server:
        async with asking(server.url) as partner:
            facts = await partner.facts("claude-opus-9")
            assert facts.window == 123_456
            assert await partner.facts("claude-opus-9") is facts
        assert len(server.asked) == 1
        assert server.asked[0].startswith(b"GET /v1/models/claude-opus-9 ")


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "not_found_error", "No."),
        refused(401, "authentication_error", "No."),
        whole(200, b"<html>Log in</html>", kind="text/html"),
        whole(200, b"[]"),
        whole(200, b"nonsense"),
        as_json({"object": "list", "data": [{"id": "llama", "object": "model"}]}),
        Answer(data=b"", end="hold"),
        Answer(data=b"", end="close"),
    ],
)
async def test_a_server_without_a_models_api_costs_nothing_but_knowledge(answer: Answer) -> None:
    async with RawServer(answer) as server, asking(server.url) as partner:
        assert await partner.facts("llama") == ModelInfo(id="llama")
        assert (await partner.facts("claude-opus-5")).window == 1_000_000
        assert await partner.models() == () or b"llama" in answer.data


async def test_the_list_for_a_picker_leaves_out_what_is_retired() -> None:
    old = {**listed("claude-opus-3"), "lifecycle": "retired"}
    page = {"data": [listed("claude-opus-5-5"), old, listed("local")], "has_more": False}
    async with RawServer(as_json(page)) as server, asking(server.url) as partner:
        models = await partner.models()
    assert [(one.id, one.window) for one in models] == [
        ("claude-opus-5-5", 123_456),
        ("local", 123_456),
    ]


async def test_a_question_works_after_the_facts_were_asked_in_vain() -> None:
    answers = refused(404, "not_found_error", "No."), streamed(HELLO)
    async with RawServer(*answers) as server, asking(server.url) as partner:
        await partner.facts("rehearsal-1")
        assert (await told(partner)).text == "Hello there"


@pytest.mark.parametrize(
    ("types", "off"),
    [
        (["adaptive", "disabled"], "disabled"),
        (["adaptive", "between_tools"], "between_tools"),
        (["adaptive"], None),
        (["enabled"], ""),
        ([], ""),
    ],
)
def test_how_a_new_model_turns_thinking_off_is_read_from_the_list(
    types: list[str], off: str | None
) -> None:
    thinking = {"types": {name: {"supported": True} for name in types}}
    made = merge(facts_for("claude-new-7"), {"capabilities": {"thinking": thinking}})
    assert made.thinking_off == off


@pytest.mark.parametrize(
    ("said", "day"), [("2027-01-31T00:00:00Z", "2027-01-31"), (None, ""), ("soon", ""), (7, "")]
)
def test_the_day_of_retirement_is_read_from_the_list(said: object, day: str) -> None:
    assert merge(facts_for("claude-opus-5"), {"retires_at": said}).retires == day
    assert merge(facts_for("claude-sonnet-4-5"), {}).retires == "2026-11-30"
