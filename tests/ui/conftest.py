"""Stages for the tests of the screen, each in the test's own home."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Unpack

import pytest

from tests.ui.app_driver import AppDriver, How, set_stage

Playing = Callable[..., AbstractAsyncContextManager[AppDriver]]


@pytest.fixture
def playing(home: Path) -> Playing:
    """A function that opens a stage with the app running, as an async context."""

    @asynccontextmanager
    async def play(
        *, size: tuple[int, int] = (80, 24), **how: Unpack[How]
    ) -> AsyncIterator[AppDriver]:
        stage = set_stage(home, **how)
        async with stage.app.run_test(size=size) as pilot:
            stage.enter(pilot)
            await stage.settled()
            yield stage
        stage.leave()

    return play
