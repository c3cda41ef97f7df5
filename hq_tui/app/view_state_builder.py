"""Builds the view of a session for the screen: the conversation, the figures, the notices.

The past of a session does not change, so what it cost is added up once for each finished
turn and kept; a look at the figures costs the same after ten thousand messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce

from hq_tui.core.conversation import Conversation, Reply, Turn
from hq_tui.core.events import (
    CitationArrived,
    Event,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.core.ledger import add, context_used, cost_of_reply, page_replies
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import one_line
from hq_tui.core.text.summary import state_of, title_of
from hq_tui.core.usage import Ledger
from hq_tui.engine import Clock
from hq_tui.errors import HqError
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.own_modes import purposes
from hq_tui.sessions.partner_router import is_rehearsal
from hq_tui.sessions.session import Session
from hq_tui.ui import labels as words
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.start_view import StartContent

DELTAS = (TextArrived, ThinkingArrived, ToolInputArrived, SignatureArrived, CitationArrived)
QUICKLY_READ = 1_000_000
"""Bytes of a journal that the first picture waits for; a longer one is named by its id."""
_TITLE = 72
RECENT = 3
"""The number of last sessions that are offered."""
CUT_SHORT = "its last reply was cut off: open it, and Ctrl+R goes on with it"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTotals:
    """The cost of a session's finished turns, added up."""

    turns: Sequence[Turn] = ()
    ledger: Ledger = field(default_factory=Ledger)
    dollars: float | None = 0.0
    """None where the price of one of them is not known."""

    def with_all(
        self, turns: Sequence[Turn], facts_of: Callable[[str], ModelInfo]
    ) -> FinishedTotals:
        """The same for all `turns`, from here on where they begin with these."""
        known = len(self.turns)
        if turns is self.turns:
            return self
        if known and (known > len(turns) or turns[known - 1] is not self.turns[-1]):
            return FinishedTotals().with_all(turns, facts_of)
        ledger, dollars = self.ledger, self.dollars
        for turn in turns[known:]:
            ledger = add(ledger, turn.reply)
            spent = None if dollars is None else cost_of_reply(turn.reply, facts_of)
            dollars = None if dollars is None or spent is None else dollars + spent
        return FinishedTotals(turns=turns, ledger=ledger, dollars=dollars)


class ViewStateBuilder:
    """Makes a `ViewState` of a session whenever it is asked."""

    def __init__(self, manager: SessionManager, clock: Clock) -> None:
        self._manager = manager
        self._clock = clock
        self.forget()
        self.slow_link = False
        self._past = FinishedTotals()
        self._opened_with = 0

    def forget(self) -> None:
        """Another session is looked at from now on."""
        self.message = self.hits = ""
        self.unseen = 0

    def build(self, session: Session) -> ViewState:
        """Build the view of `session`."""
        conversation = session.conversation
        saved = session.saved
        facts_of = session.engine.facts_of
        self.count(conversation, facts_of)
        return ViewState(
            conversation=conversation,
            inquiry=session.inquiry,
            now=self._clock.time(),
            facts=facts_of(conversation.model),
            ledger=reduce(add, _unfinished(conversation), self._past.ledger),
            cost=self._cost(conversation, facts_of),
            context_used=context_used(conversation),
            silent_for=session.engine.replies.silent_for,
            stall_notice=self._manager.settings.stall_notice,
            host=self._manager.partners.host(conversation.provider),
            rehearsal=is_rehearsal(conversation.model),
            save_problem="" if saved.saved else saved.reason,
            read_only=session.read_only,
            can_take_over=session.holder is not None,
            damaged=session.damaged,
            moved=session.moved,
            slow_link=self.slow_link,
            unseen=self.unseen,
            message=self.message,
            hits=self.hits,
            out_of_room=session.is_out_of_room,
            just_opened=conversation.turn_count == self._opened_with,
        )

    def is_only_words(self, event: Event) -> bool:
        """True if an event brings more of a reply and changes nothing else."""
        return isinstance(event, DELTAS)

    def start(self, session: Session) -> StartContent:
        """The content of an empty session; from here on it counts as just opened."""
        self._opened_with = session.conversation.turn_count
        model = session.conversation.model
        rehearsal = is_rehearsal(model)
        try:
            has_key = rehearsal or self._manager.partners.has_key(session.conversation.provider)
        except HqError:
            has_key = False
        return StartContent(
            mode=session.conversation.mode,
            modes=purposes(self._manager.settings, session.conversation),
            recent=() if session.conversation.turn_count else self._recent(),
            has_key=has_key,
            rehearsal=rehearsal,
            model="" if rehearsal else words.model_words(session.engine.facts_of(model)),
        )

    def _recent(self) -> list[str]:
        """The last sessions, each with its age; what takes long to read is called by its name."""
        rows: list[str] = []
        left = QUICKLY_READ
        try:
            newest = self._manager.library.sessions()[:RECENT]
        except HqError:
            return rows  # saving will say why, and nothing that was typed waits for this
        for found in newest:
            left -= found.size
            age = words.age(self._clock.time() - found.mtime / 1e9)
            conversation = self._read(found.session_id) if left >= 0 else None
            title = title_of(conversation) if conversation else found.session_id
            is_cut = conversation is not None and state_of(conversation.reply) == "cut"
            rows.append(f"{one_line(title or found.session_id, limit=_TITLE)} · {age}")
            rows += [CUT_SHORT] if is_cut and not rows[1:] else []
        return rows

    def _read(self, name: str) -> Conversation | None:
        try:
            return self._manager.read(name).conversation
        except (HqError, OSError):
            return None

    def count(self, conversation: Conversation, facts_of: Callable[[str], ModelInfo]) -> None:
        """Add up what the finished turns cost, those that are not yet; any thread may call."""
        self._past = self._past.with_all(conversation.past, facts_of)

    def _cost(
        self, conversation: Conversation, facts_of: Callable[[str], ModelInfo]
    ) -> float | None:
        spent = [cost_of_reply(reply, facts_of) for reply in _unfinished(conversation)]
        known = [one for one in (self._past.dollars, *spent) if one is not None]
        return sum(known) if len(known) > len(spent) else None


def _unfinished(conversation: Conversation) -> tuple[Reply, ...]:
    """The replies that are not added up yet: the last one, and the pages."""
    return (conversation.reply, *page_replies(conversation))
