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

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._fresh = DeltaBuffer()

    @property
    def conversation(self) -> Conversation:
        """The session as it stands."""
        fresh = self._fresh.take()
        if fresh is not None:
            self._conversation = apply(self._conversation, fresh)
        return self._conversation

    @conversation.setter
    def conversation(self, conversation: Conversation) -> None:
        """Another session, or the same as another instance left it."""
        self._fresh = DeltaBuffer()
        self._conversation = conversation

    def apply(self, event: Event) -> None:
        """Something happened."""
        if not self._fresh.add(event):
            conversation = self.conversation
            if not self._fresh.add(event):
                self._conversation = apply(conversation, event)
