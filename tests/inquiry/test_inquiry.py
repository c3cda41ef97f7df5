"""The fold: turns and acts in, the state of an inquiry out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.request import history
from hq_tui.inquiry.acts import read_tag
from hq_tui.inquiry.board import Kind
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.inquiry import inquiry_of
from hq_tui.inquiry.modes import MODES, system_prompt
from hq_tui.inquiry.state import Request, StopReason, Tier, Verdict
from tests.inquiry.sitting import Op, Sitting, add, ask, resolve

CLAIM = add("n1", "claim", "Python is too slow", "Python is too slow", 1)
CALL = json.dumps({"ops": [CLAIM, ask("What is slow?", "clarify", "the cause", ["n1"])]})


def begun(mode: str = "examine") -> Sitting:
    sitting = Sitting(mode)
    sitting.turn("Python is too slow, I think", "Hm “too slow”. What is slow?", call=CALL)
    return sitting


def filing(turn: int) -> list[Op]:
    return [add("n", "claim", f"line {turn}"), ask(f"What about {turn}?")]


def talked(turns: int, mode: str = "examine") -> Sitting:
    """A session in which every reply files something."""
    sitting = Sitting(mode)
    for turn in range(1, turns + 1):
        text = f"The number {turn} matters to the parser"
        sitting.turn(text, f"“{turn}”. What about {turn}?", filing(turn))
    return sitting


@pytest.mark.parametrize("mode", MODES)
def test_before_the_first_message_the_opening_of_the_mode_is_on_the_table(mode: str) -> None:
    inquiry = Sitting(mode).inquiry
    assert inquiry.card.text == MODES[mode].opening
    assert inquiry.is_waiting_for_user
    assert inquiry.budget_words == "0/24"


@pytest.mark.parametrize("mode", MODES)
def test_the_instructions_are_two_blocks_and_the_first_is_the_same_for_all(mode: str) -> None:
    core, own = system_prompt(mode)
    assert core == system_prompt("examine")[0]
    assert own.startswith("Mode: ")
    assert not any(line.lower().startswith("mode:") for line in core.splitlines())
    assert len(core) + len(own) < 6000


def test_a_question_is_coming_then_waits_then_is_answered() -> None:
    sitting = Sitting()
    sitting.say("Python is too slow, I think")
    assert sitting.inquiry.card.state is CardState.COMING
    sitting.stream("Hm. What is slow?", CALL)
    assert sitting.inquiry.board.items == ()
    inquiry = sitting.end()
    assert (inquiry.card.text, inquiry.card.kind) == ("What is slow?", "clarify")
    assert inquiry.card.targets == ("c1",)
    inquiry = sitting.turn("the parser of the logs", "That is a part of it.")
    assert inquiry.card.state is CardState.ANSWERED
    assert inquiry.questions[0].answer == 2


@given(st.integers(0, len(CALL)))
def test_input_cut_at_any_place_never_half_changes_the_board(cut: int) -> None:
    sitting = Sitting()
    inquiry = sitting.turn("Python is too slow, I think", "What is slow?", call=CALL[:cut])
    whole = cut == len(CALL)
    assert len(inquiry.board.items) == whole
    assert inquiry.results[0].is_error is not whole
    assert inquiry.card.text == "What is slow?"
    sitting.turn("the parser", "Why?", [ask("Why?")])
    assert_wire_is_sound(sitting)


def assert_wire_is_sound(sitting: Sitting) -> None:
    """Every call is answered first in the message that follows it, and roles alternate."""
    messages = history(sitting.talk, context="")
    for number, message in enumerate(messages):
        assert message["role"] == ("user", "assistant")[number % 2]
        calls = [part["id"] for part in message["content"] if part["type"] == "tool_use"]
        if calls and number + 1 < len(messages):
            answers = messages[number + 1]["content"][: len(calls)]
            assert [part["tool_use_id"] for part in answers] == calls


def test_the_result_of_a_call_rides_first_in_the_next_message() -> None:
    sitting = begun()
    sitting.turn("the parser", "Why?", [ask("Why?")])
    answer = history(sitting.talk, context="")[2]["content"]
    assert [part["type"] for part in answer] == ["tool_result", "text", "text"]
    assert json.loads(answer[0]["content"]) == {"rev": 1, "ids": {"n1": "c1"}}


def test_a_call_of_an_unknown_tool_is_answered_and_changes_nothing() -> None:
    sitting = Sitting()
    sitting.say("hello there")
    sitting.stream("Hm?", CALL.replace("claim", "creed"))
    inquiry = sitting.end()
    assert inquiry.board.items == ()
    assert inquiry.results[0].is_error


@pytest.mark.parametrize("turns", [0, 1, 2, 7])
def test_folding_on_gives_what_folding_anew_gives(turns: int) -> None:
    sitting = talked(turns)
    sitting.act("pace", pace="slow")
    sitting.act("board.add", kind="term", text="slow means late")
    assert sitting.inquiry == inquiry_of(sitting.talk, sitting.acts)
    if turns:
        sitting.say("one more about the parser")
        assert sitting.inquiry == inquiry_of(sitting.talk, sitting.acts)


def test_an_edit_made_while_a_reply_flows_is_the_last_hand() -> None:
    sitting = begun()
    sitting.say("the parser")
    sitting.stream("Why?", json.dumps({"ops": [{**_revise("Python is fine")}, ask("Why?")]}))
    sitting.act("board.edit", id="c1", text="Only the batch is slow")
    inquiry = sitting.end()
    item = inquiry.board.items[0]
    assert (item.text, item.locked) == ("Only the batch is slow", True)
    assert [one.text for one in item.earlier] == ["Python is too slow", "Python is fine"]


def _revise(text: str) -> Op:
    return {"op": "revise", "id": "c1", "text": text, "quote": "", "turn": 1, "reason": ""}


def test_an_edit_of_an_item_that_has_gone_keeps_the_words() -> None:
    sitting = Sitting()
    sitting.say("hello there")
    inquiry = sitting.act("board.edit", id="a4", text="It all rests on the vendor")
    (item,) = inquiry.board.items
    assert (item.id, item.text, item.is_users) == ("a1", "It all rests on the vendor", True)


def test_what_the_user_did_to_the_board_travels_once_with_the_next_message() -> None:
    sitting = begun()
    sitting.act("board.edit", id="c1", text="a < b & c")
    sitting.act("board.pin", id="c1")
    sitting.turn("the parser", "Why?", [ask("Why?")])
    asked = sitting.talk.turn(2).asked
    assert asked.notes[1] == (
        '<board_edit rev="3">c1 revised by user: a &lt; b &amp; c; c1 pinned by user</board_edit>'
    )
    sitting.say("because of its regexes")
    assert sitting.talk.live is not None
    assert len(sitting.talk.live.asked.notes) == 1


def test_a_skip_puts_the_held_question_on_the_table_and_costs_nothing() -> None:
    sitting = Sitting()
    sitting.turn("it is slow in the end", "What is slow? Who says so?")
    inquiry = sitting.act("skip", turn=1)
    assert (inquiry.card.text, inquiry.card.held) == ("Who says so?", ())
    inquiry = sitting.act("skip", turn=1)
    assert inquiry.card.state is CardState.SKIPPED
    assert [one.skipped for one in inquiry.questions] == [True, True]
    assert inquiry.turns == 1


def test_a_skip_meant_for_another_question_does_nothing() -> None:
    sitting = begun()
    assert sitting.act("skip", turn=0).is_waiting_for_user


def test_after_several_questions_the_next_message_reminds_of_one() -> None:
    sitting = Sitting()
    sitting.turn("it is slow in the end", "What is slow? Who says so?")
    sitting.turn("the parser", "Why?")
    sitting.say("because")
    tags = [read_tag(turn.asked.notes) for turn in sitting.talk.turns]
    assert [tag.get("ask") for tag in tags] == [None, "one", None]


def test_the_tag_says_mode_pace_turn_and_phase_and_the_request_is_read_back() -> None:
    sitting = begun("debug")
    sitting.say("help me", "hint")
    assert sitting.talk.live is not None
    tag = read_tag(sitting.talk.live.asked.notes)
    assert tag | {"phase": ""} == {
        "mode": "debug", "pace": "normal", "turn": "2", "phase": "", "budget": "2/24",
        "request": "hint", "level": "1",
    }  # fmt: skip
    assert sitting.inquiry.asked_for(Request.HINT) == (2,)


def test_hints_climb_keep_the_question_and_are_over_with_an_answer() -> None:
    sitting = begun()
    levels = []
    for _ in range(5):
        inquiry = sitting.turn("", "Look at the first word of your line.", request="hint")
        levels.append(inquiry.hint)
        assert inquiry.card.text == "What is slow?"
        assert inquiry.is_waiting_for_user
    assert levels == [1, 2, 3, 4, 4]
    assert sitting.turn("the parser of the logs", "Why is it?").hint == 0


def test_what_only_asks_for_something_is_no_answer_and_is_not_filed() -> None:
    sitting = Sitting()
    sitting.act("tier", to="rules")
    sitting.turn("Parsing always takes too long for us", "Why is that?")
    before = sitting.inquiry
    inquiry = sitting.turn(
        "Please sum up where the whole parser thing stands", "Here it is.", request="summary"
    )
    assert inquiry.board == before.board
    assert inquiry.questions[-1].answer == 0
    assert inquiry.spoken == (1,)


def test_in_tutor_mode_two_failed_tries_bring_a_hint_and_the_third_the_answer() -> None:
    sitting = begun("tutor")
    for text in ("idk", "no idea", "not sure"):
        sitting.turn(text, "Then what is slow here?")
    tags = [read_tag(turn.asked.notes) for turn in sitting.talk.turns]
    assert [(tag.get("request"), tag.get("level")) for tag in tags] == [
        (None, None), (None, None), ("hint", "1"), ("hint", "4"),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["just tell me", "please just tell me the answer"])
def test_the_way_out_is_honoured_in_words_and_by_key(words: str) -> None:
    for request in ("", "answer_now"):
        sitting = begun()
        inquiry = sitting.turn(words, "I do not know, but the parser is likely.", request=request)
        assert inquiry.asked_for(Request.ANSWER_NOW) == (2,)
        assert inquiry.revealed == (2,)
        assert inquiry.card.state is CardState.TOLD
        assert read_tag(sitting.talk.turn(2).asked.notes)["request"] == "answer_now"


def test_the_mode_may_change_and_the_fold_knows_which_held_when() -> None:
    sitting = begun("brief")
    sitting.act("mode", **{"from": "brief", "mode": "debug"})
    sitting.turn("the parser", "Why?")
    fresh = inquiry_of(sitting.talk, sitting.acts)
    assert fresh.mode_name == "debug"
    assert [read_tag(turn.asked.notes)["mode"] for turn in sitting.talk.turns] == ["brief", "debug"]


def test_the_board_falls_to_fences_then_to_local_rules_and_rises_only_on_request() -> None:
    sitting = Sitting()
    tiers = []
    for turn in range(1, 6):
        inquiry = sitting.turn(f"Parsing {turn} files always takes too long for us", "Why is that?")
        tiers.append(inquiry.tier)
    assert tiers == [Tier.TOOLS, Tier.FENCE, Tier.FENCE, Tier.RULES, Tier.RULES]
    inquiry = sitting.inquiry
    assert inquiry.tier_words == "board: local rules"
    assert {item.turn for item in inquiry.board.items} == {1, 2, 3, 4, 5}
    filed = inquiry.board.of_kind(Kind.CLAIM)
    assert filed
    assert all(item.is_users and item.mark == "·" for item in filed)
    later = sitting.turn("x is so", "Why?", [CLAIM])
    assert later.tier is Tier.RULES
    assert sitting.act("tier", to="tools").tier is Tier.TOOLS


def test_local_rules_set_a_clash_in_words_side_by_side() -> None:
    sitting = Sitting()
    sitting.act("tier", to="rules")
    sitting.turn("Python is always too slow for us.", "Why?")
    inquiry = sitting.turn("Python is never slow for us.", "Which gives way?")
    (tension,) = inquiry.board.open_tensions
    sides = [inquiry.board.find(side) for side in tension.contradicts]
    assert [side.turn for side in sides if side] == [1, 2]


def test_with_the_board_off_nothing_is_filed_and_the_question_is_still_on_the_table() -> None:
    sitting = Sitting()
    sitting.act("tier", to="off")
    inquiry = sitting.turn("Python is too slow, I think", "What is slow?", call=CALL)
    assert inquiry.board.items == ()
    assert (inquiry.card.text, inquiry.card.why) == ("What is slow?", "the cause")


def test_the_phase_moves_by_itself_until_somebody_moves_it() -> None:
    sitting = talked(3)
    assert sitting.inquiry.phase in {"map", "probe"}
    assert sitting.act("phase", to="decide").phase == "decide"
    assert sitting.turn("and the parser again", "Why?").phase == "decide"


@pytest.mark.parametrize(("pace", "turns"), [("slow", [4, 8]), ("normal", [5, 10]), ("brisk", [8])])
def test_a_checkpoint_comes_as_often_as_the_pace_says(pace: str, turns: list[int]) -> None:
    sitting = Sitting()
    sitting.act("pace", pace=pace)
    for turn in range(1, 11):
        text = f"The number {turn} matters to the parser"
        sitting.turn(text, f"“{turn}”. Which line is wrong?" if turn in turns else "Why?",
                     [add("n", "claim", f"line {turn}", text, turn)])  # fmt: skip
    asked = [t.number for t in sitting.talk.turns if "summary" in "".join(t.asked.notes)]
    assert asked == turns
    assert [one.turn for one in sitting.inquiry.checkpoints] == turns
    last = sitting.inquiry.checkpoints[-1]
    assert len(last.lines) == (4 if turns == [4, 8] and last.turn == 4 else 5)
    assert all(line.quote in sitting.inquiry.texts[line.turn] for line in last.lines)


@pytest.mark.parametrize(
    ("answer", "verdict", "wrong"),
    [
        ("sounds good", Verdict.UNCONFIRMED, ()),
        ("yes", Verdict.UNCONFIRMED, ()),
        ("ok, go on", Verdict.UNCONFIRMED, ()),
        ("none", Verdict.CONFIRMED, ()),
        ("None of them is wrong.", Verdict.CONFIRMED, ()),
        ("all of these are right", Verdict.CONFIRMED, ()),
        ("nothing is wrong", Verdict.CONFIRMED, ()),
        ("line 2 is wrong, it was Tuesday", Verdict.CORRECTED, (2,)),
        ("the first and line 3", Verdict.CORRECTED, (1, 3)),
        ("4", Verdict.CORRECTED, (4,)),
        ("line 9", Verdict.UNCONFIRMED, ()),
        ("400 ms is what I measured", Verdict.UNCONFIRMED, ()),
    ],
)
def test_only_an_explicit_answer_confirms_or_corrects_a_checkpoint(
    answer: str, verdict: Verdict, wrong: tuple[int, ...]
) -> None:
    sitting = talked(5)
    for turn in range(1, 6):
        sitting.act("board.add", kind="claim", text=f"my line {turn}")
    sitting.turn("so far", "Here. Which line is wrong?", request="summary")
    sitting.turn(answer, "Why?")
    made = sitting.inquiry.checkpoints[-1]
    assert (made.verdict, made.wrong) == (verdict, wrong)
    if verdict is not Verdict.UNCONFIRMED:
        assert read_tag(sitting.talk.turn(7).asked.notes)["checkpoint"].startswith(str(verdict))


def test_a_checkpoint_is_confirmed_by_key_too() -> None:
    sitting = talked(3)
    sitting.act("checkpoint")
    assert sitting.inquiry.checkpoints[-1].verdict is Verdict.WAITING
    inquiry = sitting.act("checkpoint", confirmed=True)
    assert inquiry.checkpoints[-1].words == "confirmed by you"


def test_the_offer_to_close_comes_once_for_a_still_board_and_does_not_nag() -> None:
    sitting = Sitting()
    sitting.act("budget", turns=0)
    offers = []
    for turn in range(1, 16):
        inquiry = sitting.turn(f"and the parser number {turn}", "Why?", [ask("Why?")])
        offers.append(inquiry.offer.reason if inquiry.offer else None)
    assert offers.index(StopReason.STILL) == 2
    assert sum(one is not None for one in offers) == 1


def test_a_spent_budget_is_offered_again_every_six_turns_and_no_sooner() -> None:
    sitting = talked(1)
    sitting.act("budget", turns=4)
    made = []
    for turn in range(2, 18):
        inquiry = sitting.turn(f"the parser number {turn}", "Why?", filing(turn))
        made += [turn] if inquiry.offer else []
    assert made == [4, 10, 16]
    assert "4 turns" in sitting.inquiry.offers[-1].text


def test_silence_after_help_is_a_reason_to_stop() -> None:
    sitting = begun()
    sitting.turn("", "Look at the first word.", request="hint")
    sitting.turn("idk", "Guess?")
    inquiry = sitting.turn("no idea", "Then what?")
    assert inquiry.offer is not None
    assert inquiry.offer.reason is StopReason.STUCK


def test_no_offer_is_made_while_the_session_is_being_closed() -> None:
    sitting = talked(3)
    sitting.act("budget", turns=2)
    inquiry = sitting.turn("that's all", "You settled c1.", request="close")
    assert inquiry.offer is None
    assert inquiry.phase == "close"


Finish = Callable[[Sitting], object]


@pytest.mark.parametrize(
    ("mode", "ops", "finish"),
    [
        ("examine", [add("x", "option", "wait")], lambda s: s.act("board.decide", id="x1")),
        ("tutor", [
            add("a", "insight", "Restated: it halves", "it halves each time", 1),
            add("b", "insight", "New case: ten steps", "ten steps for a thousand", 1),
        ], None),
        ("review", [
            add("x", "option", "one queue"),
            *(add(f"r{n}", "claim", f"{label}: so", supports=["x"])
              for n, label in enumerate(("Reason", "Risk", "Signal"))),
        ], None),
        ("debug", [
            add("h", "hypothesis", "the cache is stale"),
            add("e", "evidence", "it fails after a deploy", supports=["h"]),
            resolve("h", "confirmed", "it halves each time", 1),
        ], None),
    ],
)  # fmt: skip
def test_each_mode_knows_when_it_is_done(mode: str, ops: list[Op], finish: Finish | None) -> None:
    sitting = Sitting(mode)
    sitting.turn("it halves each time and takes ten steps for a thousand", "Why?", ops)
    if finish:
        finish(sitting)
    offer = sitting.inquiry.offer
    assert offer is not None
    assert offer.reason is StopReason.DONE
    without = Sitting(mode)
    assert without.turn("it halves each time", "Why?", ops[:1]).offer is None


def test_a_prediction_keeps_its_reply_folded_until_it_is_made() -> None:
    sitting = begun()
    sitting.act("predict.start", turn=2)
    assert sitting.inquiry.folded_turn == 2
    inquiry = sitting.act("predict", turn=2, guess="it asks for numbers", confidence=70)
    assert inquiry.folded_turn == 0
    sitting.turn("the parser", "How do you know?")
    inquiry = sitting.act("predict.after", turn=2, right=True, confidence=90)
    (made,) = inquiry.predictions
    assert (made.guess, made.before, made.after, made.right) == (
        "it asks for numbers",
        70,
        90,
        True,
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mode", "pace", "skip", "tier", "budget", "phase", "predict", "odd"]),
            st.dictionaries(
                st.sampled_from(["mode", "pace", "to", "turn", "turns", "guess"]),
                st.one_of(st.none(), st.booleans(), st.integers(-3, 9), st.text(max_size=4)),
            ),
        ),
        max_size=8,
    )
)
def test_no_act_whatever_breaks_the_fold(acts: list[tuple[str, dict[str, object]]]) -> None:
    sitting = begun()
    for what, detail in acts:
        sitting.act(what, **detail)
    assert sitting.inquiry == inquiry_of(sitting.talk, sitting.acts)
