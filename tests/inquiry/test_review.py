"""The checks of process that are true in every language."""

from __future__ import annotations

import json
import re

import pytest

from hq_tui.inquiry.review.check import Result
from hq_tui.inquiry.review.review import DISCLAIMER, Review, review_session
from tests.inquiry.inquiry_session import Sitting, add, ask
from tests.inquiry.test_brief import examined

GOOD = [
    ("We rewrite the parser because it is slow", "You tie the rewrite to slow. What is slow?"),
    ("Parsing takes 400 ms on the big files", "Files of 400 ms. How do you know that number?"),
    ("I measured it in March on one machine", "One machine. What has to be true elsewhere?"),
    ("The other machines are about the same", "Same machines. Who would disagree with you?"),
    ("The on-call person, she hates new things",
     "The person on call meets the slow parser first. What happens if she is right?"),
    ("Then we keep two parsers for a year",
     "Two parsers for a year cost files twice. Is the parser the right question?"),
]  # fmt: skip


def reviewed(*pairs: tuple[str, str]) -> Review:
    sitting = Sitting()
    for user, partner in pairs:
        sitting.turn(user, partner)
    return review_session(sitting.conversation, sitting.inquiry)


def result(made: Review, id: str) -> tuple[Result, tuple[int, ...]]:
    check = next(one for one in made.checks if one.id == id)
    return check.result, check.turns


def spoilt(turn: int, user: str | None = None, partner: str | None = None) -> Review:
    pairs = list(GOOD)
    old = pairs[turn - 1]
    pairs[turn - 1] = (user if user is not None else old[0], partner or old[1])
    return reviewed(*pairs)


IDS = ["R1", "R2", "R3", "R8", "R10", "R16", "R17", "R18"]


def test_all_checks_are_there_in_order_and_a_good_transcript_fails_none() -> None:
    made = reviewed(*GOOD)
    assert [check.id for check in made.checks] == IDS
    assert made.failed == (), made.as_text()


@pytest.mark.parametrize(
    ("id", "turns", "made"),
    [
        ("R1", (2,), spoilt(2, partner="Files of 400 ms. How do you know? And why?")),
        ("R1", (3,), spoilt(3, partner="One machine, so “is it slow?” stays open.")),
        ("R2", (2,), spoilt(2, partner="How do you know the 400 ms? Take your time.")),
        ("R2", (2,), spoilt(2, partner="どうして分かりますか？ ゆっくりでいい。")),
        ("R3", (2,), spoilt(2, partner="files " * 200 + "How do you know that number?")),
        ("R8", (2,), spoilt(2, partner="400 ms. What is  SLOW?")),
    ],
)
def test_one_fault_fails_its_check_and_names_the_turn(
    id: str, turns: tuple[int, ...], made: Review
) -> None:
    assert result(made, id) == (Result.FAILED, turns)
    failed = next(one for one in made.failed if one.id == id)
    assert failed.line.startswith("✕ ")
    assert failed.line in made.as_text()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("One machine is not enough.", Result.PASSED), ("Enough. Or is it?", Result.FAILED)],
)
def test_the_answer_that_was_asked_for_owes_no_question_and_must_have_none(
    reply: str, expected: Result
) -> None:
    sitting = Sitting()
    sitting.turn("it is slow", "What is slow?", [ask("What is slow?")])
    sitting.turn("just tell me", reply, request="answer_now")
    made = review_session(sitting.conversation, sitting.inquiry)
    assert result(made, "R1")[0] is Result.PASSED
    assert result(made, "R10")[0] is expected


def test_a_question_that_stays_after_a_hint_was_not_asked_twice() -> None:
    sitting = Sitting()
    sitting.turn("it is slow", "What is slow?")
    sitting.turn("(a hint, please)", "Look at “slow”. What is slow?", request="hint")
    sitting.turn("the parser", "Whose parser?")
    made = review_session(sitting.conversation, sitting.inquiry)
    assert result(made, "R8")[0] is Result.PASSED


def test_checks_without_anything_to_look_at_are_left_out() -> None:
    made = reviewed(*GOOD)
    left = {check.id for check in made.checks if check.result is Result.LEFT_OUT}
    assert left == {"R10", "R17"}


def test_a_session_is_reviewed_with_its_board() -> None:
    sitting = examined()
    made = review_session(sitting.conversation, sitting.inquiry)
    assert result(made, "R17") == (Result.FAILED, (3,))
    text = next(check for check in made.checks if check.id == "R16").value
    assert text == "1 raised, 1 ended"


def test_going_on_long_after_the_end_is_counted() -> None:
    sitting = Sitting()
    sitting.turn("we wait with the parser", "Why?", [add("n", "decision", "wait")])
    sitting.act("board.decide", id="d1")
    for turn in range(2, 6):
        sitting.turn(f"and the parser number {turn}", "Why?", [add("n", "claim", f"line {turn}")])
    made = review_session(sitting.conversation, sitting.inquiry)
    assert result(made, "R18") == (Result.FAILED, (4, 5))


def test_turns_about_a_contradiction_that_came_after_the_decision_are_not_held_against_it() -> None:
    sitting = Sitting()
    sitting.turn("we wait with the parser", "Why?", [add("n", "decision", "wait")])
    sitting.act("board.decide", id="d1")
    clash = {"op": "add", "kind": "tension", "text": "or not", "contradicts": ["d1"], "ref": "t"}
    for turn in range(2, 6):
        sitting.turn(f"and the parser number {turn}", "Why?", [clash] if turn == 2 else [])
    made = review_session(sitting.conversation, sitting.inquiry)
    assert result(made, "R18")[0] is Result.REPORTED


def test_both_forms_say_what_it_does_not_measure() -> None:
    made = reviewed(*GOOD)
    row = json.loads(json.dumps(made.as_json()))
    assert row["note"] == DISCLAIMER
    assert [check["id"] for check in row["checks"]] == IDS
    assert DISCLAIMER in made.as_text()
    assert max(len(line) for line in made.as_text().splitlines()) <= 120


def test_a_review_is_in_plain_words_and_leads_to_its_messages() -> None:
    made = spoilt(2, partner="files " * 200 + "How do you know that number?")
    (share,) = re.findall(r"✕ Claude did most of the talking: (\d+) % of the words \(message 2\)",
                          made.as_text())  # fmt: skip
    assert 60 < int(share) < 100
    assert "✓ One question at a time: 6 of 6 replies" in made.as_text()
    assert not any(word in made.as_text() for word in ("R1", "R3", "gate", "left out"))


def test_a_german_question_that_begins_with_was_is_a_question_like_any_other() -> None:
    made = reviewed(
        ("Ich will umziehen", "Umziehen, also fort. Was hält dich hier?"),
        ("Die Arbeit", "Die Arbeit hält dich. Was wäre ohne sie anders?"),
    )
    assert not {"R1", "R2", "R8"} & {check.id for check in made.failed}, made.as_text()


def test_a_session_without_a_message_can_be_reviewed() -> None:
    made = reviewed()
    assert (made.failed, made.turns) == ((), 0)
