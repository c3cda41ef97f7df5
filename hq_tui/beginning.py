"""What the app begins with, as a value: nothing of it is done before it is asked for.

The first picture stands before any of this is called, so none of it may be needed to draw
that picture.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hq_tui.core.conversation import Turn
    from hq_tui.desk import Desk
    from hq_tui.session import Session


class Start(NamedTuple):
    """What to begin with: at which desk, which session, and a first message to send at once."""

    desk: Callable[[], Desk]
    open: Callable[[Desk], Awaitable[Session]]
    glimpse: Callable[[], Sequence[Turn]] | None = None
    """The last turns of a session that takes long to read, to be looked at meanwhile."""
    prompt: str = ""
    is_new: bool = True
    """Whether the session is a new one, as far as can be said before it is opened."""
    load: Callable[[], None] | None = None
    """What must be loaded before the session can be opened; done behind the first picture."""
    warm: Callable[[], None] | None = None
    """Work to begin once the session is on screen, such as importing the SDK."""
