"""Help, and leaving."""

from __future__ import annotations

from hq_tui.app.actions.base import ActionGroup, action
from hq_tui.ui.actions import keys_in_force
from hq_tui.ui.labels import answering, current_keys
from hq_tui.ui.screens.help import HelpScreen


class General(ActionGroup):
    """Actions that every frontend has, about hq-tui as a whole."""

    @action("help")
    async def help(self, _argument: str) -> None:
        """Show keys and commands."""
        now = self._app.view_state.build(self._session)
        keymap = keys_in_force(self._app.manager.settings.keys)
        await self._app.push_screen(HelpScreen(keymap, [*current_keys(now), *answering(now)]))

    @action("quit")
    async def quit(self, _argument: str) -> None:
        """Stop a reply under way, and leave; what is not saved is asked about once."""
        engine, runner = self._session.engine, self._runner
        if not runner.about_to_quit and (reason := await self._session.unsaved_reason()):
            runner.about_to_quit = True
            self._app.close_top()
            again = f"{runner.way_out} again leaves."
            self._app.show_message(f"Not everything is saved: {reason}. {again}")
            return
        if engine.is_running:
            engine.stop()
            await engine.wait_idle()
        self._app.exit(0)
