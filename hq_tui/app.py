"""The app: hands what a person does to the session, and what the session is to the screen.

It decides little itself. Actions come from one table, sessions from the desk, every
change of the conversation from the engine; the widgets are given values. What a reply
needs runs in the engine's own task, so leaving the screen does not end it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.timer import Timer

from hq_tui.commands import Commands
from hq_tui.commands.manners import Manners
from hq_tui.core.events import (
    CitationArrived,
    Event,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.desk import Desk
from hq_tui.engine import Clock
from hq_tui.session import Session
from hq_tui.situating import Situating
from hq_tui.terminal import guard
from hq_tui.terminal.clipboard import Copied, Way, copy, run_tool
from hq_tui.ui import colours
from hq_tui.ui.actions import ACTIONS, BY_NAME
from hq_tui.ui.board_screen import BoardScreen
from hq_tui.ui.chat_screen import ChatScreen
from hq_tui.ui.composer import Composer
from hq_tui.ui.transcript import Transcript

DELTAS = (TextArrived, ThinkingArrived, ToolInputArrived, SignatureArrived, CitationArrived)
STATUS_EVERY = 0.5
"""Seconds between two looks at the figures while words are flowing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What to begin with: which session, and a first message to send at once."""

    open: Callable[[Desk], Session]
    prompt: str = ""
    warm: Callable[[], None] | None = None
    """Work to begin once the first picture is on screen, such as importing the SDK."""


class HqApp(App[int]):
    """hq-tui on a screen."""

    CSS_PATH = "ui/hq.tcss"
    TITLE = "hq-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            action.keys,
            f"do('{action.name}')",
            action.title,
            id=action.name,
            show=False,
            priority=True,
        )
        for action in ACTIONS
        if action.keys and not action.in_composer
    ]

    def __init__(
        self,
        desk: Desk,
        start: Start,
        *,
        clock: Clock,
        environment: Mapping[str, str],
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        guard.install(self)
        self.desk = desk
        self.clock = clock
        self._environment = environment
        self.chat = ChatScreen()
        self.session = start.open(desk)
        self.situating = Situating(desk, clock)
        self.commands = Commands(self)
        self.manners = Manners(self, environment)
        self._start = start
        self._status_due: Timer | None = None
        self._ticking: Timer | None = None

    def get_default_screen(self) -> ChatScreen:
        return self.chat

    def on_mount(self) -> None:
        few = self.console.color_system == "standard"
        self.theme = colours.theme_for(self.desk.settings.theme, self._environment, few=few)
        self.set_keymap(dict(self.keys_bound))
        self.desk.on_saved = lambda: self.call_from_thread(self.look)
        self._ticking = self.set_interval(1.0, self._tick, pause=True)
        self.manners.begin(self._driver)
        self.show_session(self.session)
        self.call_after_refresh(self._after_first_paint)

    @property
    def keys_bound(self) -> Mapping[str, str]:
        """Keys that the settings bind anew, by action name."""
        return self.desk.settings.keys

    # A session on screen

    def show_session(self, session: Session) -> None:
        """Put a session on the screen and follow it."""
        self.session.engine.on_event = _nobody
        self.session = session
        session.engine.on_event = self._happened
        self.situating.forget()
        session.fold_aside(self.look)
        self.chat.open(session.talk, self.situating.start(session))
        if session.talk.draft and not session.read_only:
            self.call_after_refresh(self.chat.composer.put_back, session.talk.draft)
        self.look()

    def _happened(self, event: Event) -> None:
        """The engine did something; called in the loop, in order, after state has changed."""
        self.chat.fold_reply(self.session.folded_turn)
        self.chat.update_talk(self.session.talk)
        self.manners.happened(event)
        if isinstance(event, DELTAS):
            if self._status_due is None:
                self._status_due = self.set_timer(STATUS_EVERY, self.look)
        else:
            self.look()

    def look(self) -> None:
        """Take in how things stand and show it."""
        self._status_due = None
        self.chat.show(self.situating.now(self.session))
        if self._ticking is not None:
            if self.session.talk.is_busy:
                self._ticking.resume()
            else:
                self._ticking.pause()

    def say(self, message: str) -> None:
        """Put a line of our own where the banner is, until the next thing happens."""
        self.situating.message = message
        self.look()

    def _tick(self) -> None:
        self.look()

    def _after_first_paint(self) -> None:
        if self._start.warm is not None:
            self._start.warm()
        if self._start.prompt:
            self.commands.replying.send(self._start.prompt)

    # What a person does

    def on_composer_sent(self, event: Composer.Sent) -> None:
        event.stop()
        self.situating.message = ""
        if event.literal:
            self.commands.replying.send(event.text)
        else:
            self.commands.submit(event.text)

    def on_composer_recalled(self, event: Composer.Recalled) -> None:
        event.stop()
        self.chat.composer.put("\n".join(self.session.engine.unqueue()))

    async def on_board_screen_chosen(self, event: BoardScreen.Chosen) -> None:
        event.stop()
        done = self.commands.boarding.act_on_board(event.what, event.item)
        if done is not None:
            await done
        if isinstance(self.screen, BoardScreen):
            self.screen.show(self.session.inquiry)

    def on_transcript_unseen_changed(self, event: Transcript.UnseenChanged) -> None:
        event.stop()
        self.situating.unseen = event.lines
        self.look()

    def on_transcript_link_clicked(self, event: Transcript.LinkClicked) -> None:
        event.stop()
        self.say(f"link: {event.href}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether a key of the app means anything now: a panel on top has the keyboard."""
        if len(self.screen_stack) < 2:
            return True
        if action == "do":
            return BY_NAME[str(parameters[0])].anywhere
        return action != "command_palette"

    async def action_do(self, name: str) -> None:
        """Do what the table calls `name`."""
        await self.commands.do(name, "")

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the command palette lists: the same table that the keys and the help come from."""
        for action in ACTIONS:
            if not action.in_composer and action.name != "palette":
                title = f"{action.title} ({action.shown_key})" if action.keys else action.title
                do = partial(self.run_action, f"do('{action.name}')")
                yield SystemCommand(title, action.help, do)
        yield SystemCommand("Theme", "Dark, light, or the terminal's own colours.", self.pick_theme)

    def pick_theme(self) -> None:
        """Let the person choose among the themes."""
        self.search_themes()

    async def action_quit(self) -> None:
        await self.commands.do("quit", "")

    async def copy_out(self, text: str) -> str:
        """Put a text where the person can paste it, and say in words which way it went."""
        copied = await asyncio.to_thread(
            copy,
            text,
            environment=self._environment,
            run=run_tool,
            write=lambda sequence: self.call_from_thread(self._to_terminal, sequence),
        )
        return copied_words(copied)

    def _to_terminal(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()


def copied_words(copied: Copied) -> str:
    """Which way a copy went, claiming no more than is known."""
    match copied.way:
        case Way.NATIVE:
            return f"copied with {copied.tool}"
        case Way.TMUX:
            return "copied to the tmux buffer"
        case Way.TERMINAL:
            return "sent to the terminal (OSC 52); it does not say whether it took it"
        case Way.NONE:
            return f"not copied: {copied.reason}"


def _nobody(_event: Event) -> None:
    """Nobody follows any more."""
