"""Narrowing a list while typing: words in any order, letters left out, the plain ones first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.ui.screens.fuzzy import narrow
from hq_tui.ui.screens.session_list import SessionListRow, SessionMatches, drawn

ROWS = ["rewrite the parser in rust", "why is python slow", "a reward, written down", "brief"]


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("", [0, 1, 2, 3]),
        ("  ", [0, 1, 2, 3]),
        ("rust parser", [0]),
        ("RUST", [0]),
        ("rwrt", [0]),
        ("rw", []),
        ("rewrt", [0]),
        ("pyt slw", [1]),
        ("wr", [0, 2]),
        ("rewar", [2]),
        ("zzz", []),
        ("par ser", [0]),
        ("(", []),
        ("[a-z]+", []),
    ],
)
def test_rows_that_fit(typed: str, places: list[int]) -> None:
    assert narrow(ROWS, typed) == places


def test_rows_with_the_whole_word_come_before_those_with_letters_left_out() -> None:
    assert narrow(["brixeaf", "b r i e f", "brief"], "brief") == [2, 0]


def test_rows_with_the_words_as_typed_come_before_those_that_have_each_elsewhere() -> None:
    rows = ["200-a seed 292", "seed of 200", "alpha seed 200", "200 seed"]
    assert narrow(rows, "seed 200") == [2, 0, 1, 3]
    assert narrow(rows, "seed  200 ") == [2, 0, 1, 3]


@given(some.lists(some.text(max_size=30)), some.text(max_size=20))
def test_nothing_typed_is_an_error_and_no_row_comes_twice(rows: list[str], typed: str) -> None:
    places = narrow([row.casefold() for row in rows], typed)
    assert len(set(places)) == len(places) <= len(rows)


@given(some.text(max_size=80), some.integers(1, 160))
def test_a_row_is_as_wide_as_the_list(title: str, width: int) -> None:
    from rich.cells import cell_len

    row = SessionListRow(
        id="a", title=title, mode="examine", model="m", age="3 h", turns=12, state="cut"
    )
    found = SessionMatches(id="a", title=title, where="3. you", text=title)
    for line in (row, found, title):
        text, tail = drawn(line, width)
        assert cell_len(text) + cell_len(tail) == width
