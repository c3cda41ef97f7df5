"""Colours as they are drawn: contrast, none at all, and nothing said by colour alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style

from hq_tui.ui.theme import begin, theme_for
from tests.ui.app_driver import OVERLOADED, AppDriver, set_stage
from tests.ui.conftest import Playing
from tests.ui.scenes import (
    RUST,
    SCENES,
    TIED,
    Act,
    cut,
    disk_full,
    found,
    help_shown,
    marked_up,
    picker,
    retrying,
    sessions,
)

LEAST = 4.5
"""The contrast that WCAG 2 asks of running text."""


async def contradicted(stage: AppDriver) -> None:
    """A contradiction and a claim on the board, and a question that waits."""
    await stage.talks(RUST, TIED)
    for command in ("/add claim Python is slow", "/add tension Both may not hold"):
        stage.app.view.commands.submit(command)
        await stage.settled()


async def board_shown(stage: AppDriver) -> None:
    """The same, on the board's own screen."""
    await contradicted(stage)
    await stage.presses("tab")


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


def too_faint(segments: Iterator[Segment]) -> list[tuple[str, float]]:
    """The words that are too faint to read, with their contrast."""
    found = []
    for text, style, _ in segments:
        if style is None or not any(char.isalnum() for char in text):
            continue
        if style.color is None or style.bgcolor is None:
            continue
        ratio = contrast(style.color, style.bgcolor)
        if ratio < LEAST:
            found.append((text, round(ratio, 2)))
    return found


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("name", DRAWN)
async def test_every_word_can_be_read(playing: Playing, name: str, theme: str) -> None:
    async with playing(size=(120, 40), theme=theme) as stage:
        await DRAWN[name](stage)
        assert too_faint(drawn(stage)) == []


SYSTEMS = {
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "16 million": ColorSystem.TRUECOLOR,
}
GROUNDS = {"dark": ("#000000", "#ffffff"), "light": ("#ffffff", "#000000")}
"""What a terminal's own background and foreground are, where a theme leaves them to it."""


def ratios(segments: Iterator[Segment], system: ColorSystem, ground: str) -> list[float]:
    """The contrast of every piece of text as a terminal with so many colours shows it."""
    own_back, own_front = (Color.parse(each) for each in GROUNDS[ground])
    found = []
    for text, style, _ in segments:
        if style is None or not any(char.isalnum() for char in text):
            continue
        front = (style.color or Color.default()).downgrade(system)
        back = (style.bgcolor or Color.default()).downgrade(system)
        front = own_front if front.is_default else front
        back = own_back if back.is_default else back
        found.append(contrast(front, back))
    return found


@pytest.mark.soak
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("theme", ["dark", "light", "ansi-dark", "ansi-light"])
async def test_how_well_every_theme_can_be_read(
    home: Path, theme: str, system: str, record_property: Callable[[str, object], None]
) -> None:
    found: list[float] = []
    ground = "light" if "light" in theme else "dark"
    used = theme_for(theme, {}, few=system == "16")
    for number, act in enumerate(DRAWN.values()):
        stage = set_stage(home / str(number), theme=used.removeprefix("textual-"))
        async with stage.app.run_test(size=(120, 40)) as pilot:
            stage.enter(pilot)
            await stage.settled()
            await act(stage)
            found += ratios(drawn(stage), SYSTEMS[system], ground)
        stage.leave()
    low = sum(ratio < LEAST for ratio in found)
    middle = sorted(found)[len(found) // 2]
    record_property(
        "contrast",
        (theme, system, ground, f"{min(found):.1f}", f"{middle:.1f}", f"{low} of {len(found)}"),
    )
    assert low == 0


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    ("box", "act"),
    [
        ("#help", help_shown),
        ("#pick", picker),
        ("SessionList", sessions),
        ("#board-box", board_shown),
    ],
)
async def test_every_word_of_a_panel_can_be_read(
    playing: Playing, box: str, act: Act, theme: str
) -> None:
    async with playing(size=(100, 30), theme=theme) as stage:
        await act(stage)
        await stage.pilot.pause()
        region = stage.app.screen.query_one(box).content_region
        strips = stage.app.screen._compositor.render_strips(stage.app.size)
        inside = (
            segment
            for strip in strips[region.y : region.bottom]
            for segment in strip.crop(region.x, region.right)
        )
        assert too_faint(inside) == []


def test_a_faint_word_is_noticed() -> None:
    grey = Segment("grey", Style(color="#777777", bgcolor="#666666"))
    black = Segment("black", Style(color="#000000", bgcolor="#ffffff"))
    assert [text for text, _ in too_faint(iter([grey, black]))] == ["grey"]


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
        assert any("vague wish" in text for text in lit)


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
