"""The fold: turns and acts in, the state of an inquiry out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.requests.request import history
from hq_tui.core.text.mode_file import BUDGET
from hq_tui.core.user_actions import ShowSummary, SummaryLine, wire_form
from hq_tui.inquiry.actions import read_tag
from hq_tui.inquiry.apply_turn import request_of
from hq_tui.inquiry.board.summary import as_text, lines_now
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.inquiry.modes import MODES, system_prompt
from hq_tui.inquiry.request_notes import notes_for
from hq_tui.inquiry.state import Inquiry, Request, StopReason
from tests.inquiry.inquiry_session import Op, Sitting, add, ask, resolve

CLAIM = add("n1", "claim", "Python is too slow", "Python is too slow", 1)
CALL = json.dumps({"ops": [CLAIM, ask("What is slow?", "the cause", ["n1"])]})


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
    assert inquiry.card.text == "What is slow?"
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
    assert inquiry.results[0].is_error is (cut > 0 and not whole)
    assert inquiry.card.text == "What is slow?"
    sitting.turn("the parser", "Why?", [ask("Why?")])
    assert_wire_is_sound(sitting)


def assert_wire_is_sound(sitting: Sitting) -> None:
    """Every call is answered first in the message that follows it, and roles alternate."""
    messages = history(sitting.conversation, context="")
    for number, message in enumerate(messages):
        assert message["role"] == ("user", "assistant")[number % 2]
        calls = [part["id"] for part in message["content"] if part["type"] == "tool_use"]
        if calls and number + 1 < len(messages):
            answers = messages[number + 1]["content"][: len(calls)]
            assert [part["tool_use_id"] for part in answers] == calls


def test_the_result_of_a_call_rides_first_in_the_next_message() -> None:
    sitting = begun()
    sitting.turn("the parser", "Why?", [ask("Why?")])
    answer = history(sitting.conversation, context="")[2]["content"]
    assert [part["type"] for part in answer] == ["tool_result", "text", "text"]
    assert answer[0]["content"] == "noted n1=c1"


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
    sitting.act("mode", mode="brief")
    sitting.act("board.add", kind="term", text="slow means late")
    assert sitting.inquiry == inquiry_of(sitting.conversation, sitting.acts)
    if turns:
        sitting.say("one more about the parser")
        assert sitting.inquiry == inquiry_of(sitting.conversation, sitting.acts)


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
    sitting.act("board.edit", id="c1", text='a < b & "c"')
    sitting.act("board.pin", id="c1")
    sitting.turn("the parser", "Why?", [ask("Why?")])
    asked = sitting.conversation.turn(2).asked
    assert asked.notes[1] == (
        '<board_edit rev="3">c1 revised by user: a &lt; b &amp; "c"; c1 pinned by user</board_edit>'
    )
    sitting.say("because of its regexes")
    assert sitting.conversation.live is not None
    assert len(sitting.conversation.live.asked.notes) == 1


def test_a_skip_takes_the_question_off_the_table() -> None:
    sitting = Sitting()
    sitting.turn("it is slow in the end", "What is slow? Who says so?")
    for _ in range(2):
        inquiry = sitting.act("skip", turn=1)
        assert inquiry.card.state is CardState.SKIPPED
        assert [one.skipped for one in inquiry.questions] == [True]
        assert inquiry.turns == 1


def test_a_skip_meant_for_another_question_does_nothing() -> None:
    sitting = begun()
    assert sitting.act("skip", turn=0).is_waiting_for_user


def test_after_several_questions_the_next_message_reminds_of_one() -> None:
    sitting = Sitting()
    sitting.turn("it is slow in the end", "What is slow? Who says so?")
    sitting.turn("the parser", "Why?")
    sitting.say("because")
    tags = [read_tag(turn.asked.notes) for turn in sitting.conversation.turns]
    assert [tag.get("ask") for tag in tags] == [None, "one", None]


def test_the_tag_says_mode_and_turn_and_the_request_is_read_back() -> None:
    sitting = begun("debug")
    sitting.say("help me", "hint")
    assert sitting.conversation.live is not None
    tag = read_tag(sitting.conversation.live.asked.notes)
    assert tag == {"mode": "debug", "turn": "2", "request": "hint", "level": "1"}
    assert sitting.inquiry.requests == ((2, Request.HINT),)


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


@pytest.mark.parametrize("request_", ["hint", "skip", "close", "answer_now"])
def test_what_only_asks_for_something_is_no_answer(request_: str) -> None:
    inquiry = begun().turn("(please)", "Here it is.", request=request_)
    assert inquiry.questions[-1].answer == 0
    assert inquiry.spoken == (1,)


@pytest.mark.parametrize(
    "words", ["just tell me", "dis-moi simplement", "教えてください", "that's all", "idk", ""]
)
def test_what_words_mean_is_not_judged_in_any_language(words: str) -> None:
    plain = begun().turn(words, "Why? Because.")
    assert plain.requests == ()
    assert plain.spoken == (1, 2)
    assert plain.card.text == "Why?"


def test_the_answer_is_asked_for_by_key() -> None:
    sitting = begun()
    inquiry = sitting.turn("just tell me", "The parser, likely.", request="answer_now")
    assert inquiry.requests == ((2, Request.ANSWER_NOW),)
    assert inquiry.card.state is CardState.TOLD
    assert read_tag(sitting.conversation.turn(2).asked.notes)["request"] == "answer_now"


def test_what_the_program_once_asked_for_by_itself_is_read_as_an_answer() -> None:
    old = ('<session turn="2" request="hint" by="app" level="1"/>',)
    assert request_of(old) is None
    assert request_of((old[0].replace('by="app" ', ""),)) is Request.HINT


def test_the_mode_may_change_and_the_fold_knows_which_held_when() -> None:
    sitting = begun("brief")
    sitting.act("mode", **{"from": "brief", "mode": "debug"})
    sitting.turn("the parser", "Why?")
    fresh = inquiry_of(sitting.conversation, sitting.acts)
    assert fresh.mode_name == "debug"
    assert [read_tag(turn.asked.notes)["mode"] for turn in sitting.conversation.turns] == [
        "brief",
        "debug",
    ]


def test_without_a_tool_the_model_is_told_to_file_nothing() -> None:
    tags = [read_tag(notes_for(begun().inquiry, files=files)) for files in (True, False)]
    assert [tag.get("board") for tag in tags] == [None, "off"]


def test_a_fence_of_an_earlier_version_files_nothing_and_is_shown_as_it_stands() -> None:
    reply = 'What is slow?\n```board\n{"op": "add"}\n```'
    inquiry = Sitting().turn("it is slow", reply)
    assert inquiry.board.items == ()
    assert inquiry.card.text == "What is slow?"


def summed_up(sitting: Sitting) -> Inquiry:
    """The person asks for the summary, as the program records it."""
    what, detail = wire_form(ShowSummary(lines=lines_now(sitting.inquiry)))
    return sitting.act(what, **detail)


def test_a_summary_holds_five_lines_of_the_person_and_the_next_message_tells_which() -> None:
    sitting = talked(2)
    for number in range(1, 8):
        sitting.act("board.add", kind="claim", text=f"my <line> {number}")
    shown = summed_up(sitting).summary
    assert [line.quote for line in shown] == [f"my <line> {number}" for number in range(1, 6)]
    assert as_text(shown).startswith("1. “my <line> 1” (message 2)\n2. ")
    sitting.say("line 3 is wrong")
    assert sitting.conversation.live is not None
    (note,) = [one for one in sitting.conversation.live.asked.notes if one.startswith("<summary>")]
    assert "3. “my &lt;line&gt; 3” (message 2)" in note
    assert "request" not in read_tag(sitting.conversation.live.asked.notes)
    assert sitting.end().summary == ()


def test_a_summary_of_an_empty_board_holds_the_latest_messages() -> None:
    sitting = Sitting()
    assert lines_now(sitting.inquiry) == ()
    for number in range(1, 8):
        sitting.turn(f"das ist Satz {number}", "Warum?")
    assert lines_now(sitting.inquiry) == tuple(
        SummaryLine(quote=f"das ist Satz {number}", turn=number) for number in range(3, 8)
    )


@pytest.mark.parametrize("lines", [None, 3, "x", [1], [{"quote": 1}], [{"quote": "x"}] * 9])
def test_a_summary_that_is_misshapen_in_the_journal_breaks_nothing(lines: object) -> None:
    assert len(begun().act("summary", lines=lines).summary) <= 5


def test_the_offer_to_close_comes_once_for_a_still_board_and_does_not_nag() -> None:
    sitting = Sitting()
    offers = []
    for turn in range(1, 16):
        inquiry = sitting.turn(f"and the parser number {turn}", "Why?", [ask("Why?")])
        offers.append(inquiry.offer.reason if inquiry.offer else None)
    assert offers.index(StopReason.STILL) == 2
    assert sum(one is not None for one in offers) == 1


def test_a_long_session_is_offered_its_end_every_six_turns_and_no_sooner() -> None:
    sitting, made = Sitting(), []
    for turn in range(1, BUDGET + 13):
        inquiry = sitting.turn(f"the parser number {turn}", "Why?", filing(turn))
        made += [turn] if inquiry.offer else []
    assert made == [BUDGET, BUDGET + 6, BUDGET + 12]
    assert f"{BUDGET} turns" in sitting.inquiry.offers[-1].text


def test_no_offer_is_made_while_the_session_is_being_closed() -> None:
    sitting = Sitting()
    for turn in range(1, 3):
        sitting.turn(f"the parser number {turn}", "Why?")
    inquiry = sitting.turn("that's all", "You settled c1.", request="close")
    assert inquiry.offer is None
    assert inquiry.card.state is CardState.CLOSED


def test_examining_is_done_when_the_person_has_decided_and_not_with_a_contradiction_settled() -> (
    None
):
    sitting = Sitting("examine")
    sides = [
        add("a", "claim", "it is slow", "it is slow", 1),
        add("b", "claim", "it is not", "", 1),
    ]
    clash = {
        "op": "add",
        "ref": "t",
        "kind": "tension",
        "text": "or not",
        "contradicts": ["a", "b"],
    }
    sitting.turn("it is slow", "Which gives way?", [*sides, clash])
    sitting.act("board.retract", id="c1")
    for turn in range(2, 6):
        more = add("n", "claim", f"line {turn}")
        assert sitting.turn(f"the parser number {turn}", "Why?", [more]).offer is None
    decision = add("d", "decision", "they wait", "I wait", 6)
    offer = sitting.turn("I wait", "What changed?", [decision]).offer
    assert offer is not None
    assert offer.text == "Enough for a page (F10): you have decided, and no contradiction is open."


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


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mode", "pace", "skip", "tier", "budget", "phase", "summary", "odd"]),
            st.dictionaries(
                st.sampled_from(["mode", "pace", "to", "turn", "turns", "lines"]),
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
    assert sitting.inquiry == inquiry_of(sitting.conversation, sitting.acts)


def test_a_model_that_was_told_other_ids_is_told_the_board_once() -> None:
    sitting = Sitting()
    ops = [add("n1", "claim", "it is slow", "it is slow"), add("n2", "claim", "at night & so")]
    sitting.turn("it is slow at night", "Why?", ops)
    before = sitting.inquiry.results[0]
    assert before.content == "noted n1=c1 n2=c2"
    old = replace(before, content='{"rev": 1, "ids": {"n1": "c1"}, "rejected": ["ops[1]: no"]}')
    sitting.say("so what", results=(old,))
    sitting.stream("And?")
    assert not sitting.end().was_retold
    sitting.turn("the parser", "Why?")
    notes = [turn.asked.notes for turn in sitting.conversation.turns]
    assert [len(one) for one in notes] == [1, 1, 2]
    assert notes[2][1] == "<board>c1 it is slow; c2 at night &amp; so</board>"
    sitting.say("because of its regexes")
    assert sitting.inquiry.was_retold
    assert sitting.conversation.live is not None
    assert len(sitting.conversation.live.asked.notes) == 1


def test_a_contradiction_that_was_raised_without_a_question_is_the_one_at_hand() -> None:
    sitting = Sitting()
    clash = add("t", "tension", "both", contradicts=["it is slow", "it is fast at noon"])
    inquiry = sitting.turn("it is slow, and it is fast at noon", "Both cannot be.", [clash])
    assert inquiry.card.state is not CardState.OPEN
    assert inquiry.contradiction is not None
    assert inquiry.contradiction.contradicts == ("c1", "c2")
    assert sitting.turn("hm", "Which?", [ask("Which?", targets=["T1"])]).contradiction
    assert sitting.turn("well", "Why?").contradiction is None
    sitting.turn("so", "Which?", [ask("Which?", targets=["T1"])])
    assert sitting.act("board.retract", id="c2").contradiction is None
