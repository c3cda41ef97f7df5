"""Looking around in the session, help, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hq_tui.commands.base import Group
from hq_tui.ui.help_screen import HelpScreen
from hq_tui.ui.palette import Palette

if TYPE_CHECKING:
    from hq_tui.session_view import SessionView


class Looking(Group):
    """Actions that change nothing but the view, and the last one."""

    def __init__(self, app: SessionView) -> None:
        super().__init__(app)
        self.about_to_quit = False

    async def _do_help(self, _argument: str) -> None:
        await self._app.push_screen(HelpScreen(self._app.desk.settings.keys))

    async def _do_palette(self, _argument: str) -> None:
        if not isinstance(self._app.screen, Palette):
            await self._app.push_screen(Palette(id="--command-palette"))

    async def _do_page_up(self, _argument: str) -> None:
        self._app.chat.transcript.scroll_page_up(animate=False)

    async def _do_page_down(self, _argument: str) -> None:
        self._app.chat.transcript.scroll_page_down(animate=False)

    async def _do_follow(self, _argument: str) -> None:
        self._app.chat.transcript.scroll_end(animate=False)
        composer = self._app.chat.composer
        composer.move_cursor(composer.get_cursor_line_end_location())

    async def _do_panel(self, _argument: str) -> None:
        if not self._app.chat.turn_panel():
            self._app.say("The panel needs a terminal of 80 columns.")

    async def _do_fold(self, _argument: str) -> None:
        self._app.chat.transcript.toggle_thinking()

    async def _do_previous_turn(self, _argument: str) -> None:
        self._app.chat.transcript.previous_turn()

    async def _do_next_turn(self, _argument: str) -> None:
        self._app.chat.transcript.next_turn()

    async def _do_find(self, argument: str) -> None:
        app = self._app
        transcript = app.chat.transcript
        if not argument:
            if app.situating.hits:
                transcript.find_next()
            else:
                app.chat.composer.put("/find ")
            return
        hits = transcript.find(argument)
        found = f"{hits} found" if hits else "not found"
        app.situating.hits = f"“{argument}”: {found} · Ctrl+F next · F12 previous · Esc ends"
        app.look()

    async def _do_find_previous(self, _argument: str) -> None:
        if self._app.situating.hits:
            self._app.chat.transcript.find_previous()
        else:
            self._app.say("There is nothing to find yet: /find WORDS.")

    async def _do_interrupt(self, _argument: str) -> None:
        app = self._app
        selected = app.screen.get_selected_text()
        if selected:
            await self._all.taking.copy(selected, f"{selected.count(chr(10)) + 1} lines")
        elif self.about_to_quit:
            await self._do_quit("")
        else:
            self.about_to_quit = True
            app.say("Ctrl+C again quits; everything is saved.")

    async def _do_quit(self, _argument: str) -> None:
        engine = self._session.engine
        if engine.is_running:
            engine.stop()
            await engine.settled()
        self._app.exit(0)
