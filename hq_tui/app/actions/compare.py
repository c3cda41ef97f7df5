"""Two ways on, side by side: compare branches, and suppose that what was said does not hold."""

from __future__ import annotations

import asyncio
from functools import partial

from hq_tui.app.actions.base import IS_REPLYING, ActionRunner, ScreenGroup, action
from hq_tui.app.actions.branches import IS_WRITING, BranchActions
from hq_tui.app.actions.sessions import SessionActions
from hq_tui.app.frontend import ScreenFrontend
from hq_tui.core.conversation import Conversation, Phase
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.core.text.summary import title_of
from hq_tui.errors import UsageError
from hq_tui.inquiry.suppose import last_claim, suppose
from hq_tui.sessions.branches import parent_of
from hq_tui.sessions.session import Session
from hq_tui.ui import labels
from hq_tui.ui.screens.compare import Carried, CompareScreen
from hq_tui.ui.screens.compare_rows import compared_exchanges
from hq_tui.ui.screens.picker import Choice


class CompareActions(ScreenGroup):
    """Actions that lay one branch beside another. Nothing is sent that was not confirmed."""

    def __init__(
        self,
        app: ScreenFrontend,
        runner: ActionRunner,
        branches: BranchActions,
        sessions: SessionActions,
    ) -> None:
        super().__init__(app, runner)
        self._branches = branches
        self._sessions = sessions
        self._awaited = ("", "")
        """A branch whose reply is to be compared once it is whole, and what with."""

    @action("compare")
    async def _do_compare(self, argument: str) -> None:
        if argument:
            await self._compare(self._app.manager.library.find(argument))
            return
        branches = await self._branches.family()
        others = [pair for pair in branches if pair[0] != self._session.conversation.id]
        if not others:
            self._app.show_message("There is no other branch · /compare ID takes any session")
        elif len(others) == 1:
            await self._compare(others[0][0])
        else:
            choices = [Choice(id=name, label=label) for name, label in others]
            await self._pick("Compare with", choices, partial(self._runner.start, "compare"))

    async def _compare(self, other: str) -> None:
        """Lay session `other` beside the open one."""
        app, here = self._app, self._session.conversation
        found = await asyncio.to_thread(app.manager.read, other)
        rows = await asyncio.to_thread(compared_exchanges, here, found.conversation)
        names = (f"here · {_name(here)}", _name(found.conversation))

        def carried(passage: Carried | None) -> None:
            if passage is not None:
                ids = (here.id, other)
                app.run_worker(self._carry(passage, ids))

        await app.push_screen(CompareScreen(names, rows), carried)

    async def _carry(self, passage: Carried, ids: tuple[str, str]) -> None:
        """Put a passage into the composer of the other branch, as a quotation with its source."""
        app = self._app
        target = ids[1 - passage.side]
        if target != self._session.conversation.id:
            if self._session.engine.is_running:
                app.show_message(IS_REPLYING)
                return
            await self._sessions.replace(partial(app.manager.open, target))
        composer = app.chat.composer
        draft = f"{composer.text.rstrip()}\n\n" if composer.text.strip() else ""
        composer.put(draft + quoted(passage, ids[passage.side]))
        app.show_message("A quotation from the other branch · add your own words · Enter sends it")

    @action("suppose", leaves=True)
    async def _do_suppose(self, argument: str) -> None:
        app, branches = self._app, self._branches
        if app.chat.composer.text:
            app.show_message(IS_WRITING)
        elif branches.is_free():
            number, claim = self._claim(argument)
            draft = suppose(claim or self._session.conversation.turn(number).asked.text)
            source = await branches.source()
            branch = partial(app.manager.branch, source, number - 1, late=True)
            await self._sessions.replace(branch)
            app.put_draft(draft)
            self._awaited = (self._session.conversation.id, source)
            app.show_message("A draft to change · Enter asks it and compares")

    def _claim(self, argument: str) -> tuple[int, str]:
        """The turn to fork at and the claim in it, empty for all of it. Raises UsageError."""
        board = self._session.inquiry.board
        item = board.find(argument) if argument else last_claim(board)
        if item is not None:
            turns = self._session.conversation.turn_count
            return max(1, min(item.turn, turns)), item.quote or item.text
        if argument and not argument.lstrip("#").isdecimal():
            raise UsageError(
                f"There is no {argument} on the board.", hint="Tab shows it; a turn is a number."
            )
        return self._branches.turn(argument), ""

    async def after_reply(self, session: Session) -> None:
        """A reply has ended: compare it where that was asked for."""
        branch, other = self._awaited
        if (
            session.conversation.id != branch
            or session.conversation.reply.phase is not Phase.COMPLETE
        ):
            return
        self._awaited = ("", "")
        if session is self._session and not self._app.is_covered:
            await self._compare(other)
        else:
            self._app.show_message("The reply to the supposition is complete · /compare shows both")


def quoted(passage: Carried, session_id: str) -> str:
    """The passage as a quotation, with where it comes from, and room for words of one's own."""
    lines = "\n".join(f"> {line}" for line in passage.text.split("\n"))
    return f"{lines}\n>\n> (partner, turn {passage.turn} of {session_id})\n\n"


def _name(conversation: Conversation) -> str:
    """A session in a line: where it parted, and its title."""
    parent, turn = parent_of(conversation.parent)
    came = f"{labels.came_from(turn)} · " if parent else ""
    title = one_line(title_of(conversation), limit=60)
    return f"{came}{counted(conversation.turn_count, 'turn')} · {title}"
