"""An inquiry as one value: everything about a session that is not its words.

It is computed from the turns and the acts of the user and from nothing else (`inquiry`
does that), so whatever shows it, stores it or writes a page from it sees the same thing
at the same turn, live or replayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core import DEFAULT_MODE
from hq_tui.core.events import ToolResult
from hq_tui.core.user_actions import CarryOver, SummaryLine
from hq_tui.inquiry.attached_texts import NO_TEXTS, AttachedTexts
from hq_tui.inquiry.board.model import NO_BOARD, Board, Item
from hq_tui.inquiry.card import NO_CARD, Card, CardState
from hq_tui.inquiry.modes import Mode, ModeFiles, mode_of


class Request(StrEnum):
    """A request beside the words of a message; a summary was asked of the model once."""

    HINT = "hint"
    ANSWER_NOW = "answer_now"
    SUMMARY = "summary"
    SKIP = "skip"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that was on the table; `answer` is the turn that answered it, or 0."""

    turn: int
    text: str
    targets: tuple[str, ...] = ()
    answer: int = 0
    skipped: bool = False


class StopReason(StrEnum):
    """The reason for an offer to close, the weightiest first."""

    DONE = "done"
    BUDGET = "budget"
    STILL = "still"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One line that offers to close, made at `turn`."""

    turn: int
    reason: StopReason
    text: str


class Texts(Mapping[int, str]):
    """The user's messages by turn number, without a copy of them."""

    def __init__(self, said: tuple[str, ...]) -> None:
        self._said = said

    def __getitem__(self, turn: int) -> str:
        if not 1 <= turn <= len(self._said):
            raise KeyError(turn)
        return self._said[turn - 1]

    def __iter__(self) -> Iterator[int]:
        return iter(range(1, len(self._said) + 1))

    def __len__(self) -> int:
        return len(self._said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """The state of a session after `turns` messages of the user and what followed them.

    `said` holds the messages, `spoken` the turns of those that do not only ask for a hint, the
    answer, another question or the end. `summary` holds the lines that were shown since the
    last message, `carried` what came from another session, until the first message tells of it.
    """

    turns: int = 0
    mode_name: str = DEFAULT_MODE
    mode_files: ModeFiles = ()
    board: Board = NO_BOARD
    card: Card = NO_CARD
    said: tuple[str, ...] = ()
    spoken: tuple[int, ...] = ()
    questions: tuple[Question, ...] = ()
    asked_several: bool = False
    hint: int = 0
    requests: tuple[tuple[int, Request], ...] = ()
    still: int = 0
    summary: tuple[SummaryLine, ...] = ()
    carried: CarryOver | None = None
    offer: Offer | None = None
    offers: tuple[Offer, ...] = ()
    held_since: tuple[tuple[StopReason, int], ...] = ()
    results: tuple[ToolResult, ...] = ()
    was_retold: bool = True
    """False when the model knows items by other ids than the board has, until it is told."""
    unsent_errors: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    attached: AttachedTexts = NO_TEXTS
    undo: tuple[tuple[Board, tuple[str, ...]], ...] = ()
    """The board and the edits to be told before each edit since the last message."""

    @property
    def mode(self) -> Mode:
        """The mode at work."""
        return mode_of(self.mode_name, self.mode_files)

    @property
    def texts(self) -> Mapping[int, str]:
        """The user's messages by turn number."""
        return Texts(self.said)

    @property
    def next_hint(self) -> int:
        """The hint level that a request would reach."""
        return min(self.hint + 1, 4)

    @property
    def is_waiting_for_user(self) -> bool:
        """True if a question is on the table."""
        return self.card.state is CardState.OPEN

    @property
    def contradiction(self) -> Item | None:
        """The open contradiction that the last reply asked about, or raised."""
        open_ones = {item.id: item for item in self.board.open_tensions}
        asked = self.card.targets if self.is_waiting_for_user else ()
        raised = (item.id for item in open_ones.values() if item.changed == self.turns)
        return next((open_ones[name] for name in (*asked, *raised) if name in open_ones), None)

    @property
    def settled_one(self) -> bool:
        """True if the user has settled a contradiction since their last message."""
        before = self.undo[0][0].open_tensions if self.undo else ()
        still = {one.id for one in self.board.open_tensions}
        return any(one.id not in still for one in before)

    @property
    def was_closed(self) -> bool:
        """True if the last message asked for the end."""
        return bool(self.requests) and self.requests[-1] == (self.turns, Request.CLOSE)
