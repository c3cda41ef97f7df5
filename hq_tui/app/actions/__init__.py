"""What each action of the table does.

The frontend knows when something is wanted, this package what then happens: which method of
the session is called, which screen is put up, what is said afterwards. An action that cannot
be done now says so in a few words and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hq_tui.app.actions.base import Handler
from hq_tui.app.actions.board import BoardActions
from hq_tui.app.actions.branches import BranchActions
from hq_tui.app.actions.compare import CompareActions
from hq_tui.app.actions.export import ExportActions
from hq_tui.app.actions.files import FileActions
from hq_tui.app.actions.general import General
from hq_tui.app.actions.inquiry import InquiryActions
from hq_tui.app.actions.reply import ReplyActions
from hq_tui.app.actions.sessions import SessionActions
from hq_tui.app.actions.setup import SetupActions
from hq_tui.app.actions.view import ViewActions
from hq_tui.app.frontend import Frontend, ScreenFrontend
from hq_tui.core.text.mentions import Mention, mentions
from hq_tui.errors import HqError
from hq_tui.ui.actions import Command, parse_command

__all__ = ["ActionHandlers"]


class ActionHandlers:
    """Every action of one frontend, and the way to each.

    `screen` is the same frontend where it has a screen.
    """

    def __init__(self, app: Frontend, screen: ScreenFrontend | None = None) -> None:
        self._app = app
        self.reply = ReplyActions(app, self)
        self.inquiry = InquiryActions(app, self)
        self.board = BoardActions(app, self)
        self.sessions = SessionActions(app, self)
        self.branches = BranchActions(app, self)
        self.export = ExportActions(app, self)
        self.files = FileActions(app, self, screen)
        self.view = ViewActions(screen, self) if screen else None
        self.compare = CompareActions(screen, self) if screen else None
        groups = (
            General(app, self),
            SetupActions(app, self),
            self.reply,
            self.inquiry,
            self.board,
            self.sessions,
            self.branches,
            self.export,
            self.files,
            self.view,
            self.compare,
        )
        self.handlers: Mapping[str, Handler] = {
            name: doing for group in groups if group for name, doing in group.handlers.items()
        }
        """What is done for each name of the table; what needs a screen only where there is one."""

    def submit(self, text: str, named: Sequence[Mention] | None = None) -> None:
        """What was written in the composer: a command, or a message.

        `named` are its mentions of files, where those of the text are not meant.
        """
        match parse_command(text):
            case None:
                message = text.replace("//", "/", 1) if text.startswith("//") else text
                self.reply.send(message, mentions=mentions(text) if named is None else named)
            case str() as wrong:
                self._app.put_draft(text)
                self._app.show_message(wrong)
            case Command(action=action, argument=argument):
                self.start(action.name, argument)

    def start(self, name: str, argument: str) -> None:
        """Begin an action in a worker of its own."""
        self._app.run_worker(self.do(name, argument))

    async def do(self, name: str, argument: str) -> None:
        """Do an action by its name in the table; what goes wrong is said."""
        if self.view is not None and name != "interrupt":
            self.view.about_to_quit = False
        try:
            await self.handlers[name](argument)
        except HqError as error:
            self._app.show_message(f"{error} {error.hint}")
