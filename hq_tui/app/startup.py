"""From the first picture to a session on the screen.

The first picture needs next to nothing, so that a person can type at once. What a session
needs is loaded and read behind it; whatever is asked for meanwhile is held and done in order
as soon as there is a session to do it to.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import App

from hq_tui.errors import HqError
from hq_tui.ui.screens.start import StartScreen

if TYPE_CHECKING:
    from hq_tui.app.session_view import SessionView
    from hq_tui.core.conversation import Turn
    from hq_tui.sessions.manager import SessionManager
    from hq_tui.sessions.session import Session
    from hq_tui.ui.screens.chat import ChatScreen

    Opened = Callable[[SessionManager, Session, ChatScreen], SessionView]

REST_OF_STYLES = Path(__file__).parents[1] / "ui" / "hq.tcss"
"""Styles of a session and of the screens over it."""


class StartPlan(NamedTuple):
    """The plan of a start; nothing of it is done before the first picture is drawn."""

    manager: Callable[[], SessionManager]
    open: Callable[[SessionManager], Awaitable[Session]]
    last_turns: Callable[[], Sequence[Turn]] | None = None
    """The last turns of a session that takes long to read, to be looked at meanwhile."""
    prompt: str = ""
    attach: Sequence[str] = ()
    """Files for the first message; they wait for it where there is no prompt."""
    allow_secrets: bool = False
    is_new: bool = True
    """True if the session is a new one, as far as can be said before it is opened."""
    load: Callable[[], None] | None = None
    """Loads all that opening the session needs; done behind the first picture."""
    warm: Callable[[], None] | None = None
    """Work to begin once the session is on screen, such as importing the SDK."""


class Startup:
    """The start of one app.

    `opened` is given the session once it is read, and makes what shows it.
    """

    def __init__(
        self,
        app: App[Any],
        front: StartScreen,
        plan: StartPlan,
        *,
        opened: Opened,
    ) -> None:
        self.is_over = False
        """True if a session is on the screen."""
        self.refused: HqError | None = None
        """The reason that no session could be opened."""
        self._app = app
        self._front = front
        self._plan = plan
        self._opened = opened
        self._view: SessionView | None = None
        self._held: list[Callable[[], Any]] = []
        self._chat: ChatScreen | None = None

    @property
    def holds_something(self) -> bool:
        """True if something was asked for that waits for a session."""
        return bool(self._held)

    def defer(self, do: Callable[..., Any], *arguments: Any) -> bool:
        """Keep what was asked for until there is a session; False when there is one."""
        if not self.is_over:
            self._held.append(partial(do, *arguments))
        return not self.is_over

    def show_message(self, message: str) -> None:
        """Say something of our own, as soon as there is a place for it."""
        if not self.defer(self.show_message, message) and self._view is not None:
            self._view.show_message(message)

    def detach(self) -> None:
        """The screen goes: its session, if there is one yet, is followed no longer."""
        if self._view is not None:
            self._view.detach()

    def _make_chat(self) -> ChatScreen:
        """The screen of a session, which takes the place of the first picture; made once."""
        if self._chat is not None:
            return self._chat
        from hq_tui.ui.screens.chat import ChatScreen

        # Not `read`, which leaves in force which rules are looked at for which widget.
        rest = REST_OF_STYLES.read_text("utf-8")
        self._app.stylesheet.add_source(rest, (str(REST_OF_STYLES), ""))
        self._chat = ChatScreen(self._front)
        return self._chat

    async def run(self) -> None:
        """The first picture is on the screen: go on behind it."""
        if self._plan.load is None:
            await self._open()
        else:
            self._app.run_worker(self._load(self._plan.load), exit_on_error=False)

    async def _load(self, load: Callable[[], None]) -> None:
        await self._preview()
        await asyncio.to_thread(load)
        await self._open()

    async def _preview(self) -> None:
        """Show the end of a long session while the rest is loaded and all of it is read."""
        if self._plan.is_new or self._plan.last_turns is None:
            return
        turns = await asyncio.to_thread(self._plan.last_turns)
        if not turns:
            return
        chat = self._make_chat()
        with self._app.batch_update():
            await chat.join()
            chat.preview(turns)
            chat.wait("Reading the session · what you send waits for it")

    async def _open(self) -> None:
        """Open the session and put it around the composer; then do what was asked meanwhile."""
        chat = self._make_chat()
        try:
            manager = self._plan.manager()
            session = await self._plan.open(manager)
        except HqError as error:
            self.refused = error
            self._app.exit()
            return
        view = self._view = self._opened(manager, session, chat)
        await asyncio.to_thread(view.prepare, session.conversation)
        with self._app.batch_update():
            await chat.join()
            self.is_over = True
            view.show_session(session)
        self._app.call_after_refresh(self._after_first_look)

    def _after_first_look(self) -> None:
        if self._plan.warm is not None:
            self._plan.warm()
        if self._view is not None:
            self._begin(self._view)
        held, self._held = self._held, []
        for do in held:
            self._app.run_worker(_done(do), exit_on_error=False)

    def _begin(self, view: SessionView) -> None:
        """Send the first message, or let the files that were named wait for it."""
        plan, files = self._plan, view.commands.files
        files.begin(plan.attach if plan.prompt else (), allow_secrets=plan.allow_secrets)
        if plan.prompt:
            view.take(plan.prompt, literal=True)
        elif plan.attach:
            files.secrets |= set(plan.attach) if plan.allow_secrets else set()
            view.run_worker(files.add(plan.attach))


async def _done(do: Callable[[], Any]) -> None:
    """Do it now, whether or not it takes time."""
    doing = do()
    if doing is not None:
        await doing
