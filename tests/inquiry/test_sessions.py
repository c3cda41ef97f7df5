"""A whole session in each mode, from its opening to its page, played by hand."""

from __future__ import annotations

import json

import pytest

from hq_tui.core.conversation import Conversation
from hq_tui.core.events import AttemptFailed, AttemptStarted, ResumeMode
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.reducer import apply
from hq_tui.inquiry.board.model import Kind
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.inquiry.review.check import Result
from hq_tui.inquiry.review.quote_lint import SaidWords, lint
from hq_tui.inquiry.review.review import review_session
from hq_tui.inquiry.state import StopReason
from tests.inquiry.inquiry_session import Op, Sitting, add, ask, resolve
from tests.inquiry.test_inquiry import assert_wire_is_sound

Step = tuple[str, str, list[Op]]


def named(label: str, quote: str, turn: int, kind: str = "claim", **more: object) -> Op:
    return add(label, kind, f"{label}: {quote}"[:120], quote, turn, **more)


BRIEF: list[Step] = [
    ("I want a page that shows our open orders", "“open orders” could mean two things. Which?",
     [named("Outcome", "shows our open orders", 1), ask("Which?")]),
    ("For the two people in the warehouse", "Two people in “the warehouse”. Why is it wanted now?",
     [named("For whom", "the two people in the warehouse", 2), ask("Why is it wanted now?")]),
    ("Because the old list stops in May", "The list “stops in May”. How would you see success?",
     [named("Why now", "the old list stops in May", 3), ask("How would you see success?")]),
    ("No order waits longer than one day", "“one day” can be counted. What limit binds you?",
     [named("Success", "No order waits longer than one day", 4), ask("What limit binds you?")]),
    ("It must run on the old terminal, no returns please",
     "The “old terminal” binds, returns stay out. Which line is wrong?",
     [named("Limit", "run on the old terminal", 5, "constraint"),
      named("Out of scope", "no returns", 5), ask("Which line is wrong?")]),
    ("None of them is wrong.", "Then the six lines stand.", []),
]  # fmt: skip
TUTOR: list[Step] = [
    ("Binary search looks at each item in turn", "“each item in turn” is one way. How many looks?",
     [add("h", "hypothesis", "It looks at each item", "looks at each item in turn", 1),
      ask("How many looks?")]),
    ("idk", "Take eight items: what is left after one look?", [ask("What is left?")]),
    ("Half is left, so it halves the list at each look",
     "It halves “at each look”. How many looks for a thousand?",
     [resolve("h1", "rejected", "it halves the list at each look", 3),
      named("Restated", "it halves the list at each look", 3, "insight"),
      ask("How many looks for a thousand?")]),
    ("Ten looks for a thousand items", "“Ten looks” is right. What would break it?",
     [named("New case", "Ten looks for a thousand items", 4, "insight"),
      ask("What would break it?")]),
]  # fmt: skip
REVIEW: list[Step] = [
    ("One queue between the shop and the billing", "“One queue” carries it all. Why one?",
     [add("q", "option", "One queue", "One queue between the shop and the billing", 1),
      ask("Why one?")]),
    ("Because order matters for refunds", "So “order matters”. What if it is full?",
     [named("Reason", "order matters for refunds", 2, supports=["x1"]),
      ask("What if it is full?")]),
    ("When it is full we lose refunds", "You “lose refunds”. How would you see it?",
     [named("Risk", "we lose refunds", 3, supports=["x1"]), ask("How would you see it?")]),
    ("The age of the oldest message is over an hour", "“over an hour” tells. Who looks at it?",
     [named("Signal", "the oldest message is over an hour", 4, supports=["x1"]),
      ask("Who looks at it?")]),
]  # fmt: skip
DEBUG: list[Step] = [
    ("The login should take a second", "“a second” is expected. What happened instead?",
     [named("Expected", "The login should take a second", 1, "evidence"), ask("What happened?")]),
    ("It hangs for a minute since Monday", "It hangs “since Monday”. What changed on Monday?",
     [named("Happened", "It hangs for a minute", 2, "evidence"), ask("What changed on Monday?")]),
    ("We moved the name server on Monday", "The “name server” moved. What would rule it out?",
     [add("h", "hypothesis", "The name server times out"),
      named("Last worked", "since Monday", 2, "evidence"), ask("What would rule it out?")]),
    ("With the old name server it takes a second again, so that is it",
     "It is fast with the “old name server”. What would have caught it earlier?",
     [add("e", "evidence", "Fast with the old one", "the old name server it takes a second", 4,
          supports=["h1"]),
      resolve("h1", "confirmed", "so that is it", 4), ask("What would have caught it?")]),
]  # fmt: skip
INTERVIEW: list[Step] = [
    ("The clerk books a parcel at the counter",
     "My guess: paper today, since counters are slow. What do they do today?",
     [named("Actor", "The clerk books a parcel at the counter", 1),
      ask("What do they do today?")]),
    ("They write a slip, and no parcel may lack a name",
     "A slip, and “no parcel may lack a name”. What happens without a name?",
     [named("Workaround", "They write a slip", 2),
      named("Rule", "no parcel may lack a name", 2), ask("What happens without one?")]),
    ("Then the clerk asks again; about forty a day",
     "The clerk “asks again”. What is left out, and by whom is it accepted?",
     [named("Errors", "the clerk asks again", 3), named("Numbers", "about forty a day", 3),
      ask("What is left out?")]),
    ("Payment is left out and the branch manager accepts it",
     "Payment is out. What would the branch manager look at first?",
     [named("Out of scope", "Payment is left out", 4),
      named("Accepted by", "the branch manager accepts it", 4), ask("What first?")]),
]  # fmt: skip
EXAMINE: list[Step] = [
    ("Python is always too slow for us", "“always” is a strong word. What has to be true for it?",
     [add("n", "claim", "Python is too slow", "Python is always too slow for us", 1),
      ask("What has to be true for it?")]),
    ("Only the nightly batch is slow", "These two lines differ. Which of the two gives way?",
     [add("m", "claim", "The batch is slow", "Only the nightly batch is slow", 2),
      add("t", "tension", "Always, or only at night", contradicts=["c1", "m"], turn=2),
      ask("Which of the two gives way?", targets=["t"])]),
    ("The first one, I overstated it", "Then the batch remains. What follows for the rewrite?",
     [resolve("T1", "retracted", "I overstated it", 3),
      resolve("c1", "retracted", "I overstated it", 3),
      ask("What follows for the rewrite?")]),
    ("We replace the parser first", "“the parser first” is a plan. What would change your mind?",
     [add("d", "decision", "Replace the parser", "We replace the parser first", 4),
      ask("What would change your mind?")]),
]  # fmt: skip

SESSIONS = {
    "brief": BRIEF,
    "examine": EXAMINE,
    "tutor": TUTOR,
    "review": REVIEW,
    "debug": DEBUG,
    "interview": INTERVIEW,
}

PROOF = {
    "brief": "## How success is seen\n\n- “No order waits longer than one day” [message 4]",
    "examine": "## Decision\n\n- Replace the parser — “We replace the parser first” [message 4]",
    "tutor": "- ~~It looks at each item — “looks at each item in turn” [message 1]~~ found wrong",
    "review": "One queue between the shop and the billing” [message 1]\n"
    "  - Reason: order matters for refunds — “order matters for refunds” [message 2]",
    "debug": "## Cause\n\n- The name server times out (Claude, message 1)",
    "interview": "## What must never break\n\n- “no parcel may lack a name” [message 2]",
}


def played(mode: str) -> Sitting:
    sitting = Sitting(mode)
    for text, reply, ops in SESSIONS[mode]:
        sitting.turn(text, reply, ops)
    if mode == "examine":
        sitting.act("board.retract", id="c1")
        sitting.act("board.decide", id="d1")
    return sitting


@pytest.mark.parametrize("mode", SESSIONS)
def test_a_whole_session_ends_with_an_offer_and_a_page_that_verifies(mode: str) -> None:
    sitting = played(mode)
    inquiry = sitting.inquiry
    assert inquiry.offers[-1].reason is StopReason.DONE
    page = brief_of(sitting.conversation, inquiry)
    assert PROOF[mode] in page, page
    assert lint(page, SaidWords.of(sitting.conversation, sitting.acts)) == ()
    assert_wire_is_sound(sitting)


@pytest.mark.parametrize("mode", SESSIONS)
def test_a_whole_session_holds_the_checks_that_it_was_written_to_hold(mode: str) -> None:
    sitting = played(mode)
    made = {
        check.id: check.result
        for check in review_session(sitting.conversation, sitting.inquiry).checks
    }
    wanted = {"R2", "R8", "R17"} - ({"R2"} if mode == "brief" else set())
    assert {id_ for id_ in wanted if made[id_] is Result.FAILED} == set()


@pytest.mark.parametrize("mode", SESSIONS)
def test_the_journal_alone_gives_the_same_state_at_every_turn(mode: str) -> None:
    sitting = Sitting(mode)
    for text, reply, ops in SESSIONS[mode]:
        live = sitting.turn(text, reply, ops)
        assert live == inquiry_of(sitting.conversation, sitting.acts)


@pytest.mark.parametrize("cut", ["before", "text", "tool"])
def test_a_fault_in_every_reply_leaves_board_page_and_review_as_without(cut: str) -> None:
    smooth, rough = played("debug"), Sitting("debug")
    for text, reply, ops in DEBUG:
        rough.say(text)
        call = json.dumps({"ops": ops}, ensure_ascii=False)
        if cut == "text":
            rough.stream(reply[:12])
        if cut == "tool":
            rough.stream(reply, call[:40])
        rough.conversation = broken(rough.conversation)
        rough.stream(reply, call)
        rough.end()
    assert rough.inquiry == smooth.inquiry
    assert brief_of(rough.conversation, rough.inquiry) == brief_of(
        smooth.conversation, smooth.inquiry
    )
    assert (
        review_session(rough.conversation, rough.inquiry).as_json()
        == review_session(smooth.conversation, smooth.inquiry).as_json()
    )


def broken(conversation: Conversation) -> Conversation:
    """The attempt under way breaks and another begins from nothing."""
    failure = Failure(kind=FailureKind.OVERLOADED, message="Overloaded")
    conversation = apply(conversation, AttemptFailed(failure=failure, at=1.0))
    start = AttemptStarted(number=2, how=ResumeMode.FRESH, model="claude-opus-5-5", at=2.0)
    return apply(conversation, start)


def test_a_mode_that_is_not_done_offers_nothing_about_being_done() -> None:
    sitting = Sitting("examine")
    for text, reply, ops in EXAMINE[:2]:
        sitting.turn(text, reply, ops)
    assert sitting.inquiry.offers == ()
    assert sitting.inquiry.board.counts()[Kind.TENSION] == 1
