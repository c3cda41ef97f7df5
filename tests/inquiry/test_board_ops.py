"""What the model may do to the board."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.user_actions import BoardEdit, read_action
from hq_tui.inquiry.board.model import NO_BOARD, Board, By, Kind, Status
from hq_tui.inquiry.board.model_ops import Applied, apply_ops
from hq_tui.inquiry.board.schema import OPTIONAL, SHAPES, problems
from hq_tui.inquiry.board.tool import board_tool
from hq_tui.inquiry.board.tool_results import tool_result_for
from hq_tui.inquiry.board.user_edits import apply_edit
from tests.inquiry.sitting import Op, add, ask, resolve, revise

SAID = {1: "Python is always  too slow\nfor us.", 2: "Only the nightly batch is slow."}


def do(ops: object, board: Board = NO_BOARD, *, turn: int = 2, adds_before: int = 0) -> Applied:
    return apply_ops(board, ops, turn=turn, user_texts=SAID, adds_before=adds_before)


def edit(what: str, **detail: object) -> BoardEdit:
    action = read_action(f"board.{what}", detail)
    assert isinstance(action, BoardEdit)
    return action


def edited(board: Board, what: str, **detail: object) -> Board:
    return apply_edit(board, edit(what, **detail), turn=2).board


CLAIM = add("n1", "claim", "Python is too slow", "Python is always too slow for us", 1)
BOARD = do([CLAIM]).board


@pytest.mark.parametrize(
    ("quote", "turn", "by", "kept"),
    [
        ("Python is always too slow for us", 1, "user", True),
        ("is always too   slow", 1, "user", True),
        ("Python is always too slow for us", 2, "user", False),
        ("python is always too slow", 1, "user", False),
        ("Python was always too slow", 1, "user", False),
        ("...", 1, "user", False),
        ("Only the nightly batch", 9, "user", False),
        ("Only the nightly batch", -1, "user", False),
        ("", 1, "user", False),
    ],
)
def test_a_quotation_counts_only_when_it_stands_word_for_word_in_the_turn_it_names(
    quote: str, turn: int, by: str, kept: bool
) -> None:
    (item,) = do([add("n1", "claim", "x is so", quote, turn, by=by)]).board.items
    assert bool(item.quote) is kept
    assert item.is_users is kept
    assert item.paraphrase is not kept
    assert item.mark == ("" if kept else "~")
    assert item.by is (By.USER if kept else By.PARTNER)


def test_an_inference_without_a_quotation_is_the_partners_and_no_paraphrase() -> None:
    (item,) = do([add("n1", "assumption", "Speed is a language matter")]).board.items
    assert (item.by, item.paraphrase, item.id) == (By.PARTNER, False, "a1")


def test_every_kind_counts_its_own_ids() -> None:
    ops = [add(f"n{n}", str(kind), f"line {n}") for n, kind in enumerate(Kind)]
    board = do(ops[:6]).board
    board = do(ops[6:12], board).board
    board = do([*ops[12:], add("n99", "claim", "another")], board).board
    ids = [item.id for item in board.items]
    assert ids == "c1 w1 a1 e1 x1 k1 T1 o1 h1 i1 d1 s1 p1 c2".split()
    assert len({one.lower() for one in ids}) == len(ids)


BAD: Sequence[tuple[str, object]] = [
    ("no list", {"op": "add"}),
    ("no object", ["add"]),
    ("an unknown operation", [{"op": "delete", "id": "c1"}]),
    ("a missing field", [{"op": "phase"}]),
    ("a field too many", [{"op": "phase", "to": "map", "why": ""}]),
    ("a wrong kind", [add("n1", "belief", "x")]),
    ("a turn that is text", [add("n1", "claim", "x", turn="1")]),  # type: ignore[arg-type]
    ("a turn that is a flag", [{**CLAIM, "turn": True}]),
    ("links that are text", [{**CLAIM, "supports": "c1"}]),
    ("an op that is a list", [{"op": []}]),
    ("nothing", None),
    ("too many", [ask("Why?")] * 61),
]


@pytest.mark.parametrize(("what", "ops"), BAD, ids=[what for what, _ in BAD])
def test_one_misshapen_operation_undoes_the_whole_call(what: str, ops: object) -> None:
    whole = [add("n2", "claim", "fine"), *ops] if isinstance(ops, list) else ops
    applied = do(whole, BOARD)
    assert applied.board is BOARD
    assert applied.failed
    text, is_error = tool_result_for(applied)
    assert is_error
    assert json.loads(text)["error"]


def test_a_well_shaped_call_of_every_operation_passes_and_its_schema_says_the_same() -> None:
    ops: list[Op] = [
        CLAIM, revise("c1", "x", rev=1), resolve("c1", "parked"), ask("Why?"),
        {"op": "reveal", "level": 1, "answer_given": False},
    ]  # fmt: skip
    assert problems(ops) == ()
    variants = board_tool()["input_schema"]["properties"]["ops"]["items"]["anyOf"]
    for variant in variants:
        name = variant["properties"]["op"]["const"]
        assert variant["required"] == ["op", *SHAPES[name]]
        more = set(OPTIONAL.get(name, {})) - {"qtype"}
        assert set(variant["properties"]) == {"op", *SHAPES[name], *more}
        assert variant["additionalProperties"] is False


def test_what_earlier_versions_asked_for_is_taken_and_nothing_comes_of_it() -> None:
    old: list[Op] = [{"op": "phase", "to": "map"}, {**ask("Why?"), "qtype": "clarify"}]
    assert problems(old) == ()
    assert do(old, BOARD).asks == do([ask("Why?")], BOARD).asks
    assert "phase" not in json.dumps(board_tool())
    assert "qtype" not in json.dumps(board_tool())


def test_the_tool_is_the_same_to_the_byte_at_every_call() -> None:
    assert json.dumps(board_tool()) == json.dumps(board_tool())


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "empty"), ("  \n ", "empty"), ("x" * 121, "121 characters")],
)
def test_a_text_that_is_too_short_or_too_long_is_refused_with_its_reason(
    text: str, reason: str
) -> None:
    applied = do([add("n1", "claim", text), add("n2", "claim", "fine")])
    assert [item.text for item in applied.board.items] == ["fine"]
    assert reason in applied.rejected[0].reason
    assert not applied.failed


def test_a_reply_adds_six_items_and_not_one_more_over_all_its_calls() -> None:
    ops = [add(f"n{n}", "claim", f"line {n}") for n in range(8)]
    applied = do(ops)
    assert len(applied.board.items) == 6
    assert len(applied.rejected) == 2
    again = do([add("m", "claim", "later")], applied.board, adds_before=applied.adds)
    assert len(again.board.items) == 6


def test_a_full_board_takes_nothing_more() -> None:
    board = NO_BOARD
    for start in range(0, 200, 5):
        board = do([add("n", "claim", f"line {start + n}") for n in range(5)], board).board
    applied = do([add("n", "claim", "one more")], board)
    assert len(applied.board.items) == 200
    assert "200 items" in applied.rejected[0].reason


def test_the_same_line_twice_stays_one_item_and_its_new_name_works() -> None:
    again = add("m1", "claim", "PYTHON is too slow")
    applied = do([again, add("m2", "evidence", "400 ms", supports=["m1"])], BOARD)
    assert [item.id for item in applied.board.items] == ["c1", "e1"]
    assert applied.board.items[1].supports == ("c1",)


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
    assert "locked" in applied.applied[0].note


@pytest.mark.parametrize("outcome", ["retracted", "refined", "contested", "confirmed", "rejected"])
def test_an_outcome_that_speaks_for_the_user_needs_their_words(outcome: str) -> None:
    without = do([resolve("c1", outcome)], BOARD)
    assert without.board is BOARD
    assert "own words" in without.rejected[0].reason
    with_words = do([resolve("c1", outcome, "Only the nightly batch is slow", 2)], BOARD)
    assert with_words.board.items[0].status is Status(outcome)
    assert with_words.board.items[0].is_struck is (outcome in {"retracted", "rejected"})


@pytest.mark.parametrize("outcome", ["confirmed", "retracted", "parked"])
def test_only_the_user_decides_about_a_decision(outcome: str) -> None:
    board = do([add("d", "decision", "Rewrite the parser")], BOARD).board
    applied = do([resolve("d1", outcome, "Only the nightly batch is slow", 2)], board)
    assert applied.board.find("d1") == board.find("d1")
    assert "only the user" in applied.rejected[0].reason
    assert edited(board, "decide", id="d1").decisions[0].status is Status.ACCEPTED


def test_a_stale_revision_is_refused_with_the_present_text() -> None:
    board = do([revise("c1", "Python is slow here", rev=1)], BOARD).board
    applied = do([revise("c1", "Python is slow there", rev=1)], board)
    assert applied.board is board
    assert "rev 2" in applied.rejected[0].reason
    assert "Python is slow here" in applied.rejected[0].reason


def test_a_revision_keeps_the_former_wording_with_its_turn() -> None:
    board = do(
        [revise("c1", "The batch is slow", "Only the nightly batch is slow", 2)], BOARD
    ).board
    (item,) = board.items
    assert (item.text, item.rev, item.turn) == ("The batch is slow", 2, 2)
    assert (item.earlier[0].text, item.earlier[0].turn) == ("Python is too slow", 2)
    assert item.earlier[0].quote == "Python is always too slow for us"


def test_the_result_tells_ids_remarks_and_refusals() -> None:
    applied = do([CLAIM, add("n2", "claim", "y", "never said", 1), add("n3", "claim", "")])
    text, is_error = tool_result_for(applied)
    row = json.loads(text)
    assert not is_error
    assert row["ids"] == {"n1": "c1", "n2": "c2"}
    assert row["rev"] == 2
    assert "paraphrase" in row["notes"][0]
    assert row["rejected"] == ["ops[2]: the text is empty"]


def test_what_is_no_item_travels_beside_the_board() -> None:
    applied = do(
        [
            ask("Which gives way?", "one two " * 10, ["c1", "c7"]),
            {"op": "phase", "to": "test"},
            {"op": "reveal", "level": 9, "answer_given": True},
        ],
        BOARD,
    )
    assert applied.board is BOARD
    assert applied.asks[0].targets == ("c1",)
    assert len(applied.asks[0].why.split()) == 15
    assert applied.reveal is not None
    assert applied.reveal.level == 4


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
        assert [item.id for item in board.items[: len(before.items)]] == [
            item.id for item in before.items
        ]
        for old, new in zip(before.items, board.items, strict=False):
            assert new.rev >= old.rev
            assert new.text == old.text or old.text in [one.text for one in new.earlier]
        assert board.rev >= before.rev
        assert len({item.id for item in board.items}) == len(board.items)
        assert all(not item.quote or item.quote in " ".join(SAID[item.turn].split())
                   for item in board.items)  # fmt: skip


@given(st.lists(OPS, max_size=8))
def test_the_same_operations_give_the_same_board_and_the_same_answer(ops: list[Op]) -> None:
    assert do(ops) == do(ops)
    assert tool_result_for(do(ops)) == tool_result_for(do(ops))


JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["op", "id", "text", "add", "turn"]), inner, max_size=4),
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_value_whatever_breaks_the_board(value: object) -> None:
    applied = apply_ops(BOARD, value, turn=1, user_texts=SAID)
    assert isinstance(tool_result_for(applied)[0], str)
