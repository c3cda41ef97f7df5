"""The one question on the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.inquiry.board.calls import Ask
from hq_tui.inquiry.card import NO_CARD, CardState, card_from
from hq_tui.inquiry.text.questions import (
    ends_with_question,
    questions_asked,
    questions_in,
    similarity,
)


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("", ()),
        ("You said so.", ()),
        ("You tie a to b. What has to be true?", ("What has to be true?",)),
        ("Who? And why?", ("Who?", "And why?")),
        ("**What is it?**", ("What is it?",)),
        ("- What is it?\n- Who says so?\n", ("What is it?", "Who says so?")),
        ("You asked “is it slow?” before.", ()),
        ('You asked "is it slow?" What is slow?', ("What is slow?",)),
        ("What does “is it slow?” mean?", ("What does “is it slow?” mean?",)),
        ("```\nwhy?\n```\nWhat does `a ? b : c` do?", ("What does `a ? b : c` do?",)),
        ("See https://x.org/?q=1 for it. Which one?", ("Which one?",)),
        ("Is it 3.5 ms, e.g. at night?", ("Is it 3.5 ms, e.g. at night?",)),
        ("それは本当？", ("それは本当？",)),
        ("Really?! What?", ("Really?", "What?")),
    ],
)
def test_questions_are_found_and_quotes_code_and_links_ask_nothing(
    text: str, questions: tuple[str, ...]
) -> None:
    assert questions_in(text) == questions


@given(st.text(alphabet='ab ?.!“”"`\n', max_size=60))
def test_questions_stand_in_the_text_in_their_order(text: str) -> None:
    place = 0
    for question in questions_in(text):
        place = text.index(question, place)
        assert question.strip() == question
    assert len(questions_in(text)) <= text.count("?")


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("So. Why?", True),
        ("So. **Why?** ", True),
        ("Why? I mean it.", False),
        ("She asked “why?”", False),
        ("", False),
    ],
)
def test_a_question_is_last_when_nothing_follows_it(text: str, last: bool) -> None:
    assert ends_with_question(text) is last


def test_two_questions_are_as_alike_as_their_pairs_of_words() -> None:
    assert similarity("What is slow here?", "What is slow here?") == 1
    assert similarity("What is slow?", "Who pays for it?") == 0


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Is it one? Or forty?\n\nWho presses the button?", ("Who presses the button?",)),
        ("Why?\n\nWe can go on whenever you like.", ()),
        ("Hm.\n\nWhat does it do?\n```py\nx = a ? b\n```\n", ("What does it do?",)),
        ("So?\n\n1. Who grants?\n\n2. Which?\n\n3. Then?", ("Who grants?", "Which?", "Then?")),
        ("What then?\n\n> Why so?", ("What then?",)),
        ("Was heißt „langsam?“ für dich?", ("Was heißt „langsam?“ für dich?",)),
        ("»Warum?« sagst du.", ()),
        ("「なぜ？」と聞いた。それは本当？", ("それは本当？",)),
        ("你确定吗？还是猜的？", ("你确定吗？", "还是猜的？")),
        ("ماذا تعني؟", ("ماذا تعني؟",)),
        ("Γιατί το πιστεύεις; Και πότε;", ("Γιατί το πιστεύεις;", "Και πότε;")),
        ("Write a; b; and c; Done;", ()),
        ("¿Qué quieres? Y dices que sí, pero ¿por qué?",
         ("¿Qué quieres?", "Y dices que sí, pero ¿por qué?")),
    ],
)  # fmt: skip
def test_the_last_paragraph_asks_in_any_language_and_nothing_else_does(
    text: str, asked: tuple[str, ...]
) -> None:
    assert questions_asked(text) == asked
    assert card_from(text, (), 1).text == (asked[-1] if asked else "")


def test_the_last_of_several_questions_is_shown_and_the_others_beside_it() -> None:
    card = card_from("Hm. What is slow? Who says so? And why?", (), 3)
    assert (card.text, card.turn) == ("And why?", 3)
    assert card.held == ("What is slow?", "Who says so?")
    assert (card.state, card.declared) == (CardState.OPEN, False)


def test_a_declared_question_gives_the_card_its_reason() -> None:
    asked = Ask(text="which of the two gives way?", why="decides", targets=("T1",))
    card = card_from("You said both. So which of the two  gives way?", [asked], 2)
    assert card.text == "So which of the two  gives way?"
    assert (card.why, card.targets, card.held) == ("decides", ("T1",), ())
    assert card.tensions == ("T1",)


def test_a_declared_question_may_be_any_of_several_and_the_others_wait() -> None:
    asked = Ask(text="Who pays?")
    card = card_from("What is slow? Who pays?", [asked], 2)
    assert (card.text, card.held) == ("Who pays?", ("What is slow?",))


def test_a_declared_question_that_was_not_written_is_shown_all_the_same() -> None:
    asked = Ask(text="Who pays for all of it?")
    assert card_from("You said both.", [asked], 2).text == "Who pays for all of it?"


def test_what_is_told_of_a_question_belongs_to_the_one_that_was_written() -> None:
    card = card_from("You said both. Which gives way?", [Ask(why="decides", targets=("T1",))], 2)
    assert (card.text, card.why, card.tensions) == ("Which gives way?", "decides", ("T1",))


def test_a_reply_without_a_question_lays_nothing_down() -> None:
    assert card_from("It is a loop.", [Ask(targets=("T1",))], 2) is NO_CARD
    assert card_from("It is a loop.", [Ask(text="")], 2) is NO_CARD


def test_a_question_behind_fences_in_fences_is_seen_and_one_inside_is_not() -> None:
    note = "```markdown\n# Why?\n```sh\nls # What?\n```\nWho?\n```"
    assert questions_in(f"Here:\n\n{note}\n\nWhat would you change?") == ("What would you change?",)
    assert questions_in("~~~\nWhy?\n```\nWho?\n~~~\nWhen?") == ("When?",)
    assert questions_in("Is `a` so? ``` no block? Yes?") != ()
