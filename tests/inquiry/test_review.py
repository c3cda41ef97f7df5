"""Twenty checks of process."""

from __future__ import annotations

import json

import pytest

from hq_tui.inquiry.findings import Result
from hq_tui.inquiry.review import DISCLAIMER, Line, Review, lines_of, review, review_talk
from tests.inquiry.sitting import Sitting, add, ask
from tests.inquiry.test_artefact import examined

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


def transcript(*pairs: tuple[str, str]) -> list[Line]:
    lines = []
    for turn, (user, partner) in enumerate(pairs, start=1):
        lines.append(Line(role="user", turn=turn, text=user))
        lines.append(Line(role="assistant", turn=turn, text=partner))
    return lines


def result(made: Review, id: str) -> tuple[Result, tuple[int, ...]]:
    check = next(one for one in made.checks if one.id == id)
    return check.result, check.turns


def spoilt(turn: int, user: str | None = None, partner: str | None = None) -> Review:
    pairs = list(GOOD)
    old = pairs[turn - 1]
    pairs[turn - 1] = (user if user is not None else old[0], partner or old[1])
    return review(transcript(*pairs))


def test_all_twenty_checks_are_there_in_order_and_a_good_transcript_fails_none() -> None:
    made = review(transcript(*GOOD))
    assert [check.id for check in made.checks] == [f"R{n}" for n in range(1, 21)]
    assert made.failed == (), made.as_text()


@pytest.mark.parametrize(
    ("id", "turns", "made"),
    [
        ("R1", (2,), spoilt(2, partner="Files of 400 ms. How do you know? And why?")),
        ("R1", (3,), spoilt(3, partner="One machine, so “is it slow?” stays open.")),
        ("R2", (2,), spoilt(2, partner="How do you know the 400 ms? Take your time.")),
        ("R3", (), spoilt(2, partner="files " * 200 + "How do you know that number?")),
        ("R4", (2,), spoilt(2, partner="files " * 100 + "How do you know that number?")),
        ("R11", (4,), spoilt(4, partner="Same machines. Don't you think she disagrees?")),
        ("R12", (1,), spoilt(1, partner="Great point about slow. What is slow?")),
        ("R13", (2,), spoilt(2, partner="400 ms. How do you know it and who measured it?")),
        ("R8", (1, 2), spoilt(2, partner="400 ms. What is slow?")),
        ("R10", (3,), spoilt(3, user="just tell me")),
    ],
)
def test_one_fault_fails_its_check_and_names_the_turn(
    id: str, turns: tuple[int, ...], made: Review
) -> None:
    assert result(made, id) == (Result.FAILED, turns)
    assert id in made.line


def test_uptake_and_links_see_a_partner_that_does_not_listen() -> None:
    deaf = [(user, "Interesting weather today. What would a child say?") for user, _ in GOOD]
    made = review(transcript(*deaf))
    assert result(made, "R5")[0] is Result.FAILED
    assert result(made, "R6")[0] is Result.FAILED
    assert result(made, "R20")[0] is Result.FAILED


def test_a_reply_that_only_tells_owes_no_question() -> None:
    made = spoilt(3, user="just tell me", partner="One machine is not enough.")
    assert result(made, "R1")[0] is Result.PASSED
    assert result(made, "R10")[0] is Result.PASSED


def test_one_type_all_the_time_is_seen_by_turn_twelve() -> None:
    same = [
        (f"the parser number {n} is bad", f"Number {n}. What does {n} mean?") for n in range(12)
    ]
    check, turns = result(review(transcript(*same)), "R7")
    assert (check, len(turns)) == (Result.FAILED, 12)


def test_tiredness_and_new_material_are_reported_with_the_silent_turns() -> None:
    tired = [*GOOD, ("idk", "What is slow?"), ("no idea", "Who knows?"), ("dunno", "What now?")]
    made = review(transcript(*tired))
    assert result(made, "R19") == (Result.REPORTED, (7, 8, 9))
    assert result(made, "R15")[0] is Result.FAILED


def test_what_only_a_session_knows_is_left_out_of_a_bare_transcript() -> None:
    made = review(transcript(*GOOD))
    left = {check.id for check in made.checks if check.result is Result.LEFT_OUT}
    assert {"R9", "R14", "R16", "R17", "R18"} <= left


def test_a_session_is_reviewed_with_its_board() -> None:
    sitting = examined()
    made = review_talk(sitting.talk, sitting.inquiry)
    assert result(made, "R17") == (Result.FAILED, (3,))
    assert result(made, "R14")[0] is Result.PASSED
    text = next(check for check in made.checks if check.id == "R16").value
    assert text == "1 raised, 1 ended after 0 turns (median)"


def test_an_answer_that_nobody_asked_for_is_counted() -> None:
    sitting = Sitting("tutor")
    reveal = {"op": "reveal", "level": 4, "answer_given": True}
    sitting.turn(
        "it halves the list", "It is n log n. What follows?", [ask("What follows?"), reveal]
    )
    made = review_talk(sitting.talk, sitting.inquiry)
    assert result(made, "R9") == (Result.FAILED, (1,))


def test_going_on_long_after_the_end_is_counted() -> None:
    sitting = Sitting()
    sitting.turn("we wait with the parser", "Why?", [add("n", "decision", "wait")])
    sitting.act("board.decide", id="d1")
    for turn in range(2, 6):
        sitting.turn(f"and the parser number {turn}", "Why?", [add("n", "claim", f"line {turn}")])
    made = review_talk(sitting.talk, sitting.inquiry)
    assert result(made, "R18") == (Result.FAILED, (4, 5))


def test_guesses_give_one_line_of_calibration() -> None:
    sitting = Sitting()
    for turn, right in ((1, True), (2, False)):
        sitting.act("predict", turn=turn, guess="numbers", confidence=80)
        sitting.turn(f"the parser number {turn}", "Why?")
        sitting.act("predict.after", turn=turn, right=right, confidence=60)
    made = review_talk(sitting.talk, sitting.inquiry)
    assert made.calibration == "guesses: 1 of 2 right; sure 80 % before, 60 % after"
    assert made.calibration in made.as_text()


def test_both_forms_say_what_it_does_not_measure() -> None:
    made = review(transcript(*GOOD))
    row = json.loads(json.dumps(made.as_json()))
    assert row["note"] == DISCLAIMER
    assert len(row["checks"]) == 20
    assert DISCLAIMER in made.as_text()
    assert max(len(line) for line in made.as_text().splitlines()) <= 120


def test_nothing_at_all_can_be_reviewed() -> None:
    assert review([]).failed == ()
    assert review([Line(role="assistant", turn=1, text="Hello?")]).turns == 0


def test_the_transcript_of_a_session_leaves_its_fences_out() -> None:
    sitting = Sitting()
    sitting.turn("it is slow", "What is slow?\n```board\n{}\n```")
    assert [line.text for line in lines_of(sitting.talk)] == ["it is slow", "What is slow?"]
