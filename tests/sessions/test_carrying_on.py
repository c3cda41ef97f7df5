"""What a person meets who opens a session again: open questions, and a reply that was cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.core.events import UserActed
from hq_tui.core.user_actions import AddItem
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.signatures import SentSignatures
from hq_tui.rehearsal.validation.request import check
from hq_tui.sessions.session import replay
from hq_tui.store.reader import read
from tests.sessions.samples import asked, conversation, replied, write
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing

QUESTIONS = ("Who pays for it?", "What did you measure?")


@pytest.fixture
def folder(home: Path) -> Path:
    place = home / "data" / "sessions"
    half = replied("Half of it", whole=False)
    write(place, [*conversation("cut", "why", "because"), asked("and then?"), *half], at=100)
    kept = [
        UserActed(action=AddItem(kind="open_question", text=text), at=5.0) for text in QUESTIONS
    ]
    write(place, [*conversation("open", "why", "because"), *kept], at=200)
    return place


def said(stage: AppDriver) -> list[str]:
    """What the last request told the partner, message by message; it must be accepted."""
    params = stage.partner.requests[-1].params
    body = {**params, "stream": True}
    assert check(body, Model(id=str(params["model"]), display_name="m"), SentSignatures()) is None
    return [
        "".join(block["text"] for block in message["content"] if block["type"] == "text")
        for message in params["messages"]
    ]


async def cut_short(stage: AppDriver) -> None:
    """The session whose last reply the program did not finish, as it is opened."""
    await stage.app.view.commands.do("sessions", "cut")
    await stage.settled()
    assert stage.banner == "cut off  Ctrl+R goes on · /drop discards it"
    assert "The program ended." in stage.screen_text
    assert stage.app.view.session.conversation.reply.text == "Half of it "


async def test_a_reply_that_was_cut_goes_on_from_its_words(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await cut_short(stage)
        await stage.presses("ctrl+r")
        await stage.replies("and the other half.")
        assert stage.app.view.session.conversation.reply.text == "Half of it and the other half."
        assert "Half of it" in "".join(said(stage))


async def test_a_reply_that_was_cut_is_kept_by_writing_on(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await cut_short(stage)
        await stage.talks("never mind", "As you like.")
        assert stage.app.view.session.conversation.turn(2).reply.text == "Half of it "
        assert "Half of it" in said(stage)[3]


async def test_a_reply_that_was_cut_can_be_dropped(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await cut_short(stage)
        await stage.asks("/drop")
        await stage.until(lambda: "Dropped" in stage.banner)
        assert not stage.partner.requests
        assert "Half of it" not in stage.screen_text
        await stage.talks("so what now?", "Now this.")
        assert not any("Half of it" in text for text in said(stage))
        assert said(stage)[-1].endswith("so what now?")
    told = replay(read(folder / "cut.jsonl").records).conversation
    assert told.turn(2).reply.text == ""
    assert told.reply.text == "Now this."


@pytest.mark.parametrize("session", ["open", ""])
async def test_only_what_is_not_whole_can_be_dropped(
    playing: Playing, folder: Path, session: str
) -> None:
    async with playing() as stage:
        if session:
            await stage.app.view.commands.do("sessions", session)
        before = stage.app.view.session.conversation
        await stage.app.view.commands.do("drop", "")
        assert stage.app.view.session.conversation is before
        assert "drop" in stage.banner or "complete" in stage.banner


async def test_open_questions_greet_whoever_comes_back_until_something_is_said(
    playing: Playing, folder: Path
) -> None:
    async with playing(size=(100, 30)) as stage:
        assert stage.banner == "ready"
        await stage.app.view.commands.do("sessions", "open")
        await stage.settled()
        assert stage.banner == "your turn · still open: What did you measure? · 1 more"
        await stage.talks("the parser", "How?")
        assert stage.banner == "your turn"


async def test_questions_that_were_answered_greet_nobody(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "open")
        await stage.app.view.commands.do("answer", "o1")
        await stage.app.view.commands.do("answer", "o2")
        stage.app.view.view_state.message = ""
        await stage.settled()
        assert stage.banner == "your turn"
