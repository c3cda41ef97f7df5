"""Sending, stopping, trying again."""

from __future__ import annotations

from hq_tui.commands.base import Group
from hq_tui.core.conversation import Phase
from hq_tui.ui.session_picker import SessionPicker


class Replying(Group):
    """Actions about the reply."""

    def send(self, text: str, *, request: str | None = None) -> None:
        """Send a message, or queue it while a reply is under way; `request` as in the session."""
        session = self._session
        if session.read_only:
            self._app.chat.composer.put(text)
            self._app.say(session.read_only)
            return
        if session.engine.is_running:
            session.engine.queue(text)
            return
        self._app.run_worker(self._talk(text, request), exit_on_error=False, group="reply")

    async def _talk(self, text: str, request: str | None = None) -> None:
        """Ask, wait for the reply, and send what was queued meanwhile."""
        session = self._session
        session.ask(text, request=request)
        await session.engine.settled()
        while session.talk.queued and session.talk.reply.phase is Phase.COMPLETE:
            session.ask("\n\n".join(session.engine.unqueue()))
            await session.engine.settled()

    async def _go_on(self, *, anew: bool = False) -> None:
        session = self._session
        if anew:
            session.engine.ask_again()
        else:
            session.engine.go_on()
        await session.engine.settled()

    async def _do_stop(self, _argument: str) -> None:
        app = self._app
        if isinstance(app.screen, SessionPicker):
            app.screen.action_cancel()
        elif len(app.screen_stack) > 1:
            app.pop_screen()
        elif self._session.engine.is_running:
            self._session.engine.stop()
        elif app.situating.message or app.situating.hits:
            app.situating.message = app.situating.hits = ""
            app.chat.transcript.clear_find()
            app.look()

    async def _do_retry(self, _argument: str) -> None:
        session = self._session
        if session.engine.is_running:
            session.engine.hurry()
        elif session.read_only:
            self._app.say(session.read_only)
        elif session.talk.turn_count and session.talk.reply.can_continue:
            self._app.run_worker(self._go_on(), exit_on_error=False, group="reply")
        else:
            self._app.say("Nothing to retry: the last reply is whole.")

    async def _do_again(self, _argument: str) -> None:
        session = self._session
        if session.engine.is_running or session.read_only or not session.talk.turn_count:
            self._app.say("There is no finished reply to ask for again.")
        else:
            self._app.run_worker(self._go_on(anew=True), exit_on_error=False, group="reply")
