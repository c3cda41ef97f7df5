"""What is written can be read again, and what cannot be read is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.codec import KINDS, from_record, to_record
from hq_tui.core.conversation import EMPTY
from hq_tui.core.events import Event, TextArrived, ToolResult, UnknownEvent
from hq_tui.core.failure import FailureKind
from hq_tui.core.reducer import apply
from hq_tui.formats.export import session_as_json, session_as_markdown
from tests.core.event_samples import any_event, event_of, json_objects, json_values


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_comes_back_as_it_was(kind: str) -> None:
    @given(event_of(KINDS[kind]))
    def check(event: Event) -> None:
        record = json.loads(json.dumps(to_record(event)))
        assert record["t"] == kind
        assert from_record(record) == event

    check()


def test_every_event_has_a_kind() -> None:
    known = {*KINDS.values(), UnknownEvent}
    assert known == set(Event.__args__)


@given(any_event())
def test_an_event_of_any_version_comes_back_as_it_was(event: Event) -> None:
    assert from_record(to_record(event)) == event


@given(
    json_objects()
    | st.builds(lambda t, row: {**row, "t": t}, st.sampled_from([*KINDS]), json_objects())
)
def test_a_record_of_rubbish_is_kept_or_read_but_never_raises(record: dict[str, Any]) -> None:
    event = from_record(record)
    if isinstance(event, UnknownEvent):
        assert to_record(event) == record


@given(st.data())
def test_a_record_with_one_field_of_rubbish_never_breaks_what_is_made_of_it(
    data: st.DataObject,
) -> None:
    event = data.draw(any_event())
    record = to_record(event)
    name = data.draw(st.sampled_from([*record]))
    odd = data.draw(json_values() | st.sampled_from([float("nan"), float("inf"), -1.0, 1e300]))
    conversation = EMPTY
    for one in ({"t": "user", "text": "Why?", "at": 1}, {**record, name: odd}):
        conversation = apply(conversation, from_record(one))
    json.dumps(session_as_json(conversation))
    session_as_markdown(conversation)


def test_what_a_later_version_adds_is_left_out() -> None:
    record = {"t": "text", "index": 0, "text": "Hi", "colour": "blue"}
    assert from_record(record) == TextArrived(index=0, text="Hi")
    asked = {
        "t": "user",
        "text": "a",
        "at": 1,
        "results": [{"tool_use_id": "x", "content": "y", "z": 1}],
    }
    assert from_record(asked).results == (ToolResult(tool_use_id="x", content="y"),)  # type: ignore[union-attr]  # it was asked
    broke = {"t": "broke", "at": 1, "failure": {"kind": "from-2031", "message": 5, "new": 1}}
    assert from_record(broke).failure.kind is FailureKind.UNKNOWN  # type: ignore[union-attr]  # it broke


def test_defaults_cost_no_bytes() -> None:
    assert to_record(TextArrived(index=0, text="")) == {"t": "text", "index": 0, "text": ""}
