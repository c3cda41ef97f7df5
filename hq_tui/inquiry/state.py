"""An inquiry as one value: everything about a session that is not its words.

It is computed from the turns and the acts of the user and from nothing else (`inquiry`
does that), so whatever shows it, stores it or writes a page from it sees the same thing
at the same turn, live or replayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core.events import ToolResult
from hq_tui.inquiry.board import NO_BOARD, Board
from hq_tui.inquiry.card import NO_CARD, Card, CardState
from hq_tui.inquiry.modes import BUDGET, DEFAULT, Mode, Pace, mode_of, pace_of
from hq_tui.inquiry.questions import TYPES


class Tier(StrEnum):
    """Where the board comes from. It falls by itself and rises only on request."""

    TOOLS = "tools"
    FENCE = "fence"
    RULES = "rules"
    OFF = "off"


TIER_WORDS = {
    Tier.TOOLS: "board: tools",
    Tier.FENCE: "board: fenced lines",
    Tier.RULES: "board: local rules",
    Tier.OFF: "board: off",
}


class Request(StrEnum):
    """What a message can ask for beside its words."""

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
    kind: str
    targets: tuple[str, ...] = ()
    answer: int = 0
    skipped: bool = False


class Verdict(StrEnum):
    """What the user made of a checkpoint."""

    WAITING = "waiting"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a checkpoint: the user's words, their turn, and the item that holds them."""

    quote: str
    turn: int
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A summary in the user's words, laid before them in `turn`."""

    turn: int
    lines: tuple[Line, ...]
    verdict: Verdict = Verdict.WAITING
    wrong: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """The verdict in words."""
        if self.verdict is Verdict.CORRECTED and self.wrong:
            return f"you corrected line {', '.join(str(number) for number in self.wrong)}"
        if self.verdict is Verdict.CONFIRMED:
            return "confirmed by you"
        return str(self.verdict)


class StopReason(StrEnum):
    """Why the session offers to close, the weightiest first."""

    DONE = "done"
    STUCK = "stuck"
    BUDGET = "budget"
    STILL = "still"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One line that offers to close, made at `turn`."""

    turn: int
    reason: StopReason
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A guess at the reply of `turn`, with how sure the user was before and after, in percent."""

    turn: int
    guess: str = ""
    before: int | None = None
    after: int | None = None
    right: bool | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the reply stays folded because no guess has been made."""
        return not self.guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What one turn did to the board: items added, assumptions among them, anything changed."""

    turn: int
    adds: int = 0
    assumptions: int = 0
    changed: bool = False


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
    """Where a session stands after `turns` messages of the user and what followed them.

    `said` holds the messages, `spoken` the turns of those that say something and do not only
    ask for a hint, the answer, a summary, another question or the end.
    """

    turns: int = 0
    mode_name: str = DEFAULT
    pace_name: str = "normal"
    budget: int = BUDGET
    phase: str = "open"
    phase_was_set: bool = False
    board: Board = NO_BOARD
    card: Card = NO_CARD
    said: tuple[str, ...] = ()
    spoken: tuple[int, ...] = ()
    questions: tuple[Question, ...] = ()
    asked_several: bool = False
    hint: int = 0
    requests: tuple[tuple[int, Request], ...] = ()
    revealed: tuple[int, ...] = ()
    non_answers: int = 0
    non_answer_turns: tuple[int, ...] = ()
    still: int = 0
    movements: tuple[Movement, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    offer: Offer | None = None
    offers: tuple[Offer, ...] = ()
    held_since: tuple[tuple[StopReason, int], ...] = ()
    tier: Tier = Tier.TOOLS
    tier_misses: int = 0
    tier_reason: str = ""
    predictions: tuple[Prediction, ...] = ()
    results: tuple[ToolResult, ...] = ()
    unsent_errors: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()

    @property
    def mode(self) -> Mode:
        """The mode at work."""
        return mode_of(self.mode_name)

    @property
    def pace(self) -> Pace:
        """The pace at work."""
        return pace_of(self.pace_name)

    @property
    def texts(self) -> Mapping[int, str]:
        """The user's messages by turn number."""
        return Texts(self.said)

    @property
    def coverage(self) -> dict[str, int]:
        """How many questions of each of the six types were asked, and of what other types."""
        counts = dict.fromkeys(TYPES, 0)
        for question in self.questions:
            counts[question.kind] = counts.get(question.kind, 0) + 1
        return counts

    @property
    def budget_words(self) -> str:
        """Turns used of the budget: `7/24`."""
        return f"{self.turns}/{self.budget}"

    @property
    def tier_words(self) -> str:
        """Where the board comes from, in words."""
        return TIER_WORDS[self.tier]

    @property
    def checkpoint(self) -> Checkpoint | None:
        """The last checkpoint."""
        return self.checkpoints[-1] if self.checkpoints else None

    @property
    def next_hint(self) -> int:
        """The hint level that a request would reach."""
        return min(self.hint + 1, 4)

    @property
    def folded_turn(self) -> int:
        """The turn whose reply stays folded until a guess is made; 0 for none."""
        return next((one.turn for one in self.predictions if one.is_waiting), 0)

    @property
    def is_waiting_for_user(self) -> bool:
        """Whether a question is on the table."""
        return self.card.state is CardState.OPEN

    @property
    def was_closed(self) -> bool:
        """Whether the last message asked for the end."""
        return bool(self.requests) and self.requests[-1] == (self.turns, Request.CLOSE)

    def asked_for(self, request: Request) -> tuple[int, ...]:
        """The turns whose message asked for this."""
        return tuple(turn for turn, one in self.requests if one is request)
