"""Parts that groups of actions share: a frontend, its session, and registered handlers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from hq_tui.app.frontend import Frontend, ScreenFrontend
from hq_tui.errors import HqError
from hq_tui.sessions.session import Session
from hq_tui.ui.screens.picker import Choice, PickScreen

Handler = Callable[[str], Awaitable[None]]
Method = TypeVar("Method", bound=Callable[[Any, str], Awaitable[None]])


def action(name: str, *, leaves: bool = False) -> Callable[[Method], Method]:
    """Make a method the handler of the action `name` of the table.

    One that `leaves` the session may put another in its place: messages wait for that.
    """

    def register(method: Method) -> Method:
        method.__dict__.update(action=name, leaves=leaves)
        return method

    return register


IS_REPLYING = "Not while a reply is under way; Esc stops it."


class ReentrantLock:
    """An asyncio lock that the task which holds it may take again."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None
        self._depth = 0

    def locked(self) -> bool:
        """True if a task holds it."""
        return self._lock.locked()

    async def __aenter__(self) -> None:
        task = asyncio.current_task()
        if self._owner is not task:
            await self._lock.acquire()
            self._owner = task
        self._depth += 1

    async def __aexit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._lock.release()


class ActionRunner:
    """Does actions by their names in the table."""

    def __init__(self, app: Frontend) -> None:
        self.handlers: dict[str, Handler] = {}
        """Handlers by the names of their actions; with a screen those that need one too."""
        self.about_to_quit = False
        """True if the person was just told that the same key leaves the second time."""
        self.reading = ReentrantLock()
        """Held while the files of a message are read, or another session takes its place."""
        self._starting = 0
        """Actions that were begun and have not had their first step."""
        self._app = app

    @property
    def way_out(self) -> str:
        """The key that leaves, or the command where there is no screen."""
        return "Ctrl+Q" if "palette" in self.handlers else "/quit"

    def start(self, name: str, argument: str) -> None:
        """Begin an action in a worker of its own."""
        self._starting += 1
        self._app.run_worker(self._start(name, argument))

    async def _start(self, name: str, argument: str) -> None:
        self._starting -= 1
        await self.do(name, argument)

    @property
    def holds_messages(self) -> bool:
        """True if a message that is sent now has to come after something that was begun."""
        return self._starting > 0 or self.reading.locked()

    async def do(self, name: str, argument: str) -> None:
        """Do an action by its name; what goes wrong is said."""
        if name not in {"interrupt", "quit"}:
            self.about_to_quit = False
        handler = self.handlers[name]
        try:
            if getattr(handler, "leaves", False):
                async with self.reading:
                    await handler(argument)
            else:
                await handler(argument)
        except HqError as error:
            self._app.show_message(f"{error} {error.hint}")


class ActionGroup:
    """Actions that belong together; `runner` knows them from then on."""

    _registered: ClassVar[Mapping[str, str]] = {}

    def __init__(self, app: Frontend, runner: ActionRunner) -> None:
        self._app = app
        self._runner = runner
        for name, method in self._registered.items():
            runner.handlers[name] = getattr(self, method)

    def __init_subclass__(cls) -> None:
        own = {
            part.__dict__["action"]: name
            for name, part in vars(cls).items()
            if "action" in getattr(part, "__dict__", {})
        }
        cls._registered = {**cls._registered, **own}

    @property
    def _session(self) -> Session:
        return self._app.session

    def _go_to_turn(self, turn: int | None) -> None:
        if turn:
            self._app.go_to_turn(turn)

    async def _pick(
        self,
        title: str,
        choices: Sequence[Choice],
        then: Callable[[str], object],
        *,
        free: bool = False,
        current: str = "",
    ) -> None:
        """Let the person choose, and do `then` with the id of the choice, if there is one."""

        def chosen(picked: str | None) -> None:
            if picked:
                then(picked)

        await self._app.push_screen(PickScreen(title, choices, free=free, current=current), chosen)

    def _may_act(self) -> bool:
        """True if the session can take something in now; says why not."""
        session = self._session
        if session.read_only:
            self._app.show_message(session.read_only)
        elif session.engine.is_running or (session.beside and session.beside.is_running):
            self._app.show_message(IS_REPLYING)
        else:
            return True
        return False


class ScreenGroup(ActionGroup):
    """Actions that need a screen."""

    _app: ScreenFrontend

    def __init__(self, app: ScreenFrontend, runner: ActionRunner) -> None:
        super().__init__(app, runner)
        self._app = app
