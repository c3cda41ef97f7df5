"""The first picture waits for no session but its own."""

from __future__ import annotations

from hq_tui.app import view_state_builder
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST


async def test_a_last_session_that_cannot_be_read_does_not_keep_the_app_from_starting(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.talks(RUST, "And?")
        manager = stage.app.view.manager
        fresh = manager.new()
        assert stage.app.view.view_state.start(fresh).recent
        latest = manager.library.latest()
        assert latest is not None
        manager.library.path(latest).unlink()
        manager.library.path(latest).symlink_to("nowhere")
        recent = stage.app.view.view_state.start(fresh).recent
        assert [row.partition(" ")[0] for row in recent] in ([], [latest])


async def test_a_very_long_last_session_is_named_and_not_read(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks(RUST, "And?")
        manager = stage.app.view.manager
        latest = manager.library.latest()
        assert latest is not None
        with manager.library.path(latest).open("ab") as file:
            file.write(b"\n" * (view_state_builder.QUICKLY_READ + 1))
        (row,) = stage.app.view.view_state.start(manager.new()).recent
        assert row.startswith(latest)
