"""The first screen says when the last session's reply was cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.core.events import Event
from tests.sessions.samples import asked, begun, conversation, replied, write
from tests.ui.conftest import Playing


@pytest.mark.parametrize(
    ("events", "is_cut"),
    [
        (conversation("one", "my question", "a reply"), False),
        ([begun("one"), asked("my question"), *replied("half", whole=False)], True),
    ],
)
async def test_a_reply_that_a_crash_cut_is_named(
    playing: Playing, home: Path, events: list[Event], is_cut: bool
) -> None:
    write(home / "data" / "sessions", events)
    async with playing(size=(100, 30)) as stage:
        assert "my question" in stage.screen_text
        assert ("was cut off" in stage.screen_text) == is_cut
