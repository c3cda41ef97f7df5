"""Leaving while a screen is being put up ends the app in order, whatever moment it comes at."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.app import App

from hq_tui.app.app import HqApp
from tests.ui.app_driver import PATIENCE, set_stage

MOMENTS = (0, 1, 2, 4, 7, 11, 16, 24, 40, 60)
"""Turns of the loop between the command and the wish to leave."""


async def left_after(home: Path, name: str, turns: int) -> tuple[int | None, Exception | None]:
    """How an app ended that was left so many turns after this was asked for."""
    app = set_stage(home).app
    running = asyncio.create_task(app.run_async(headless=True, size=(100, 30)))
    async with asyncio.timeout(PATIENCE):
        while not (app.is_ready and app.screen.is_mounted):  # noqa: ASYNC110  # it has no event
            await asyncio.sleep(0)
        with app._context():
            app.view.commands.start(name, "")
        for _ in range(turns):
            await asyncio.sleep(0)
        with app._context():
            app.exit(0)
        await running
    return app.return_code, app._exception


@pytest.mark.parametrize("name", ["sessions", "help", "palette"])
async def test_an_app_left_while_a_screen_comes_up_ends_in_order(home: Path, name: str) -> None:
    for turns in MOMENTS:
        assert await left_after(home / f"{turns}", name, turns) == (0, None), turns


async def test_without_waiting_for_the_screen_it_would_be_a_defect(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HqApp, "exit", App.exit)
    monkeypatch.setattr(HqApp, "_handle_exception", App._handle_exception)
    ends = [await left_after(home / f"{turns}", "help", turns) for turns in range(8)]
    assert any(code for code, _error in ends)
