"""Colours as they are drawn: contrast, none at all, and nothing said by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem, blend_rgb
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as TextualColor

from hq_tui.ui.theme import begin, make_readable, theme_for
from tests.ui.app_driver import OVERLOADED, AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import (
    SCENES,
    Act,
    contradicted,
    cut,
    disk_full,
    found,
    marked_up,
    picker,
    retrying,
)

LEAST = 4.5
"""The contrast that WCAG 2 asks of running text."""


DRAWN: dict[str, Act] = {
    "a reply with everything in it": marked_up,
    "a countdown": retrying,
    "a cut reply": cut,
    "a full disk": disk_full,
    "what was searched for": found,
    "a contradiction on the board": contradicted,
}


def drawn(stage: AppDriver) -> Iterator[Segment]:
    """Every piece of text on the screen as it goes to the terminal."""
    for strip in stage.app.screen._compositor.render_strips(stage.app.size):
        yield from strip


def luminance(color: Color) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    red, green, blue = (part / 255 for part in color.get_truecolor())
    parts = [
        p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in (red, green, blue)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    """From 1, the same, to 21, black on white."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def inside(stage: AppDriver) -> Iterator[Segment]:
    """What can be acted on: all that is drawn, but for a session behind a panel over it."""
    screen = stage.app.screen
    strips = screen._compositor.render_strips(stage.app.size)
    regions = [child.region for child in screen.children] if screen.is_modal else [screen.region]
    for region in regions:
        for strip in strips[max(0, region.y) : region.bottom]:
            yield from strip.crop(region.x, region.right)


SYSTEMS = {
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "16 million": ColorSystem.TRUECOLOR,
}
MANY = ("256", "16 million")
WORN = (
    ("textual-dark", MANY),
    ("ansi-dark", tuple(SYSTEMS)),
    ("textual-dark", ("16",)),
    ("ansi-light", tuple(SYSTEMS)),
    ("textual-light", MANY),
)
"""The themes, each with the numbers of colours that it is drawn with, none twice in a row: what
did not change is not drawn again."""
GROUNDS = {"dark": ("#000000", "#ffffff"), "light": ("#ffffff", "#000000")}
"""What a terminal's own background and foreground are, where a theme leaves them to it."""
DIM = 1 / 3
"""By which part of the way to its background a terminal takes a dim word."""


def too_faint(segments: Iterable[Segment], system: str, ground: str) -> dict[str, float]:
    """The words too faint to read on a terminal with so many colours, with their contrast."""
    own_back, own_front = (Color.parse(each) for each in GROUNDS[ground])
    found = {}
    for text, style, _ in segments:
        if style is None or not any(char.isalnum() for char in text):
            continue
        front = (style.color or Color.default()).downgrade(SYSTEMS[system])
        back = (style.bgcolor or Color.default()).downgrade(SYSTEMS[system])
        front = own_front if front.is_default else front
        back = own_back if back.is_default else back
        if style.dim:
            pair = front.get_truecolor(), back.get_truecolor()
            front = Color.from_triplet(blend_rgb(*pair, cross_fade=DIM))
        ratio = contrast(front, back)
        if ratio < LEAST:
            found[text.strip()] = round(ratio, 2)
    return found


async def wear(stage: AppDriver, theme: str, *, few: bool) -> None:
    """Draw what is on the screen in another theme."""
    make_readable(stage.app, few=few)
    if stage.app.theme == theme:
        stage.app.refresh_css(animate=False)
    stage.app.theme = theme
    await stage.pilot.pause()


async def faint_in_any_theme(stage: AppDriver) -> dict[tuple[str, str], dict[str, float]]:
    """The same of what is on the screen now, for every theme and number of colours."""
    found = {}
    for theme, systems in WORN:
        await wear(stage, theme, few=systems == ("16",))
        segments = list(inside(stage))
        for system in systems:
            ground = "light" if "light" in theme else "dark"
            if faint := too_faint(segments, system, ground):
                found[theme, system] = faint
    return found


EVERY_SCENE = {name: scene for name, scene in SCENES.items() if not scene.no_color}


@pytest.mark.parametrize("name", EVERY_SCENE)
async def test_every_word_can_be_read_in_every_theme(
    home: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    scene = EVERY_SCENE[name]
    stage = scene.stage(home)
    async with stage.app.run_test(size=scene.size) as pilot:
        stage.enter(pilot)
        await stage.settled()
        await scene.act(stage)
        found = await faint_in_any_theme(stage)
    stage.leave()
    drawings = sum(len(systems) for _, systems in WORN)
    record_property("contrast", (name, drawings, sum(map(len, found.values()))))
    assert found == {}


@pytest.mark.parametrize(
    ("theme", "faint", "systems"),
    [
        ("textual-dark", {"text-muted": "#6c6c6c"}, MANY),
        ("textual-light", {"text-primary": "#5f87d7"}, MANY),
        ("ansi-dark", {"text-primary": "ansi_blue"}, SYSTEMS),
        ("ansi-light", {"text-primary": "ansi_bright_yellow"}, SYSTEMS),
    ],
)
async def test_a_faint_colour_of_any_theme_is_noticed(
    playing: Playing, theme: str, faint: dict[str, str], systems: Iterable[str]
) -> None:
    async with playing(size=(100, 30)) as stage:
        await contradicted(stage)
        known = stage.app.available_themes[theme]
        stage.app.register_theme(replace(known, variables={**known.variables, **faint}))
        found = await faint_in_any_theme(stage)
        assert found.keys() == {(theme, system) for system in systems}


@pytest.mark.parametrize("few", [False, True])
async def test_with_sixteen_colours_keys_are_still_told_apart(playing: Playing, few: bool) -> None:
    async with playing(size=(100, 30)) as stage:
        await wear(stage, "ansi-dark", few=few)
        await wear(stage, "textual-dark", few=few)
        (colour,) = {
            style.color.downgrade(SYSTEMS["16"]).get_truecolor()
            for text, style, _ in drawn(stage)
            if style is not None and style.color is not None and text.strip() == "F1"
        }
        assert (len(set(colour)) == 1) is not few, colour


def test_a_faint_word_is_noticed() -> None:
    grey = Segment("grey", Style(color="#777777", bgcolor="#666666"))
    dim = Segment("dim", Style(color="bright_white", bgcolor="blue", dim=True))
    black = Segment("black", Style(color="#000000", bgcolor="#ffffff"))
    segments = (grey, dim, black, Segment(" ", Style(color="#777777", bgcolor="#777777")))
    assert too_faint(segments, "16 million", "dark").keys() == {"grey"}


@pytest.mark.parametrize("name", DRAWN)
async def test_no_color_means_none(
    playing: Playing, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(size=(120, 40)) as stage:
        await DRAWN[name](stage)
        colours = {
            each.name
            for _, style, _ in drawn(stage)
            if style is not None
            for each in (style.color, style.bgcolor)
            if each is not None and not each.is_default
        }
        assert colours == set()


async def test_without_colour_control_characters_are_filtered_all_the_same(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing() as stage:
        line = [Segment("a\x1b[2Jb", Style(color="red"))]
        for each in stage.app.get_line_filters():
            line = each.apply(line, TextualColor.parse("black"))
        assert [(one.style, "\x1b" in one.text) for one in line] == [(Style(), False)]


async def test_without_colour_the_cursor_can_still_be_seen(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing() as stage:
        assert any(style is not None and style.reverse for _, style, _ in drawn(stage))


async def test_without_colour_the_chosen_row_can_still_be_seen(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(size=(100, 30)) as stage:
        await picker(stage)
        lit = [text for text, style, _ in drawn(stage) if style is not None and style.reverse]
        assert any("examine a belief" in text for text in lit)


EMOJI = range(0x1F000, 0x20000)


@pytest.mark.parametrize("name", ["the_palette_lists_the_actions", "a_tool_call_is_named"])
async def test_there_are_no_emoji(playing: Playing, name: str) -> None:
    async with playing(size=(100, 30)) as stage:
        await SCENES[name].act(stage)
        assert [char for char in stage.screen_text if ord(char) in EMOJI] == []


async def test_a_countdown_moves_nothing(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        await stage.asks("why")
        await stage.says(replace(OVERLOADED, retry_after=12.0))
        rows = stage.screen_text.splitlines()
        assert "retrying in 12 s" in stage.banner
        await stage.waits(3)
        later = stage.screen_text.splitlines()
        assert "retrying in 9 s" in stage.banner
        changed = [
            (column, one, other)
            for row, new in zip(rows, later, strict=True)
            for column, (one, other) in enumerate(zip_longest(row, new, fillvalue=" "))
            if one != other
        ]
        assert len(changed) <= 8, changed


@pytest.mark.parametrize(
    ("chosen", "few", "theme"),
    [
        ("light", True, "ansi-light"),
        ("light", False, "textual-light"),
        ("dark", True, "textual-dark"),
        ("auto", True, "textual-dark"),
    ],
)
def test_with_sixteen_colours_a_light_ground_is_the_terminals_own(
    chosen: str, few: bool, theme: str
) -> None:
    assert theme_for(chosen, {}, few=few) == theme


async def test_a_theme_taken_meanwhile_stays(playing: Playing) -> None:
    async with playing() as stage:
        follow = begin(stage.app, "auto", {})
        follow(True)
        assert stage.app.theme == "textual-light"
        stage.app.theme = "ansi-dark"
        follow(False)
        assert stage.app.theme == "ansi-dark"
