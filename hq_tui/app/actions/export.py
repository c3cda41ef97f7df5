"""Taking text away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hq_tui.app.actions.base import ActionGroup, action
from hq_tui.errors import HqError, UsageError
from hq_tui.formats.export import session_as_markdown
from hq_tui.sessions.manager import StoredSession
from hq_tui.settings import expanded
from hq_tui.store.files import write_new
from hq_tui.ui.screens.picker import Choice

FORMS = {
    "md": "Markdown, to read and to edit",
    "html": "one page without script or links, to read and to print",
    "json": "what was said, every attempt and every token; can be imported",
    "jsonl": "the events themselves; can be imported",
}
"""The forms of an export, by the ending of their files."""


class ExportActions(ActionGroup):
    """Actions that carry text out of the session."""

    @action("copy")
    async def _do_copy(self, _argument: str) -> None:
        await self.copy(self._app.last_reply(), "the last reply")

    @action("copy_code")
    async def _do_copy_code(self, _argument: str) -> None:
        await self.copy(self._app.code_block(), "the code block")

    @action("copy_all")
    async def _do_copy_all(self, _argument: str) -> None:
        await self.copy(session_as_markdown(self._session.conversation), "the session")

    async def copy(self, text: str, what: str) -> None:
        """Copy a text and say which way it went; `what` names it."""
        if not text:
            self._app.show_message(f"There is nothing to copy: {what} is empty.")
            return
        said = await self._app.copy_out(text)
        self._app.show_message(f"{what}: {said}")

    @action("export")
    async def _do_export(self, argument: str) -> None:
        session = self._session
        conversation = session.conversation
        if not conversation.turn_count:
            self._app.show_message("There is nothing to export yet.")
        elif not argument:
            await self.pick_form(partial(self._runner.start, "export"))
        else:
            await session.recorder.sync()
            on_disk = session.recorder.journal is not None or session.read_only
            found = await self._look_at(conversation.id) if on_disk else self._unsaved()
            await self._export(
                found, f"{conversation.id}.{argument}" if argument in FORMS else argument
            )

    async def export(self, session_id: str, form: str) -> None:
        """Write a session to a file of its name in one of the forms. Raises HqError."""
        await self._export(await self._look_at(session_id), f"{session_id}.{form}")

    async def pick_form(self, then: Callable[[str], object]) -> None:
        """Let the person choose a form of export, and do `then` with it."""
        choices = [Choice(id=form, label=f"{form:<6} {what}") for form, what in FORMS.items()]
        await self._pick("Export as", choices, then)

    async def _export(self, found: StoredSession, name: str) -> None:
        text = await asyncio.to_thread(found.as_text, form_of(name))
        await self.write(name, text)

    async def _look_at(self, session_id: str) -> StoredSession:
        return await asyncio.to_thread(self._app.manager.read, session_id)

    def _unsaved(self) -> StoredSession:
        """The session as it stands here; a branch without a message of its own has no file."""
        session = self._session
        return StoredSession(conversation=session.conversation, acts=tuple(session.acts), damaged=0)

    async def write(self, name: str, text: str) -> None:
        """Write a new file and say where it is. Raises HqError."""
        path = await asyncio.to_thread(written, name, text)
        self._app.show_message(f"written to {path}")


def form_of(name: str) -> str:
    """The form that a file of this name is written in: by its ending, else Markdown."""
    ending = Path(name).suffix.removeprefix(".").lower()
    return {"htm": "html"}.get(ending, ending if ending in FORMS else "md")


def written(name: str, text: str) -> Path:
    """Write `text` to a file that is not there yet; its path. Raises HqError."""
    path = expanded(name)
    try:
        write_new(path, text)
    except FileExistsError:
        raise UsageError(f"{path} already exists.", hint="Name another file.") from None
    except OSError as error:
        raise HqError(f"{path}: {error.strerror}.", hint="Name another file.") from error
    return path
