"""The page that a session leaves behind, and the check that nothing on it is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.codec import to_record
from hq_tui.core.user_actions import AddItem, RefineItem
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.review.quote_lint import lint, quotes_with_turn
from hq_tui.inquiry.review.review import review_session
from hq_tui.sessions.session import replay
from tests.inquiry.sitting import Op, Sitting, add, ask, resolve, revise
from tests.sessions.making import conversation

TEXTS = [
    "We are going to rewrite the ingest service in Rust because Python is always too slow for us.",
    "Parsing takes 400 ms per file, measured in March.",
    "I assume the whole team wants to learn Rust.",
    "Honestly Python is not slow for the small files, only for the nightly batch.",
    "I would drop it if a faster parser brought 100 ms.",
    "Then we replace the parser first.",
]
QUOTES = [
    "Python is always too slow for us",
    "Parsing takes 400 ms per file",
    "the whole team wants to learn Rust",
    "Python is not slow for the small files",
    "a faster parser brought 100 ms",
    "we replace the parser first",
]


def examined() -> Sitting:
    """A whole session in the mode examine, from the thesis to the decision."""
    sitting = Sitting()
    replies: list[tuple[str, list[Op]]] = [
        ("You tie “rewrite” to “too slow”. What has to be true for that?", [
            add("n1", "claim", "Python is always too slow", QUOTES[0], 1),
            add("n2", "option", "Rewrite the service in Rust"),
            add("n3", "assumption", "Speed is a matter of “language”"),
            ask("What has to be true for that?", "whether Rust helps", ["n1"]),
        ]),
        ("“400 ms” is a number. Who would see it otherwise?", [
            add("n1", "evidence", "400 ms per file", QUOTES[1], 2, supports=["c1"]),
            ask("Who would see it otherwise?"),
        ]),
        ("That is an assumption. What did you see that speaks for it?", [
            add("n1", "assumption", "The team wants Rust", QUOTES[2], 3),
            add("n2", "claim", "The team is keen", "the team is keen", 3, by="user"),
            ask("What did you see that speaks for it?"),
        ]),
        ("I put two lines side by side. Which of the two gives way?", [
            add("n1", "claim", "Only the batch is slow", QUOTES[3], 4),
            add("n2", "tension", "Always slow, and not", contradicts=["c1", "n1"], turn=4),
            ask("Which of the two gives way?", "the cause", ["n2"]),
        ]),
        ("So the batch it is. What would change your mind?", [
            ask("What would change your mind?"),
        ]),
        ("A parser, then. What else must be so?", [
            add("n1", "option", "Replace the parser", QUOTES[5], 6),
            add("n2", "action", "Measure a faster parser"),
            ask("What else must be so?"),
        ]),
    ]  # fmt: skip
    for text, (reply, ops) in zip(TEXTS, replies, strict=True):
        sitting.turn(text, reply, ops)
        if text is TEXTS[3]:
            sitting.act("board.retract", id="c1", why="I overstated it")
    sitting.act("board.decide", id="x2")
    return sitting


DECISION = """\
# Decision record: We are going to rewrite the ingest service in Rust because…

Status: accepted

## Question

- “We are going to rewrite the ingest service in Rust because Python is always too slow for us” [t1]

## Decision

- “we replace the parser first” [t6] (d1)

## Because

- The team is keen (partner, t3, paraphrase) (c2)
- “Python is not slow for the small files” [t4] (c3)

## Considered options

- Rewrite the service in Rust (partner, t1) (x1)
- “we replace the parser first” [t6] (x2)

## Constraints

(none)

## Assumptions still unchecked

- Speed is a matter of 'language' (partner, t1) (a1)
- “the whole team wants to learn Rust” [t3] (a2)

## Evidence

- “Parsing takes 400 ms per file” [t2] (e1)

## Tensions

- T1: retracted t4
  - ~~“Python is always too slow for us” [t1]~~ retracted t4 (c1)
  - “Python is not slow for the small files” [t4] (c3)

## Dropped

- ~~“Python is always too slow for us” [t1]~~ retracted t4 (c1)

## Open

- What else must be so? (asked, t6)

## Next action

- Measure a faster parser (partner, t6) (s1)

## Method

mode: examine · partner: rehearsal, rule-based, no model · model: rehearsal-1 · turns: 6 · \
begun: 1970-01-01T00:16:40.000+00:00 · session: s1 · review: x
"""


def test_the_decision_record_of_a_session_is_this_to_the_byte() -> None:
    sitting = examined()
    page = brief_of(sitting.conversation, sitting.inquiry, review_line="review: x")
    assert page == DECISION
    assert lint(page, sitting.conversation, sitting.acts) == ()


def test_a_decision_that_nobody_took_is_not_on_the_page() -> None:
    sitting = Sitting()
    sitting.turn(TEXTS[0], "Why?", [add("n1", "decision", "Rewrite it", QUOTES[0], 1)])
    page = brief_of(sitting.conversation, sitting.inquiry)
    assert "## Decision\n\n(none)" in page
    assert "Status: draft" in page


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_a_page_that_verifies_even_of_nothing(mode: str) -> None:
    sitting = Sitting(mode)
    assert brief_of(sitting.conversation, sitting.inquiry).startswith(f"# {MODES[mode].title}: s1")
    sitting.turn('He said “I “never” [t3] know” [t1] and “so”', "Why?", [
        add("n1", "claim", "x is “so” [t9]", "“never” [t3] know” [t1]", 1),
    ])  # fmt: skip
    sitting.act("board.add", kind="claim", text="my “own” words” [t2] here")
    page = brief_of(sitting.conversation, sitting.inquiry)
    assert lint(page, sitting.conversation, sitting.acts) == ()
    assert page == brief_of(sitting.conversation, sitting.inquiry)


def test_any_changed_letter_in_any_quotation_is_named() -> None:
    sitting = examined()
    page = brief_of(sitting.conversation, sitting.inquiry)
    lines = page.splitlines()
    changed = 0
    for number, line in enumerate(lines):
        start, end = line.find("“"), line.rfind("”")
        for place in range(start, end + 1) if start >= 0 else ():
            if line[place].isspace():
                continue
            other = "\N{REPLACEMENT CHARACTER}"
            broken = [
                *lines[:number],
                line[:place] + other + line[place + 1 :],
                *lines[number + 1 :],
            ]
            found = lint("\n".join(broken), sitting.conversation, sitting.acts)
            assert [one.line for one in found] == [number + 1], broken[number]
            changed += 1
    assert changed > 200
    assert quotes_with_turn(page) == 9


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("“Python is wonderful” [t1]", "not in turn 1"),
        ("“Python is always too slow for us” [t2]", "not in turn 2"),
        ("“Python is always too slow for us” [t99]", "not in turn 99"),
        ("“Python is always too slow for us” [t1 board]", "not in turn 1"),
        ("As you said, “Python is dead”.", "nobody said it"),
        ("“Python is always too slow for us [t1]", "no closing mark"),
        ("Python is always too slow for us” [t1]", "no opening mark"),
        ("“” [t1]", "not in turn 1"),
    ],
)
def test_an_invented_quotation_is_named_with_its_line(line: str, reason: str) -> None:
    sitting = examined()
    (finding,) = lint(f"# x\n\n- {line}\n", sitting.conversation, sitting.acts)
    assert finding.line == 3
    assert reason in str(finding)


@pytest.mark.parametrize(
    "line",
    [
        "“Python is always too slow for us” [t1]",
        "“Python is   always too slow” [t1] and “400 ms per file” [t2]",
        "the partner asked “Which of the two gives way?” about “400 ms per file”",
        "no quotation at all [t1]",
    ],
)
def test_what_was_said_passes_by_either_side(line: str) -> None:
    sitting = examined()
    assert lint(line, sitting.conversation, sitting.acts) == ()


def test_words_typed_on_the_board_are_the_users_and_verify_against_their_acts() -> None:
    sitting = examined()
    sitting.act("board.edit", id="a1", text="Speed is a matter of the parser")
    page = brief_of(sitting.conversation, sitting.inquiry)
    assert "- “Speed is a matter of the parser” [t6 board] (a1)" in page
    assert "~~Speed is a matter of 'language'~~ reworded t6 (a1)" in page
    assert lint(page, sitting.conversation, sitting.acts) == ()
    assert len(lint(page, sitting.conversation, ())) == 1


def test_the_page_of_a_decision_by_key_keeps_whose_words_they_are() -> None:
    sitting = examined()
    sitting.act("board.decide", id="x1")
    page = brief_of(sitting.conversation, sitting.inquiry)
    assert "- Rewrite the service in Rust (partner, t6, accepted by you) (d2)" in page
    assert lint(page, sitting.conversation, sitting.acts) == ()


@given(st.text(min_size=1, max_size=80), st.text(max_size=80))
def test_whatever_the_user_types_its_page_verifies(said: str, typed: str) -> None:
    sitting = Sitting()
    words = " ".join(said.split())[:100]
    sitting.turn(said, "Why?", [
        add("n1", "claim", words[:100] or "x", words, 1), add("n2", "claim", typed[:100], said, 1),
        revise("n1", "other"), resolve("n2", "rejected", words, 1),
    ])  # fmt: skip
    sitting.acts.append(Act(turn=1, action=AddItem(kind="term", text=typed)))
    sitting.acts.append(Act(turn=1, action=RefineItem(id="c1", text=typed)))
    page = brief_of(sitting.conversation, sitting.inquiry)
    assert lint(page, sitting.conversation, sitting.acts) == ()


def test_the_review_line_stands_at_the_foot() -> None:
    sitting = examined()
    line = review_session(sitting.conversation, sitting.inquiry).line
    assert brief_of(sitting.conversation, sitting.inquiry, review_line=line).rstrip().endswith(line)


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_a_quotation_with_another_separator_of_lines_in_it_is_one(mark: str) -> None:
    read = replay(
        [to_record(event) for event in conversation("a", f"sell{mark}the bakery")]
    ).conversation
    assert lint(f"# x\r\n\r\n- “sell{mark}the bakery” [t1]\r\n", read) == ()
