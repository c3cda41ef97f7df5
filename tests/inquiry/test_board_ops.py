"""What the model may do to the board."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.user_actions import BoardEdit, read_action
from hq_tui.inquiry.board.applied import Applied
from hq_tui.inquiry.board.calls import read_call
from hq_tui.inquiry.board.model import LIMIT_ADDS, NO_BOARD, Board, By, Kind, Status
from hq_tui.inquiry.board.model_ops import apply_call
from hq_tui.inquiry.board.tool import board_tool
from hq_tui.inquiry.board.tool_results import outcome_in_words, told_ids, tool_result_for
from hq_tui.inquiry.board.user_edits import apply_edit
from hq_tui.inquiry.text.quotes import located
from tests.inquiry.inquiry_session import Op, add, ask, resolve, revise

SAID = {1: "Python is always  too slow\nfor us.", 2: "Only the nightly batch is slow, its 6 hours."}


def call(given: Mapping[str, Any], board: Board = NO_BOARD, *, adds_before: int = 0) -> Applied:
    return apply_call(board, given, turn=2, user_texts=SAID, adds_before=adds_before)


def do(ops: object, board: Board = NO_BOARD) -> Applied:
    """A call in the form of the first version."""
    return call({"ops": ops}, board)


def edit(what: str, **detail: object) -> BoardEdit:
    action = read_action(f"board.{what}", detail)
    assert isinstance(action, BoardEdit)
    return action


def edited(board: Board, what: str, **detail: object) -> Board:
    return apply_edit(board, edit(what, **detail), turn=2).board


def refused(applied: Applied) -> list[str]:
    return [one.reason for one in applied.rejected]


CLAIM = add("n1", "claim", "Python is too slow", "Python is always too slow for us", 1)
BOARD = do([CLAIM]).board
CALL: dict[str, Any] = {
    "add": [
        {"kind": "claim", "quote": "Only the nightly batch is slow"},
        {"kind": "contradiction", "text": "always, or only at night", "against": ["c1", "n1"]},
        {"kind": "question", "text": "What runs at night?", "for": ["n1"]},
    ],
    "change": [{"id": "c1", "text": "Python is slow", "quote": "too slow for us"}],
    "settle": [{"id": "o1", "as": "answered"}],
    "ask": "Which of the two gives way?",
    "why": "one of them is wrong",
    "about": ["n2"],
    "hint": 2,
}


@pytest.mark.parametrize(
    ("quote", "turn", "kept"),
    [
        ("Python is always too slow for us", 1, "Python is always too slow for us"),
        ("is always too   slow", 1, "is always too slow"),
        ("Python is always too slow for us", 2, "Python is always too slow for us"),
        ("python is always too slow", 0, "Python is always too slow"),
        ("it's 6 hours", 2, "its 6 hours"),
        ("Only the nigthly batch", 2, "Only the nightly batch"),
        ("Only the nightly bach", -1, "Only the nightly batch"),
        ("Ónly thé nìghtly bätch", 2, "Only the nightly batch"),
        ("it's 9 hours", 2, ""),
        ("Python was never too slow", 1, ""),
        ("...", 1, ""),
        ("", 1, ""),
    ],
)
def test_a_quotation_is_set_right_to_the_words_of_the_person_or_does_not_count(
    quote: str, turn: int, kept: str
) -> None:
    (item,) = do([add("n1", "claim", "x is so", quote, turn, by="user")]).board.items
    assert item.quote == kept
    assert item.is_users is bool(kept)
    assert item.paraphrase is (bool(quote) and not kept)
    assert item.by is (By.USER if kept else By.PARTNER)
    assert not kept or kept in " ".join(SAID[item.turn].split())


def test_an_inference_without_a_quotation_is_the_partners_and_no_paraphrase() -> None:
    (item,) = do([add("n1", "assumption", "Speed is a language matter")]).board.items
    assert (item.by, item.paraphrase, item.id) == (By.PARTNER, False, "a1")


def test_every_kind_counts_its_own_ids() -> None:
    ops = [add(f"n{n}", str(kind), f"line {n}", contradicts=["c1"])
           for n, kind in enumerate(Kind)]  # fmt: skip
    board = do([*ops, add("n99", "claim", "another")]).board
    ids = {item.id for item in board.items}
    assert ids == set("c1 w1 a1 e1 x1 k1 T1 o1 h1 i1 d1 s1 p1 c2".split())
    assert len({one.lower() for one in ids}) == len(board.items)


def test_a_call_of_the_present_form_does_all_that_its_lists_say() -> None:
    board = do([add("q", "open_question", "Why?")], BOARD).board
    applied = call(CALL, board)
    assert refused(applied) == []
    assert [item.id for item in applied.board.items] == ["c1", "o1", "c2", "o2", "T1"]
    claim, clash = applied.board.items[2], applied.board.items[4]
    assert (claim.text, claim.turn, claim.is_users) == ("Only the nightly batch is slow", 2, True)
    assert (clash.contradicts, clash.by) == (("c1", "c2"), By.PARTNER)
    assert applied.board.items[1].status is Status.ANSWERED
    assert applied.asks[0].text == "Which of the two gives way?"
    assert (applied.asks[0].targets, applied.hint) == (("T1",), 2)
    content, is_error = tool_result_for(applied)
    assert content == "noted n1=c2 n2=T1 n3=o2\nchanged c1\nsettled o1"
    assert not is_error


ODD: Mapping[str, tuple[object, str]] = {
    "no object": ("add", "not an object"),
    "an unknown operation": ({"op": "delete", "id": "c1"}, "no operation `delete`"),
    "no operation at all": ({}, "no operation `None`"),
    "an operation that is a list": ({"op": []}, "no operation `[]`"),
    "a wrong kind": (add("n9", "belief", "x"), "no kind `belief`"),
    "no kind": ({"op": "add", "text": "x"}, "no kind ``"),
    "no words": ({"op": "add", "kind": "claim"}, "no text"),
    "a wrong outcome": (resolve("c1", "done"), "no outcome `done`"),
    "no such item": (revise("c9", "x"), "there is no item c9"),
    "a contradiction of nothing": (add("n9", "tension", "x"), "a contradiction needs its two"),
}


@pytest.mark.parametrize("what", ODD)
def test_one_odd_operation_is_refused_by_itself_and_the_others_are_done(what: str) -> None:
    odd, reason = ODD[what]
    applied = do([add("n1", "claim", "before"), odd, add("n2", "claim", "behind")], BOARD)
    assert [item.text for item in applied.board.items[1:]] == ["before", "behind"]
    assert len(applied.rejected) == 1
    assert refused(applied)[0].startswith(reason)
    assert not tool_result_for(applied)[1]


@pytest.mark.parametrize(
    "missing",
    ["ref", "quote", "turn", "by", "confidence", "supports", "contradicts", "text"],
)
def test_a_field_that_is_missing_has_a_default(missing: str) -> None:
    given = {key: value for key, value in CLAIM.items() if key != missing}
    (item,) = do([given]).board.items
    assert item.text == ("Python is always too slow for us" if missing == "text" else CLAIM["text"])
    assert item.is_users is (missing != "quote")


@pytest.mark.parametrize("given", [{}, {"ops": []}, {"ops": "["}, {"add": None}, {"add": {}}])
def test_an_empty_call_does_nothing_and_is_answered(given: Mapping[str, Any]) -> None:
    applied = call(given, BOARD)
    assert applied.board is BOARD
    assert tool_result_for(applied)[0]


def test_lists_that_came_as_text_and_single_objects_are_read() -> None:
    row = {"kind": "claim", "text": "it is so", "for": "c1"}
    for one in ({"add": row}, {"add": json.dumps([row])}, {"add": [row]}):
        (_, item) = call(one, BOARD).board.items
        assert (item.text, item.supports) == ("it is so", ("c1",))


def test_what_earlier_versions_asked_for_is_taken_and_nothing_comes_of_it() -> None:
    old: list[Op] = [{"op": "phase", "to": "map"}, {**ask("Why?"), "qtype": "clarify"}]
    applied = do(old, BOARD)
    assert (refused(applied), applied.asks) == ([], do([ask("Why?")], BOARD).asks)
    words = set(json.dumps(board_tool()).split('"'))
    assert not {"ops", "op", "phase", "qtype", "turn", "rev"} & words


def test_the_tool_is_the_same_to_the_byte_and_fit_to_be_held_to_strictly() -> None:
    assert json.dumps(board_tool()) == json.dumps(board_tool())
    optional = 0
    for schema in _objects(board_tool()["input_schema"]):
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) <= set(schema["properties"])
        optional += len(schema["properties"]) - len(schema["required"])
    assert optional <= 24  # the most that a strict schema may leave open
    words = json.dumps(board_tool())
    assert not {"minLength", "maxLength", "maxItems", "minimum", "pattern"} & set(words.split('"'))
    assert f"at most {LIMIT_ADDS}" in words


def _objects(schema: object) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [one for part in schema for one in _objects(part)]
    if not isinstance(schema, dict):
        return []
    inner = [one for part in schema.values() for one in _objects(part)]
    return [schema, *inner] if schema.get("type") == "object" else inner


def test_every_field_of_the_tool_is_read_and_no_other() -> None:
    fields = board_tool()["input_schema"]["properties"]
    assert set(fields) == set(CALL) - {"why"}
    assert [one.reason for one in call({"answer": 1}).rejected] == ["no such field"]
    assert len(read_call(CALL)) == 7


def test_a_text_that_is_too_long_is_cut_at_a_word() -> None:
    texts = ("word " * 60, "x" * 300, "fine")
    applied = do([add(f"n{n}", "claim", text) for n, text in enumerate(texts)])
    long, unbroken, fine = [item.text for item in applied.board.items]
    assert len(long) <= 161
    assert long.endswith("word…")
    assert unbroken == "x" * 159 + "…"
    assert fine == "fine"


def test_a_reply_adds_twenty_items_and_contradictions_with_their_sides_come_first() -> None:
    ops = [add(f"n{n}", "claim", f"line {n}") for n in range(1, 25)]
    clash = add("n25", "tension", "both cannot be", contradicts=["n23", "n24"])
    applied = do([*ops, clash])
    texts = [item.text for item in applied.board.items]
    assert len(texts) == LIMIT_ADDS
    assert texts[-3:] == ["line 23", "line 24", "both cannot be"]
    assert applied.board.items[-1].contradicts == ("c18", "c19")
    assert len(applied.rejected) == 5
    again = call({"ops": [add("m", "claim", "later")]}, applied.board, adds_before=applied.adds)
    assert again.board is applied.board


def test_a_full_board_takes_nothing_more() -> None:
    board = NO_BOARD
    for start in range(0, 200, 20):
        board = do([add("n", "claim", f"line {start + n}") for n in range(20)], board).board
    applied = do([add("n", "claim", "one more")], board)
    assert len(applied.board.items) == 200
    assert "200 items" in refused(applied)[0]


def test_the_same_line_twice_stays_one_item_and_its_new_name_works() -> None:
    again = add("m1", "claim", "PYTHON is too slow")
    applied = do([again, add("m2", "evidence", "400 ms", supports=["m1"])], BOARD)
    assert [item.id for item in applied.board.items] == ["c1", "e1"]
    assert applied.board.items[1].supports == ("c1",)


def test_a_line_filed_again_from_the_same_quote_stays_one_item() -> None:
    once = apply_call(NO_BOARD, {"ops": [CLAIM]}, turn=1, user_texts=SAID).board
    again = do([add("m1", "claim", "Python: slow", "Python is always too slow for us", 1)], once)
    assert [item.id for item in again.board.items] == ["c1"]
    both = do([CLAIM, add("n2", "claim", "for us", "Python is always too slow for us", 1)])
    assert [item.id for item in both.board.items] == ["c1", "c2"]


def test_a_contradiction_names_its_sides_by_the_words_of_the_person_too() -> None:
    given = {"kind": "contradiction", "against": ["always too slow", "only the nightly batch"]}
    applied = call({"add": [given]})
    slow, batch, clash = applied.board.items
    assert (slow.quote, slow.turn, slow.is_users) == ("always too slow", 1, True)
    assert (batch.quote, batch.kind) == ("Only the nightly batch", Kind.CLAIM)
    assert clash.contradicts == ("c1", "c2")
    assert clash.text == "“always too slow” ≠ “Only the nightly batch”"
    assert call({"add": [given]}, applied.board).board.open_tensions == (clash,)


def test_a_side_that_a_contradiction_only_quotes_is_filed_as_what_the_person_said() -> None:
    clash = add("t", "tension", "always or at night", "Only the nightly batch is slow", 2,
                contradicts=["c1", "c9"], by="partner")  # fmt: skip
    board = do([clash], BOARD).board
    assert board.open_tensions[0].contradicts == ("c1", "c2")
    assert board.items[1].quote == "Only the nightly batch is slow"


def test_what_was_typed_on_the_board_can_be_quoted_and_is_marked_so() -> None:
    board = edited(NO_BOARD, "decide", text="We mesure first, then decide")
    (_, item) = call({"add": [{"kind": "action", "quote": "we measure first"}]}, board).board.items
    assert (item.quote, item.typed_quote, item.turn) == ("We mesure first", True, 2)


def test_names_of_a_call_win_over_ids_and_ids_over_names_of_earlier_calls() -> None:
    board = do([add("c9", "claim", "first"), add("c1", "claim", "second")]).board
    assert board.names == {"c9": "c1", "c1": "c2"}
    later = do([add("z", "evidence", "e", supports=["c1", "c9", "q7"])], board).board
    assert later.items[-1].supports == ("c1",)


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        ("edit", {"id": "c1", "text": "Python is slow at night"}),
        ("pin", {"id": "c1"}),
        ("refine", {"id": "c1", "text": "The batch is slow"}),
        ("contest", {"id": "c1"}),
    ],
)
def test_what_the_user_touched_is_locked_and_a_change_of_it_becomes_a_proposal(
    what: str, detail: dict[str, object]
) -> None:
    board = edited(BOARD, what, **detail)
    before = board.items[0]
    applied = do([revise("c1", "Python is fine"), resolve("c1", "parked")], board)
    assert applied.board.items[0] == before
    assert [item.kind for item in applied.board.items[1:]] == [Kind.PROPOSAL, Kind.PROPOSAL]
    assert applied.board.items[1].supports == ("c1",)
    assert "the user's" in applied.applied[0].note


@pytest.mark.parametrize("outcome", ["retracted", "rejected", "refined", "contested", "parked"])
def test_only_the_person_drops_what_they_said_and_the_model_proposes_it(outcome: str) -> None:
    applied = do([resolve("c1", outcome, "Only the nightly batch is slow", 2)], BOARD)
    claim, proposal = applied.board.items
    assert claim == BOARD.items[0]
    assert (proposal.kind, proposal.outcome, proposal.supports) == (Kind.PROPOSAL, outcome, ("c1",))
    assert proposal.quote == "Only the nightly batch is slow"
    accepted = edited(applied.board, "accept", id="p1")
    assert accepted.items[0].status is Status(outcome)
    again = do([resolve("c1", outcome, "Only the nightly batch is slow", 2)], applied.board)
    assert "proposed already" in refused(again)[0]


def test_a_verdict_of_the_person_ends_the_proposals_about_the_item() -> None:
    board = do([resolve("c1", "retracted", "Only the nightly batch is slow", 2)], BOARD).board
    assert edited(board, "retract", id="c1").items[1].status is Status.ACCEPTED
    assert edited(board, "confirm", id="c1").items[1].status is Status.REJECTED


def test_a_guess_is_refuted_by_the_words_of_the_person_and_dropped_by_whoever_made_it() -> None:
    theirs = do([add("h", "hypothesis", "it is the batch", "Only the nightly batch", 2)]).board
    assert "own words" in refused(do([resolve("h1", "rejected")], theirs))[0]
    done = do([resolve("h1", "rejected", "Python is always too slow", 1)], theirs).board
    assert done.items[0].status is Status.REJECTED
    own = do([add("h", "hypothesis", "it is the cache")]).board
    assert do([resolve("h1", "rejected")], own).board.items[0].status is Status.REJECTED
    assert "own words" in refused(do([resolve("h1", "confirmed")], own))[0]


@pytest.mark.parametrize("outcome", ["retracted", "refined", "contested", "answered", "parked"])
def test_only_the_person_ends_a_contradiction(outcome: str) -> None:
    board = do([add("m", "claim", "y"), add("t", "tension", "z", contradicts=["c1", "m"])], BOARD)
    applied = do([resolve("T1", outcome, "Only the nightly batch is slow", 2)], board.board)
    assert applied.board is board.board
    assert refused(applied) == ["only the user ends a contradiction"]


@pytest.mark.parametrize("outcome", ["confirmed", "retracted", "parked"])
def test_only_the_user_decides_about_a_decision(outcome: str) -> None:
    board = do([add("d", "decision", "Rewrite the parser")], BOARD).board
    applied = do([resolve("d1", outcome, "Only the nightly batch is slow", 2)], board)
    assert applied.board.find("d1") == board.find("d1")
    assert "only the user" in refused(applied)[0]
    assert edited(board, "decide", id="d1").decisions[0].status is Status.ACCEPTED


def test_a_revision_keeps_the_former_wording_with_its_turn() -> None:
    board = do(
        [revise("c1", "The batch is slow", "Only the nightly batch is slow", 2)], BOARD
    ).board
    (item,) = board.items
    assert (item.text, item.rev, item.turn) == ("The batch is slow", 2, 2)
    assert (item.earlier[0].text, item.earlier[0].turn) == ("Python is too slow", 2)
    assert item.earlier[0].quote == "Python is always too slow for us"


def test_the_result_tells_ids_remarks_and_refusals_and_so_does_the_line_on_the_screen() -> None:
    ops = [CLAIM, add("n2", "evidence", "y", "never said", 1), add("n3", "claim", "")]
    content, is_error = tool_result_for(do([*ops, resolve("c1", "parked")]))
    assert content.split("\n") == [
        "noted n1=c1 n2=e1",
        "proposed p1",
        "e1: the user did not write that quote; kept as yours",
        "p1: c1 is the user's; kept as proposal p1",
        "not taken: n3: no text",
    ]
    assert not is_error
    assert told_ids(content) == {"n1": "c1", "n2": "e1"}
    said = ("noted: 1 claim, 1 piece of evidence, 1 proposed", "not taken: no text")
    assert outcome_in_words(content) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"rev": 2, "ids": {"n1": "x1", "n2": "T1"}}', ("noted: 1 option, 1 contradiction", "")),
        ('{"rev": 14}', ("", "")),
        (
            '{"rev": 6, "ids": {"n1": "c1"}, "rejected": ["ops[6]: 6 adds", "ops[7]: 6 adds"]}',
            ("noted: 1 claim", "not taken: 2× 6 adds"),
        ),
        (
            '{"changed": 0, "error": ["ops[2] (add) lacks `supports`"]}',
            ("", "not taken: lacks `supports`"),
        ),
        ("nothing to note", ("", "")),
        ("noted", ("", "")),
        ("{", ("", "")),
    ],
)
def test_what_became_of_a_call_is_told_in_words_also_of_the_first_version(
    content: str, said: tuple[str, str]
) -> None:
    assert outcome_in_words(content) == said


def test_a_question_has_its_reason_and_what_it_is_about() -> None:
    applied = do([ask("Which gives way?", "one two " * 10, ["c1", "c7"])], BOARD)
    assert applied.board is BOARD
    assert applied.asks[0].targets == ("c1",)
    assert len(applied.asks[0].why.split()) == 15
    assert call({"hint": 9}).hint == 4


def test_a_question_beside_a_new_contradiction_is_about_it() -> None:
    clash = add("t", "tension", "z", contradicts=["c1"])
    for ops in ([clash], [clash, ask("Which?")]):
        assert do(ops, BOARD).asks[0].targets == ("T1",)


IDS = st.sampled_from(["c1", "c2", "T1", "d1", "a1", "n1", "p1", "zz", ""])
TEXTS = st.one_of(st.sampled_from(["x", "Python is fine", ""]), st.text(max_size=130))
QUOTES = st.sampled_from(["", "Only the nightly batch", "nobody said this"])
OPS = st.one_of(
    st.builds(
        add,
        IDS,
        st.sampled_from([str(kind) for kind in Kind]),
        TEXTS,
        QUOTES,
        st.integers(-1, 4),
        contradicts=st.lists(IDS, max_size=3),
    ),
    st.builds(revise, IDS, TEXTS, QUOTES, st.integers(-1, 4)),
    st.builds(resolve, IDS, st.sampled_from(["retracted", "answered", "confirmed"]), QUOTES),
)
EDITS = st.builds(
    lambda what, name, text, other: edit(what, id=name, text=text, gives_way=other),
    st.sampled_from("add edit refine pin unpin decide accept retract contest reopen".split()),
    IDS,
    TEXTS,
    IDS,
)


@given(st.lists(st.one_of(st.lists(OPS, max_size=8), EDITS), max_size=12))
def test_nothing_ever_leaves_the_board_and_no_lock_of_the_user_is_broken(
    steps: list[list[Op] | BoardEdit],
) -> None:
    board = NO_BOARD
    for step in steps:
        before = board
        if isinstance(step, BoardEdit):
            board = apply_edit(board, step, turn=2).board
        else:
            board = do(step, board).board
            held = {item.id: item for item in before.items if item.locked}
            assert {name: board.find(name) for name in held} == held
            assert board.decisions == before.decisions
            dropped = [one.id for one in board.items if one.is_struck and one.is_users]
            assert set(dropped) <= {one.id for one in before.items if one.is_struck}
        assert [item.id for item in board.items[: len(before.items)]] == [
            item.id for item in before.items
        ]
        for old, new in zip(before.items, board.items, strict=False):
            assert new.rev >= old.rev
            assert new.text == old.text or old.text in [one.text for one in new.earlier]
        assert board.rev >= before.rev
        assert len({item.id for item in board.items}) == len(board.items)
        assert all(
            not item.quote or item.typed_quote or item.quote in " ".join(SAID[item.turn].split())
            for item in board.items
        )


@given(st.lists(OPS, max_size=8))
def test_the_same_operations_give_the_same_board_and_the_same_answer(ops: list[Op]) -> None:
    assert do(ops) == do(ops)
    assert tool_result_for(do(ops)) == tool_result_for(do(ops))


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from("op id text add turn kind quote against settle as ask".split()),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(JUNK, st.sampled_from(["ops", "add", "change", "settle", "ask", "about", "hint", "else"]))
def test_no_value_whatever_breaks_the_board(value: object, field: str) -> None:
    content, _ = tool_result_for(call({field: value}, BOARD))
    assert len(outcome_in_words(content)) == 2


def answer(*calls: Mapping[str, Any], said: str) -> str:
    """The answer to the last of these calls, when the user said that."""
    applied = Applied(board=NO_BOARD)
    for call in calls:
        applied = apply_call(applied.board, call, turn=1, user_texts={1: said})
    return tool_result_for(applied)[0]


RACK = "The median merchant answers in 180 ms. One secret a merchant, in env vars."


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (
            {
                "add": [
                    {"kind": "claim", "text": "it is so", "for": ["h6"], "against": ["k9", "c1"]}
                ]
            },
            "noted n1=c2\nignored: h6 (no such id), k9 (no such id)",
        ),
        ({"ask": "Which?", "about": ["c1", "x9"]}, "ignored: x9 (no such id)"),
        (
            {"add": [{"kind": "contradiction", "text": "or not", "against": ["c1", "a b"]}]},
            "noted n1=T1\nT1: its other side is missing\nignored: a b (not the user's words)",
        ),
        (
            {
                "add": [
                    {"kind": "contradiction", "text": "or", "against": ["c1", "answers in 180 ms"]}
                ]
            },
            "noted n1=T1 c2\nT1: quote filed as c2",
        ),
        (
            {"add": [{"kind": "evidence", "text": "fast", "quote": "merchant answers in 180ms."}]},
            "noted n1=e1\ne1: quote set to “merchant answers in 180 ms”",
        ),
        (
            {"change": [{"id": "c1", "text": "secrets", "quote": "one secret per merchant"}]},
            "changed c1\nc1: the user did not write that quote; kept as yours",
        ),
        ({"hint": 2}, "hint recorded"),
        ({"ask": "Which?"}, "question recorded"),
        ({}, "nothing to note"),
        (
            {
                "settle": [{"id": "c1", "as": "rejected"}],
                "add": [{"kind": "claim", "text": "late", "for": ["c1"]}],
            },
            "noted n1=c2\nsettled c1",
        ),
    ],
)
def test_the_model_is_told_what_was_ignored_set_right_and_filed_beside(
    call: Mapping[str, Any], told: str
) -> None:
    first = {"add": [{"kind": "claim", "text": "secrets are in env vars"}]}
    assert answer(first, call, said=RACK) == told


def test_a_link_to_what_holds_no_longer_is_made_and_told() -> None:
    first = {
        "add": [{"kind": "claim", "text": "secrets are in env vars"}],
        "settle": [{"id": "c1", "as": "rejected"}],
    }
    later = {"add": [{"kind": "claim", "text": "late", "for": ["c1"]}]}
    assert answer(first, later, said=RACK) == "noted n1=c2\nc2: c1 was rejected in t1"


@pytest.mark.parametrize(
    ("quote", "said", "found"),
    [
        ("answers in 180ms.", "it answers in 180 ms.", "answers in 180 ms"),
        ("answers in 180 ms", "it answers in 180ms.", "answers in 180ms"),
        ("answers in 180", "it answers in 180ms.", "answers in 180ms"),
        ("is slow", "this is slow", "is slow"),
        ("is", "this is slow", "is"),
        ("ersparte Geld", "das ersparte Geldstück", "ersparte Geldstück"),
        ("理想", "这是理想的", "理想"),
        ("it answers in 180 mz.", "it answers in 180 ms.", "it answers in 180 ms"),
        ("it answers in 181 ms.", "it answers in 180 ms.", ""),
    ],
)
def test_a_quotation_ends_where_words_end(quote: str, said: str, found: str) -> None:
    assert located(quote, said) == found
