"""The session on the screen: what the engine does is drawn, what hq-tui has to say is shown.

One session is followed at a time. Words of a reply wait for the next frame, which reads the
conversation as it is by then; anything else is shown at once. A defect of the screen never
reaches the engine, and so never costs the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from textual.app import App
from textual.screen import Screen

from hq_tui.app.actions import ActionHandlers
from hq_tui.app.frontend import Result
from hq_tui.app.terminal_policy import TerminalPolicy
from hq_tui.app.view_state_builder import ViewStateBuilder
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import Event, GaveUp, MessageSent, ReplyDone, ReplyStopped
from hq_tui.core.text.mentions import Mention
from hq_tui.core.text.sanitize import counted
from hq_tui.sessions.attaching import missing, missing_words
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.session import Session
from hq_tui.ui import labels as words
from hq_tui.ui.rendering import textual_private
from hq_tui.ui.screens.board import BoardScreen
from hq_tui.ui.screens.chat import ChatScreen
from hq_tui.ui.screens.session_picker import SessionPicker

_CLEARS_NOTICE = (MessageSent, ReplyDone, ReplyStopped, GaveUp)
"""Events that clear a notice: it would stand where the new state is told."""
LOOK_EVERY = 1.0
"""Seconds between two looks at the figures while a reply is under way."""


class SessionView:
    """Shows one session at a time on the screen of `app`; the `ScreenFrontend` of its actions."""

    def __init__(
        self,
        app: App[Any],
        chat: ChatScreen,
        manager: SessionManager,
        session: Session,
        *,
        environment: Mapping[str, str],
        on_defect: Callable[[Exception], None],
    ) -> None:
        self.app = app
        self.manager = manager
        self.chat = chat
        self.session = session
        self.view_state = ViewStateBuilder(manager, manager.clock)
        self.terminal_policy = TerminalPolicy(app, chat, manager, environment)
        self.copy_out = self.terminal_policy.copy
        self.exit = app.exit
        self.run_worker = partial(app.run_worker, exit_on_error=False)
        self.commands = ActionHandlers(self, self)
        self._on_defect = on_defect
        self._unsubscribe: Callable[[], None] = lambda: None
        self._is_shown = False
        self._ticking = app.set_interval(LOOK_EVERY, self.refresh_view, pause=True)
        manager.on_saved = self._saved
        chat.composer.on_key_written = lambda: _let_notice_go(self)
        chat.composer.on_paths = self._dropped
        self.environment = environment
        self.terminal_policy.begin(textual_private.driver_of(app), self._link_changed)

    @property
    def is_covered(self) -> bool:
        """True if something stands over the session."""
        return len(self.app.screen_stack) > 1

    @property
    def is_busy(self) -> bool:
        """True if a reply flows or something stands over the session."""
        return self.session.conversation.is_busy or self.is_covered

    def prepare(self, conversation: Conversation) -> None:
        """Make what is drawn and counted of a long past, so that showing it takes no time.

        It is given a value, because a session may be added to meanwhile, and only in the loop;
        called in a thread.
        """
        self.chat.prepare(conversation)
        self.view_state.count(conversation, self.session.engine.facts_of)

    def show_session(self, session: Session) -> None:
        """Put a session on the screen and follow it."""
        self._unsubscribe()
        self.session = session
        self._is_shown = True
        self._unsubscribe = session.engine.events.subscribe(self._on_event)
        session.on_taken_over = self._taken_over
        self.view_state.forget()
        session.fold_in_background(self.refresh_view)
        results = session.inquiry.results
        self.chat.open(session.conversation, self.view_state.start(session), results)
        if session.conversation.draft and not session.read_only:
            self.app.call_after_refresh(self.chat.composer.put_back, session.conversation.draft)
        lacking = missing(session.conversation, self.manager.library.contents)
        self.show_message(missing_words(lacking))

    def take(self, text: str, *, literal: bool, named: Sequence[Mention] = ()) -> None:
        """Take a text from the composer: a message, or a command unless `literal`.

        `named` are the files that it mentions.
        """
        self.view_state.message = ""
        if literal:
            self.commands.reply.send(text, mentions=named)
        else:
            self.commands.submit(text, named)

    def detach(self) -> None:
        """Follow the session no longer: the screen is gone."""
        self._unsubscribe()
        self._is_shown = False

    def refresh_view(self) -> None:
        """Take in how things stand and show it."""
        if not self._is_shown:
            return
        self.chat.show(self.view_state.build(self.session))
        for screen in self.app.screen_stack[1:]:
            if isinstance(screen, BoardScreen):
                screen.follow(self.session.inquiry)
        if self.session.conversation.is_busy:
            self._ticking.resume()
        else:
            self._ticking.pause()

    def show_message(self, message: str) -> None:
        """Put a line of our own on the rule, until a key, the next message or a reply's end."""
        self.view_state.message = message
        self.refresh_view()

    # What actions ask for

    @property
    def screen(self) -> Screen[Any]:
        """The screen in front."""
        return self.app.screen

    @property
    def draft(self) -> str:
        """The text that is being written."""
        return self.chat.composer.text

    def put_draft(self, text: str) -> None:
        """Put a text into the composer, to be completed and sent; a draft is not lost."""
        self.chat.composer.offer(text)

    def go_to_turn(self, turn: int) -> None:
        """Show this message of the session."""
        self.chat.transcript.go_to(f"u{turn}")

    def last_reply(self) -> str:
        """The words of the last reply, as they are copied."""
        return self.chat.transcript.entry_list.last_reply_text()

    def code_block(self) -> str:
        """The code block at the cursor, or the last one."""
        return self.chat.transcript.code_block_at_cursor_or_last() or ""

    async def push_screen(
        self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None
    ) -> None:
        """Put a screen over the session; `then` is told what it ended with."""
        await self.app.push_screen(screen, then)

    def close_top(self) -> bool:
        """Close what stands over the session; False where nothing does."""
        if isinstance(self.app.screen, SessionPicker):
            self.app.screen.action_cancel()
        elif isinstance(self.app.screen, BoardScreen):
            self.app.screen.action_close()
        elif self.is_covered:
            self.app.pop_screen()
        else:
            return False
        return True

    def clear_notices(self) -> None:
        """Take away what was said and what was found."""
        if self.view_state.message or self.view_state.hits:
            self.view_state.message = self.view_state.hits = ""
            self.chat.transcript.search.clear()
            self.refresh_view()

    # What the engine does

    def _on_event(self, event: Event) -> None:
        """The engine did something; called in the loop, in order, after state has changed."""
        only_words = self.view_state.is_only_words(event)
        if only_words and self.chat.expects_words:
            return
        # A session may be followed from before the app ran, in a task that knows no app.
        try:
            with textual_private.in_context(self.app):
                if only_words:
                    self.chat.expect_words(self._conversation)
                else:
                    self._show_event(event)
        except Exception as error:  # noqa: BLE001 - a defect of the screen must not cost the reply
            self._on_defect(error)

    def _show_event(self, event: Event) -> None:
        if isinstance(event, _CLEARS_NOTICE):
            self.view_state.message = ""
        self.chat.update_conversation(self.session.conversation, self.session.inquiry.results)
        self.terminal_policy.happened(event, self.session.conversation)
        self.refresh_view()

    def _conversation(self) -> Conversation:
        """The conversation for a frame. Flushes the journal first: nothing is shown unsaved."""
        self.session.engine.flush()
        return self.session.conversation

    def _dropped(self, text: str) -> None:
        self.run_worker(self.commands.files.take_drop(text))

    def _taken_over(self) -> None:
        with textual_private.in_context(self.app):
            self.show_session(self.session)
            self.show_message("This session can be written here now.")

    def _saved(self) -> None:
        if self._is_shown:
            self.app.call_from_thread(_tell_saved, self)

    def _link_changed(self, *, slow: bool) -> None:
        self.view_state.slow_link = slow
        self.refresh_view()


def farewell(view: SessionView) -> str:
    """The words on going on with the session that is left; empty where nothing was said."""
    turns = view.session.conversation.turn_count
    cost = words.dollars(view.view_state.build(view.session))
    what = ", ".join(part for part in (counted(turns, "turn"), cost) if part)
    return f"Saved. hq-tui --continue goes on ({what})." if turns else ""


def _tell_saved(view: SessionView) -> None:
    view.session.take_name()
    if view.session.saved.saved:
        # A question whether to leave all the same is answered by that.
        _let_notice_go(view)
    view.refresh_view()


def _let_notice_go(view: SessionView) -> None:
    """A key is written: what was told has been seen, and Ctrl+C asks anew."""
    view.commands.about_to_quit = False
    if view.view_state.message:
        view.show_message("")
