"""The app as a process runs it: whatever fails in it ends in order.

Textual would print a traceback with the values of variables, lose what fails in a worker,
and let a defect of the screen break the reply that is coming in. Here each of these ends
the app the way that leaving does, with the terminal as it was; who runs the app then finds
the error and tells it in one line. A defect of one part or one panel costs that alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual._context import active_message_pump
from textual.screen import ModalScreen
from textual.worker import Worker, WorkerState

from hq_tui import app
from hq_tui.app import HqApp
from hq_tui.cli import crash, pausing
from hq_tui.errors import HqError
from hq_tui.terminal.driver import QuietDriver
from hq_tui.ui.direct import DrawingFailed

if TYPE_CHECKING:
    from hq_tui.core.events import Event
    from hq_tui.session import Session

LEAVING_KEYS = frozenset({"ctrl+c", "ctrl+q"})
"""Keys that ask to leave; a loop that is stuck would never hear of them."""


class WatchedApp(HqApp):
    """hq-tui on a screen, and what became of it."""

    CSS_PATH = str(Path(app.__file__).parent / HqApp.CSS_PATH)
    """The same file; Textual would look for it beside this module."""

    crash: BaseException | None = None
    """What ended it, if it was a defect."""

    draft_file: Path | None = None
    """Where an unsent text went that belongs to no session of ours."""

    _kept: str | None = None
    _told: frozenset[str] = frozenset()

    on_leaving_key: Callable[[], None] | None = None
    """Called when a key asks to leave, in the thread that reads the keys."""

    on_exit: Callable[[], None] | None = None
    """Called when the app is told to end, which it may fail to do."""

    def exit(self, *words: Any, **more: Any) -> None:
        """Leave, and have it seen to that the process does."""
        super().exit(*words, **more)
        if self.on_exit is not None:
            self.on_exit()

    def on_mount(self) -> None:
        """Textual calls this beside the one of `HqApp`, once the terminal is in use."""
        if self._driver is not None and not self._driver.is_headless:
            pausing.install(self._driver, asyncio.get_running_loop())
        if isinstance(self._driver, QuietDriver):
            self._driver.on_key = self._key_pressed

    def show_session(self, session: Session) -> None:
        """Put a session on the screen, and say when one that was read-only can be written."""
        super().show_session(session)
        session.on_taken_over = self._taken_over

    def leave(self, code: int) -> None:
        """End the app and touch nothing that is under way; events find no screen any more.

        What was typed before there was a session waits for one to be kept in.
        """
        if self.composer.message.strip() and self.hold(self.leave, code):
            return
        self.keep_draft()
        self._detach()
        self.exit(code)

    def keep_draft(self) -> None:
        """Save what is being written. Where no session takes it in, a file does."""
        from hq_tui.cli import drafts

        draft = self.composer.message
        if draft == self._kept:
            return
        self._kept = draft
        taken = self.session.keep_draft(draft) if self.is_ready else not draft.strip()
        if not taken:
            self.draft_file = drafts.keep(self.settings.data_dir, draft)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Nothing that fails beside the screen is lost."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        if isinstance(error, HqError):
            self.say(f"{error} {error.hint}")
        elif isinstance(error, Exception):
            self._handle_exception(error)

    def panic(self, *renderables: Any) -> None:
        """End without a word; Textual calls this when the terminal cannot be read any more."""
        self._return_code = 1
        self._fatal_error()

    def _key_pressed(self, key: str) -> None:
        if key in LEAVING_KEYS and self.on_leaving_key is not None:
            self.on_leaving_key()

    def _taken_over(self) -> None:
        with self._context():
            self.show_session(self.session)
            self.say("This session can be written here now.")

    def _happened(self, event: Event) -> None:
        if self.is_expected(event):
            return
        # A session may be followed from before the app ran, in a task that knows no app.
        try:
            with self._context():
                super()._happened(event)
        except Exception as error:  # noqa: BLE001 - a defect of the screen must not cost the reply
            self._handle_exception(error)

    def on_drawing_failed(self, event: DrawingFailed) -> None:
        """Say once of each defect that a part is not drawn as it should be, and report it."""
        event.stop()
        defect = crash.where(event.error)
        if defect in self._told:
            return
        self._told |= {defect}
        path = crash.write_report(event.error)
        report = f" Report: {path}" if path else ""
        words = f"A part could not be drawn ({type(event.error).__name__}).{report}"
        if not self.hold(self.say, words):
            self.say(words)

    def _loses_panel(self, error: Exception) -> bool:
        """Take down the panel on top if `error` came out of it; whether that was so."""
        pump = active_message_pump.get(None)
        while pump is not None and not isinstance(pump, ModalScreen):
            pump = pump._parent  # noqa: SLF001 - a pump has no other name for what it is in
        if pump is None or self._exit:
            return False
        self.call_later(self._take_down, pump)
        self.post_message(DrawingFailed(error))
        return True

    async def _take_down(self, panel: ModalScreen[Any]) -> None:
        """Close `panel`, unless that was done for another of its defects."""
        if panel is self._screen_stack[-1]:
            await self.pop_screen()

    def _handle_exception(self, error: Exception) -> None:
        if self._loses_panel(error):
            return
        if not self.is_taken_down(error):
            self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._detach()
        self._close_messages_no_wait()

    def _detach(self) -> None:
        if not self.is_ready:
            return
        self.session.engine.on_event = _nobody
        self.desk.on_saved = _no_one


def _nobody(_event: Event) -> None:
    """The screen is gone."""


def _no_one() -> None:
    """The screen is gone."""
