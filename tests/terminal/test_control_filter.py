"""No widget can put a control character on the screen, even if its text was not made safe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Markdown, Static, TextArea

from hq_tui.terminal.control_filter import ControlCharFilter
from tests.terminal.hostile import Hostile, corpus, offences

BACKGROUND = Color(0, 0, 0)


def titled(text: str) -> Widget:
    widget = Static("body")
    widget.styles.border = ("round", "red")
    widget.border_title = Content(text)
    return widget


SINKS: dict[str, Callable[[str], Widget]] = {
    "static": lambda text: Static(text, markup=False),
    "content": lambda text: Static(Content(text)),
    "label": lambda text: Label(text, markup=False),
    "input": lambda text: Input(text.replace("\n", " ")),
    "placeholder": lambda text: Input(placeholder=text),
    "area": TextArea,
    "markdown": Markdown,
    "border title": titled,
}


async def drawn(sink: Callable[[str], Widget], texts: list[str], *, guarded: bool) -> str:
    """What the screen would send for `texts` in widgets, without its own sequences."""

    class Shown(App[None]):
        def compose(self) -> ComposeResult:
            for text in texts:
                widget = sink(text)
                widget.styles.height = 3
                yield widget

    app = Shown()
    if guarded:
        app._filters.append(ControlCharFilter())
    async with app.run_test(size=(60, 3 * len(texts) + 1)) as pilot:
        await pilot.pause()
        lines = app.screen._compositor.render_strips()
        return "".join(segment.text for line in lines for segment in line)


def shortened() -> list[str]:
    return [hostile.text[:60] for hostile in corpus()]


@pytest.mark.parametrize("sink", SINKS)
async def test_no_widget_draws_what_a_terminal_obeys(sink: str) -> None:
    assert offences(await drawn(SINKS[sink], shortened(), guarded=True)) == []


@pytest.mark.parametrize("sink", ["static", "content", "markdown", "border title"])
async def test_without_the_guard_the_same_widgets_do(sink: str) -> None:
    """The check above can fail, and Textual still needs the guard."""
    assert "U+001B" in offences(await drawn(SINKS[sink], shortened(), guarded=False))


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_a_drawn_line_stays_as_wide_as_it_was(hostile: Hostile) -> None:
    segments = [Segment("before "), Segment(hostile.text, Style(bold=True)), Segment(" after")]
    kept = ControlCharFilter().apply(segments, BACKGROUND)
    assert [segment.style for segment in kept] == [segment.style for segment in segments]
    assert [s.cell_length for s in kept] == [s.cell_length for s in segments]
    assert offences("".join(segment.text for segment in kept)) == []


def test_clean_lines_are_given_back_untouched() -> None:
    segments = [Segment("plain ünïcode 世界 "), Segment("x", Style(color="red"))]
    assert ControlCharFilter().apply(segments, BACKGROUND) is segments


def test_joined_emoji_survive() -> None:
    segments = [Segment("👨\u200d👩\u200d👧 می\u200cخواهم ❤\ufe0f")]
    assert ControlCharFilter().apply(segments, BACKGROUND) == segments


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://example.invalid/a", "https://example.invalid/a"),
        ("https://x\x1b\\\x1b]52;c;YQ==\x07", None),
        ("https://x/\u202egpj", None),
    ],
)
def test_a_link_cannot_carry_a_sequence(link: str, kept: str | None) -> None:
    (segment,) = ControlCharFilter().apply([Segment("label", Style(link=link))], BACKGROUND)
    assert segment.style is not None
    assert segment.style.link == kept
