"""No text, however it is made, keeps the keys waiting; what is left out for that is said."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown import parser as markdown
from hq_tui.ui.transcript.markdown import pending as rest
from hq_tui.ui.transcript.markdown import plain
from hq_tui.ui.transcript.markdown.plain import PlainStream
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.markdown.stream import MarkdownStream
from tests.transcript.drawing import ENOUGH, at_once, in_pieces, rows

markdown.load()

HOSTILE = {
    "emphasis in emphasis": "*_" * 5_000 + "x" + "_*" * 5_000 + "[" * 5_000,
    "open brackets": "[" * 12_000,
    "open pictures": "![a" * 4_000,
    "links in links": "[a[" * 2_000 + "](b)" * 2_000,
    "open strong": "a**b" * 3_000,
    "ticks": "".join("`" * count + " " for count in range(1, 150)),
    "backslashes": "\\*" * 6_000,
}
MOST_CALLS = 60
"""Calls of functions for each character, at most, to draw one stretch of prose."""


def calls(work: Callable[[], object]) -> int:
    """How many functions are called during `work`: the same on every machine."""
    count = 0

    def note(_frame: object, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_signs_without_end_cost_no_more_than_their_length(name: str) -> None:
    text = HOSTILE[name][:2_000]
    assert calls(lambda: markdown.inline(text)) < MOST_CALLS * len(text)


def test_brackets_that_are_all_looked_at_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above can fail."""
    monkeypatch.setattr(markdown, "DEEPEST_LINK", ENOUGH)
    monkeypatch.setattr(markdown, "MOST_SIGNS", ENOUGH)
    text = HOSTILE["open brackets"][:600]
    assert calls(lambda: markdown.inline(text)) > MOST_CALLS * len(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_looks_the_same_however_it_came(name: str) -> None:
    text = HOSTILE[name][:3_000]
    assert in_pieces(text, [97, 300, 41]) == at_once(text)


@pytest.mark.parametrize("count", [3, 15, 40])
def test_a_few_brackets_and_many_links_are_links(count: int) -> None:
    spans = markdown.inline("[here](https://a.example) and there, " * count)
    assert sum(style.role == "link" for _, style in spans) == count


def said(row: TextRow) -> str:
    return row.text.strip()


@pytest.mark.parametrize("kind", [MarkdownStream, PlainStream])
def test_the_middle_of_a_very_long_text_is_a_note_until_it_is_reached(
    kind: type[MarkdownStream | PlainStream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "END", 9_000)
    stream = kind(60)
    text = "".join(f"line {number}\n\n" for number in range(3_000))
    assert not stream.update(text, len(text), WorkBudget(1), final=True)
    found = [said(row) for row in rows(stream)]
    assert "line 0" in found
    assert "line 1500" not in found
    assert "line 2999" in found
    assert any(line.endswith("more characters are being laid out") for line in found)
    while not stream.update(text, len(text), WorkBudget(9_000), final=True):
        pass
    found = [said(row) for row in rows(stream)]
    assert "line 1500" in found
    assert not any("more characters" in line for line in found)


def test_what_a_message_of_megabytes_leaves_out_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plain, "MOST", 5_000)
    text = "some words\n" * 2_000
    stream = PlainStream(60)
    assert stream.update(text, len(text), WorkBudget(ENOUGH), final=True)
    assert said(stream.row(stream.height - 1)) == (
        f"… {len(text) - 5_000:,} more characters are not shown; they are kept and sent"
    )
    assert stream.height < 500


def test_a_slice_ends_when_its_time_is_over_and_draws_the_same() -> None:
    text = "a *word* and another\n\n" * 500
    ticks = iter(range(10**6))
    slices = 0
    stream = MarkdownStream(60)
    done = False
    while not done:
        start = next(ticks)
        budget = WorkBudget(ENOUGH, start + 3, lambda: float(next(ticks)))
        done = stream.update(text, len(text), budget, final=True)
        slices += 1
    assert slices > 2
    assert rows(stream) == at_once(text)
