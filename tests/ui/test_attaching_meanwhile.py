"""What a person does while the files of a message are read costs no word and mixes nothing up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hq_tui.sessions import attaching
from hq_tui.sessions.attaching import Attached
from hq_tui.sessions.session import Session
from tests.support.files import png
from tests.ui.app_driver import PATIENCE, AppDriver
from tests.ui.conftest import Playing

SENT = "secret plan @noise.png x"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a picture, where the app runs."""
    (tmp_path / "noise.png").write_bytes(png(4, 3))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk that gives no file before this is set."""
    ready, read = threading.Event(), attaching.attach

    def slowly(*names: Any, **more: Any) -> Attached:
        ready.wait(PATIENCE)
        return read(*names, **more)

    monkeypatch.setattr("hq_tui.app.actions.files.attach", slowly)
    yield ready
    ready.set()


async def enters(stage: AppDriver, line: str) -> None:
    stage.app.view.chat.composer.insert(line)
    await stage.presses("enter")


async def done(stage: AppDriver) -> None:
    """Wait for all that was begun, but for replies."""
    await stage.until(lambda: not any(one.group != "reply" for one in stage.app.workers))
    await stage.settled()


def asked(session: Session) -> list[str]:
    conversation = session.conversation
    return [conversation.turn(one + 1).asked.text for one in range(conversation.turn_count)]


def on_disk(stage: AppDriver, session: Session) -> tuple[list[str], str]:
    """The messages and the draft of a session, as the next one to open it finds them."""
    found = stage.manager.read(session.conversation.id).conversation
    return [found.turn(one + 1).asked.text for one in range(found.turn_count)], found.draft


@pytest.mark.parametrize("going", ["/new", "/rehearse", "/mode debug"])
async def test_a_message_goes_to_the_session_it_was_sent_in(
    going: str, playing: Playing, disk: threading.Event
) -> None:
    async with playing() as stage:
        before = stage.app.view.session
        await enters(stage, SENT)
        await enters(stage, going)
        disk.set()
        await done(stage)
        now = stage.app.view.session
        assert asked(before) == [SENT]
        assert (now is before) == going.startswith("/mode")
        if now is not before:
            assert asked(now) == []
            assert on_disk(stage, before) == ([SENT], "")
        await stage.presses("escape")


async def test_a_message_after_the_command_goes_to_the_new_session(
    playing: Playing, disk: threading.Event
) -> None:
    async with playing() as stage:
        before = stage.app.view.session
        await enters(stage, SENT)
        await enters(stage, "/new")
        await enters(stage, "another thought")
        disk.set()
        await done(stage)
        now = stage.app.view.session
        assert now is not before
        assert asked(now) == ["another thought"]
        assert on_disk(stage, before) == ([SENT], "")
        assert now.conversation.draft == ""
        await stage.presses("escape")


async def test_what_is_read_and_what_is_typed_meanwhile_are_both_the_saved_draft(
    playing: Playing, disk: threading.Event
) -> None:
    async with playing() as stage:
        session = stage.app.view.session
        await enters(stage, SENT)
        stage.app.drafts.keep(stage.app.composer.unsent)
        await session.recorder.sync()
        assert on_disk(stage, session) == ([], SENT)
        await enters(stage, "and then")
        stage.app.view.chat.composer.insert("typed")
        stage.app.drafts.keep(stage.app.composer.unsent)
        await session.recorder.sync()
        assert on_disk(stage, session) == ([], f"{SENT}\n\nand then\n\ntyped")
        disk.set()
        await done(stage)
        await session.recorder.sync()
        assert on_disk(stage, session) == ([SENT], "typed")
        assert session.conversation.queued == ("and then",)
        await stage.presses("escape")


async def test_a_message_that_comes_back_is_the_draft_once(
    playing: Playing, disk: threading.Event
) -> None:
    async with playing() as stage:
        session = stage.app.view.session
        await enters(stage, "see @missing.png")
        disk.set()
        await done(stage)
        assert stage.app.composer.message == "see @missing.png"
        stage.app.drafts.keep(stage.app.composer.unsent)
        assert session.conversation.draft == "see @missing.png"


async def test_leaving_while_files_are_read_keeps_the_message(
    playing: Playing, disk: threading.Event
) -> None:
    async with playing() as stage:
        session = stage.app.view.session
        await enters(stage, SENT)
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: stage.app.return_code == 0 or not stage.app.is_running)
        stage.app.drafts.keep(stage.app.composer.unsent)
        await session.recorder.sync()
        assert on_disk(stage, session) == ([], SENT)


@pytest.mark.parametrize("command", ["mode debug", "effort low", "thinking off"])
async def test_a_draft_goes_along_where_a_choice_comes_before_the_first_message(
    command: str, playing: Playing
) -> None:
    async with playing() as stage:
        before = stage.app.view.session
        stage.app.view.chat.composer.insert("a thought begun")
        assert before.keep_draft("a thought begun")
        await before.recorder.sync()
        await stage.app.view.commands.do(*command.split())
        await stage.settled()
        now = stage.app.view.session
        assert now is not before
        assert before.recorder.journal is None
        assert stage.app.composer.message == "a thought begun"
        await now.recorder.sync()
        assert on_disk(stage, now) == ([], "a thought begun")
        data = list((stage.home / "data").rglob(f"{before.conversation.id}*"))
        assert data == []
