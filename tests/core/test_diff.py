"""Laying two texts side by side loses nothing, and marks what a reader would call different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.core.text import diff as comparing
from hq_tui.core.text.diff import (
    Comparison,
    DiffPair,
    DiffPiece,
    Similarity,
    compared,
    paired,
    paragraphs,
)

WORDS = some.lists(some.sampled_from(["we", "need", "rust", ".", "\n", " ", "因", "never"]))
TEXTS = some.text(max_size=60) | WORDS.map(" ".join) | WORDS.map("".join)
ASKED = some.lists(some.sampled_from(["why", "so", "because", "yes"]), max_size=12)


def whole(pieces: tuple[DiffPiece, ...]) -> str:
    """What the pieces were cut from."""
    return "".join(piece.text for piece in pieces)


def shared(pieces: tuple[DiffPiece, ...]) -> str:
    """What the pieces say both sides have."""
    return "".join(piece.text for piece in pieces if not piece.differs)


def marked(pieces: tuple[DiffPiece, ...]) -> str:
    """The text with its marks."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


def is_sound(found: Comparison, left: str, right: str) -> bool:
    """Whether nothing is lost and what is said to be the same is the same."""
    return (
        (whole(found.left), whole(found.right)) == (left, right)
        and shared(found.left) == shared(found.right)
        and all(piece.text for piece in (*found.left, *found.right))
        and (found.likeness is Similarity.SAME) == (left == right)
    )


@given(TEXTS, TEXTS)
def test_nothing_is_lost_and_what_is_the_same_is_the_same(left: str, right: str) -> None:
    assert is_sound(compared(left, right), left, right)


@given(TEXTS, TEXTS)
def test_long_texts_are_laid_side_by_side_as_soundly(left: str, right: str) -> None:
    before, comparing.WORTH = comparing.WORTH, 4
    try:
        assert is_sound(compared(left, right), left, right)
    finally:
        comparing.WORTH = before


def test_a_line_that_comes_again_thousands_of_times_is_laid_side_by_side_at_once() -> None:
    looping = "a\n=\n" * 20_000
    found = compared(looping, f"{looping}x")
    assert (found.likeness, marked(found.right)) == (Similarity.PARTLY, f"{looping}[x]")
    assert is_sound(compared(looping, f"x\n{looping}"), looping, f"x\n{looping}")


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    found = compared(text, text)
    assert found.likeness is Similarity.SAME
    assert not any(piece.differs for piece in (*found.left, *found.right))


def test_a_lost_piece_would_be_noticed() -> None:
    found = compared("one two three four", "one two three five")
    short = Comparison(likeness=found.likeness, left=found.left[1:], right=found.right)
    assert not is_sound(short, "one two three four", "one two three five")


@pytest.mark.parametrize(
    ("left", "right", "likeness", "marks"),
    [
        ("we need it now", "we need it later", Similarity.PARTLY, "we need it [now]"),
        ("we do need it", "we do not need it", Similarity.PARTLY, "we do need it"),
        ("It is the cost.", "Nobody asked a user.", Similarity.OTHER, "[It is the cost.]"),
        ("", "Nobody", Similarity.OTHER, ""),
        ("the red door is on the left", "the old key is in a box on the left", Similarity.PARTLY,
         "the [red door is] on the left"),
        ("因为很贵所以不买", "因为便宜所以不买", Similarity.PARTLY, "因为[很贵]所以不买"),
    ],
)  # fmt: skip
def test_words_that_only_one_side_has_are_marked(
    left: str, right: str, likeness: Similarity, marks: str
) -> None:
    found = compared(left, right)
    assert (found.likeness, marked(found.left)) == (likeness, marks)


@given(ASKED, ASKED)
def test_every_turn_stands_once_and_in_order(left: list[str], right: list[str]) -> None:
    pairs = paired(left, right)
    assert [pair.left for pair in pairs if pair.left is not None] == list(range(len(left)))
    assert [pair.right for pair in pairs if pair.right is not None] == list(range(len(right)))
    assert DiffPair(None, None) not in pairs


@given(ASKED)
def test_a_talk_stands_beside_itself_turn_by_turn(asked: list[str]) -> None:
    assert paired(asked, asked) == [DiffPair(place, place) for place in range(len(asked))]


@pytest.mark.parametrize(
    ("left", "right", "pairs"),
    [
        ("a b c", "a x c", [DiffPair(0, 0), DiffPair(1, 1), DiffPair(2, 2)]),
        ("a b c", "a x y c", [DiffPair(0, 0), DiffPair(1, 1), DiffPair(None, 2), DiffPair(2, 3)]),
        ("a b", "", [DiffPair(0, None), DiffPair(1, None)]),
        ("a b c", "c", [DiffPair(0, None), DiffPair(1, None), DiffPair(2, 0)]),
    ],
)
def test_turns_are_paired_by_what_was_said_and_else_by_their_order(
    left: str, right: str, pairs: list[DiffPair]
) -> None:
    assert paired(left.split(), right.split()) == pairs


def test_very_long_talks_are_paired_by_order() -> None:
    many = [str(place) for place in range(comparing.MOST_TURNS)]
    assert paired(many, ["x", *many])[-1] == DiffPair(None, comparing.MOST_TURNS)


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert paragraphs("\none\nstill\n\n \ntwo\n\n") == ["one\nstill", "two"]
    assert paragraphs(" \n") == []
