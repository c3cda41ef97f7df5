"""The handlers of the actions in the table.

The frontend knows when something is wanted, this package what then happens: which method of
the session is called, which screen is put up, what is said afterwards. An action that cannot
be done now says so in a few words and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from hq_tui.app.actions.base import ActionRunner
from hq_tui.app.actions.board import BoardActions
from hq_tui.app.actions.branches import BranchActions
from hq_tui.app.actions.compare import CompareActions
from hq_tui.app.actions.contradictions import ContradictionActions
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
from hq_tui.ui.actions import Command, parse_command

__all__ = ["ActionHandlers"]


class ActionHandlers(ActionRunner):
    """Every action of one frontend, and the way to each.

    `screen` is the same frontend where it has a screen.
    """

    def __init__(self, app: Frontend, screen: ScreenFrontend | None = None) -> None:
        super().__init__(app)
        General(app, self)
        self.board = BoardActions(app, self)
        export = ExportActions(app, self)
        sessions = SessionActions(app, self, export)
        SetupActions(app, self, sessions)
        branches = BranchActions(app, self, sessions)
        compare = CompareActions(screen, self, branches, sessions) if screen else None
        self.files = FileActions(app, self, screen)
        self.reply = ReplyActions(app, self, self.files, compare, branches)
        InquiryActions(app, self, self.reply, export)
        if screen:
            ViewActions(screen, self, export, self.reply)
        self.contradictions = ContradictionActions(app, self, self.board, self.reply)

    def submit(self, text: str, named: Sequence[Mention] | None = None) -> None:
        """Start the command in a text from the composer, or send it as a message.

        `named` are its mentions of files, where those of the text are not meant.
        """
        match parse_command(text):
            case None if name := self.contradictions.by_number(text):
                self.start(name, "")
            case None:
                self.about_to_quit = False
                message = text.replace("//", "/", 1) if text.startswith("//") else text
                self.reply.send(message, mentions=mentions(text) if named is None else named)
            case str() as wrong:
                self._app.put_draft(text)
                self._app.show_message(wrong)
            case Command(action=action, argument=argument):
                self.start(action.name, argument)
