"""The page that a session leaves behind, and the check that nothing on it is invented."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.codec import to_record
from hq_tui.core.user_actions import AddItem, RefineItem
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.review.quote_lint import Finding, SaidWords, lint, quotes_with_place
from hq_tui.inquiry.review.review import review_session
from hq_tui.sessions.session import replay
from tests.inquiry.inquiry_session import Op, Sitting, add, ask, resolve, revise
from tests.sessions.samples import conversation

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


def examined(model: str = "claude-opus-5-5") -> Sitting:
    """A whole session in the mode examine, from the thesis to the decision."""
    sitting = Sitting(model=model)
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
            add("n1", "claim", "A faster parser brings 100 ms", QUOTES[4], 5),
            ask("What would change your mind?"),
        ]),
        ("A parser, then. What else must be so?", [
            add("n1", "option", "Replace the parser", QUOTES[5], 6, supports=["c4"]),
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

## Question

- “We are going to rewrite the ingest service in Rust because Python is always too slow for us.” \
[message 1]

## Decision

- Replace the parser — “we replace the parser first” [message 6]

## Because

- A faster parser brings 100 ms — “a faster parser brought 100 ms” [message 5]

## Options

- Rewrite the service in Rust (Claude, message 1)

## Contradictions

- Always slow, and not (Claude): one side was taken back (message 4)
  - ~~Python is always too slow — “Python is always too slow for us” [message 1]~~ \
taken back in message 4: “I overstated it” [board, message 4]
  - Only the batch is slow — “Python is not slow for the small files” [message 4]

## Unknown

- Speed is a matter of 'language' (Claude, message 1)
- The team wants Rust — “the whole team wants to learn Rust” [message 3]
- What else must be so? (Claude, message 6, not answered)

## Next

- Measure a faster parser (Claude, message 1)

## Also said

- The team is keen (Claude, message 3)
- 400 ms per file — “Parsing takes 400 ms per file” [message 2]

No line was filed on: what would change it.

---

Words in quotation marks are the person's own, with the message that they stand in. \
What is marked (Claude) is Claude's.

1970-01-01 · claude-opus-5-5 · session: s1
"""


def findings(page: str, sitting: Sitting) -> tuple[Finding, ...]:
    return lint(page, SaidWords.of(sitting.conversation, sitting.acts))


def page_of(sitting: Sitting) -> str:
    return brief_of(sitting.conversation, sitting.inquiry, sitting.acts)


def test_the_decision_record_of_a_session_is_this_to_the_byte() -> None:
    sitting = examined()
    page = page_of(sitting)
    assert page == DECISION
    assert findings(page, sitting) == ()


@pytest.mark.parametrize(
    ("model", "who", "at_first"),
    [
        ("claude-opus-5-5", "Claude", "Claude"),
        ("rehearsal-1", "the rehearsal partner", "The rehearsal partner"),
        ("gpt-x", "gpt-x", "gpt-x"),
    ],
)
def test_page_and_review_name_whoever_answered(model: str, who: str, at_first: str) -> None:
    sitting = examined(model)
    sitting.turn("/tell", "Take the parser.", [
        add("n1", "claim", "Told: a parser is a library", turn=7),
        add("n2", "proposal", "Wait for the batch"),
    ], request="answer_now")  # fmt: skip
    sitting.turn("/finish", "You decided. " * 200, request="close")
    page = page_of(sitting).replace(f"· {model} ·", "")
    review = review_session(sitting.conversation, sitting.inquiry).as_text()
    assert page.count(f"({who}, message ") >= 4
    assert f"- Always slow, and not ({who}): one side" in page
    assert f"What is marked ({who}) is {who}'s." in page
    for head in (f"Told by {who}", f"Proposed by {who}, not taken up"):
        assert f"## {head}\n" in page
    for head in ("answer when asked for it", "summing up at the end"):
        assert f"## {at_first}'s {head}\n" in page
    assert f"{at_first} did most of the talking" in review
    assert ("Claude" in page + review) is (who == "Claude")


def test_a_decision_that_was_only_said_is_marked_and_one_of_claudes_alone_is_none() -> None:
    sitting = Sitting()
    sitting.turn(TEXTS[0], "Why?", [add("n1", "decision", "Rewrite it", QUOTES[0], 1)])
    page = page_of(sitting)
    assert "## Decision\n\n- Rewrite it — “Python is always too slow for us” [message 1]" in page
    assert "(not confirmed yet)" in page
    proposed = Sitting()
    proposed.turn(TEXTS[0], "Why?", [add("n1", "decision", "Rewrite it")])
    assert "## Decision" not in page_of(proposed)
    assert "Nothing has been decided yet." in page_of(proposed)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_a_page_that_verifies_even_of_nothing(mode: str) -> None:
    sitting = Sitting(mode)
    assert page_of(sitting).startswith(f"# {MODES[mode].title}: s1")
    sitting.turn('He said “I “never” [message 3] know” [t1] and “so”', "Why?", [
        add("n1", "claim", "x is “so” [t9]", "“never” [message 3] know” [t1]", 1),
    ])  # fmt: skip
    sitting.act("board.add", kind="claim", text="my “own” words” [board, message 2] here")
    page = page_of(sitting)
    assert findings(page, sitting) == ()
    assert page == page_of(sitting)


def test_any_changed_letter_in_any_quotation_is_named() -> None:
    sitting = examined()
    page = page_of(sitting)
    lines = page.splitlines()
    changed = 0
    for number, line in enumerate(lines):
        quotes = re.finditer("“[^“”]*”", line)
        for place in (place for quote in quotes for place in range(*quote.span())):
            if line[place].isspace():
                continue
            other = "\N{REPLACEMENT CHARACTER}"
            broken = [
                *lines[:number],
                line[:place] + other + line[place + 1 :],
                *lines[number + 1 :],
            ]
            found = findings("\n".join(broken), sitting)
            assert [one.line for one in found] == [number + 1], broken[number]
            changed += 1
    assert changed > 200
    assert quotes_with_place(page) == 8


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("“Python is wonderful” [message 1]", "not in message 1"),
        ("“Python is wonderful” [t1]", "not in message 1"),
        ("“Python is always too slow for us” [message 2]", "not in message 2"),
        ("“Python is always too slow for us” [t99]", "not in message 99"),
        ("“Python is always too slow for us” [reply 1]", "not in reply 1"),
        ("“What has to be true for that?” [message 1]", "not in message 1"),
        ("“Python is always too slow for us” [board, message 1]", "not in what was typed"),
        ("“Python is always too slow for us” [t1 board]", "not in what was typed"),
        ("“Python is always too slow for us” [message 1 of s0]", "session s0 is not here"),
        ("As you said, “Python is dead”.", "nobody said it"),
        ("“Python is always too slow for us [message 1]", "no closing mark"),
        ("Python is always too slow for us” [message 1]", "no opening mark"),
        ("“” [message 1]", "not in message 1"),
    ],
)
def test_an_invented_quotation_is_named_with_its_line(line: str, reason: str) -> None:
    sitting = examined()
    (finding,) = findings(f"# x\n\n- {line}\n", sitting)
    assert finding.line == 3
    assert reason in str(finding)


@pytest.mark.parametrize(
    "line",
    [
        "“Python is always too slow for us” [t1]",
        "“Python is   always too slow” [message 1] and “400 ms per file” [t2]",
        "“What has to be true for that?” [reply 1] and “I overstated it” [board, message 4]",
        "the partner asked “Which of the two gives way?” about “400 ms per file”",
        "no quotation at all [t1]",
    ],
)
def test_what_was_said_passes_by_either_side(line: str) -> None:
    sitting = examined()
    assert findings(line, sitting) == ()


def test_every_quotation_of_a_line_is_looked_at_and_an_empty_one_is_none() -> None:
    (finding,) = findings(
        "It is “” slow, “400 ms per file” and “nobody said this” too.", examined()
    )
    assert finding.quote == "nobody said this"


def test_a_line_may_begin_with_a_mark_that_closes_nothing() -> None:
    for line in ("” [message 1] and so on", "slow” [message 1]"):
        (finding,) = findings(line, examined())
        assert "no opening mark" in str(finding)
        assert finding.quote == line.partition("”")[0]


def test_words_typed_on_the_board_are_the_users_and_verify_against_their_acts() -> None:
    sitting = examined()
    sitting.act("board.edit", id="a1", text="Speed is a matter of the parser")
    page = page_of(sitting)
    assert "- “Speed is a matter of the parser” [board, message 6]" in page
    assert findings(page, sitting) == ()
    assert len(lint(page, SaidWords.of(sitting.conversation))) == 2


def test_the_page_of_a_decision_by_key_keeps_whose_words_they_are() -> None:
    sitting = examined()
    sitting.act("board.decide", id="x1")
    page = page_of(sitting)
    assert "- Rewrite the service in Rust (Claude, message 1; accepted)" in page
    assert findings(page, sitting) == ()


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
    page = page_of(sitting)
    assert findings(page, sitting) == ()


@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_a_quotation_with_another_separator_of_lines_in_it_is_one(mark: str) -> None:
    read = replay(
        [to_record(event) for event in conversation("a", f"sell{mark}the bakery")]
    ).conversation
    page = f"# x\r\n\r\n- “sell{mark}the bakery” [message 1]\r\n"
    assert lint(page, SaidWords.of(read)) == ()
