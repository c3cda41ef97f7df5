"""What goes out for each family of models when effort or thinking is chosen.

The table is written from the API's documents, apart from the table of the program.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hq_tui.claude.models import facts_for
from hq_tui.core.conversation import EMPTY
from hq_tui.core.events import MessageSent, SessionChanged, SessionStarted
from hq_tui.core.reducer import apply
from hq_tui.core.requests.options import RequestOptions
from hq_tui.core.requests.request import build
from hq_tui.core.usage import usage_from

SUMMARIZED = {"type": "adaptive", "display": "summarized"}
BUDGET = {"type": "enabled", "budget_tokens": 4000}
DISABLED, BETWEEN = {"type": "disabled"}, {"type": "between_tools"}

FAMILIES: tuple[tuple[str, Any, Any, bool], ...] = (
    # model, thinking on, thinking off, whether it has levels of effort
    ("claude-fable-5-2", SUMMARIZED, None, True),
    ("claude-fable-5-1", SUMMARIZED, None, True),
    ("claude-fable-5", SUMMARIZED, None, True),
    ("claude-mythos-5-2", SUMMARIZED, None, True),
    ("claude-mythos-5-1", SUMMARIZED, None, True),
    ("claude-mythos-5", SUMMARIZED, None, True),
    ("claude-opus-5-5", SUMMARIZED, None, True),
    ("claude-opus-5", SUMMARIZED, DISABLED, True),
    ("claude-opus-4-8", SUMMARIZED, None, True),
    ("claude-opus-4-7", SUMMARIZED, None, True),
    ("claude-opus-4-6", SUMMARIZED, None, True),
    ("claude-sonnet-5-5", SUMMARIZED, BETWEEN, True),
    ("claude-sonnet-5", SUMMARIZED, DISABLED, True),
    ("claude-sonnet-4-6", SUMMARIZED, None, True),
    ("claude-haiku-5-5", SUMMARIZED, DISABLED, True),
    ("claude-opus-4-5", BUDGET, None, False),
    ("claude-sonnet-4-5", BUDGET, None, False),
    ("claude-haiku-4-5-20251001", BUDGET, None, False),
    ("llama3.2", None, None, False),
)


def asked(model: str, **change: str) -> dict[str, Any]:
    """What a request says of effort and thinking once the person has chosen."""
    conversation = EMPTY
    for event in (
        SessionStarted(id="s", mode="examine", model=model, at=1.0, system=("Ask.",)),
        SessionChanged(mode="examine", model=model, system=("Ask.",), **change),
        MessageSent(text="Why?", at=2.0),
    ):
        conversation = apply(conversation, event)
    params = build(conversation, facts_for(model), RequestOptions()).params
    return {name: params[name] for name in ("thinking", "output_config") if name in params}


@pytest.mark.parametrize(("model", "on", "off", "levels"), FAMILIES, ids=lambda one: str(one)[:20])
def test_a_family_is_asked_in_its_own_words(model: str, on: Any, off: Any, levels: bool) -> None:
    assert asked(model, thinking="on").get("thinking") == on
    assert asked(model, thinking="off").get("thinking") == off
    assert asked(model).get("thinking") == on
    low = {"output_config": {"effort": "low"}} if levels else {}
    assert {**asked(model, effort="low"), "thinking": 0} == {**low, "thinking": 0}


@pytest.mark.parametrize("model", ["claude-opus-5", "claude-haiku-5-5"])
@pytest.mark.parametrize(("effort", "sent"), [("high", "high"), ("xhigh", "high"), ("max", "high")])
def test_without_thinking_effort_stays_within_what_is_taken(
    model: str, effort: str, sent: str
) -> None:
    off = asked(model, thinking="off", effort=effort)
    assert off == {"thinking": DISABLED, "output_config": {"effort": sent}}
    assert asked(model, effort=effort)["output_config"] == {"effort": effort}


def test_the_settings_hold_where_the_session_chooses_nothing() -> None:
    chosen = RequestOptions(effort="max", thinking=False)
    assert chosen.of_session(EMPTY) == chosen
    session = replace(EMPTY, effort="low", thinking="on")
    assert chosen.of_session(session) == RequestOptions(effort="low", thinking=True)


@pytest.mark.parametrize(("cache", "mark"), [("5m", {}), ("1h", {"ttl": "1h"})])
def test_what_was_sent_is_kept_as_long_as_the_settings_say(cache: str, mark: Any) -> None:
    conversation = EMPTY
    for event in (
        SessionStarted(id="s", mode="a", model="claude-opus-5", at=1.0, system=("Ask.",)),
        MessageSent(text="Why?", at=2.0),
    ):
        conversation = apply(conversation, event)
    params = build(conversation, facts_for("claude-opus-5"), RequestOptions(cache=cache)).params
    assert params["cache_control"] == {"type": "ephemeral", **mark}
    assert params["system"][-1]["cache_control"] == params["cache_control"]


def test_an_hour_in_the_cache_costs_twice_the_input() -> None:
    report = {
        "input_tokens": 0,
        "cache_creation_input_tokens": 1_000_000,
        "cache_creation": {
            "ephemeral_5m_input_tokens": 400_000,
            "ephemeral_1h_input_tokens": 600_000,
        },
    }
    price = facts_for("claude-sonnet-5-5").price
    assert price is not None
    assert price.of(usage_from(report)) == pytest.approx(0.4 * 2.5 + 0.6 * 4)
    assert "cache_creation_hour_tokens" not in usage_from(report).as_json()
