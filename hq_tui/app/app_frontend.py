"""The app as actions see it: a session view, and the few things of Textual that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from hq_tui.app.frontend import Result
from hq_tui.app.view_state_builder import ViewStateBuilder
from hq_tui.engine import Clock
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.session import Session
from hq_tui.ui.screens.chat import ChatScreen
from hq_tui.ui.screens.session_picker import SessionPicker

if TYPE_CHECKING:
    from hq_tui.app.session_view import SessionView


class AppFrontend:
    """A `ScreenFrontend` on Textual's app. Everything is handed on."""

    def __init__(self, app: App[Any], view: SessionView) -> None:
        self._app = app
        self._view = view

    @property
    def session(self) -> Session:
        """The session that is shown."""
        return self._view.session

    @property
    def manager(self) -> SessionManager:
        """Where sessions come from."""
        return self._view.manager

    @property
    def clock(self) -> Clock:
        """The clock of the sessions."""
        return self._view.clock

    @property
    def chat(self) -> ChatScreen:
        """The widgets."""
        return self._view.chat

    @property
    def view_state(self) -> ViewStateBuilder:
        """What is shown beside the conversation."""
        return self._view.view_state

    @property
    def screen(self) -> Screen[Any]:
        """What is on top."""
        return self._app.screen

    @property
    def is_covered(self) -> bool:
        """Whether something stands over the session."""
        return self._view.is_covered

    @property
    def draft(self) -> str:
        """What is being written."""
        return self.chat.composer.text

    def show_message(self, message: str) -> None:
        """Put a line of our own where the banner is."""
        self._view.show_message(message)

    def refresh_view(self) -> None:
        """Show how the session stands."""
        self._view.refresh_view()

    def put_draft(self, text: str) -> None:
        """Put a text into the composer, to be completed and sent."""
        self.chat.composer.put(text)

    def show_session(self, session: Session) -> None:
        """Show another session."""
        self._view.show_session(session)

    def go_to_turn(self, turn: int) -> None:
        """Show this message of the session."""
        self.chat.transcript.go_to(f"u{turn}")

    def last_reply(self) -> str:
        """The words of the last reply, as they are copied."""
        return self.chat.transcript.entry_list.last_reply_text()

    def code_block(self) -> str:
        """The code block at the cursor, or the last one."""
        return self.chat.transcript.code_block_at_cursor_or_last() or ""

    def selected_text(self) -> str:
        """What is selected on the screen."""
        return self._app.screen.get_selected_text() or ""

    async def push_screen(
        self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None
    ) -> None:
        """Put a screen over the session; `then` is told what it ended with."""
        await self._app.push_screen(screen, then)

    def close_top(self) -> bool:
        """Close what stands over the session; False where nothing does."""
        if isinstance(self._app.screen, SessionPicker):
            self._app.screen.action_cancel()
        elif self.is_covered:
            self._app.pop_screen()
        else:
            return False
        return True

    def clear_notices(self) -> None:
        """Take away what was said and what was found."""
        if self.view_state.message or self.view_state.hits:
            self.view_state.message = self.view_state.hits = ""
            self.chat.transcript.search.clear()
            self.refresh_view()

    def run_worker(self, work: Coroutine[Any, Any, None], *, group: str = "default") -> None:
        """Begin something that takes a while; what goes wrong in it is said."""
        self._app.run_worker(work, group=group, exit_on_error=False)

    def suspend(self) -> AbstractContextManager[None]:
        """Give the terminal to another program meanwhile."""
        return self._app.suspend()

    async def copy_out(self, text: str) -> str:
        """Put a text where the person can paste it, and say in words which way it went."""
        return await self._view.terminal_policy.copy(text)

    def exit(self, code: int) -> None:
        """Leave with this exit code."""
        self._app.exit(code)
