"""Records of deltas, joined where nothing depends on how the words were cut."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.coalesce import coalesce

START = {"t": "attempt", "number": 1, "how": "fresh", "model": "m", "at": 1.0}
WORDS = [("text", "text"), ("think", "text"), ("input", "partial_json")]


def delta(kind: str, index: object, words: object, **more: object) -> dict[str, Any]:
    return {"t": kind, "index": index, dict(WORDS)[kind]: words, **more}


def joined(*records: dict[str, Any]) -> list[tuple[int, Any]]:
    return list(coalesce(enumerate(records)))


@pytest.mark.parametrize("kind", [kind for kind, _ in WORDS])
def test_a_run_of_deltas_is_one_record_with_the_number_of_its_first(kind: str) -> None:
    end = {"t": "end", "index": 0}
    found = joined(START, delta(kind, 0, "a"), delta(kind, 0, ""), delta(kind, 0, "b"), end)
    assert found == [(0, START), (1, delta(kind, 0, "ab")), (4, end)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (delta("text", 0, "a"), delta("text", 1, "b")),
        (delta("text", 0, "a"), delta("think", 0, "b")),
        (delta("text", 0, "a"), delta("text", 0, "b", later=1)),
        (delta("text", 0, "a"), delta("text", 0, None)),
        (delta("text", True, "a"), delta("text", True, "b")),
        (delta("text", "0", "a"), delta("text", "0", "b")),
    ],
)
def test_what_is_not_a_sound_delta_of_the_same_block_stays_apart(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert joined(START, before, after) == [(0, START), (1, before), (2, after)]


@pytest.mark.parametrize(
    "start", [{**START, "how": "prefill"}, {**START, "how": "continue"}, {"t": "user"}]
)
def test_deltas_that_may_repeat_earlier_words_stay_apart(start: dict[str, Any]) -> None:
    pieces = [delta("text", 0, "a"), delta("text", 0, "b")]
    assert joined(start, *pieces) == list(enumerate([start, *pieces]))


def test_an_attempt_that_cannot_be_read_changes_nothing() -> None:
    torn = {**START, "how": "prefill", "number": "x"}
    found = joined(START, torn, delta("text", 0, "a"), delta("text", 0, "b"))
    assert found[2:] == [(2, delta("text", 0, "ab"))]


@given(
    st.lists(
        st.tuples(st.sampled_from(WORDS), st.integers(0, 1), st.text("ab", max_size=3)),
        max_size=30,
    )
)
def test_no_word_is_lost_and_no_two_neighbours_could_be_joined(
    deltas: list[tuple[tuple[str, str], int, str]],
) -> None:
    found = joined(START, *(delta(kind, index, text) for (kind, _), index, text in deltas))[1:]
    letters = [(kind, index, one) for (kind, _), index, text in deltas for one in text]
    told = [
        (record["t"], record["index"], one)
        for _, record in found
        for one in record[dict(WORDS)[record["t"]]]
    ]
    assert told == letters
    places = [(record["t"], record["index"]) for _, record in found]
    assert all(one != another for one, another in pairwise(places))
