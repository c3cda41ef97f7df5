"""What the person does beside talking, and the words that the journal has for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.codec import from_record, to_record
from hq_tui.core.events import UserActed
from hq_tui.core.user_actions import (
    AcceptProposal,
    AddItem,
    CarryOver,
    ChangeMode,
    DecideItem,
    EditItem,
    JudgeItem,
    PinItem,
    RefineItem,
    ShowSummary,
    SkipQuestion,
    SummaryLine,
    UndoEdit,
    UnknownAction,
    UserAction,
    Verdict,
)
from tests.core.event_samples import json_objects, json_values

WRITTEN: list[tuple[UserAction, str, dict[str, Any]]] = [
    (AddItem(kind="term", text="slow"), "board.add", {"kind": "term", "text": "slow"}),
    (EditItem(id="c1", text="x"), "board.edit", {"id": "c1", "text": "x"}),
    (RefineItem(id="c1", text="x"), "board.refine", {"id": "c1", "text": "x"}),
    (
        RefineItem(id="T1", text="x", gives_way="c2"),
        "board.refine",
        {"id": "T1", "text": "x", "gives_way": "c2"},
    ),
    (PinItem(id="c1"), "board.pin", {"id": "c1", "text": ""}),
    (PinItem(id="c1", pinned=False), "board.unpin", {"id": "c1", "text": ""}),
    (DecideItem(text="we wait"), "board.decide", {"text": "we wait"}),
    (DecideItem(id="x1"), "board.decide", {"id": "x1", "text": ""}),
    (AcceptProposal(id="p1"), "board.accept", {"id": "p1"}),
    (ChangeMode(mode="debug", before="brief"), "mode", {"mode": "debug", "from": "brief"}),
    (SkipQuestion(turn=3), "skip", {"turn": 3}),
    (SkipQuestion(), "skip", {}),
    (
        ShowSummary(lines=(SummaryLine(quote="q", turn=2),)),
        "summary",
        {"lines": [{"quote": "q", "turn": 2}]},
    ),
    (
        CarryOver(session="s", page="p", items=({"id": "c1"},)),
        "carry",
        {"session": "s", "page": "p", "items": [{"id": "c1"}]},
    ),
    (UndoEdit(), "board.undo", {}),
    (UnknownAction(what="pace", detail={"to": "slow"}), "pace", {"to": "slow"}),
    *(
        (JudgeItem(id="c1", verdict=verdict, why="no"), word, {"id": "c1", "why": "no"})
        for verdict, word in (
            (Verdict.RETRACT, "board.retract"),
            (Verdict.CONTEST, "board.contest"),
            (Verdict.CONFIRM, "board.confirm"),
            (Verdict.ANSWER, "board.answer"),
            (Verdict.REJECT, "board.reject"),
            (Verdict.PARK, "board.park"),
            (Verdict.REOPEN, "board.reopen"),
        )
    ),
]
"""Every action and its record, letter by letter: files on disk use these words."""
WORDS = sorted({what for _, what, _ in WRITTEN} | {"predict.start", "board.future", ""})
PARTS = ["id", "text", "kind", "why", "gives_way", "mode", "from", "turn", "lines", "later"]


@pytest.mark.parametrize(("action", "what", "detail"), WRITTEN)
def test_an_action_is_written_with_its_words_and_read_from_them(
    action: UserAction, what: str, detail: Mapping[str, Any]
) -> None:
    record = {"t": "control", "what": what, "detail": detail, "at": 5.0}
    assert to_record(UserActed(action=action, at=5.0)) == record
    assert from_record(json.loads(json.dumps(record))) == UserActed(action=action, at=5.0)


def test_every_action_and_every_verdict_is_in_the_table() -> None:
    assert {type(action) for action, _, _ in WRITTEN} == set(get_args(UserAction))
    assert {one.verdict for one, _, _ in WRITTEN if isinstance(one, JudgeItem)} == set(Verdict)


ROWS = st.lists(st.fixed_dictionaries({"quote": json_values(), "turn": json_values()}))
DETAILS = st.dictionaries(st.sampled_from(PARTS), json_values() | ROWS) | json_objects()


@given(DETAILS)
def test_whatever_a_record_of_an_action_holds_is_written_as_it_came(detail: dict[str, Any]) -> None:
    for what in WORDS:
        record = {"t": "control", "what": what, "detail": detail, "at": 5.0}
        text = json.dumps(record, sort_keys=True)
        event = from_record(record)
        assert isinstance(event, UserActed)
        assert json.dumps(to_record(event), sort_keys=True) == text


def test_parts_of_an_earlier_version_do_not_hide_what_an_action_tells() -> None:
    detail = {"id": "c1", "text": "", "since": 3}
    event = from_record({"t": "control", "what": "board.pin", "detail": detail, "at": 5.0})
    assert isinstance(event, UserActed)
    assert event.action == PinItem(id="c1")


@pytest.mark.parametrize("odd", [None, 3, True, 1.5, ["x"], {"a": 1}])
def test_a_part_of_the_wrong_kind_is_as_good_as_none(odd: object) -> None:
    detail = {"id": odd, "text": "x", "turn": odd if odd != 3 else "3", "lines": odd}
    read = [
        from_record({"t": "control", "what": what, "detail": detail, "at": 5.0})
        for what in ("board.edit", "skip", "summary")
    ]
    assert [event.action for event in read if isinstance(event, UserActed)] == [
        EditItem(id="", text="x"),
        SkipQuestion(),
        ShowSummary(),
    ]
