"""What is typed lands where it belongs, whatever was clicked, selected or raised before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, long_conversation
from tests.ui.test_panels import opened

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}


async def click_everywhere(stage: AppDriver) -> None:
    """Click into every widget that can be seen, and beside all of them."""
    for x, y in sorted(spots(stage)):
        await stage.pilot.click(offset=(x, y))


def spots(stage: AppDriver) -> Iterator[tuple[int, int]]:
    """The middle and the first cell of every widget on the screen."""
    width, height = stage.app.size
    for widget in stage.app.screen.query("*"):
        region = widget.region
        for x, y in ((region.x, region.y), (region.right - 1, (region.y + region.bottom) // 2)):
            if 0 <= x < width and 0 <= y < height and region.area:
                yield x, y
    yield width - 1, height - 1


async def select(stage: AppDriver) -> None:
    """Drag over some rows of the text, and let go."""
    await stage.pilot.mouse_down(offset=(4, 4))
    await stage.pilot.hover(offset=(20, 6))
    await stage.pilot.mouse_up(offset=(20, 6))


async def go_back(stage: AppDriver) -> None:
    """Shift+Tab, and again."""
    await stage.presses("shift+tab", "shift+tab")


async def raise_window(stage: AppDriver) -> None:
    """Another window is raised, and then this one."""
    await lose_window(stage)
    await stage.pilot._post_mouse_events([events.MouseMove], offset=(3, 3))
    stage.app.post_message(events.AppFocus())
    await stage.pilot.pause()


async def lose_window(stage: AppDriver) -> None:
    """Another window is raised; the terminal never tells that this one is in front again."""
    stage.app.post_message(events.AppBlur())
    await stage.pilot.pause()


async def scroll(stage: AppDriver) -> None:
    """Turn the wheel over the text."""
    for event in (events.MouseScrollUp, events.MouseScrollDown):
        await stage.pilot._post_mouse_events([event], offset=(4, 4))


BEFORE: dict[str, Callable[[AppDriver], Awaitable[None]]] = {
    "clicks": click_everywhere,
    "a selection": select,
    "Shift+Tab": go_back,
    "a raised window": raise_window,
    "a window behind": lose_window,
    "the wheel": scroll,
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("size", SIZES)
async def test_what_is_typed_lands_in_the_composer(
    playing: Playing, size: str, before: str
) -> None:
    async with playing(size=SIZES[size]) as stage:
        await long_conversation(stage)
        await BEFORE[before](stage)
        await stage.presses("a")
        stage.app.post_message(events.Paste("b c"))
        await stage.presses("d")
        assert stage.app.view.chat.composer.text == "ab cd"


@pytest.mark.parametrize("before", BEFORE)
async def test_before_anything_was_said_too(playing: Playing, before: str) -> None:
    async with playing() as stage:
        await BEFORE[before](stage)
        await stage.presses(*RUST[:5])
        assert stage.app.view.chat.composer.text == RUST[:5]


@pytest.mark.parametrize("panel", ["modes", "sessions", "palette", "themes"])
async def test_a_field_keeps_its_letters(playing: Playing, panel: str) -> None:
    async with playing(size=(100, 30)) as stage:
        await open_panel(stage, panel)
        field = stage.app.screen.query_one(Input)
        for number, before in enumerate(BEFORE, start=1):
            await within(stage, before)
            await stage.presses("z")
            assert field.value == "z" * number, before


@pytest.mark.parametrize(
    "panel", ["help", "brief", "board", "modes", "sessions", "palette", "themes"]
)
async def test_escape_always_ends_in_the_composer(playing: Playing, panel: str) -> None:
    async with playing(size=(100, 30)) as stage:
        await open_panel(stage, panel)
        for before in BEFORE:
            await within(stage, before)
        await stage.presses("escape")
        assert len(stage.app.screen_stack) == 1
        await stage.presses("z")
        assert stage.app.view.chat.composer.text == "z"


async def open_panel(stage: AppDriver, panel: str) -> None:
    """One turn, and then something over it that was asked for."""
    if panel != "themes":
        await opened(stage, panel)
        return
    await stage.presses(*"/theme", "enter")
    await stage.until(lambda: len(stage.app.screen_stack) == 2)
    await stage.settled()


async def within(stage: AppDriver, before: str) -> None:
    """Do it in a panel; a click that chooses something or closes it has an end of its own."""
    if before != "clicks":
        await BEFORE[before](stage)
        return
    middle = stage.app.screen.size.width // 2
    for y in (3, 5):
        await stage.pilot.mouse_down(offset=(middle, y))


async def test_without_the_rule_a_click_takes_the_letters_away(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the tests above can fail."""
    monkeypatch.setattr("hq_tui.ui.screens.focus.FixedFocus.set_focus", Screen.set_focus)
    async with playing(size=SIZES["80x24"]) as stage:
        await long_conversation(stage)
        await select(stage)
        await stage.presses("a")
        assert stage.app.view.chat.composer.text == ""
