"""What groups of actions have in common: a frontend, its session, and registered handlers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from hq_tui.app.frontend import Frontend, ScreenFrontend
from hq_tui.sessions.session import Session

if TYPE_CHECKING:
    from hq_tui.app.actions import ActionHandlers

Handler = Callable[[str], Awaitable[None]]
Method = TypeVar("Method", bound=Callable[[Any, str], Awaitable[None]])


def action(name: str) -> Callable[[Method], Method]:
    """Make a method the handler of the action `name` of the table."""

    def register(method: Method) -> Method:
        method.__dict__["action"] = name
        return method

    return register


class ActionGroup:
    """Actions that belong together."""

    _registered: ClassVar[Mapping[str, str]] = {}

    def __init__(self, app: Frontend, everything: ActionHandlers) -> None:
        self._app = app
        self._all = everything

    def __init_subclass__(cls) -> None:
        own = {
            part.__dict__["action"]: name
            for name, part in vars(cls).items()
            if "action" in getattr(part, "__dict__", {})
        }
        cls._registered = {**cls._registered, **own}

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What this group does, by the names of the table."""
        return {name: getattr(self, method) for name, method in self._registered.items()}

    @property
    def _session(self) -> Session:
        return self._app.session

    def _may_act(self) -> bool:
        """Whether the session can take something in now; says why not."""
        session = self._session
        if session.read_only:
            self._app.show_message(session.read_only)
        elif session.engine.is_running:
            self._app.show_message("Not while a reply is under way; Esc stops it.")
        else:
            return True
        return False


class ScreenGroup(ActionGroup):
    """Actions that need a screen."""

    _app: ScreenFrontend

    def __init__(self, app: ScreenFrontend, everything: ActionHandlers) -> None:
        super().__init__(app, everything)
        self._app = app
