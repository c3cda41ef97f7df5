"""What each action of the table does.

The app knows when something is wanted, this package what then happens: which method of
the session is called, which screen is put up, what is said afterwards. An action that
cannot be done now says so in a few words and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hq_tui.commands.base import Doing
from hq_tui.commands.boarding import Boarding
from hq_tui.commands.branches import Branches
from hq_tui.commands.comparing import Comparing
from hq_tui.commands.inquiring import Inquiring
from hq_tui.commands.looking import Looking
from hq_tui.commands.replying import Replying
from hq_tui.commands.sessions import Sessions
from hq_tui.commands.taking import Taking
from hq_tui.errors import HqError
from hq_tui.ui.actions import Command, parse_command

if TYPE_CHECKING:
    from hq_tui.session_view import SessionView

__all__ = ["Commands"]


class Commands:
    """Every action of one app, and the way to each."""

    def __init__(self, app: SessionView) -> None:
        self._app = app
        self.replying = Replying(app)
        self.inquiring = Inquiring(app)
        self.boarding = Boarding(app)
        self.sessions = Sessions(app)
        self.branches = Branches(app)
        self.comparing = Comparing(app)
        self.looking = Looking(app)
        self.taking = Taking(app)

    @property
    def handlers(self) -> Mapping[str, Doing]:
        """What is done for each name of the table."""
        groups = (
            self.replying,
            self.inquiring,
            self.boarding,
            self.sessions,
            self.branches,
            self.comparing,
            self.looking,
            self.taking,
        )
        return {name: doing for group in groups for name, doing in group.handlers.items()}

    def submit(self, text: str) -> None:
        """What was written in the composer: a command, or a message."""
        match parse_command(text):
            case None:
                self.replying.send(text.replace("//", "/", 1) if text.startswith("//") else text)
            case str() as wrong:
                self._app.chat.composer.put(text)
                self._app.say(wrong)
            case Command(action=action, argument=argument):
                self.start(action.name, argument)

    def start(self, name: str, argument: str) -> None:
        """Begin an action in a worker of its own."""
        self._app.run_worker(self.do(name, argument))

    async def do(self, name: str, argument: str) -> None:
        """Do an action by its name in the table; what goes wrong is said."""
        if name != "interrupt":
            self.looking.about_to_quit = False
        try:
            await self.handlers[name](argument)
        except HqError as error:
            self._app.say(f"{error} {error.hint}")
