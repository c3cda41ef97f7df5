"""What is only in memory, because the disk is full, is lost by nobody's word but the person's."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from hq_tui.store.writer import Disk
from tests.store.faults import FaultyDisk
from tests.support.ready import Ready
from tests.support.saved import sessions
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing

MAKE_ROOM = "Not saved: the disk is full. Make room first; Ctrl+Q leaves all the same."
LEAVES = "Not everything is saved: the disk is full. Ctrl+Q again leaves."


async def filled(stage: AppDriver) -> Callable[[], None]:
    """Say something on a disk that is full from then on; what it returns makes room."""
    await stage.talks("the first thought", "Which?")
    broken = [errno.ENOSPC]
    journal = stage.app.view.session.recorder.journal
    assert journal is not None
    assert await journal.sync()
    journal._writer._disk = Disk(write=FaultyDisk(fails=lambda _call: broken[0]).write)
    await stage.talks("the second thought", "a precious reply")
    assert not await journal.sync()
    await stage.until(lambda: not journal.status.saved)
    await stage.settled()
    return lambda: broken.__setitem__(0, 0)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("new", ""),
        ("new", "from"),
        ("rehearse", ""),
        ("fork", "1"),
        ("edit_turn", "1"),
        ("suppose", "1"),
        ("sessions", "other"),
    ],
)
async def test_no_way_to_another_session_loses_what_is_not_saved(
    playing: Playing, home: Path, name: str, argument: str
) -> None:
    async with playing() as stage:
        await stage.talks("another session", "What about it?")
        if argument == "other":
            argument = stage.app.view.session.conversation.id
        await stage.app.view.commands.do("new", "")
        make_room = await filled(stage)
        here, before = stage.app.view.session, sessions()
        if name in {"new", "sessions"}:
            stage.app.view.put_draft("words in the making")
        draft = stage.app.view.draft
        await stage.app.view.commands.do(name, argument)
        await stage.settled()
        assert stage.app.view.session is here
        assert stage.banner == MAKE_ROOM
        assert stage.app.view.draft == draft
        assert sessions() == before
        make_room()
        stage.app.view.put_draft("")
        await stage.app.view.commands.do(name, argument)
        assert stage.app.view.session is not here
        file = home / "data" / "sessions" / f"{here.conversation.id}.jsonl"
        assert "a precious reply" in file.read_text()


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_leaving_asks_once_where_not_everything_is_saved(playing: Playing, key: str) -> None:
    async with playing() as stage:
        await filled(stage)
        await stage.presses("f1", "ctrl+q" if key == "ctrl+q" else "escape")
        if key == "ctrl+c":
            await stage.presses(key)
        assert stage.banner == LEAVES
        assert not stage.app._exit
        await stage.pilot.press(key)
        await stage.until(lambda: stage.app._exit)
        assert stage.app.return_code == 0


async def test_leaving_does_not_ask_once_there_is_room_and_asks_anew_of_what_came_since(
    playing: Playing,
) -> None:
    async with playing() as stage:
        make_room = await filled(stage)
        await stage.presses("ctrl+q")
        await stage.talks("a third thought", "And?")
        await stage.presses("ctrl+q")
        assert stage.banner == LEAVES
        await stage.presses("x", "ctrl+q")
        assert stage.banner == LEAVES
        make_room()
        await stage.talks("a fourth thought", "And?")
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: stage.app._exit)


async def test_the_question_goes_once_there_is_room(playing: Playing) -> None:
    async with playing() as stage:
        make_room = await filled(stage)
        await stage.presses("ctrl+q")
        assert stage.banner == LEAVES
        make_room()
        await stage.app.view.session.engine.sync()
        await stage.until(lambda: "saved" not in stage.banner)
        await stage.presses("ctrl+c")
        assert stage.banner == "Ctrl+C again quits; everything is saved."


async def test_what_is_said_stands_behind_not_saved(playing: Playing) -> None:
    async with playing() as stage:
        await filled(stage)
        assert stage.banner == "not saved: the disk is full · kept in memory"
        await stage.app.view.commands.do("drop", "")
        assert stage.banner.startswith("not saved: the disk is full · The last reply is complete")
        await stage.presses("x")
        assert stage.banner == "not saved: the disk is full · kept in memory"


async def test_an_edit_in_which_nothing_was_said_is_left_on_a_full_disk_too(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.talks("the first thought", "Which?")
        parent = stage.app.view.session.conversation.id
        await stage.presses("f3")
        edit = stage.app.view.session
        assert edit.conversation.is_edit
        edit.keep_draft("the first thought, better")
        journal = edit.recorder.journal
        assert journal is not None
        broken = FaultyDisk(fails=lambda _call: errno.ENOSPC)
        journal._writer._disk = Disk(write=broken.write)
        edit.keep_draft("the first thought, better yet")
        assert not await journal.sync()
        await stage.presses("escape")
        await stage.until(lambda: stage.app.view.session.conversation.id == parent)
        assert "could not be saved" not in stage.banner


def test_in_lines_the_same_is_said_with_the_command_that_leaves(
    home: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready
) -> None:
    blocked = home / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("HQ_TUI_DATA_DIR", str(blocked / "data"))
    done = ready.do("--plain", "--rehearse", stdin="a thought\n/new\n/quit\n/quit\n")
    assert "Make room first; /quit leaves all the same." in done.out
    assert done.out.count("/quit again leaves.") == 1
    assert done.code == 1
