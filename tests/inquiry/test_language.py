"""What the word functions say about a text, and that they only ever point into it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.inquiry.text.language import (
    READ_LIMIT,
    SHORT_CHARS,
    is_verbatim,
    own_words,
    shorten,
    word_count,
    words,
)


@given(st.text(max_size=300))
def test_a_shortened_text_is_still_verbatim_and_short(text: str) -> None:
    assert is_verbatim(shorten(text), text)
    assert len(shorten(text)) <= SHORT_CHARS


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("It's a well-known fact.", 4), ("naïve Straße", 2), ("हिन्दी शब्द", 2), ("?!", 0)],
)
def test_words_are_counted_in_any_script_with_spaces(text: str, count: int) -> None:
    assert word_count(text) == count


def test_a_passage_of_the_partners_is_not_the_users() -> None:
    carried = "> it is slow\n>\n> (partner, turn 2 of s1)\n\nI see it otherwise"
    assert own_words(carried).strip() == "I see it otherwise"
    assert not is_verbatim("it is slow", carried)
    assert is_verbatim("I see it otherwise", carried)


def test_of_a_message_of_megabytes_only_the_beginning_is_read() -> None:
    text = "some words of a log " * 200_000
    assert words(text) == words(text[:READ_LIMIT])
    assert word_count(text) < READ_LIMIT
