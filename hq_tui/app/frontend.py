"""Protocols of a frontend, as actions know it: the app on a screen, or lines.

Actions know these protocols and nothing of Textual's app, so the same handlers serve both.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from textual.app import App
from textual.screen import Screen

from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.session import Session

if TYPE_CHECKING:
    from hq_tui.app.view_state_builder import ViewStateBuilder
    from hq_tui.ui.screens.chat import ChatScreen

Result = TypeVar("Result")


class Frontend(Protocol):
    """Shows one session and speaks for hq-tui."""

    session: Session
    """The session that is shown."""
    manager: SessionManager
    """Opens sessions."""
    view_state: ViewStateBuilder
    """Builds the view of the session for a frame."""

    @property
    def screen(self) -> object:
        """The screen in front; it changes when a panel opens or closes."""
        ...

    @property
    def draft(self) -> str:
        """The text that is being written."""
        ...

    def show_message(self, message: str) -> None:
        """Say something of hq-tui's own."""
        ...

    def put_draft(self, text: str) -> None:
        """Offer a text to be completed and sent."""
        ...

    def show_session(self, session: Session) -> None:
        """Show another session."""
        ...

    def go_to_turn(self, turn: int) -> None:
        """Show this message of the session."""
        ...

    def last_reply(self) -> str:
        """The words of the last reply, as they are copied."""
        ...

    def code_block(self) -> str:
        """The code block that is meant by "the code block"; empty where there is none."""
        ...

    def run_worker(self, work: Coroutine[Any, Any, None], *, group: str = "default") -> object:
        """Begin something that takes a while; what goes wrong in it is said."""
        ...

    async def push_screen(
        self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None
    ) -> None:
        """Show what `screen` holds; `then` is told what it ended with."""
        ...

    def close_top(self) -> bool:
        """Close what stands over the session; False where nothing does."""
        ...

    def clear_notices(self) -> None:
        """Take away what was said and what was found."""
        ...

    async def copy_out(self, text: str) -> str:
        """Put a text where the person can paste it, and say in words which way it went."""
        ...

    def exit(self, code: int) -> None:
        """Leave with this exit code."""
        ...


class ScreenFrontend(Frontend, Protocol):
    """A frontend with a screen: what only such a one can do."""

    app: App[Any]
    """Gives the terminal away, and knows what is selected."""
    chat: ChatScreen
    """The widgets."""
    environment: Mapping[str, str]
    """The environment, which describes the terminal."""

    @property
    def is_covered(self) -> bool:
        """True if something stands over the session."""
        ...

    def refresh_view(self) -> None:
        """Show how the session stands."""
        ...
