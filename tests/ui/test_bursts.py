"""What is sent right behind a command goes where the command has led, however fast it comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hq_tui.core.conversation import Phase
from hq_tui.core.events import Drafted
from hq_tui.core.models import ModelInfo
from hq_tui.sessions.session import Session
from tests.sessions.samples import conversation, write
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing

LEAVING = ["/new", "/new from", "/sessions one", "/fork", "/edit 1", "/suppose 1"]


async def enters(stage: AppDriver, *lines: str) -> None:
    """Texts are sent one after the other, before the app has taken any."""
    composer = stage.app.view.chat.composer
    for line in lines:
        composer.post_message(composer.Sent(line))
    await stage.settled()
    await stage.until(lambda: not any(one.group != "reply" for one in stage.app.workers))
    await stage.settled()


def asked(session: Session) -> list[str]:
    talk = session.conversation
    return [talk.turn(one + 1).asked.text for one in range(talk.turn_count)]


@pytest.mark.parametrize("command", LEAVING)
async def test_a_message_behind_a_command_that_leaves_goes_to_where_it_leads(
    playing: Playing, home: Path, command: str
) -> None:
    write(home / "data" / "sessions", conversation("one", "why", "because"))
    async with playing() as stage:
        await stage.talks("first", "And then?")
        before = stage.app.view.session
        await enters(stage, command, "behind it")
        now = stage.app.view.session
        assert now is not before
        assert asked(before) == ["first"]
        assert before.conversation.reply.phase is Phase.COMPLETE
        assert asked(now)[-1] == "behind it"


async def test_a_request_is_made_before_the_message_behind_it(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks("first", "And then?")
        await enters(stage, "/hint", "behind it")
        now = stage.app.view.session.conversation
        assert now.turn_count == 2
        assert now.queued == ("behind it",)


async def test_a_message_behind_a_change_of_model_waits_for_the_list_of_models(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = asyncio.Event()

    async def models() -> tuple[ModelInfo, ...]:
        await listed.wait()
        return ()

    async with playing() as stage:
        await stage.talks("first", "And then?")
        monkeypatch.setattr(stage.partner, "models", models)
        composer = stage.app.view.chat.composer
        composer.post_message(composer.Sent("/model claude-haiku-4-5"))
        composer.post_message(composer.Sent("behind it"))
        await stage.pilot.pause()
        listed.set()
        await stage.until(lambda: len(stage.partner.requests) == 2)
        assert stage.partner.requests[1].model == "claude-haiku-4-5"


async def test_messages_behind_a_change_of_mode_keep_their_order(playing: Playing) -> None:
    async with playing() as stage:
        await enters(stage, "/mode debug", "one", "two")
        now = stage.app.view.session.conversation
        assert (now.mode, asked(stage.app.view.session), now.queued) == ("debug", ["one"], ("two",))


@pytest.mark.parametrize("there", ["", "of its own"])
async def test_a_draft_that_goes_along_is_in_one_session_only(
    playing: Playing, home: Path, there: str
) -> None:
    write(
        home / "data" / "sessions",
        [*conversation("one", "why", "because"), *([Drafted(text=there)] if there else [])],
    )
    async with playing() as stage:
        await stage.talks("first", "And then?")
        before = stage.app.view.session
        await stage.presses(*"going along")
        before.keep_draft("going along")
        await enters(stage, "/sessions one")
        wanted = "\n\n".join(filter(None, [there, "going along"]))
        assert stage.app.view.chat.composer.text == wanted
        assert stage.manager.read(before.conversation.id).conversation.draft == ""
        await stage.app.view.session.recorder.sync()
        assert stage.manager.read("one").conversation.draft == wanted
        await stage.presses("enter")
        await stage.replies("And?")
        await enters(stage, f"/sessions {before.conversation.id}")
        assert stage.app.view.chat.composer.text == ""
