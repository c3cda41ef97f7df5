"""How a session stands: the fold over everything that happened.

The only way to change it is `apply`. Words that arrive are folded in when somebody looks,
all that came since the last look at once: a screen that is drawn twenty times a second
looks twenty times, however many words a second there are.
"""

from __future__ import annotations

from hq_tui.core.coalesce import DeltaBuffer
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import Event
from hq_tui.core.reducer import apply


class ConversationState:
    """The conversation, every event in it whenever it is looked at."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._fresh = DeltaBuffer()

    @property
    def talk(self) -> Conversation:
        """The session as it stands."""
        fresh = self._fresh.take()
        if fresh is not None:
            self._talk = apply(self._talk, fresh)
        return self._talk

    @talk.setter
    def talk(self, talk: Conversation) -> None:
        """Another session, or the same as another instance left it."""
        self._fresh = DeltaBuffer()
        self._talk = talk

    def apply(self, event: Event) -> None:
        """Something happened."""
        if not self._fresh.add(event):
            talk = self.talk
            if not self._fresh.add(event):
                self._talk = apply(talk, event)
