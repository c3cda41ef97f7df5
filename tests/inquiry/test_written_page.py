"""The page that the model wrote: each quotation is looked up, and the page says what was done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.conversation import Conversation
from hq_tui.inquiry.brief.written import NOT_FOUND, WrittenPage, checked, request_for
from hq_tui.inquiry.review.quote_lint import SaidWords, lint
from tests.inquiry.inquiry_session import Sitting
from tests.inquiry.test_pages import SESSIONS, stored

RUNWAY = "about 3 i guess. we cant miss a single paycheck"


def talk() -> Sitting:
    sitting = Sitting()
    sitting.turn(RUNWAY, "So money binds. Which of the two goes?")
    sitting.turn("the money one", "Noted. What comes next?")
    sitting.act("board.decide", text="yes from september")
    return sitting


def page_from(text: str, sitting: Sitting | None = None, model: str = "claude-x") -> WrittenPage:
    sitting = sitting or talk()
    words = SaidWords.of(sitting.conversation, sitting.acts)
    return checked(text, sitting.conversation, words, title="A title", model=model)


def body_of(text: str) -> str:
    """The one paragraph of the page."""
    return page_from(text).text.split("\n\n")[1]


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("He has “about 3 i guess” [1].", "He has “about 3 i guess”¹."),
        ("He has “about 3 i guess” [message 1].", "He has “about 3 i guess”¹."),
        ("He has “about 3 i guess”¹.", "He has “about 3 i guess”¹."),
        ("It is “yes from september” [board, message 2].",
         "It is “yes from september” [board, message 2]."),
        ("Claude asked “What comes next?” [reply 2].",
         "Claude asked “What comes next?” [reply 2]."),
    ],
)  # fmt: skip
def test_a_true_quotation_stands_as_it_was_written(written: str, stands: str) -> None:
    assert body_of(written) == stands
    page = page_from(written)
    assert (page.quotes, page.spelled, page.placed, page.not_found) == (1, 0, 0, ())
    assert page.account == "1 quotation looked up in the session, all found."


@pytest.mark.parametrize(
    "written",
    [
        "“We can't miss a single paycheck” [message 1]",
        "“We can't miss a single paycheck” [1]",
        "“we cant miss a single paycheck” [2]",
        "“we cant miss a single paycheck”²",
        '"we cant miss a single paycheck" [1]²',
        "„we cant miss a single paycheck“ [message 1]",
        "«we cant  miss a single paycheck» [message 1]",
        '"we cant miss a single paycheck" [message 1]',
        "“we cant miss a single paycheck” (message 1)",
        "“we cant miss a single paycheck” [t1]",
        "“we cant miss a single paycheck” [message 2]",
        "“we cant miss a single paycheck” [reply 1]",
        "“we cant miss a single paycheck”",
    ],
)
def test_a_quotation_is_set_right_to_the_words_and_the_message(written: str) -> None:
    assert body_of(f"He says {written}, honestly.") == (
        "He says “we cant miss a single paycheck”¹, honestly."
    )


@pytest.mark.parametrize("mark", ["[board, message 2]", "[t2 board]"])
def test_words_typed_on_the_board_are_found_where_the_page_says(mark: str) -> None:
    page = page_from(f'It is "Yes, from September" {mark}.')
    assert "It is “yes from september” [board, message 2]." in page.text
    assert (page.spelled, page.placed, page.not_found) == (1, 0, ())


def test_quotation_marks_in_code_are_code_and_words_beside_it_are_looked_up() -> None:
    assert body_of('Run `pytest -k "sync"`: "about 3 i guess", `x`.') == (
        'Run `pytest -k "sync"`: “about 3 i guess”¹, `x`.'
    )
    assert NOT_FOUND in body_of("It is `“money is fine”`.")


def test_a_stop_inside_the_marks_goes_behind_them() -> None:
    assert body_of("He took back “the money one.” [message 2]") == (
        "He took back “the money one”²."
    )


def test_both_ends_of_a_quotation_with_a_gap_are_looked_up() -> None:
    assert body_of("“about 3 … a single paycheck” [message 1]") == (
        "“about 3”¹ … “a single paycheck”¹"
    )
    assert NOT_FOUND in body_of("“about 3 … of course not” [message 1]")


@pytest.mark.parametrize(
    "written", ["“money is fine” [message 1]", '"money is fine"', "„money is fine“ [message 9]"]
)
def test_what_nobody_said_loses_its_marks_and_is_marked(written: str) -> None:
    page = page_from(f"He says {written} there.")
    assert f"He says money is fine {NOT_FOUND} there." in page.text
    assert page.not_found == ("money is fine",)
    assert "1 not found and marked." in page.account


def test_the_foot_says_who_wrote_it_of_which_session_and_what_was_done() -> None:
    foot = page_from("“about 3 i guess”, and “so what”").text.partition("\n---\n")[2]
    assert "Written by Claude (claude-x) from the session. 2 quotations looked up" in foot
    other = page_from("Nothing.", model="gpt-x")
    assert "Written by gpt-x from the session." in other.text
    assert "1 given the message that it is from, 1 not found and marked." in foot
    assert "A raised number is the message" in foot
    assert "session: s1" in foot


def test_a_page_without_a_title_gets_one_and_lines_that_were_wrapped_are_joined() -> None:
    page = page_from("He has “about 3\ni guess” [message 1].\n\nNext.")
    assert page.text.startswith("# A title\n\nHe has “about 3 i guess”¹.\n\nNext.\n")
    assert page_from("# Mine\nHe waits.").text.startswith("# Mine\n\nHe waits.\n\n---")


def test_the_rows_of_a_table_and_what_they_quote_stay_a_table() -> None:
    text = page_from("# T\n\n| What | Words |\n|---|---|\n| Runway | “about 3 i guess” [1] |").text
    assert "\n\n| What | Words |\n|---|---|\n| Runway | “about 3 i guess”¹ |\n\n---" in text


_PIECES = st.sampled_from(
    ["“", "”", '"', "„", "«", "»", " [1]", "²", "¹", " [message 1]", " [board, message 2]",
     " [reply 2]", "\n", "…", "about 3", " i guess", "yes from september", "nobody said this", " ",
     "# ", "- ", "| ", "`", "[t1 board]", " of s9]"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join) | st.text(max_size=60))
def test_whatever_the_model_writes_the_page_verifies(text: str) -> None:
    sitting = talk()
    page = page_from(text, sitting)
    assert lint(page.text, SaidWords.of(sitting.conversation, sitting.acts)) == ()


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_the_request_has_the_board_and_every_word_of_the_talk_by_number(path: object) -> None:
    session = stored(path)  # type: ignore[arg-type]
    asked = request_for(session.conversation, session.inquiry, session.acts, 200_000)
    for turn in session.conversation.turns:
        assert f"[message {turn.number}] {turn.asked.text}" in asked
        assert turn.reply.text.strip() in asked
    for item in session.inquiry.board.live():
        assert item.quote in asked


def test_a_talk_that_would_fill_the_window_is_shortened_in_the_middle_of_its_messages() -> None:
    sitting = Sitting()
    for turn in range(1, 9):
        sitting.turn(f"begins {turn} " + "x" * 5000 + f" ends {turn}", "And?")
    asked = request_for(sitting.conversation, sitting.inquiry, (), 8_000)
    assert len(asked) < 8_000 * 3
    assert all(f"begins {turn} " in asked and f" ends {turn}" in asked for turn in range(1, 9))


def test_a_session_of_nothing_asks_for_nothing_that_breaks() -> None:
    empty = Sitting()
    assert "Write the page." in request_for(Conversation(id="x"), empty.inquiry, (), None)


def test_points_of_a_list_stay_together_under_their_heading() -> None:
    page = page_from("# T\n\nFound.\n\n## Why\n\n- One.\n\n- Two.\n1. Three.\n\n## Next\nGo.").text
    assert page.startswith(
        "# T\n\nFound.\n\n## Why\n\n- One.\n- Two.\n1. Three.\n\n## Next\n\nGo.\n"
    )


def test_the_question_of_a_call_and_a_reply_without_words_are_in_the_talk() -> None:
    path = next(one for one in SESSIONS if "tefs" in str(one))
    session = stored(path)
    asked = request_for(session.conversation, session.inquiry, session.acts, 200_000)
    assert "[reply 3] What did Sara spend the three weeks on?" in asked
    assert "[reply 6] (no words came)" in asked
