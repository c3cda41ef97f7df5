"""What lies over the session has the keyboard: no key reaches through to what is below."""

from __future__ import annotations

import pytest
from textual.command import CommandList, CommandPalette
from textual.containers import VerticalScroll
from textual.widgets import Input

from hq_tui.ui.actions import ACTIONS
from hq_tui.ui.screens.session_picker import SessionPicker
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, TIED

OPENED_BY = {
    "help": ("f1",),
    "brief": ("f10",),
    "board": ("tab",),
    "modes": (*"/mode", "enter"),
    "sessions": ("f2",),
    "palette": ("ctrl+p",),
}
CLOSED_BY = {"help": {"f1"}, "board": {"tab"}}
"""Keys of the app that a panel takes for itself, besides Esc."""
OPENS = {"board": {"f10"}}
"""Keys that put another panel over this one."""
KEYS = [
    key
    for action in ACTIONS
    if action.keys and not action.in_composer and not action.anywhere
    for key in action.keys.split(",")
]


async def opened(stage: AppDriver, panel: str) -> None:
    """One turn, and then a panel over it."""
    await stage.talks(RUST, TIED)
    await stage.app.view.session.engine.sync()
    await stage.presses(*OPENED_BY[panel])
    await stage.until(lambda: len(stage.app.screen_stack) == 2)
    await stage.app.workers.wait_for_complete()
    await stage.settled()


def below(stage: AppDriver) -> tuple[object, ...]:
    """All of the session that a key could have changed."""
    app = stage.app
    return (
        app.view.session,
        app.view.session.conversation,
        app.view.session.inquiry,
        app.view.chat.composer.text,
        app.view.chat.transcript.scroll_y,
        app.view.view_state.message,
        len(stage.partner.requests),
        app._exit,
    )


SHORT_RUN = ("board", "sessions")
PANELS = [
    panel if panel in SHORT_RUN else pytest.param(panel, marks=pytest.mark.soak)
    for panel in OPENED_BY
]


@pytest.mark.parametrize("panel", PANELS)
async def test_no_key_reaches_through_a_panel(playing: Playing, panel: str) -> None:
    async with playing(size=(80, 24)) as stage:
        await opened(stage, panel)
        on_top, before = stage.app.screen, below(stage)
        own = CLOSED_BY.get(panel, set()) | OPENS.get(panel, set())
        await stage.presses(*(key for key in KEYS if key not in own))
        assert stage.app.screen is on_top, "a key put something over it"
        assert below(stage) == before, "a key did something below it"


@pytest.mark.parametrize("panel", PANELS)
async def test_escape_and_the_panels_own_key_close_it(playing: Playing, panel: str) -> None:
    async with playing(size=(80, 24)) as stage:
        await opened(stage, panel)
        for key in ("escape", *CLOSED_BY.get(panel, ())):
            if len(stage.app.screen_stack) == 1:
                await stage.presses(*OPENED_BY[panel])
            await stage.presses(key)
            await stage.until(lambda: len(stage.app.screen_stack) == 1)
        assert "stopped" not in stage.screen_text


async def test_below_no_panel_the_same_keys_do_something(playing: Playing) -> None:
    """The check above can fail."""
    async with playing(size=(80, 24)) as stage:
        await stage.talks(RUST, TIED)
        before = below(stage)
        await stage.presses("ctrl+f")
        assert below(stage) != before


async def test_a_long_page_is_paged_and_its_end_is_reached(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        await opened(stage, "help")
        page = stage.app.screen.query_one("#help", VerticalScroll)
        await stage.presses("pagedown")
        assert page.scroll_y > 0
        await stage.presses("end")
        assert page.scroll_y == page.max_scroll_y


async def test_in_a_panel_end_and_the_arrows_belong_to_what_is_typed(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        await opened(stage, "sessions")
        assert isinstance(stage.app.screen, SessionPicker)
        await stage.presses(*"abc", "home", "x", "end", "y")
        assert stage.app.screen.query_one(Input).value == "xabcy"


async def test_a_command_of_the_palette_is_done_though_the_palette_lay_over_all(
    playing: Playing,
) -> None:
    async with playing(size=(80, 24)) as stage:
        await opened(stage, "palette")
        await stage.presses(*"find")
        await stage.until(lambda: "Retry or" not in stage.screen_text)
        await stage.until(lambda: "Find words" in stage.screen_text)
        await stage.until(lambda: is_gathered(stage))
        await stage.presses("enter")
        await stage.until(lambda: stage.app.view.chat.composer.text == "/find ")


def is_gathered(stage: AppDriver) -> bool:
    """Whether the palette is done with looking and has something chosen: Enter means that."""
    group = CommandPalette._GATHER_COMMANDS_GROUP
    looking = [one for one in stage.app.workers if one.group == group and not one.is_finished]
    return not looking and stage.app.screen.query_one(CommandList).highlighted is not None
