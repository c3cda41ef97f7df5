"""Between the first picture and the session: keys are taken, and nothing asked for is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType
from textual.app import ComposeResult
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen

from hq_tui.app.app import HqApp
from hq_tui.core.blocks import TextBlock
from hq_tui.core.conversation import Conversation, Phase, Reply, Turn
from hq_tui.core.events import MessageSent
from hq_tui.errors import UsageError
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.session import Session
from hq_tui.ui import transcript_entries as view
from hq_tui.ui.screens.help import HelpScreen
from tests.support.transcripts import plain_lines
from tests.ui.app_driver import AppDriver, set_stage


class Late:
    """A stage whose session cannot be opened before it is let."""

    def __init__(self, home: Path) -> None:
        self.stage: AppDriver = set_stage(home)
        self.let = threading.Event()
        start = self.stage.app.startup._plan._replace(load=self._wait)
        self.app = HqApp(start, settings=self.stage.manager.settings, environment={})
        self.stage.app = self.app

    def _wait(self) -> None:
        self.let.wait()

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[Pilot[int]]:
        try:
            async with self.app.run_test(size=(80, 24)) as pilot:
                self.stage.enter(pilot)
                yield pilot
        finally:
            self.let.set()


@pytest.fixture
def late(home: Path) -> Late:
    return Late(home)


async def test_the_first_picture_has_its_looks_its_keys_and_its_size_from_the_beginning(
    late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[set[str]] = []
    words: list[str] = []
    sizes: list[Size] = []
    show, resized = late.app._display, Screen._screen_resized

    def shown(screen: Screen[Any], update: RenderableType | None) -> None:
        if update is not None:
            looks.append(set(screen.classes))
            words.append(late.stage.screen_text)
        show(screen, update)

    def laid_out(screen: Screen[Any], size: Size) -> None:
        sizes.append(size)
        resized(screen, size)

    monkeypatch.setattr(late.app, "_display", shown)
    monkeypatch.setattr(Screen, "_screen_resized", laid_out)
    async with late.playing() as pilot:
        assert {"-middle", "-tall"} <= looks[0]
        assert looks == looks[:1] * len(looks)
        assert "Enter send" in words[0]
        assert len(sizes) <= 1
        await pilot.resize_terminal(100, 30)
        await late.stage.until(lambda: sizes[-1:] == [Size(100, 30)])


async def test_the_first_row_of_keys_shows_the_keys_that_fit_whatever_the_width(late: Late) -> None:
    async with late.playing() as pilot:
        for width, keys in ((30, "Enter send  F1 help"), (80, "/ commands")):
            await pilot.resize_terminal(width, 24)
            await late.stage.until(lambda keys=keys: late.stage.screen_text.endswith(keys))  # type: ignore[misc]


async def test_the_first_key_need_not_wait_for_a_tick_that_comes_late(late: Late) -> None:
    front = late.app.get_default_screen()
    asked: list[bool] = []
    compose = front.compose

    def composing() -> ComposeResult:
        yield from compose()
        asked.append(front._update_timer._active.is_set())

    front.compose = composing  # type: ignore[method-assign]
    async with late.playing():
        assert asked == [True]


async def test_the_first_picture_takes_keys(late: Late) -> None:
    async with late.playing() as pilot:
        await pilot.press("w", "h", "y")
        assert not late.app.is_ready
        shown = late.stage.screen_text
        assert "why" in shown
        assert "Enter send" in shown
        assert "hq-tui · examine" in shown


async def test_a_draft_stays_where_it_was_typed(late: Late) -> None:
    async with late.playing() as pilot:
        await pilot.press("w", "h", "left")
        late.let.set()
        await late.stage.settled()
        await pilot.press("o")
        assert late.app.view.chat.composer.text == "woh"
        assert "/mode changes" in late.stage.screen_text
    late.stage.leave()


async def test_what_was_sent_before_the_session_was_open_is_sent_then(late: Late) -> None:
    async with late.playing() as pilot:
        await pilot.press("w", "h", "y", "enter")
        assert not late.app.is_ready
        late.let.set()
        await late.stage.settled()
        assert late.app.view.session.conversation.live is not None
        assert late.app.view.session.conversation.live.asked.text == "why"
        assert late.app.view.chat.composer.text == ""
    late.stage.leave()


async def test_a_key_that_came_too_early_does_its_work_then(late: Late) -> None:
    async with late.playing() as pilot:
        await pilot.press("f1")
        assert not isinstance(late.app.screen, HelpScreen)
        late.let.set()
        await late.stage.settled()
        await late.stage.until(lambda: isinstance(late.app.screen, HelpScreen))


async def test_leaving_need_not_wait_for_the_session(late: Late) -> None:
    async with late.playing() as pilot:
        await pilot.press("w", "ctrl+q")
        await late.stage.until(lambda: late.app._exit)
    assert not late.app.is_ready


async def test_leaving_waits_for_what_was_sent(late: Late) -> None:
    async with late.playing() as pilot:
        await pilot.press("w", "h", "y", "enter", "ctrl+q")
        assert not late.app._exit
        late.let.set()
        await late.stage.until(lambda: late.app._exit)
    assert late.app.view.session.conversation.turn_count == 1
    late.stage.leave()


async def test_a_session_that_cannot_be_opened_ends_the_app_in_words(late: Late) -> None:
    async def refuse(_manager: SessionManager) -> Session:
        raise UsageError("There is no such session.", hint="See: hq-tui sessions")

    late.app.startup._plan = late.app.startup._plan._replace(open=refuse)
    async with late.playing():
        late.let.set()
        await late.stage.until(lambda: late.app.startup.refused is not None)
    assert isinstance(late.app.startup.refused, UsageError)
    assert not late.app.is_ready


def turns(count: int) -> list[Turn]:
    """Turns that can be told apart."""
    replies = [
        Reply(phase=Phase.COMPLETE, shown=(TextBlock(text=f"Answer {n}."),)) for n in range(count)
    ]
    return [
        Turn(number=n + 1, asked=MessageSent(text=f"Question {n}?", at=n), reply=replies[n])
        for n in range(count)
    ]


class Lengthy(Late):
    """A stage with a long session, whose end can be glimpsed long before it is read."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        *past, live = turns(400)
        self.conversation = Conversation(id="s", mode="examine", past=tuple(past), live=live)
        self.read = asyncio.Event()
        self.app.startup._plan = self.app.startup._plan._replace(
            open=self._open, last_turns=self._preview, is_new=False
        )
        self.let.set()

    async def _open(self, manager: SessionManager) -> Session:
        await self.read.wait()
        session = manager.new()
        session.engine.conversation = replace(self.conversation, id=session.conversation.id)
        return session

    def _preview(self) -> list[Turn]:
        return [*self.conversation.turns][-60:]

    async def previewed(self) -> None:
        await self.stage.until(lambda: "Answer 399." in self.stage.screen_text)


async def test_the_end_of_a_long_session_is_shown_while_it_is_read(home: Path) -> None:
    late = Lengthy(home)
    async with late.playing() as pilot:
        await late.previewed()
        assert not late.app.is_ready
        assert "Reading the session" in late.stage.screen_text
        transcript = late.app.startup._make_chat().transcript
        transcript.scroll_to(y=transcript.scroll_y - 12, animate=False)
        await pilot.pause()
        before = plain_lines(transcript)
        late.read.set()
        await late.stage.until(lambda: late.app.is_ready)
        await pilot.pause()
        assert plain_lines(transcript) == before
        assert transcript.entry_list.entries == view.entries(late.app.view.session.conversation)
        assert "Reading the session" not in late.stage.screen_text


async def test_the_end_is_shown_before_the_rest_of_the_program_is_loaded(home: Path) -> None:
    late = Lengthy(home)
    late.let.clear()
    async with late.playing() as pilot:
        await late.previewed()
        await pilot.press("w", "h", "y", "enter")
        assert not late.read.is_set()
        assert not late.app.is_ready
        late.let.set()
        late.read.set()
        await late.stage.settled()
        assert late.app.view.session.conversation.turn_count == 401
    late.stage.leave()


async def test_what_is_sent_while_a_session_is_read_waits_for_it(home: Path) -> None:
    late = Lengthy(home)
    async with late.playing() as pilot:
        await late.previewed()
        await pilot.press("w", "h", "y", "enter")
        assert not late.app.is_ready
        assert "what you send waits" in late.stage.screen_text
        late.read.set()
        await late.stage.settled()
        assert late.app.view.session.conversation.turn_count == 401
        assert late.app.view.session.conversation.live is not None
        assert late.app.view.session.conversation.live.asked.text == "why"
    late.stage.leave()


async def test_a_session_that_is_not_what_was_glimpsed_takes_its_place(home: Path) -> None:
    late = Lengthy(home)
    async with late.playing() as pilot:
        await late.previewed()
        late.conversation = replace(late.conversation, past=tuple(turns(3)), live=None)
        late.read.set()
        await late.stage.until(lambda: late.app.is_ready)
        await pilot.pause()
        assert late.app.view.chat.transcript.entry_list.entries == view.entries(
            late.app.view.session.conversation
        )
        assert "Answer 399." not in late.stage.screen_text
