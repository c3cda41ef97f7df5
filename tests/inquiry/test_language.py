"""What the word functions say about a text, and that they only ever point into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.inquiry.language import (
    READ_LIMIT,
    chunks,
    count_questions,
    is_verbatim,
    last_question,
    looks_english,
    quotes,
    shorten,
    stem,
    word_count,
    words,
)
from hq_tui.inquiry.lexicon import cause_and_effect, choice, features, vague_term
from hq_tui.inquiry.quantities import quantities


@given(st.text(max_size=400))
def test_every_chunk_stands_word_for_word_where_it_says(text: str) -> None:
    for chunk in chunks(text):
        assert text[chunk.start : chunk.end] == chunk.text
        assert not set(chunk.text) & set("\n\r\t\x00\x1b\u202e")


@given(st.text(max_size=300))
def test_a_shortened_text_is_still_verbatim(text: str) -> None:
    assert is_verbatim(shorten(text), text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We wait. They ship, and we pay.", ["We wait", "They ship, and we pay"]),
        ("It costs 3.5 percent more!", ["It costs 3.5 percent more"]),
        ("Look: https://example.org/a?b=c is slow", ["Look", "is slow"]),
        ("```\nx = 1\n```\nThe loop never ends", ["The loop never ends"]),
        ("", []),
        ("?!... ;;;", []),
    ],
)
def test_chunks_are_sentences_without_code_and_links(text: str, expected: list[str]) -> None:
    assert [chunk.text for chunk in chunks(text)] == expected


def test_a_long_sentence_is_cut_between_its_clauses() -> None:
    text = (
        "We move the shop to the new street because the rent is lower there and the "
        "customers we have would follow us, although two of them complained about the hill."
    )
    assert all(word_count(chunk.text) <= 18 for chunk in chunks(text))
    assert len(chunks(text)) >= 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Why?", 1),
        ("You wrote “why?”; so what is it?", 1),
        ("Is it `a?b`?", 1),
        ("What?! And who?", 2),
        ("See https://example.org/?q=1 first.", 0),
        ("どうして？", 1),
    ],
)
def test_only_questions_outside_quotes_code_and_links_count(text: str, expected: int) -> None:
    assert count_questions(text) == expected


def test_the_last_question_keeps_its_quotation_whole() -> None:
    text = "I hear you. Note. What makes “it is slow. Really” so?"
    assert last_question(text) == "What makes “it is slow. Really” so?"
    assert quotes(text) == ("it is slow. Really",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lost", "losing"),
        ("fails", "failure"),
        ("deploys", "deploy"),
        ("replies", "reply"),
        ("slow", "slower"),
        ("planned", "planning"),
        ("cost", "costs"),
    ],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("business", "busy"), ("process", "procession")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("The cache is cold after a restart.", True),
        ("Better means fewer tickets come back.", True),
        ("Wir wollen das neu schreiben, weil es nie schnell genug war.", False),
        ("Nous voulons changer de fournisseur parce que les prix montent.", False),
        ("私たちは毎晩バックアップを取っています", False),
        ("42", True),
    ],
)
def test_a_stop_word_test_tells_english_from_its_neighbours(text: str, english: bool) -> None:
    assert looks_english(text) is english


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("We never miss a train", "absolute"),
        ("I think it holds", "hedge"),
        ("It rains because the wind turned", "causal"),
        ("We are going to move in May", "plan"),
        ("My doctor says so", "authority"),
        ("The pump is broken", "problem"),
    ],
)
def test_a_clause_gives_its_features_away(text: str, feature: str) -> None:
    assert feature in features(text).names


def test_small_talk_has_less_to_ask_about_than_a_thesis() -> None:
    thesis = features("We must always test because customers leave")
    assert thesis.salience > 3 * features("let me think about that").salience


def test_terms_causes_and_choices_are_found_as_typed() -> None:
    assert vague_term("The Simple plan") == "Simple"
    assert cause_and_effect("We stay because it is wet") == ("it is wet", "We stay")
    assert choice("either tea or strong coffee") == ("tea", "strong coffee")


@pytest.mark.parametrize(
    ("one", "other", "excludes"),
    [
        ("two weeks", "14 days", False),
        ("two weeks", "a month", True),
        ("at most 3 days", "two days", False),
        ("at most 3 days", "a week", True),
        ("more than 5 percent", "9 %", False),
        ("9 minutes", "9 people", False),
        ("€20", "30 euros", True),
        ("1.5 h", "90 minutes", False),
    ],
)
def test_amounts_are_compared_as_intervals(one: str, other: str, excludes: bool) -> None:
    left, right = quantities(one)[0], quantities(other)[0]
    assert left.excludes(right) is right.excludes(left) is excludes


@pytest.mark.parametrize("text", ["GPT-4 is out", "v2 of it", "to be one of us"])
def test_a_number_in_a_name_is_no_amount(text: str) -> None:
    assert quantities(text) == ()


def test_of_a_message_of_megabytes_only_the_beginning_is_read() -> None:
    text = "some words of a log " * 200_000
    assert words(text) == words(text[:READ_LIMIT])
    assert word_count(text) < READ_LIMIT
