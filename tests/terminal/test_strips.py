"""Rows that are given as strips look like the same rows written as sequences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from hq_tui.terminal.screen.differ import Differ
from hq_tui.terminal.screen.strips import MOST_KEPT, Strips, run_of
from tests.terminal.emulator import Emulator
from tests.terminal.test_differ import BEGIN, GLYPHS, HEIGHT, WIDTH, at

# Rich below 15 draws the ids of links with the module's dice.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")

STYLES = st.builds(
    Style,
    color=st.sampled_from([None, "red", "bright_blue", "color(200)", "#e0e0e0", "default"]),
    bgcolor=st.sampled_from([None, "black", "#121212", "color(30)"]),
    bold=st.sampled_from([None, True, False]),
    dim=st.sampled_from([None, True]),
    italic=st.sampled_from([None, True]),
    underline=st.sampled_from([None, True]),
    reverse=st.sampled_from([None, True]),
    strike=st.sampled_from([None, True]),
    link=st.sampled_from([None, "https://x.invalid/a"]),
    meta=st.sampled_from([None, {"fold": "one"}]),
)
TEXTS = st.lists(st.sampled_from(GLYPHS), max_size=6).map("".join)
SEGMENTS = st.lists(st.builds(Segment, TEXTS, st.none() | STYLES), max_size=6)


def drawn(strip: Strip, colours: str, *, as_strip: bool) -> tuple[object, str]:
    """What a terminal shows of `strip`, and what was sent to it."""
    differ, emulator = Differ(WIDTH, HEIGHT), Emulator(WIDTH, HEIGHT)
    console = Console(color_system=colours)  # type: ignore[arg-type]  # Rich wants a literal
    differ.feed(BEGIN)
    if as_strip:
        run = run_of(strip, COLOR_SYSTEMS[colours])
        assert run is not None
        assert differ.draw(3, 2, [run])
    else:
        differ.feed(at(3, 2) + strip.render(console))
    differ.feed(at(0, 0))
    sent = differ.passing() + differ.paint()
    emulator.feed(sent)
    return emulator.picture(), sent


@given(SEGMENTS, st.sampled_from(["standard", "256", "truecolor"]))
def test_a_strip_looks_as_if_it_were_written(segments: list[Segment], colours: str) -> None:
    strip = Strip(segments)
    assert drawn(strip, colours, as_strip=True) == drawn(strip, colours, as_strip=False)


def test_sequences_in_the_text_of_a_strip_are_not_obeyed() -> None:
    run = run_of(Strip([Segment("a\x1b[31mb\x07\x9bc")]), ColorSystem.TRUECOLOR)
    assert run is not None
    assert run.text == "a[31mbc"
    assert {style.foreground for _, style in run.cells} == {""}


@pytest.mark.parametrize("full_screen", [True, False])
def test_strips_are_taken_in_full_screen_only(full_screen: bool) -> None:
    differ = Differ(WIDTH, HEIGHT)
    differ.feed(BEGIN if full_screen else "")
    run = run_of(Strip([Segment("word")]), ColorSystem.TRUECOLOR)
    assert run is not None
    assert differ.draw(0, 0, [run]) is full_screen
    assert ("word" in differ.paint()) is full_screen


def test_a_strip_that_comes_again_is_not_read_again_in_the_same_colours() -> None:
    strips = Strips()
    strip = Strip([Segment("word", Style(color="#010203"))])
    run = strips.run(strip, ColorSystem.TRUECOLOR)
    assert strips.run(strip, ColorSystem.TRUECOLOR) is run
    assert strips.run(Strip([*strip]), ColorSystem.TRUECOLOR) is not run
    assert strips.run(strip, ColorSystem.STANDARD) is not run


def test_no_more_strips_are_kept_than_a_few_screens_have() -> None:
    strips = Strips()
    for number in range(3 * MOST_KEPT):
        assert strips.run(Strip([Segment(str(number))]), ColorSystem.TRUECOLOR) is not None
    assert len(strips._kept) <= MOST_KEPT
