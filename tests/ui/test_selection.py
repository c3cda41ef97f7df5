"""What is selected can be read: in every theme, with any number of colours, and with none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from rich.color import Color
from rich.style import Style
from textual.geometry import Offset
from textual.selection import Selection
from textual.widgets import Input
from textual.widgets.input import Selection as Typed
from textual.widgets.text_area import Selection as Written

from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import marked_up, picker
from tests.ui.test_theme import GROUNDS, LEAST, SYSTEMS, contrast

Cell = tuple[str, Style]


def in_transcript(stage: AppDriver, lit: bool) -> None:
    """Everything in the transcript that can be seen."""
    whole = Selection(Offset(0, 0), Offset(1000, 1000))
    stage.app.screen.selections = {stage.app.view.chat.transcript: whole} if lit else {}


def in_title(stage: AppDriver, lit: bool) -> None:
    """The title, which is Textual's to draw."""
    title = stage.app.screen.query_one("#title")
    stage.app.screen.selections = {title: Selection(Offset(0, 0), Offset(6, 0))} if lit else {}


def in_composer(stage: AppDriver, lit: bool) -> None:
    """A word in the composer."""
    stage.app.composer.selection = Written((0, 4 if lit else 7), (0, 7))


def in_field(stage: AppDriver, lit: bool) -> None:
    """All that is written in a field."""
    field = stage.app.screen.query_one(Input)
    field.selection = Typed(0 if lit else 5, 5)


SELECTIONS: Mapping[str, tuple[Callable[[AppDriver, bool], None], str]] = {
    "the transcript": (in_transcript, "“Python is always too slow”"),
    "a row of ours": (in_title, "We sho"),
    "the composer": (in_composer, "two"),
    "a field": (in_field, "vague"),
}


async def prepare(stage: AppDriver, what: str) -> None:
    """Have it on the screen."""
    await marked_up(stage)
    if what == "a field":
        await picker(stage)
        stage.app.screen.query_one(Input).value = "vague"
    else:
        stage.app.composer.put("one two three")
    await stage.settled()


def cells(stage: AppDriver) -> list[Cell]:
    """Every cell of the screen with its style, as it is drawn."""
    strips = stage.app.screen._compositor.render_strips(stage.app.size)
    return [
        (letter, style or Style())
        for strip in strips
        for text, style, _ in strip
        for letter in text
    ]


def looks(style: Style) -> tuple[object, ...]:
    return style.color, style.bgcolor, style.reverse


def shown(style: Style, ground: str, system: str) -> tuple[Color, Color]:
    """The foreground and the background that a terminal shows."""
    own_back, own_front = (Color.parse(each) for each in GROUNDS[ground])
    front = (style.color or Color.default()).downgrade(SYSTEMS[system])
    back = (style.bgcolor or Color.default()).downgrade(SYSTEMS[system])
    front, back = (
        (own_front if front.is_default else front),
        (own_back if back.is_default else back),
    )
    return (back, front) if style.reverse else (front, back)


def unreadable(lit: list[Cell], ground: str) -> Iterator[tuple[str, str, float]]:
    """The letters of a selection that cannot be read, and with how many colours."""
    for letter, style in lit:
        for system in SYSTEMS:
            ratio = contrast(*shown(style, ground, system))
            if letter.isalnum() and (ratio < LEAST or style.dim):
                yield letter, system, round(ratio, 2)


async def select(stage: AppDriver, what: str) -> list[Cell]:
    """Select it; the cells that are then drawn in another way."""
    light, words = SELECTIONS[what]
    light(stage, False)
    await stage.pilot.pause()
    before = cells(stage)
    light(stage, True)
    await stage.pilot.pause()
    pairs = zip(before, cells(stage), strict=True)
    lit = [now for was, now in pairs if looks(was[1]) != looks(now[1])]
    assert set(words) - {" "} <= {letter for letter, _ in lit}, "it can be seen"
    return lit


def all_themes(stage: AppDriver) -> Iterator[tuple[str, str]]:
    """Each theme that can be chosen, and whether its ground is dark or light."""
    for name, theme in stage.app.available_themes.items():
        yield name, "dark" if theme.dark else "light"


@pytest.mark.parametrize("what", SELECTIONS)
async def test_a_selection_can_be_read_in_every_theme(playing: Playing, what: str) -> None:
    async with playing(size=(100, 40)) as stage:
        await prepare(stage, what)
        for theme, ground in all_themes(stage):
            stage.app.theme = theme
            lit = await select(stage, what)
            assert list(unreadable(lit, ground)) == [], theme


@pytest.mark.parametrize("what", SELECTIONS)
async def test_without_colour_too(
    playing: Playing, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(size=(100, 40)) as stage:
        await prepare(stage, what)
        lit = await select(stage, what)
        assert list(unreadable(lit, "dark")) == []
        assert list(unreadable(lit, "light")) == []


def test_text_in_the_colour_of_its_background_is_noticed() -> None:
    same = [("a", Style(color="#0178d4", bgcolor="#0178d4"))]
    assert [system for _, system, _ in unreadable(same, "dark")] == list(SYSTEMS)
