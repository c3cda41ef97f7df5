"""Actions that open, replace and rename sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.export import ExportActions
from hq_tui.app.frontend import Frontend
from hq_tui.app.picker_source import PickerSource
from hq_tui.core.text.sanitize import one_line
from hq_tui.core.text.summary import title_of
from hq_tui.errors import HqError
from hq_tui.sessions.going_on import session_from
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.partner_router import REHEARSAL_MODEL
from hq_tui.sessions.session import Session
from hq_tui.ui import labels
from hq_tui.ui.screens.session_picker import Picked, SessionPicker

SHOWN_EVERY = 8
"""Slices of indexing after which the picker shows what has become known."""


class SessionActions(ActionGroup):
    """Actions that change the session as a whole."""

    def __init__(self, app: Frontend, runner: ActionRunner, export: ExportActions) -> None:
        super().__init__(app, runner)
        self._export = export

    @action("new", leaves=True)
    async def _do_new(self, argument: str) -> None:
        conversation = self._session.conversation
        word, _, name = argument.partition(" ")
        if word == "from":
            await self._new_from(name)
            return
        mode, new = conversation.mode, self._app.manager.new
        await self.replace(partial(new, mode=mode, model=conversation.model, like=conversation))

    async def _new_from(self, name: str) -> None:
        """Begin a session with the board and the page of this one, or of the one called `name`.

        A message that found no room any more is there to be sent again.
        """
        session, app = self._session, self._app
        found = StoredSession(
            conversation=session.conversation,
            acts=tuple(session.acts),
            damaged=0,
            read=session.inquiry.attached.read,
        )
        if name:
            found = await asyncio.to_thread(app.manager.read, name)
        live = session.conversation.live
        is_unanswered = live is not None and session.is_out_of_room and not live.reply.text
        await self.replace(partial(session_from, app.manager, found))
        if live is not None and is_unanswered and not name:
            app.put_draft(live.asked.text)
        title = one_line(title_of(found.conversation) or found.conversation.id, limit=40)
        app.show_message(f"Goes on with board and page of “{title}”.")

    @action("rehearse", leaves=True)
    async def _do_rehearse(self, _argument: str) -> None:
        now, new = self._session.conversation, self._app.manager.new
        await self.replace(partial(new, mode=now.mode, model=REHEARSAL_MODEL, like=now))

    @action("sessions", leaves=True)
    async def _do_sessions(self, argument: str) -> None:
        if argument:
            await self.go_to(argument)
            return
        app = self._app
        if isinstance(app.screen, SessionPicker):
            return
        picker_source = PickerSource(app.manager, self._session, app.manager.clock.time)
        picker = SessionPicker(picker_source)
        await app.push_screen(picker, self._picked)
        keep_up = partial(_keep_up, picker_source, picker)
        picker.run_worker(keep_up, group="index")  # type: ignore[arg-type]  # Textual takes it

    def _picked(self, picked: Picked | None) -> None:
        """Do what the picker ended with."""
        if picked is None:
            return
        do = {"open": self._open, "export": self._export_picked, "fork": self._fork_picked}[
            picked.what
        ]
        self._app.run_worker(self._told(do(picked)))

    async def _told(self, doing: Awaitable[None]) -> None:
        """Wait for it; what goes wrong is said."""
        try:
            await doing
        except HqError as error:
            self._app.show_message(f"{error} {error.hint}")

    async def _open(self, picked: Picked) -> None:
        if picked.id != self._session.conversation.id:
            await self.go_to(picked.id)
        if picked.found:
            await self._runner.do("find", picked.found)

    async def _fork_picked(self, picked: Picked) -> None:
        turns = self._app.manager.read(picked.id).conversation.turn_count
        await self.fork(picked.id, turns)

    async def fork(self, source: str, turn: int) -> None:
        """Go on in a branch of session `source` from the end of `turn`."""
        if not turn:
            self._app.show_message("There is nothing to fork yet.")
            return
        await self.replace(partial(self._app.manager.branch, source, turn))
        self._app.show_message(f"A branch {labels.came_from(turn)} · /branches goes back")

    async def _export_picked(self, picked: Picked) -> None:
        def write(form: str) -> None:
            self._app.run_worker(self._told(self._export.export(picked.id, form)))

        await self._export.pick_form(write)

    async def go_to(self, name: str, *, without_draft: bool = False) -> None:
        """Put a session from before on the screen, one after the other. Raises HqError.

        With `without_draft` what is being written here goes, once the other one is open.
        """
        async with self._runner.reading:
            if self._app.manager.library.find(name) != self._session.conversation.id:
                await self._require_saved(without_draft=without_draft)
                session = await self._app.manager.open_async(name)
                if without_draft:
                    self._app.put_draft("")
                    self._session.keep_draft("")
                await self._put(session)

    async def replace(self, make: Callable[[], Session], *, takes_draft: bool = False) -> None:
        """Put the session that `make` makes in the place of this one, whose reply is stopped.

        A message whose files are being read still goes to this one; those that were sent after
        it go to the other, and with `takes_draft` so does the draft. Raises HqError where this
        one is not saved: leaving it would lose what is in memory.
        """
        async with self._runner.reading:
            await self._require_saved(without_draft=takes_draft)
            await self._put(make(), takes_draft=takes_draft)

    async def _require_saved(self, *, without_draft: bool = False) -> None:
        """Refuse to leave a session that is not on the disk. Raises HqError."""
        if reason := await self._session.unsaved_reason(without_draft=without_draft):
            way_out = f"Make room first; {self._runner.way_out} leaves all the same."
            raise HqError(f"Not saved: {reason}.", hint=way_out)

    async def _put(self, session: Session, *, takes_draft: bool = False) -> None:
        old = self._session
        if old.engine.is_running:
            old.engine.stop()
            await old.engine.wait_idle()
        self._app.show_session(session)
        session.being_read, old.being_read = old.being_read, []
        if takes_draft or session.being_read:
            is_typed = takes_draft and not session.being_read
            session.keep_draft((old if is_typed else session).conversation.draft)
            old.keep_draft("")
        elif old.typed.strip():
            # What is being written goes along on the screen, and so it does on the disk.
            drafts = filter(None, [session.conversation.draft, old.typed])
            if session.keep_draft("\n\n".join(drafts)):
                old.keep_draft("")
        is_blank = old.is_blank()
        if not await old.close() and not is_blank:
            self._app.show_message("The end of the session before could not be saved.")

    @action("rename")
    async def _do_rename(self, argument: str) -> None:
        if self._session.read_only or not self._session.conversation.turn_count:
            self._app.show_message("There is nothing to name yet.")
        elif argument:
            self._session.engine.title(argument)
        else:
            self._app.put_draft(f"/rename {title_of(self._session.conversation)}")


async def _keep_up(picker_source: PickerSource, picker: SessionPicker) -> None:
    """Bring the index up to date while the picker is shown, and show what that brings."""
    slices = 0
    while await picker_source.refresh():
        slices += 1
        if slices % SHOWN_EVERY == 0:
            picker.show_rows(await picker_source.rows())
    picker.show_rows(await picker_source.rows())
