"""What `/suppose` begins with."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hq_tui.inquiry.board.model import Board, By, Item, Kind, Origin, Status
from hq_tui.inquiry.suppose import last_claim, suppose


def test_a_claim_is_quoted_as_not_holding_in_any_language() -> None:
    assert suppose("Python is always too slow") == (
        "Suppose this does not hold: “Python is always too slow”"
    )
    assert suppose("Das ist\nimmer so") == "Suppose this does not hold: “Das ist immer so”"


@given(st.text(max_size=400))
def test_a_draft_quotes_the_beginning_of_what_was_said(message: str) -> None:
    quoted = suppose(message).removeprefix("Suppose this does not hold: “").removesuffix("”")
    assert quoted in " ".join(message.split())


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
