"""The app: hands what a person does to the session, and Textual's hooks to the parts that answer.

It decides little itself. Actions come from one table, sessions from the manager, every change of
the conversation from the engine; the widgets are given values. What a reply needs runs in the
engine's own task, so leaving the screen does not end it.

Its parts: `Startup` brings the first session, `SessionView` shows it, `DraftKeeper` saves what
is being written, `CrashPolicy` keeps a defect and the way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.geometry import Offset
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from hq_tui.app import crash_policy
from hq_tui.app.crash_policy import CrashPolicy
from hq_tui.app.draft_keeper import DraftKeeper
from hq_tui.app.startup import StartPlan, Startup
from hq_tui.errors import HqError
from hq_tui.settings import Settings
from hq_tui.terminal.ascii_filter import AsciiFilter, are_plain
from hq_tui.terminal.control_filter import ControlCharFilter
from hq_tui.terminal.driver import DiffDriver
from hq_tui.ui import theme
from hq_tui.ui.actions import ACTIONS, BY_NAME, NO_KEY, keys_in_force
from hq_tui.ui.rendering import textual_private
from hq_tui.ui.rendering.compositor import DrawingFailed
from hq_tui.ui.screens.start import StartScreen
from hq_tui.ui.widgets.composer import Composer

if TYPE_CHECKING:
    from hq_tui.app.session_view import SessionView
    from hq_tui.sessions.manager import SessionManager
    from hq_tui.sessions.session import Session
    from hq_tui.ui.screens.board import BoardScreen
    from hq_tui.ui.screens.chat import ChatScreen
    from hq_tui.ui.transcript import Transcript


COMPLETING = {"board": "tab", "stop": "escape"}
"""Actions whose key goes to the list under the composer first, while that is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessHooks:
    """Calls to the process around the app."""

    on_terminal: Callable[[Driver], None] = lambda _driver: None
    """The app is on a terminal, which this driver writes to."""
    on_exit: Callable[[], None] = lambda: None
    """The app was told to end, which it may fail to do."""
    describe: Callable[[Exception], str] = repr
    """Report a part that could not be drawn, and say so in words; empty where that was done."""
    on_key: Callable[[str], None] = lambda _key: None
    """A key was pressed; called in the thread that reads the keys."""


class HqApp(App[int]):
    """hq-tui on a screen."""

    TITLE = "hq-tui"
    CSS_PATH = "../ui/front.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            action.keys or f"{NO_KEY}{action.name}",
            f"do('{action.name}')",
            action.title,
            id=action.name,
            show=False,
            priority=True,
        )
        for action in ACTIONS
        if not action.in_composer
    ]

    view: SessionView
    """The session on the screen, once there is one."""

    def __init__(
        self,
        start: StartPlan,
        *,
        settings: Settings,
        environment: Mapping[str, str],
        driver_class: type[Driver] | None = None,
        hooks: ProcessHooks | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        theme.make_readable(self, few=theme.has_few(self))
        filters = textual_private.line_filters(self)
        filters.append(ControlCharFilter())
        if are_plain(environment, asked=settings.ascii):
            filters.append(AsciiFilter())
        self.settings = settings
        self.crash = CrashPolicy()
        self.drafts = DraftKeeper(
            set_timer=self.set_timer,
            save=lambda draft: self.is_ready and self.view.session.keep_draft(draft),
            data_dir=settings.data_dir,
        )
        self._environment = environment
        self._hooks = hooks or ProcessHooks()
        self._keys = keys_in_force(settings.keys)
        self._front = StartScreen(mode=settings.mode, keymap=self._keys, is_new=start.is_new)
        self.startup = Startup(self, self._front, start, opened=self._opened)

    def get_default_screen(self) -> StartScreen:
        """The screen of the first picture, which becomes that of the session."""
        return self._front

    def on_mount(self) -> None:
        """Textual calls this once the terminal is in use."""
        follow = theme.begin(self, self.settings.theme, self._environment)
        # Textual goes through all of it, twice, for each key that is pressed.
        self.set_keymap(
            {
                name: keys or f"{NO_KEY}{name}"
                for name, keys in self._keys.items()
                if keys != BY_NAME[name].keys
            }
        )
        if self._driver is not None and not self._driver.is_headless:
            self._hooks.on_terminal(self._driver)
        if isinstance(self._driver, DiffDriver):
            self._driver.on_key = self._hooks.on_key
            self._driver.on_background(follow)

    @property
    def is_ready(self) -> bool:
        """True if a session is open."""
        return self.startup.is_over

    @property
    def composer(self) -> Composer:
        """The field for the person's text, before a session is open and after."""
        return self._front.composer

    @property
    def cursor_position(self) -> Offset:
        """The place of the terminal's own cursor: in the field that is written in, always.

        Input methods and screen readers look for it there. Textual sets it when the cursor
        of a field moves, and not when the field itself does.
        """
        written = self.screen.focused or self.composer
        where = getattr(written, "cursor_screen_offset", None)
        return self._cursor_told if where is None else where

    @cursor_position.setter
    def cursor_position(self, where: Offset) -> None:
        self._cursor_told = where

    def _opened(self, manager: SessionManager, session: Session, chat: ChatScreen) -> SessionView:
        """There is a session: make what shows it and what acts on it."""
        from hq_tui.app.session_view import SessionView

        self.view = SessionView(
            self,
            chat,
            manager,
            session,
            environment=self._environment,
            on_defect=self._handle_exception,
        )
        return self.view

    # Leaving

    def exit(self, *words: Any, **more: Any) -> None:
        """Leave once no screen is half put up, and have it seen to that the process does."""
        screens = self._screen_stack if self.is_running else []
        self.crash.leave(screens, partial(super().exit, *words, **more))
        self._hooks.on_exit()

    def _handle_exception(self, error: Exception) -> None:
        panel = crash_policy.failed_panel()
        if panel is not None and not self._exit:
            self.call_later(crash_policy.close_panel, self, panel)
            self.post_message(DrawingFailed(error))
        elif self.crash.is_defect(error, leaving=self._exit):
            super()._handle_exception(error)

    def on_drawing_failed(self, event: DrawingFailed) -> None:
        """A part is not drawn as it should be: it is reported, and the rest goes on."""
        event.stop()
        if words := self._hooks.describe(event.error):
            self.startup.show_message(words)

    def panic(self, *renderables: Any) -> None:
        """End without a word; Textual calls this when the terminal cannot be read any more."""
        self._return_code = 1
        self._fatal_error()

    def _fatal_error(self) -> None:
        self.startup.detach()
        self._close_messages_no_wait()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Nothing that fails beside the screen is lost."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        if isinstance(error, HqError):
            self.startup.show_message(f"{error} {error.hint}")
        elif isinstance(error, Exception):
            self._handle_exception(error)

    # What a person does

    async def on_start_screen_drawn(self, event: StartScreen.Drawn) -> None:
        event.stop()
        if isinstance(self._driver, DiffDriver):
            self._driver.takes_keys.set()
        await self.startup.run()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        event.stop()
        if self.startup.defer(self.on_composer_sent, event):
            return
        self.view.take(event.text, literal=event.literal, named=event.named())
        # A draft that waited is back; with the message its record has gone.
        if draft := self.composer.unsent.strip():
            self.view.session.keep_draft(draft)

    def on_composer_recalled(self, event: Composer.Recalled) -> None:
        event.stop()
        if texts := self.view.session.engine.unqueue():
            self.composer.put_back("\n".join(texts))

    def on_text_area_changed(self, event: Composer.Changed) -> None:
        event.stop()
        self.drafts.changed(lambda: self.composer.unsent, len(event.text_area.text))

    async def on_board_screen_chosen(self, event: BoardScreen.Chosen) -> None:
        event.stop()
        await self.view.commands.board.chosen(event.what, event.item)

    def on_transcript_unseen_changed(self, event: Transcript.UnseenChanged) -> None:
        event.stop()
        if self.is_ready:
            self.view.view_state.unseen = event.lines
            self.view.refresh_view()

    def on_transcript_link_clicked(self, event: Transcript.LinkClicked) -> None:
        event.stop()
        self.startup.show_message(f"link: {event.href}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """True if a key of the app means anything now: a panel on top has the keyboard."""
        if len(self.screen_stack) < 2:
            return True
        if action == "do":
            return BY_NAME[str(parameters[0])].anywhere
        return action != "command_palette"

    async def action_do(self, name: str) -> None:
        """Do what the table calls `name`, once the keys that came before it are written."""
        key = COMPLETING.get(name, "")
        if len(self.screen_stack) < 2:
            await self.composer.catch_up()
            is_its_key = key in self._keys[name].split(",")
            if is_its_key and self.composer.completes(key):
                return
        if name == "quit" and not (self.is_ready or self.startup.holds_something):
            self.exit()
        elif not self.startup.defer(self.action_do, name):
            await self.view.commands.do(name, "")

    async def action_quit(self) -> None:
        await self.action_do("quit")

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The commands of the palette: the same table that the keys and the help come from."""
        for action in ACTIONS:
            if not action.in_composer and action.name != "palette":
                title = f"{action.title} ({action.shown_key})" if action.keys else action.title
                do = partial(self.run_action, f"do('{action.name}')")
                yield SystemCommand(title, action.help, do)
