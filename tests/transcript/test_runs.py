"""No run of anything, however long and wherever it stands, ends the drawing or is lost.

Each kind of run is tried apart from the others, in every place and at widths from 1 to 200.
What is judged: nothing is raised; what came in pieces has the rows of what came at once; the
words around the run are there; no row is wider than its width, by another measure of columns
than the one that the rows are made with.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from wcwidth import wcswidth

from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown import fences
from hq_tui.ui.transcript.markdown import parser as markdown
from tests.support.gates import Tally, part
from tests.transcript import runs
from tests.transcript.runs import KINDS, LENGTHS, PLACES, document, drawn

markdown.load()

NARROW = 13
"""Below this a list in a quote, or the signs of a table, may take more than there is."""
CHANGED = (
    "joined emoji", "flags", "halves of pairs", "mixed", "entities", "controls", "zero width",
)  # fmt: skip
"""Kinds of which a character may take other columns than its parts, or shows as another."""


def check(kind: str, place: str, random: Random, length: int, width: int) -> None:
    """One document keeps all that is promised."""
    text = document(kind, place, random, length)
    once = drawn(text, width, [])
    cuts = sorted(random.randrange(len(text) + 1) for _ in range(random.choice((1, 3, 9))))
    assert drawn(text, width, cuts) == once, (kind, place, length, width, cuts)
    assert drawn(text, width, cuts[:1], budget=700) == once, (kind, place, length, width, cuts)
    check_rows(kind, place, text, once, width)


def check_rows(kind: str, place: str, text: str, rows: Sequence[TextRow], width: int) -> None:
    """Nothing is lost, and nothing stands beyond the edge."""
    if "\n" not in kind and place != "in a cell" and width >= NARROW and kind != "mixed":
        # A line right below a table is a row of it, and may be broken in its column.
        told = "".join(row.text[row.skip :] for row in rows).replace("│", "")
        words = "".join(told.split())
        assert all(word in words for word in ("before", "after") if word in text)
    if width >= NARROW and kind not in CHANGED:
        assert max(wcswidth(row.text.rstrip(" ")) for row in rows) <= width


@pytest.mark.gate("layout")
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_anything_is_drawn(kind: str, tally: Tally) -> None:
    random = Random(f"{kind} once")
    for place in PLACES:
        check(kind, place, random, random.choice(LENGTHS[:5]), random.randint(1, 200))
        tally.tried()


@pytest.mark.soak
@pytest.mark.gate("layout")
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_of_anything_is_drawn_at_every_length_and_width(kind: str, tally: Tally) -> None:
    random = Random(f"{kind} often")
    tried = 0
    for _ in range(part(6)):
        for place in PLACES:
            check(kind, place, random, random.choice(LENGTHS), random.randint(1, 200))
            tried += 1
    tally.tried(tried)
    tally.at_most(f"documents with {kind}:", tried)


@pytest.mark.parametrize("kind", KINDS)
def test_a_short_run_looks_the_same_cut_after_any_character(kind: str) -> None:
    random = Random(f"{kind} short")
    for place in ("beginning a paragraph", "in an item", "in a cell"):
        text = document(kind, place, random, 40)[:160]
        whole = drawn(text, 31, [])
        assert drawn(text, 31, list(range(1, len(text)))) == whole, (place, text)


@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u3000"])
@pytest.mark.parametrize("before", ["", "before\n\n", "- before\n", "before\n", "| a |\n|---|\n"])
def test_blanks_at_the_beginning_of_a_paragraph_are_passed(blank: str, before: str) -> None:
    text = f"{before}{blank * 3_000}after"
    rows = drawn(text, 60, [])
    assert "after" in rows[-2].text
    assert drawn(text, 60, [1_000, 2_047, 2_048, 2_049, 2_500]) == rows


def test_blanks_at_the_end_of_a_paragraph_leave_the_gap_behind_it() -> None:
    rows = drawn(f"before{' ' * 3_000}\n\nafter", 60, [])
    assert [row.text.strip() for row in rows] == ["before", "", "after", ""]


@pytest.mark.twin("layout", "the opening of a fence is looked for beyond the window")
def test_a_step_that_looks_beyond_its_window_shows_where_the_text_was_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fences, "SLICE", 10**6)
    text = "- before\n\n  " + "~" * 9_000 + "\n\n  after"
    assert drawn(text, 200, [8_364]) != drawn(text, 200, [])


def test_every_kind_of_run_is_told_apart() -> None:
    random = Random(1)
    made = {kind: runs.run(kind, random, 300) for kind in KINDS}
    assert len(set(made.values())) == len(KINDS)
