"""Taking text away, and the person's own editor."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from hq_tui.commands.base import Group
from hq_tui.core.export import session_as_markdown
from hq_tui.errors import HqError, UsageError
from hq_tui.ui.text_screen import TextScreen

SHOWN = 8_000
"""Characters of a paste that are shown."""


class Taking(Group):
    """Actions that carry text out of the session, or into the composer."""

    async def _do_copy(self, _argument: str) -> None:
        text = self._app.chat.transcript.last_reply_text()
        await self.copy(text, "the last reply")

    async def _do_copy_code(self, _argument: str) -> None:
        text = self._app.chat.transcript.code_block_at_cursor_or_last() or ""
        await self.copy(text, "the code block")

    async def _do_copy_all(self, _argument: str) -> None:
        await self.copy(session_as_markdown(self._session.talk), "the session")

    async def copy(self, text: str, what: str) -> None:
        """Copy a text and say which way it went; `what` names it."""
        if not text:
            self._app.say(f"There is nothing to copy: {what} is empty.")
            return
        said = await self._app.copy_out(text)
        self._app.say(f"{what}: {said}")

    async def _do_export(self, argument: str) -> None:
        talk = self._session.talk
        name = argument or f"{talk.id}.md"
        await self.write(name, session_as_markdown(talk))

    async def write(self, name: str, text: str) -> None:
        """Write a new file and say where it is. Raises HqError."""
        path = await asyncio.to_thread(write_new, name, text)
        self._app.say(f"written to {path}")

    async def _do_editor(self, _argument: str) -> None:
        composer = self._app.chat.composer
        with self._app.suspend():
            written = edit(composer.message)
        if written is None:
            self._app.say("The editor ended with an error; the draft is as it was.")
        else:
            composer.put(written)

    async def _do_paste(self, _argument: str) -> None:
        composer = self._app.chat.composer
        texts = composer.pastes.texts_in(composer.text)
        if not texts:
            self._app.say("There is no big paste in what you are writing.")
            return
        pages = [f"{chip}\n{text[:SHOWN]}" for chip, text in texts]
        foot = "Esc closes · Backspace behind it takes a paste out"
        if any(len(text) > SHOWN for _, text in texts):
            foot = "the beginning only; Ctrl+G shows all · Esc closes"
        await self._app.push_screen(TextScreen("Pasted", "\n\n".join(pages), foot))


def write_new(name: str, text: str) -> Path:
    """Write `text` to a file that is not there yet; its path. Raises HqError."""
    path = Path(name).expanduser()
    try:
        with path.open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already.", hint="Name another file.") from None
    except OSError as error:
        raise HqError(f"{path}: {error.strerror}.", hint="Name another file.") from error
    return path


def edit(draft: str) -> str | None:
    """The draft after the person's own editor, or None where that failed."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "message.md"
        path.write_text(draft, "utf-8", errors="replace")
        try:
            code = subprocess.call([*shlex.split(command), str(path)])  # noqa: S603 - the person's own choice
        except (OSError, ValueError):
            return None
        return path.read_text("utf-8", errors="replace").rstrip("\n") if code == 0 else None
