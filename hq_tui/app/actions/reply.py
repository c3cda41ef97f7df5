"""Sending, stopping, trying again."""

from __future__ import annotations

from collections.abc import Sequence

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.branches import BranchActions
from hq_tui.app.actions.compare import CompareActions
from hq_tui.app.actions.files import FileActions
from hq_tui.app.frontend import Frontend
from hq_tui.core.conversation import Phase
from hq_tui.core.events import AttachedFile
from hq_tui.core.text.mentions import Mention
from hq_tui.errors import HqError
from hq_tui.sessions.partner_router import is_rehearsal
from hq_tui.sessions.session import Session


class ReplyActions(ActionGroup):
    """Actions about the reply."""

    def __init__(
        self,
        app: Frontend,
        runner: ActionRunner,
        files: FileActions,
        compare: CompareActions | None,
        branches: BranchActions,
    ) -> None:
        super().__init__(app, runner)
        self._files = files
        self._compare = compare
        self._branches = branches
        self._held_back = ""

    def send(
        self, text: str, *, request: str | None = None, mentions: Sequence[Mention] = ()
    ) -> None:
        """Send a message, or queue it while a reply is under way; `request` as in the session.

        The files that it mentions are read first, in the order of the messages.
        """
        if self._session.read_only:
            self._app.put_draft(text)
            self._app.show_message(self._session.read_only)
        elif self._has_no_key():
            self._hold_back(text)
        elif mentions or self._files.waiting or self._runner.holds_messages:
            self._session.being_read.append(text)
            self._session.keep_draft("")
            self._app.run_worker(self._send_with_files(text, request, mentions), group="files")
        else:
            self._send(text, request, ())

    def _has_no_key(self) -> bool:
        """True if the first message on a screen would go nowhere, for want of a key."""
        conversation, partners = self._session.conversation, self._app.manager.partners
        if self._compare is None or conversation.turn_count or is_rehearsal(conversation.model):
            return False
        try:
            return not partners.has_key(conversation.provider)
        except HqError:
            return False

    def _hold_back(self, text: str) -> None:
        """Keep a message in the composer; sent once more, it goes to the rehearsal partner."""
        if text == self._held_back:
            self._app.run_worker(self._rehearse(text))
            return
        self._held_back = text
        self._app.put_draft(text)
        self._app.show_message("no API key · Enter again: practise with the rule-based partner")

    async def _rehearse(self, text: str) -> None:
        await self._runner.do("rehearse", "")
        self.send(text)

    async def _send_with_files(
        self, text: str, request: str | None, mentions: Sequence[Mention]
    ) -> None:
        async with self._runner.reading:
            session = self._session
            try:
                files = await self._files.load(mentions)
            except HqError as error:
                self._give_back(text)
                await self._files.show_waiting()
                self._app.show_message(f"{error} {error.hint}")
                return
            if files is None:
                self._give_back(text)
                await self._files.show_waiting()
            else:
                self._send(text, request, files)
                # Taken before it is no draft any more: a kill in between shows it twice, not never.
                session.being_read.remove(text)
                session.keep_draft(session.typed)

    def _give_back(self, text: str) -> None:
        self._app.put_draft(text)
        self._session.being_read.remove(text)

    def _send(self, text: str, request: str | None, files: Sequence[AttachedFile]) -> None:
        session = self._session
        if session.engine.is_running:
            session.engine.queue(text, files=files)
            return
        session.ask(text, request=request, files=files)
        self._follow()

    def _follow(self) -> None:
        """Wait for the reply in a worker, and then send what was queued meanwhile."""
        self._app.run_worker(self._until_settled(self._session), group="reply")

    async def _until_settled(self, session: Session) -> None:
        await session.engine.wait_idle()
        while session.conversation.queued and session.conversation.reply.phase is Phase.COMPLETE:
            # Asked before it is taken off the queue: a kill in between shows it twice, not never.
            waiting = session.conversation
            session.ask("\n\n".join(waiting.queued), files=waiting.queued_files)
            session.engine.unqueue()
            await session.engine.wait_idle()
        if self._compare is not None:
            await self._compare.after_reply(session)

    @action("stop")
    async def _do_stop(self, _argument: str) -> None:
        if self._app.close_top():
            return
        if not self.stop() and not await self._branches.leave_edit():
            self._app.clear_notices()

    def stop(self) -> bool:
        """Stop the reply under way; False where there is none."""
        session = self._session
        for engine in (session.engine, session.beside):
            if engine is not None and engine.is_running:
                engine.stop()
                return True
        return False

    @action("retry")
    async def _do_retry(self, _argument: str) -> None:
        session = self._session
        if session.engine.is_running:
            session.engine.replies.retry_now()
        elif session.beside is not None and session.beside.is_running:
            session.beside.replies.retry_now()
        elif session.is_out_of_room:
            await self._runner.do("new", "from")
        elif session.read_only:
            self._app.show_message(session.ask_holder())
        elif session.conversation.turn_count and session.conversation.reply.can_continue:
            session.engine.resume()
            self._follow()
        elif "earlier" in self._runner.handlers:
            await self._runner.do("earlier", "")
        else:
            self._app.show_message("Nothing to retry: the last reply is complete.")

    @action("drop")
    async def _do_drop(self, _argument: str) -> None:
        session = self._session
        if session.read_only or session.engine.is_running or not session.conversation.reply.shown:
            self._app.show_message("There is no ended reply to drop.")
        elif session.conversation.reply.phase is Phase.COMPLETE:
            self._app.show_message(
                "The last reply is complete: /again repeats it, F3 makes a branch."
            )
        else:
            session.engine.discard_reply()
            self._app.show_message("Dropped · Ctrl+R asks again, or write on")

    @action("again")
    async def _do_again(self, _argument: str) -> None:
        session = self._session
        if session.engine.is_running or session.read_only or not session.conversation.turn_count:
            self._app.show_message("There is no finished reply to ask for again.")
        else:
            session.engine.regenerate()
            self._follow()
