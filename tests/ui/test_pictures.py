"""A picture of every state. Somebody looks at each when it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.scenes import SCENES


@pytest.mark.parametrize("name", SCENES)
def test_it_looks_as_it_did(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch, snap_compare: Callable[..., bool]
) -> None:
    scene = SCENES[name]
    if scene.no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    stage = scene.stage(home)

    async def act(pilot: Pilot[int]) -> None:
        stage.enter(pilot)
        await stage.settled()
        await scene.act(stage)

    assert snap_compare(stage.app, run_before=act, terminal_size=scene.size)
    stage.leave()
