"""Another way on from an earlier turn: fork, edit, and walk from branch to branch."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from hq_tui.app.actions.base import IS_REPLYING, ActionGroup, ActionRunner, action
from hq_tui.app.actions.sessions import SessionActions
from hq_tui.app.frontend import Frontend
from hq_tui.app.picker_source import PickerSource
from hq_tui.attachments import shown
from hq_tui.core.text.mentions import mention_of, mentions
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.errors import HqError, UsageError
from hq_tui.sessions.branches import family, parent_of
from hq_tui.sessions.session import Session
from hq_tui.ui import labels
from hq_tui.ui.screens.branches import BranchScreen
from hq_tui.ui.screens.picker import Choice

IS_WRITING = "Send or clear what you are writing first."


class BranchActions(ActionGroup):
    """Actions that make branches and go from one to the next. Nothing is overwritten."""

    def __init__(self, app: Frontend, runner: ActionRunner, sessions: SessionActions) -> None:
        super().__init__(app, runner)
        self._sessions = sessions

    @action("fork", leaves=True)
    async def _do_fork(self, argument: str) -> None:
        if self.is_free():
            await self._sessions.fork(await self.source(), self.turn(argument))

    @action("edit_turn", leaves=True)
    async def _do_edit_turn(self, argument: str) -> None:
        """Write a message of before again, in a branch; what names a board item is for that."""
        if self._session.inquiry.board.find(argument.partition(" ")[0]):
            await self._runner.do("edit", argument)
        elif self._app.draft:
            self._app.show_message(IS_WRITING)
        elif self.is_free():
            number = self.turn(argument)
            asked = self._session.conversation.turn(number).asked
            source = await self.source()

            def branch() -> Session:
                made = self._app.manager.branch(source, number - 1, late=True, edits=True)
                made.resent = asked.files
                return made

            await self._sessions.replace(branch)
            named = {shown(Path(one.name).name) for one in mentions(asked.text)}
            others = [one.name for one in asked.files if Path(one.name).name not in named]
            self._app.put_draft(" ".join([*map(mention_of, others), asked.text]))
            self._app.show_message(f"Editing message {number}")

    async def leave_edit(self) -> bool:
        """Go back from the branch of an edit in which nothing was sent; False for any other."""
        session = self._session
        if not session.conversation.is_edit or session.read_only or session.being_read:
            return False
        parent, _ = parent_of(session.conversation.parent)
        if self._app.manager.library.path(parent).exists():
            await self._sessions.go_to(parent, without_draft=True)
        else:
            session.engine.conversation = replace(session.conversation, edits=0)
            self._app.show_message("The session it came from is gone; this one goes on by itself.")
        return True

    @action("branches")
    async def _do_branches(self, _argument: str) -> None:
        branches = await self.family()
        if len(branches) == 1:
            self._app.show_message("There is no branch yet · /fork makes one, F3 edits a message")
            return
        choices = [Choice(id=name, label=label) for name, label in branches]
        here = self._session.conversation.id
        screen = BranchScreen("Branches", choices, current=here)

        def chosen(name: str | None) -> None:
            if name and name != here:
                self._runner.start("compare" if screen.compares else "sessions", name)

        await self._app.push_screen(screen, chosen)

    def is_free(self) -> bool:
        """True if no reply is under way and there is a turn; says why not."""
        if self._session.engine.is_running:
            self._app.show_message(IS_REPLYING)
        elif not self._session.conversation.turn_count:
            self._app.show_message("There is no message yet.")
        else:
            return True
        return False

    def turn(self, argument: str) -> int:
        """The turn that was named, else the last one. Raises UsageError."""
        last = self._session.conversation.turn_count
        number = argument.lstrip("#") or str(last)
        if not number.isdecimal() or not 1 <= int(number[:9]) <= last:
            raise UsageError(f"There is no message {argument}.", hint=f"The last one is {last}.")
        return int(number)

    async def source(self) -> str:
        """The session on disk that has the turns of this one; a new branch has none yet."""
        session = self._session
        await session.recorder.sync()
        on_disk = session.recorder.journal is not None or session.read_only
        parent = parent_of(session.conversation.parent)[0]
        return session.conversation.id if on_disk or not parent else parent

    async def family(self) -> list[tuple[str, str]]:
        """Every branch of this session, each with a line about it."""
        manager = self._app.manager
        with closing(PickerSource(manager, self._session, manager.clock.time)) as source:
            rows = {row.id: row for row in await source.all_rows()}
        conversation = self._session.conversation
        ordered = sorted(rows.values(), key=lambda row: (parent_of(row.parent)[1], row.created))
        parents = {row.id: row.parent for row in ordered} | {conversation.id: conversation.parent}
        words = await asyncio.to_thread(self._own_words, parents)
        lines = []
        for name, depth in family(parents, conversation.id):
            row, turn = rows.get(name), parent_of(parents[name])[1]
            what = "not sent yet"
            if row:
                title = words.get(name) or row.title
                what = f"{counted(row.turns, 'turn')} · {one_line(title, limit=50)}"
            came = f"{labels.came_from(turn)} · " if depth else ""
            lines.append((name, f"{'  ' * depth}{came}{what}"))
        return lines

    def _own_words(self, parents: Mapping[str, str]) -> dict[str, str]:
        """The first words of each branch of this session where its parent said something else."""
        here = self._session.conversation
        told = {here.id: here}
        for name, _ in family(parents, here.id):
            if name != here.id:
                with suppress(HqError):
                    told[name] = self._app.manager.read(name).conversation
        found = {}
        for name, branch in told.items():
            parent, turn = parent_of(parents[name])
            if parent and branch.turn_count > turn:
                beside = told.get(parent)
                is_longer = beside is not None and beside.turn_count > turn
                other = beside.turn(turn + 1).asked.text if beside and is_longer else ""
                found[name] = different_words(branch.turn(turn + 1).asked.text, other)
        return found


def different_words(text: str, other: str) -> str:
    """`text` from the last word that it shares with the beginning of `other`."""
    words = text.split()
    pairs = zip(words, other.split(), strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return " ".join(["…", *words[same - 1 :]] if 1 < same < len(words) else words)
