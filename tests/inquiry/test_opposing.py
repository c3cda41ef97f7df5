"""A claim turned round is a draft: plain where a rule fits, and honest where none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hq_tui.inquiry.board import Board, By, Item, Kind, Origin, Status
from hq_tui.inquiry.opposing import last_claim, opposite_of, suppose


@pytest.mark.parametrize(
    ("claim", "opposite"),
    [
        ("Python is too slow", "Python is not too slow"),
        ("Python is always too slow", "Python is never too slow"),
        ("we do not need a queue", "we do need a queue"),
        ("We can't wait", "We can wait"),
        ("We can’t wait", "We can wait"),
        ("Won't fix it", "Will fix it"),
        ("we shouldn't", "we should"),
        ("We can wait", "We cannot wait"),
        ("Everyone complains", "Nobody complains"),
        ("it's cheap", "it is not cheap"),
        ("I'm sure", "I am not sure"),
        ("We're late", "We are not late"),
        ("It is not only slow", ""),
        ("never again", "always again"),
        ("Users want speed", ""),
        ("", ""),
    ],
)
def test_a_claim_is_turned_round_where_a_rule_fits(claim: str, opposite: str) -> None:
    assert opposite_of(claim) == opposite


@given(some.text(max_size=80))
def test_a_draft_is_never_empty_and_never_the_claim_itself(message: str) -> None:
    draft = suppose(message)
    assert draft.strip()
    assert draft != message


def test_only_the_claim_is_changed_and_the_rest_of_the_message_stands() -> None:
    said = "We should rewrite it, because Python is always too slow. What now?"
    assert suppose(said) == "We should not rewrite it, because Python is always too slow. What now?"
    assert suppose(said, "Python is always too slow") == (
        "We should rewrite it, because Python is never too slow. What now?"
    )
    assert suppose("Users want speed") == "Suppose this does not hold: “Users want speed”"
    assert suppose("other words", "it is on the board") == "it is not on the board"
    assert suppose("", "gone") == "Suppose this does not hold: “gone”"


def an_item(number: int, **more: object) -> Item:
    """A claim of the user's, quoted from turn `number`."""
    whole: dict[str, object] = {
        "id": f"c{number}", "kind": Kind.CLAIM, "text": "x", "quote": "x", "turn": number,
        "by": By.USER, "origin": Origin.TOOL, **more,
    }  # fmt: skip
    return Item(**whole)  # type: ignore[arg-type]  # the fields of an item


def test_the_last_claim_is_the_users_and_still_holds() -> None:
    items = (
        an_item(1),
        an_item(4, by=By.PARTNER),
        an_item(2),
        an_item(5, kind=Kind.EVIDENCE),
        an_item(6, status=Status.RETRACTED, struck=6),
        an_item(7, quote=""),
    )
    found = last_claim(Board(items=items))
    assert found is not None
    assert found.id == "c2"
    assert last_claim(Board()) is None
