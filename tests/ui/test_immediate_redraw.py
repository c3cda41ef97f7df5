"""What a key changed in the composer is on the screen before the screen's next tick."""

from __future__ import annotations

from typing import Any

import pytest
from textual.screen import UPDATE_PERIOD

from hq_tui.ui.rendering import compositor as direct
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing


class Watch:
    """A screen whose ticks never come, a clock that stands still, and what is drawn."""

    def __init__(self, stage: AppDriver, monkeypatch: pytest.MonkeyPatch) -> None:
        self.drawn = 0
        self.now = 1_000.0
        self.ticks_wanted = 0
        show = stage.app._display

        def shown(*given: Any) -> None:
            self.drawn += 1
            show(*given)

        monkeypatch.setattr(stage.app, "_display", shown)
        monkeypatch.setattr(direct, "monotonic", lambda: self.now)
        monkeypatch.setattr(stage.app.screen._update_timer, "resume", self._want_tick)

    def _want_tick(self) -> None:
        self.ticks_wanted += 1


async def test_a_key_is_drawn_at_once_and_those_behind_it_with_the_tick(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing() as stage:
        composer = stage.app.composer
        watch = Watch(stage, monkeypatch)
        composer.insert("x")
        await stage.until(lambda: watch.drawn == 1)
        assert watch.ticks_wanted == 0
        composer.insert("y")
        await stage.until(lambda: watch.ticks_wanted > 0)
        assert watch.drawn == 1
        watch.now += 2 * UPDATE_PERIOD
        composer.insert("z")
        await stage.until(lambda: watch.drawn == 2)


async def test_a_key_that_makes_room_is_drawn_with_what_moves(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing() as stage:
        watch = Watch(stage, monkeypatch)
        stage.app.composer.insert("one\ntwo\nthree")
        await stage.until(lambda: watch.ticks_wanted > 0)
        assert watch.drawn == 0
