"""The sentence around a hit, in any writing and at any length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.core.text.search import folded, sentence_around, words_of


@pytest.mark.parametrize(
    ("text", "typed", "sentence"),
    [
        ("One. The needle is here. Three.", "needle", "The needle is here."),
        ("a needle", "needle", "a needle"),
        ("line one\nthe needle\nline three", "needle", "the needle"),
        ("Done? Die Straße ist lang! Ja.", "strasse", "Die Straße ist lang!"),
        ("昨日は東京。明日は大阪です。", "大阪", "明日は大阪です。"),
        ("He said “stop.” Then left.", "then", "Then left."),
        ("nothing of the kind", "needle", "nothing of the kind"),
        ("version 3.11 has it", "has", "version 3.11 has it"),
        ("haystack. stack.", "stack", "stack."),
        ("", "x", ""),
    ],
)
def test_a_hit_is_shown_in_its_sentence(text: str, typed: str, sentence: str) -> None:
    assert sentence_around(text, words_of(typed)) == sentence


def test_a_long_sentence_is_cut_on_both_sides_around_the_word() -> None:
    text = "before " * 100 + "needle" + " after" * 100
    shown = sentence_around(text, ("needle",), most=60)
    assert "needle" in shown
    assert (shown[0], shown[-1]) == ("…", "…")
    assert len(shown) <= 62


@given(some.text(), some.text(), some.integers(8, 200))
def test_no_text_and_no_word_is_too_odd(text: str, typed: str, most: int) -> None:
    words = words_of(typed)
    shown = sentence_around(text, words, most=most)
    longest = max((len(word) for word in words), default=0)
    assert len(shown) <= max(most, longest + most) + 2
    assert "\n" not in shown


@given(some.text())
def test_folding_twice_changes_nothing_for_a_search(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text) or folded(text) != text
