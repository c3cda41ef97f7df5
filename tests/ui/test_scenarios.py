"""A whole session in each mode, looked at from its opening to its page, small and large."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.ui.scenarios import Evening, Step, moment, presses, says, types

PAGE = [
    presses(*"/review", "enter"),
    moment("review", "REVIEW of", "question", "This measures process, not truth"),
    presses("escape", "f10"),
    moment("page", "BRIEF", "Esc closes"),
    presses("escape"),
]
SITTINGS: dict[str, Sequence[Step]] = {
    "examine": [
        moment("opening", "What are you thinking about?"),
        *says("We should rewrite our ingest service in Rust because Python is always too slow."),
        moment("asked", "? ", "your turn"),
        *says(
            "Parsing takes 400 ms per file, and everyone complains.",
            "Python is not slow for the small files.",
        ),
        *says("I overstated it: only the nightly batch is too slow."),
        presses("tab"),
        moment("board", "Board", "e edit"),
        presses("escape"),
        presses("f8"),
        moment("summary", "SUMMARY", "Which line is wrong, or missing?"),
        presses("escape"),
        types("/decide We replace the parser and measure again."),
        moment("decided", "board: decided"),
        *PAGE,
    ],
    "brief": [
        *says(
            "I want a page that shows our open orders to the warehouse.",
            "It is for the two people in the warehouse.",
            "The old list stops in May.",
            "No order waits longer than one day.",
        ),
        moment("asked", "? ", "your turn"),
        *PAGE,
    ],
    "tutor": [
        *says(
            "I want to understand binary search.",
            "It looks at each item in turn.",
            "/hint",
        ),
        moment("hint", "Hint 1", "1 of 4 used"),
        *says(
            "The list must be sorted.",
            "Half is left, so it halves the list at each look.",
            "Ten looks for a thousand items.",
        ),
        *PAGE,
    ],
    "review": [
        *says(
            "Our design has one queue between the shop and the billing.",
            "Order matters for refunds.",
            "When it is full we lose refunds.",
        ),
        moment("asked", "? ", "your turn"),
        *PAGE,
    ],
    "debug": [
        *says(
            "The login should take a second, but it hangs for a minute.",
            "It has hung since Monday.",
            "We moved the name server on Monday.",
            "Maybe the name server times out.",
        ),
        moment("asked", "? ", "your turn"),
        *says("/tell"),
        moment("told", "I take up where we were", "your turn"),
        *PAGE,
    ],
    "interview": [
        *says(
            "The clerk books a parcel at the counter.",
            "They write a slip, and no parcel may lack a name.",
            "Then the clerk asks again; about forty a day.",
        ),
        moment("asked", "? ", "your turn"),
        *says("/finish"),
        presses("escape"),
        moment("closed", "We stop here"),
        *PAGE,
    ],
}


@pytest.mark.parametrize("mode", SITTINGS)
async def test_a_session_looks_as_it_did(
    mode: str, home: Path, snapshot: SnapshotAssertion
) -> None:
    evening = Evening(home, mode)
    pictures = await evening.play(SITTINGS[mode])
    assert evening.missing == []
    kept = snapshot.use_extension(SVGImageExtension)
    for name, picture in pictures.items():
        assert picture == kept(name=name), f"{mode}: {name}"
