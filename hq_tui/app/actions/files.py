"""Attaching files to the next message, and looking at those that were."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.frontend import Frontend, ScreenFrontend
from hq_tui.attachments import dropped, find, looks_secret, meant, reference, shown
from hq_tui.attachments.paths import completions
from hq_tui.core.events import AttachedFile
from hq_tui.core.text.file_words import file_line
from hq_tui.core.text.mentions import Mention, mentions
from hq_tui.errors import HqError, UsageError
from hq_tui.sessions.attaching import Attached, attach
from hq_tui.ui.screens.picker import Choice
from hq_tui.ui.screens.text import TextScreen


class FileChip(NamedTuple):
    """A file as it stands in the composer."""

    name: str
    mention: str
    is_secret: bool


def chips_of(names: Sequence[str | Path], folder: Path) -> list[FileChip]:
    """The chips of the files that `names` mean; looks at the disk. Raises UsageError."""
    paths = [path for name in names for path in find(str(name), folder)]
    return [FileChip(shown(one.name), reference(one, folder), looks_secret(one)) for one in paths]


class FileActions(ActionGroup):
    """Actions about attached files.

    On a screen a file waits in the composer, as a chip; without one it waits in `waiting`.
    """

    def __init__(self, app: Frontend, runner: ActionRunner, screen: ScreenFrontend | None) -> None:
        super().__init__(app, runner)
        self._screen = screen
        if screen is not None:
            screen.chat.completer.find_paths = self._find_paths
        self.waiting: tuple[str, ...] = ()
        self.secrets: frozenset[str] = frozenset()
        """Names like a secret's that the person was asked about, and that go when named again."""
        self._large: frozenset[str] = frozenset()
        """The same for names of files that are large together."""

    def begin(self, names: Sequence[str], *, allow_secrets: bool) -> None:
        """Let the files of the command line wait for the first message; they were checked."""
        self.waiting = tuple(names)
        self.secrets |= set(names) if allow_secrets else set()

    async def load(self, mentions: Sequence[Mention]) -> tuple[AttachedFile, ...] | None:
        """The files that a message names, on the disk; None where the person is asked first.

        Raises HqError.
        """
        folder = Path.cwd()
        names = [*self.waiting, *await asyncio.to_thread(meant, mentions, folder)]
        if not names:
            return ()
        found = await self._attach(names)
        if found.question:
            if found.loaded:
                self._large = frozenset(names)
            else:
                self.secrets |= set(names)
            how = "Enter sends it" if self._screen else "Send it again to attach it"
            self._app.show_message(f"{found.question} {how} all the same.")
            return None
        files = await asyncio.to_thread(found.keep, self._app.manager.library.contents)
        self.waiting, self._session.resent, self._large = (), (), frozenset()
        if found.said:
            self._app.show_message(" · ".join(found.said))
        return files

    async def _attach(self, names: Sequence[str]) -> Attached:
        session = self._session
        return await asyncio.to_thread(
            attach,
            names,
            Path.cwd(),
            facts=session.facts,
            conversation=session.conversation,
            again=session.resent,
            secrets=self.secrets.issuperset(names),
            large=self._large.issuperset(names),
        )

    @action("attach")
    async def _do_attach(self, argument: str) -> None:
        if not argument:
            await self._list()
            return
        try:
            await self.add([name.removeprefix("@") for name in shlex.split(argument)])
        except ValueError:
            self._app.put_draft(f"/attach {argument}")
            raise UsageError("A quote is not closed.", hint="Close it.") from None
        except HqError:
            self._app.put_draft(f"/attach {argument}")
            raise

    async def add(self, names: Sequence[str]) -> None:
        """Let files go with the next message. Raises HqError where one of them cannot be sent."""
        if self._session.read_only:
            self._app.show_message(self._session.read_only)
            return
        found = await self._attach(names)
        if not found.loaded and found.question:
            self.secrets |= set(names)
            self._app.show_message(f"{found.question} Say it again to attach it all the same.")
            return
        if self._screen is None:
            self.waiting = (*self.waiting, *names)
        else:
            self._put(await asyncio.to_thread(chips_of, names, Path.cwd()), asked=True)
        lines = [file_line(one.file) for one in found.loaded]
        self._app.show_message(" · ".join([*found.said, *lines, "goes with your next message"]))

    async def show_waiting(self) -> None:
        """Put the files that wait into the composer, where they can be seen and taken out."""
        if self._screen is not None:
            waiting, self.waiting = self.waiting, ()
            asked = bool(self.secrets.intersection(waiting))
            self._put(await asyncio.to_thread(chips_of, waiting, Path.cwd()), asked=asked)

    def _put(self, chips: Sequence[FileChip], *, asked: bool = False) -> None:
        """Put chips into the composer; a secret that was asked about goes when it is sent."""
        for chip in chips:
            if asked and chip.is_secret:
                self.secrets |= {one.name for one in mentions(chip.mention)}
            if self._screen is not None:
                self._screen.chat.composer.attach(chip.name, chip.mention)

    async def take_drop(self, text: str) -> None:
        """Make chips of a paste that is nothing but the paths of files, if they are there."""
        folder = Path.cwd()
        chips = await asyncio.to_thread(lambda: chips_of(dropped(text), folder))
        if not chips or self._screen is None or not self._screen.chat.composer.take_out(text):
            return
        self._put(chips)
        self._app.show_message("attached; Backspace takes it off again")

    def _find_paths(self, begun: str) -> None:
        self._app.run_worker(self._offer_paths(begun))

    async def _offer_paths(self, begun: str) -> None:
        names = await asyncio.to_thread(completions, begun, Path.cwd())
        if self._screen is not None:
            self._screen.chat.completer.offer_paths(begun, names)

    async def _list(self) -> None:
        files = {one.sha256: one for one in self._session.conversation.files}
        if not files:
            self._app.show_message("No file is attached yet · /attach PATH, or @path in a message")
            return
        choices = [Choice(id=one.sha256, label=file_line(one)) for one in files.values()]
        await self._pick(
            "Attached files",
            choices,
            lambda sha256: self._app.run_worker(self._show(files[sha256])),
        )

    async def _show(self, file: AttachedFile) -> None:
        data = await asyncio.to_thread(self._app.manager.library.contents.get, file.sha256)
        if data is None:
            raise HqError(f"The contents of {file.name} are not here.", hint="Attach it again.")
        text = data.decode("utf-8") if file.media == "text/plain" else file_line(file)
        await self._app.push_screen(TextScreen(file.name, text))
