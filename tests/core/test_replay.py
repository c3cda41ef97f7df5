"""Reading back in fewer steps changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core import coalesce
from hq_tui.core.coalesce import events_of
from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttemptStarted,
    BlockStarted,
    Event,
    MessageSent,
    ResumeMode,
    TextArrived,
    ThinkingArrived,
)
from hq_tui.core.reducer import apply
from tests.core.event_samples import WORDS, event_of, histories, json_values


def folded(events: Iterable[Event]) -> Conversation:
    return reduce(apply, events, EMPTY)


def fragments() -> st.SearchStrategy[list[Event]]:
    """Words for one block, or for two in turn."""
    text = st.builds(TextArrived, index=st.integers(0, 1), text=WORDS)
    thought = st.builds(ThinkingArrived, index=st.integers(0, 1), text=WORDS)
    return st.lists(text | text | thought, min_size=1, max_size=6)


def talks() -> st.SearchStrategy[list[Event]]:
    """Histories with runs of fragments in them."""
    began = st.sampled_from(
        [BlockStarted(index=0, data={"type": kind, "text": ""}) for kind in ("text", "thinking")]
    ).map(lambda one: [one])
    started = event_of(AttemptStarted).map(lambda one: [one])
    runs = st.lists(st.one_of(fragments(), fragments(), began, started), max_size=12)
    return st.tuples(histories(), runs, histories()).map(
        lambda parts: [*parts[0], *(one for run in parts[1] for one in run), *parts[2]]
    )


@given(talks(), st.data())
def test_joining_fragments_changes_nothing(events: list[Event], data: st.DataObject) -> None:
    records = [to_record(event) for event in events]
    if data.draw(st.booleans()) and records:
        spoilt = data.draw(st.integers(0, len(records) - 1))
        field = data.draw(st.sampled_from(["index", "text", "how", "more"]))
        records[spoilt][field] = data.draw(json_values())
    joined = (record for _, record in coalesce.coalesce(enumerate(records)))
    assert folded(map(from_record, joined)) == folded(map(from_record, records))


STREAM: list[Event] = [
    MessageSent(text="Why?", at=1),
    AttemptStarted(number=1, how=ResumeMode.FRESH, model="m", at=1),
    BlockStarted(index=0, data={"type": "text", "text": ""}),
    *(TextArrived(index=0, text=word) for word in ("a", "b", "c")),
]


def test_words_that_follow_one_another_are_one_event() -> None:
    records = [to_record(event) for event in STREAM]
    assert [*events_of(records)][3:] == [TextArrived(index=0, text="abc")]


def test_what_may_repeat_earlier_words_is_taken_piece_by_piece() -> None:
    going_on = AttemptStarted(number=2, how=ResumeMode.PREFILL, model="m", at=2)
    records = [to_record(event) for event in [*STREAM[:1], going_on, *STREAM[2:]]]
    assert len([*events_of(records)]) == len(records)


def test_a_join_that_forgets_the_place_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first check above can fail."""

    def any_place(before: dict[str, Any], record: dict[str, Any]) -> bool:
        return bool(before["t"] == record["t"])

    monkeypatch.setattr(coalesce, "_continues", any_place)
    second = BlockStarted(index=1, data={"type": "text", "text": ""})
    records = [
        to_record(one) for one in [*STREAM[:3], second, *STREAM[3:], TextArrived(index=1, text="d")]
    ]
    assert folded(events_of(records)) != folded(map(from_record, records))
