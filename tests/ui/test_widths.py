"""From the first picture on, and from the first after a resize, all stands in its own width."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Static

from hq_tui.ui.widgets.composer import PLACEHOLDER
from hq_tui.ui.widgets.fitted import Fitted
from tests.support.ready import Ready
from tests.support.terminal import Terminal
from tests.ui.app_driver import AppDriver, set_stage
from tests.ui.conftest import Playing
from tests.ui.scenes import PARSING, RUST, TIED

MARKS = ("hq-tui ·", "Board", "this reply", "session", "context", "your turn", "Enter send")
"""Words of every part that depends on the width."""


class Frames:
    """What was shown of the screen, frame by frame, and where the cursor stood in each."""

    def __init__(self, stage: AppDriver) -> None:
        self.shown: list[list[str]] = []
        self.astray: list[tuple[int, int]] = []
        self._stage, self._show = stage, stage.app._display
        stage.app._display = self._display  # type: ignore[method-assign]  # to look on

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if renderable is not None and self._stage.app.is_ready:
            self.shown.append(self._stage.screen_text.splitlines())
            at = self._stage.app.cursor_position
            if not self._stage.app.composer.content_region.contains_point(at):
                self.astray.append(at)
        self._show(screen, renderable)


def wrong(frames: list[list[str]], marks: Sequence[str]) -> list[tuple[str, str]]:
    """The rows with `marks` that were not in every frame as they are in the last one."""
    found = []
    for frame in frames:
        for row, last in zip(frame, frames[-1], strict=True):
            parts = [each.rpartition("│")[2] for each in (row, last)]
            if parts[0] != parts[1] and any(mark in last for mark in marks):
                found.append((row, last))
    return found


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (160, 50)])
async def test_the_first_picture_is_as_wide_as_any_later_one(
    home: Path, size: tuple[int, int]
) -> None:
    stage = set_stage(home, rehearsal=True)
    frames = Frames(stage)
    async with stage.app.run_test(size=size) as pilot:
        stage.enter(pilot)
        await stage.settled()
    stage.leave()
    assert wrong(frames.shown, MARKS) == []
    assert any("REHEARSAL" in row for row in frames.shown[-1])
    assert frames.astray == []


@pytest.mark.parametrize("size", [(130, 40), (200, 50)])
async def test_the_first_picture_after_a_resize_too(
    playing: Playing, size: tuple[int, int]
) -> None:
    async with playing(size=(160, 50), rehearsal=True) as stage:
        await stage.talks(RUST, TIED)
        frames = Frames(stage)
        await stage.pilot.resize_terminal(*size)
        await stage.settled()
        shown = [frame for frame in frames.shown if len(frame) == size[1]]
        assert wrong(shown, MARKS) == []
        assert frames.astray == []


ACROSS = ((120, 40), (60, 30), (100, 30), (80, 10), (80, 7), (160, 50))
"""Sizes between any two of which rows come, go or say something else, or columns wrap."""


@pytest.mark.parametrize("after", ACROSS)
async def test_what_a_resize_brings_back_says_how_things_stand_now(
    playing: Playing, after: tuple[int, int]
) -> None:
    async with playing(size=after) as stage:
        for number, before in enumerate(size for size in ACROSS if size != after):
            await stage.pilot.resize_terminal(*before)
            await stage.talks(PARSING, TIED, tokens=1204 + number)
            stage.app.view.commands.submit(f"/add claim {RUST}")
            await stage.settled()
            frames = Frames(stage)
            await stage.pilot.resize_terminal(*after)
            await stage.settled()
            shown = [frame for frame in frames.shown if len(frame) == after[1]]
            assert wrong(shown, ("",)) == []


async def test_the_board_is_laid_out_again_when_the_window_is(playing: Playing) -> None:
    async with playing(size=(120, 40), rehearsal=True) as stage:
        await stage.talks(RUST, TIED)
        stage.app.view.commands.submit(f"/add claim {RUST}")
        await stage.settled()
        await stage.presses("tab")
        await stage.pilot.resize_terminal(60, 30)
        await stage.settled()
        small = stage.screen_text
        await stage.presses("escape", "tab")
        assert stage.screen_text == small


def behind_the_second_row(stage: AppDriver) -> Offset:
    """Where the next letter goes after two rows, of which the second has four."""
    return stage.app.composer.content_region.offset + Offset(4, 1)


async def test_the_cursor_stands_where_the_letters_go(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        frames = Frames(stage)
        await stage.presses(*"two", "ctrl+j", *"rows")
        assert stage.app.cursor_position == behind_the_second_row(stage)
        await stage.talks(RUST, TIED)
        await stage.pilot.resize_terminal(120, 40)
        await stage.settled()
        assert stage.app.cursor_position == behind_the_second_row(stage)
        assert frames.astray == []


async def test_a_row_that_is_made_too_early_is_noticed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows that the tests above can fail."""
    monkeypatch.setattr(Fitted, "render", Static.render)
    stage = set_stage(home, rehearsal=True)
    frames = Frames(stage)
    async with stage.app.run_test(size=(120, 40)) as pilot:
        stage.enter(pilot)
        await stage.settled()
    stage.leave()
    assert not any("REHEARSAL: rule-based" in row for row in frames.shown[0])


def test_on_a_terminal_a_session_that_is_gone_on_with_has_its_widths(
    home: Path, ready: Ready
) -> None:
    assert ready.do("ask", "--rehearse", RUST).code == 0
    with Terminal("--rehearse", "--continue", size=(120, 40), ready=ready) as terminal:
        terminal.wait_for("your turn")
        terminal.wait_for("Tab board")
        column, row = terminal.cursor
        assert terminal.rows[row][column:].startswith(PLACEHOLDER)
        first = terminal.rows
        terminal.resize(121, 40)
        terminal.wait_until(lambda: terminal.rows[0][:121].rstrip() != "", "the wider picture")
        terminal.resize(120, 40)
        terminal.wait_until(lambda: panel(terminal.rows) == panel(first), "the same panel again")


def panel(rows: list[str]) -> list[str]:
    """What stands beside the talk."""
    return [row.rpartition("│")[2].rstrip() for row in rows if "│" in row]
