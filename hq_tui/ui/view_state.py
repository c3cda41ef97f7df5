"""Everything that the status line, the panel and the banner show, as one frozen value.

The app makes it, the widgets draw it. No widget asks anybody for anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.models import ModelInfo
from hq_tui.core.usage import Ledger
from hq_tui.inquiry.state import Inquiry


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewState:
    """The view of a session at `now` (seconds since the epoch)."""

    conversation: Conversation = EMPTY
    inquiry: Inquiry = field(default_factory=Inquiry)
    now: float = 0.0
    facts: ModelInfo | None = None
    ledger: Ledger = field(default_factory=Ledger)
    cost: float | None = None
    context_used: int = 0
    silent_for: float = 0.0
    stall_notice: float = 10.0
    host: str = ""
    rehearsal: bool = False
    save_problem: str = ""
    moved: str = ""
    read_only: str = ""
    can_take_over: bool = False
    damaged: int = 0
    slow_link: bool = False
    unseen: int = 0
    message: str = ""
    hits: str = ""
    out_of_room: bool = False
    """True if the last message found no room in the model's window."""
    just_opened: bool = False
    """True if nothing has been said here since the session was opened."""
