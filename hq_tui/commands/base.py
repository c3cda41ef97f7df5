"""What a group of actions has in common: the app, its session, and a table of what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hq_tui.commands import Commands
    from hq_tui.session import Session
    from hq_tui.session_view import SessionView

Doing = Callable[[str], Awaitable[None]]
PREFIX = "_do_"


class Group:
    """Actions that belong together. A method `_do_NAME` does the action of that name."""

    def __init__(self, app: SessionView) -> None:
        self._app = app

    @property
    def handlers(self) -> Mapping[str, Doing]:
        """What this group does, by the names of the table."""
        return {
            name.removeprefix(PREFIX): getattr(self, name)
            for name in dir(type(self))
            if name.startswith(PREFIX)
        }

    @property
    def _session(self) -> Session:
        return self._app.session

    @property
    def _all(self) -> Commands:
        return self._app.commands

    def _may_act(self) -> bool:
        """Whether the session can take something in now; says why not."""
        session = self._session
        if session.read_only:
            self._app.say(session.read_only)
        elif session.engine.is_running:
            self._app.say("Not while a reply is under way; Esc stops it.")
        else:
            return True
        return False
