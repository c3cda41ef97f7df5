"""Tells listeners of the events of one session."""

from __future__ import annotations

from collections.abc import Callable

from hq_tui.core.events import Event

Listener = Callable[[Event], None]
"""Told of an event: in the loop, in order, after state has changed."""


class Listeners:
    """Any number of listeners, told in the order in which they came."""

    def __init__(self) -> None:
        self._subscribed: dict[object, Listener] = {}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for every event from now on. Returns the way out."""
        token = object()  # the same listener may be there twice
        self._subscribed[token] = listener

        def unsubscribe() -> None:
            self._subscribed.pop(token, None)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Tell of an event that is part of the conversation already."""
        for listener in tuple(self._subscribed.values()):
            listener(event)
