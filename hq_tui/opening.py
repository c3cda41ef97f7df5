"""The app from its first picture until a session stands in it.

The first picture needs next to nothing, so that a person can type at once. What a session
needs is loaded and read behind it; whatever is asked for meanwhile is held and done in
order as soon as there is a session to do it to. What is then shown, and done, is the
business of the app that builds on this.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.geometry import Offset
from textual.screen import Screen

from hq_tui.beginning import Start
from hq_tui.errors import HqError
from hq_tui.settings import Settings
from hq_tui.terminal import guard, signs
from hq_tui.ui import colours
from hq_tui.ui.composer import Composer
from hq_tui.ui.front import Front

if TYPE_CHECKING:
    from rich.console import RenderableType

    from hq_tui.core.conversation import Conversation
    from hq_tui.desk import Desk
    from hq_tui.session import Session
    from hq_tui.ui.chat_screen import ChatScreen

REST_OF_STYLES = Path(__file__).with_name("ui") / "hq.tcss"
"""How a session looks, and what stands over it."""
STANDING = 1.0
"""Seconds that a screen which is being put up may take while the app is left."""


class OpeningApp(App[int]):
    """An app that takes keys before it has a session."""

    CSS_PATH = "ui/front.tcss"

    # What there is once a session is open, and not before.
    desk: Desk
    chat: ChatScreen
    session: Session

    def __init__(
        self,
        start: Start,
        *,
        settings: Settings,
        environment: Mapping[str, str],
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(driver_class=driver_class)
        guard.install(self)
        if signs.are_plain(environment, asked=settings.ascii):
            signs.install(self)
        self.settings = settings
        self.is_ready = False
        """Whether a session is open."""
        self.refused: HqError | None = None
        """Why none could be opened."""
        self._environment = environment
        self._start = start
        self._front = Front(mode=settings.mode, keymap=settings.keys, is_new=start.is_new)
        self._held: list[Callable[[], Any]] = []
        self._rising: asyncio.Future[None] | None = None

    def get_default_screen(self) -> Front:
        """The screen of the first picture, which becomes that of the session."""
        return self._front

    def on_mount(self) -> None:
        """Textual calls this once the terminal is in use."""
        few = self.console.color_system == "standard"
        self.theme = colours.theme_for(self.settings.theme, self._environment, few=few)
        self.set_keymap(dict(self.keys_bound))

    def exit(
        self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Leave, once a screen that is being put up stands; half of one cannot be taken down.

        From then on Textual mounts nothing, and who waits for a part fails or waits for good.
        """
        end = partial(super().exit, result, return_code, message)
        rising = [screen for screen in self._screen_stack if not screen.is_mounted]
        if rising and self.is_running and self._rising is None:
            self._rising = asyncio.ensure_future(_stand(rising))
            self._rising.add_done_callback(lambda _stood: end())
        else:
            end()

    def _handle_exception(self, error: Exception) -> None:
        if not self.is_taken_down(error):
            super()._handle_exception(error)

    def is_taken_down(self, error: BaseException) -> bool:
        """Whether this only says that a screen lost its parts because the app is being left."""
        return self._exit and isinstance(getattr(error, "error", error), NoMatches)

    @property
    def composer(self) -> Composer:
        """Where the person writes, before a session is open and after."""
        return self._front.composer

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's own cursor stands: in the field that is written in, always.

        Input methods and screen readers look for it there. Textual sets it when the cursor
        of a field moves, and not when the field itself does.
        """
        written = self.screen.focused or self.composer
        where = getattr(written, "cursor_screen_offset", None)
        return self._cursor_told if where is None else where

    @cursor_position.setter
    def cursor_position(self, where: Offset) -> None:
        self._cursor_told = where

    @property
    def keys_bound(self) -> Mapping[str, str]:
        """Keys that the settings bind anew, by action name."""
        return self.settings.keys

    async def on_front_drawn(self, event: Front.Drawn) -> None:
        """The first picture stands: go on behind it."""
        event.stop()
        if self._start.load is None:
            await self._begin()
        else:
            self.run_worker(self._load(self._start.load), exit_on_error=False)

    async def _load(self, load: Callable[[], None]) -> None:
        await self._glimpse()
        await asyncio.to_thread(load)
        await self._begin()

    async def _glimpse(self) -> None:
        """Show the end of a long session while the rest is loaded and all of it is read."""
        if self._start.is_new or self._start.glimpse is None:
            return
        turns = await asyncio.to_thread(self._start.glimpse)
        if not turns:
            return
        self._make_chat()
        with self.batch_update():
            await self.chat.join()
            self.chat.glimpse(turns)
            self.chat.wait("Reading the session · what you send waits for it")

    def _make_chat(self) -> None:
        """The screen of a session, which takes the place of the first picture."""
        from hq_tui.ui.chat_screen import ChatScreen

        if not hasattr(self, "chat"):
            # Not `read`, which leaves in force which rules are looked at for which widget.
            rest = REST_OF_STYLES.read_text("utf-8")
            self.stylesheet.add_source(rest, (str(REST_OF_STYLES), ""))
            self.chat = ChatScreen(self._front)

    async def _begin(self) -> None:
        """Open the session and put it around the composer; then do what was asked meanwhile."""
        self._make_chat()
        try:
            self.desk = self._start.desk()
            self.session = await self._start.open(self.desk)
        except HqError as error:
            self.refused = error
            self.exit()
            return
        self.equip()
        await asyncio.to_thread(self.prepare, self.session.talk)
        with self.batch_update():
            await self.chat.join()
            self.is_ready = True
            self.show_session(self.session)
        self.call_after_refresh(self._after_first_look)

    def _after_first_look(self) -> None:
        if self._start.warm is not None:
            self._start.warm()
        if self._start.prompt:
            self.send(self._start.prompt)
        held, self._held = self._held, []
        for do in held:
            self.run_worker(_done(do), exit_on_error=False)

    def hold(self, do: Callable[..., Any], *arguments: Any) -> bool:
        """Keep what was asked for until there is a session; False when there is one."""
        if not self.is_ready:
            self._held.append(partial(do, *arguments))
        return not self.is_ready

    # What the app that builds on this brings along

    def equip(self) -> None:
        """There is a session: make what acts on it."""

    def prepare(self, talk: Conversation) -> None:
        """Do what takes long in a long session, before it is shown; called in a thread.

        It is given a value, because a session may be added to meanwhile, and only in the loop.
        """

    def show_session(self, session: Session) -> None:
        """Put a session on the screen."""

    def send(self, text: str) -> None:
        """Send a message."""


async def _stand(screens: Sequence[Screen[Any]]) -> None:
    """Wait until these are on the screen with all their parts, or for long enough."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STANDING):
            for screen in screens:
                await screen._mounted_event.wait()  # noqa: SLF001 - it has no other name


async def _done(do: Callable[[], Any]) -> None:
    """Do it now, whether or not it takes time."""
    doing = do()
    if doing is not None:
        await doing
