"""The app: hands what a person does to the session, and what the session is to the screen.

It decides little itself. Actions come from one table, sessions from the desk, every
change of the conversation from the engine; the widgets are given values. What a reply
needs runs in the engine's own task, so leaving the screen does not end it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from hq_tui.opening import OpeningApp
from hq_tui.ui.actions import ACTIONS, BY_NAME
from hq_tui.ui.composer import Composer

if TYPE_CHECKING:
    from hq_tui.commands import Commands
    from hq_tui.commands.manners import Manners
    from hq_tui.core.conversation import Conversation
    from hq_tui.core.events import Event
    from hq_tui.engine import Clock
    from hq_tui.session import Session
    from hq_tui.situating import Situating
    from hq_tui.ui.board_screen import BoardScreen
    from hq_tui.ui.transcript import Transcript

LOOK_EVERY = 1.0
"""Seconds between two looks at the figures while a reply is under way."""
DRAFT_EVERY = 2.0
"""Seconds between two savings of what is being written, lest a kill should cost it."""
WORTH_SAVING = range(40, 100_000)
"""Characters of a draft that is saved meanwhile; a shorter or longer one is saved on leaving."""


class HqApp(OpeningApp):
    """hq-tui on a screen."""

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

    # What there is once a session is open, and not before.
    clock: Clock
    situating: Situating
    commands: Commands
    manners: Manners
    _draft_due: Timer | None = None
    _ticking: Timer | None = None

    def equip(self) -> None:
        """There is a session: make what acts on it and shows how it stands."""
        from hq_tui.commands import Commands
        from hq_tui.commands.manners import Manners
        from hq_tui.situating import Situating

        self.clock = self.desk.clock
        self.situating = Situating(self.desk, self.clock)
        self.commands = Commands(self)
        self.manners = Manners(self, self._environment)
        self.desk.on_saved = lambda: self.call_from_thread(self.look)
        self._ticking = self.set_interval(LOOK_EVERY, self.look, pause=True)
        self.manners.begin(self._driver)

    @property
    def is_busy(self) -> bool:
        """Whether a reply flows or something stands over the session."""
        return self.session.talk.is_busy or len(self.screen_stack) > 1

    def send(self, text: str) -> None:
        """Send a message."""
        self.commands.replying.send(text)

    # A session on screen

    def prepare(self, talk: Conversation) -> None:
        """Make what is drawn and counted of a long past, so that showing it takes no time."""
        self.chat.prepare(talk)
        self.situating.count(talk, self.session.engine.facts_of)

    def show_session(self, session: Session) -> None:
        """Put a session on the screen and follow it."""
        self.session.engine.on_event = _nobody
        self.session = session
        session.engine.on_event = self._happened
        self.situating.forget()
        session.fold_aside(self.look)
        self.chat.open(session.talk, self.situating.start(session))
        if session.talk.draft and not session.read_only:
            self.call_after_refresh(self.composer.put_back, session.talk.draft)
        self.look()

    def _happened(self, event: Event) -> None:
        """The engine did something; called in the loop, in order, after state has changed."""
        if self.situating.is_only_words(event):
            self.chat.expect_words(self._talk)
            return
        self.chat.update_talk(self.session.talk)
        self.manners.happened(event)
        self.look()

    def _talk(self) -> Conversation:
        """How things stand, for a frame; what it shows is on its way to the disk before it."""
        self.session.engine.flush()
        return self.session.talk

    def is_expected(self, event: Event) -> bool:
        """Whether a frame is due that will show what `event` brings, so that nothing is to do."""
        return self.chat.expects_words and self.situating.is_only_words(event)

    def look(self) -> None:
        """Take in how things stand and show it; before there is a session there is nothing."""
        if not self.is_ready:
            return
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

    # What a person does

    def on_composer_sent(self, event: Composer.Sent) -> None:
        event.stop()
        if self.hold(self.on_composer_sent, event):
            return
        self.situating.message = ""
        if event.literal:
            self.commands.replying.send(event.text)
        else:
            self.commands.submit(event.text)

    def on_composer_recalled(self, event: Composer.Recalled) -> None:
        event.stop()
        self.chat.composer.put("\n".join(self.session.engine.unqueue()))

    def on_text_area_changed(self, event: Composer.Changed) -> None:
        event.stop()
        if self._draft_due is None and len(event.text_area.text) in WORTH_SAVING:
            self._draft_due = self.set_timer(DRAFT_EVERY, self._keep_draft)

    def _keep_draft(self) -> None:
        self._draft_due = None
        draft = self.composer.message
        if self.is_ready and len(draft) in WORTH_SAVING:
            self.session.keep_draft(draft)

    async def on_board_screen_chosen(self, event: BoardScreen.Chosen) -> None:
        event.stop()
        await self.commands.boarding.chosen(event)

    def on_transcript_unseen_changed(self, event: Transcript.UnseenChanged) -> None:
        event.stop()
        if self.is_ready:
            self.situating.unseen = event.lines
            self.look()

    def on_transcript_link_clicked(self, event: Transcript.LinkClicked) -> None:
        event.stop()
        if not self.hold(self.say, f"link: {event.href}"):
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
        if name == "quit" and not (self.is_ready or self._held):
            self.exit()
        elif not self.hold(self.action_do, name):
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
        from textual.theme import ThemeProvider

        from hq_tui.ui.palette import Palette

        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes"))

    async def action_quit(self) -> None:
        await self.action_do("quit")

    async def copy_out(self, text: str) -> str:
        """Put a text where the person can paste it, and say in words which way it went."""
        from hq_tui.terminal.clipboard import copied_words, copy, run_tool

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


def _nobody(_event: Event) -> None:
    """Nobody follows any more."""
