"""Looking around in the session, and writing with more than the composer."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

from hq_tui.app.actions.base import ActionRunner, ScreenGroup, action
from hq_tui.app.actions.export import ExportActions
from hq_tui.app.actions.reply import ReplyActions
from hq_tui.app.frontend import ScreenFrontend
from hq_tui.app.picker_source import PickerSource
from hq_tui.core.text.sanitize import counted
from hq_tui.terminal import signals
from hq_tui.terminal.driver import DiffDriver
from hq_tui.ui.rendering import textual_private
from hq_tui.ui.screens.palette import Palette
from hq_tui.ui.screens.picker import LONGEST, Choice
from hq_tui.ui.screens.text import TextScreen
from hq_tui.ui.theme import has_few, theme_for

THEMES = {
    "auto": "dark, unless the terminal says that it is light",
    "dark": "light on dark",
    "light": "dark on light",
    "ansi-dark": "the terminal's own colours on its own ground, where that is dark",
    "ansi-light": "the same where it is light",
}
SHOWN = 8_000
"""Characters of a paste that are shown."""


class ViewActions(ScreenGroup):
    """Actions about what is on the screen."""

    def __init__(
        self,
        app: ScreenFrontend,
        runner: ActionRunner,
        export: ExportActions,
        reply: ReplyActions,
    ) -> None:
        super().__init__(app, runner)
        self._export = export
        self._reply = reply
        app.chat.composer.find_earlier = lambda: app.run_worker(self._recall())

    @action("palette")
    async def _do_palette(self, _argument: str) -> None:
        if not isinstance(self._app.screen, Palette):
            await self._app.push_screen(Palette(id="--command-palette"))

    @action("page_up")
    async def _do_page_up(self, _argument: str) -> None:
        self._app.chat.transcript.scroll_page_up()

    @action("page_down")
    async def _do_page_down(self, _argument: str) -> None:
        self._app.chat.transcript.scroll_page_down()

    @action("follow")
    async def _do_follow(self, _argument: str) -> None:
        self._app.chat.transcript.scroll_end()
        composer = self._app.chat.composer
        composer.move_cursor(composer.get_cursor_line_end_location())

    @action("panel")
    async def _do_panel(self, _argument: str) -> None:
        if not self._app.chat.toggle_panel():
            self._app.show_message("The panel needs a terminal of 80 columns.")

    @action("fold")
    async def _do_fold(self, _argument: str) -> None:
        self._app.chat.transcript.toggle_thinking()

    @action("previous_turn")
    async def _do_previous_turn(self, _argument: str) -> None:
        self._app.chat.transcript.previous_turn()

    @action("next_turn")
    async def _do_next_turn(self, _argument: str) -> None:
        self._app.chat.transcript.next_turn()

    @action("find")
    async def _do_find(self, argument: str) -> None:
        app = self._app
        transcript = app.chat.transcript
        if not argument:
            if app.view_state.hits:
                transcript.search.go(1, int(transcript.scroll_y))
            else:
                app.put_draft("/find ")
            return
        hits = transcript.search.find(argument)
        found = f"{hits} found" if hits else "not found"
        app.view_state.hits = f"“{argument}”: {found} · n next · N previous · Esc ends"
        app.refresh_view()

    @action("find_previous")
    async def _do_find_previous(self, _argument: str) -> None:
        transcript = self._app.chat.transcript
        transcript.search.go(-1, int(transcript.scroll_y))

    @action("interrupt")
    async def _do_interrupt(self, _argument: str) -> None:
        app = self._app
        if selected := self._take_selected():
            await self._export.copy(selected, counted(selected.count("\n") + 1, "line"))
        elif self._reply.stop():
            return
        elif self._runner.about_to_quit or await self._session.unsaved_reason():
            await self._runner.do("quit", "")
        else:
            self._runner.about_to_quit = True
            app.show_message("Ctrl+C again quits; everything is saved.")

    def _take_selected(self) -> str:
        """Take the selection in the talk or in the composer; it is gone then."""
        screen, composer = self._app.app.screen, self._app.chat.composer
        if selected := screen.get_selected_text():
            screen.clear_selection()
        elif selected := composer.selected_text:
            composer.move_cursor(composer.cursor_location)
        return selected or ""

    @action("theme")
    async def _do_theme(self, argument: str) -> None:
        app = self._app.app
        if not argument:
            rows = [Choice(id=name, label=f"{name:<11} {what}") for name, what in THEMES.items()]
            await self._pick("Theme", rows, partial(self._runner.start, "theme"))
        elif argument in THEMES:
            app.theme = theme_for(argument, self._app.environment, few=has_few(app))
        else:
            self._app.show_message(f"There is no theme {argument}: {', '.join(THEMES)}.")

    @action("earlier")
    async def _do_earlier(self, _argument: str) -> None:
        composer = self._app.chat.composer
        asked = [turn.asked.text for turn in self._session.conversation.turns]
        texts = list(dict.fromkeys([*reversed(asked), *await self._earlier()]))
        if not texts:
            self._app.show_message("Nothing to retry, and no earlier message to find.")
            return
        choices = [
            Choice(id=str(at), label=" ".join(text[:LONGEST].split()), words=text)
            for at, text in enumerate(texts)
        ]
        await self._pick(
            "Earlier messages", choices, lambda picked: composer.put_back(texts[int(picked)])
        )

    async def _earlier(self) -> list[str]:
        """Messages of other sessions, the newest first."""
        manager = self._app.manager
        with closing(PickerSource(manager, self._session, manager.clock.time)) as source:
            return await source.earlier()

    async def _recall(self) -> None:
        self._app.chat.composer.remember_earlier(await self._earlier())

    @action("redraw")
    async def _do_redraw(self, _argument: str) -> None:
        driver = textual_private.driver_of(self._app.app)
        if isinstance(driver, DiffDriver):
            driver.redraw()

    @action("suspend")
    async def _do_suspend(self, _argument: str) -> None:
        driver = textual_private.driver_of(self._app.app)
        # In the group of its session's leader, nobody is there who could make it go on.
        if driver is None or not driver.can_suspend or os.getpgrp() == os.getsid(0):
            self._app.show_message("There is no shell to go back to.")
        else:
            # A shell takes the terminal as soon as one process of the job stands still, so it is
            # given back before; then the whole job stops, as if the terminal had told it to.
            with driver.no_automatic_restart():
                driver.suspend_application_mode()
                os.killpg(0, signal.SIGTSTP)
                signals.wait_for_foreground()
            driver.resume_application_mode()

    @action("editor")
    async def _do_editor(self, _argument: str) -> None:
        composer = self._app.chat.composer
        with self._app.app.suspend():
            written = edit(composer.message)
        if written is None:
            self._app.show_message("The editor ended with an error; the draft is as it was.")
        else:
            composer.put(written)

    @action("paste")
    async def _do_paste(self, _argument: str) -> None:
        composer = self._app.chat.composer
        texts = composer.pastes.texts_in(composer.text)
        if not texts:
            self._app.show_message("There is no big paste in what you are writing.")
            return
        pages = [f"{chip}\n{text[:SHOWN]}" for chip, text in texts]
        keys = [("Backspace", "behind it takes a paste out")]
        if any(len(text) > SHOWN for _, text in texts):
            keys = [("editor", "shows all of it")]
        await self._app.push_screen(TextScreen("Pasted", "\n\n".join(pages), keys))


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
        return path.read_bytes().decode("utf-8", "replace").rstrip("\n") if code == 0 else None
