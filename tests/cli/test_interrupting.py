"""Ctrl+C without a screen: the first stops a reply, and the next leaves, however soon it comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hq_tui.cli.plain import PlainFrontend
from hq_tui.core.events import ReplyStopped
from tests.ui.app_driver import PATIENCE, set_stage


async def test_the_second_leaves_though_the_connection_is_still_being_closed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = set_stage(home)
    face = PlainFrontend(stage.manager, stage.manager.new())
    face.open()
    running: list[bool] = []

    def at_once(event: object) -> None:
        if isinstance(event, ReplyStopped):
            running.append(face.session.engine.is_running)
            face.interrupt()

    face.session.engine.events.subscribe(at_once)
    face.take("hello")
    async with asyncio.timeout(PATIENCE):
        while not stage.partner.listening:  # noqa: ASYNC110  # it has no event
            await asyncio.sleep(0)
        face.interrupt()
        await face.session.engine.wait_idle()
    assert running == [True]
    assert face.code == 130
    assert "hq-tui: stopped" in capsys.readouterr().out
    await face.session.close()
    await stage.manager.close()
