"""A session as one frozen value.

A reply may take several attempts. Each keeps its own blocks as they arrived, because that
is what goes back on the wire; `shown` is the one reply that a reader sees. Past turns are
separate from the live one, so a delta costs the same after ten thousand messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.blocks import Block, TextBlock, ToolBlock, has_words, question_in, text_of
from hq_tui.core.events import AttachedFile, MessageSent, ResumeMode, RetryScheduled, ToolResult
from hq_tui.core.failure import Failure
from hq_tui.core.usage import NO_USAGE, Usage, estimate_tokens


class Outcome(StrEnum):
    """The end of an attempt; OPEN while it has none."""

    OPEN = "open"
    COMPLETE = "complete"
    CUT = "cut"
    FAILED = "failed"
    STOPPED = "stopped"
    REFUSED = "refused"
    DISCARDED = "discarded"


class Phase(StrEnum):
    """The state of a reply."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    STREAMING = "streaming"
    RETRYING = "retrying"
    COMPLETE = "complete"
    STOPPED = "stopped"
    CUT = "cut"
    FAILED = "failed"


LIVE = frozenset({Phase.WAITING, Phase.CONNECTING, Phase.STREAMING, Phase.RETRYING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request and its answer. `positions` maps a block's wire index to its place.

    `behind_whole_text` is set where all words before it had arrived: it was asked for a tool call
    that broke off, or for what may follow one.
    """

    number: int
    how: ResumeMode
    model: str
    at: float
    context: str = ""
    prompt: str = ""
    anchor: str = ""
    results: tuple[ToolResult, ...] = ()
    message_id: str = ""
    request_id: str = ""
    answered_by: str = ""
    blocks: tuple[Block, ...] = ()
    positions: Mapping[int, int] = field(default_factory=dict)
    usage: Usage = NO_USAGE
    reported: bool = False
    confirmed: bool = False
    stop_reason: str = ""
    stop_details: Mapping[str, object] | None = None
    outcome: Outcome = Outcome.OPEN
    failure: Failure | None = None
    base: tuple[Block, ...] = ()
    started_at_char: int = 0
    skip: int | None = 0
    behind_whole_text: bool = False

    @property
    def is_on_the_wire(self) -> bool:
        """True if its blocks are part of the history sent to the API."""
        return self.outcome not in {Outcome.DISCARDED, Outcome.REFUSED}

    @property
    def is_whole(self) -> bool:
        """True if all of its words arrived, even if another attempt continues the reply."""
        if self.outcome is Outcome.OPEN:
            return bool(self.stop_reason)
        return self.outcome is Outcome.COMPLETE

    @property
    def was_answered(self) -> bool:
        """True if a message began, which is what an account is charged for."""
        return bool(self.message_id) or self.usage.is_known or bool(self.blocks)

    @property
    def stepped_in(self) -> str:
        """The model that answered in place of the one that was asked; empty where none did."""
        return "" if is_same_model(self.model, self.answered_by) else self.answered_by

    @property
    def cost(self) -> Usage:
        """Its usage. Without a final count, output is estimated and marked so."""
        if (self.reported and self.stop_reason) or not self.was_answered:
            return self.usage
        seen = sum(len(getattr(b, "text", "") or getattr(b, "json_text", "")) for b in self.blocks)
        output = max(self.usage.output_tokens or 0, estimate_tokens(seen))
        return replace(self.usage, output_tokens=output, estimated=True)


_DATE = re.compile(r"[-@]?\b20\d{6}\b.*$|[-@:]latest$|-v\d+(:\d+)?$")


def is_same_model(asked: str, answered: str) -> bool:
    """True if two names mean one model, with or without a date or a provider's prefix."""
    left, right = map(_bare_name, (asked, answered))
    if not left or not right or "claude" not in right:
        return True
    return f"-{right}".endswith(f"-{left}") or f"-{left}".endswith(f"-{right}")


def _bare_name(model: str) -> str:
    name = _DATE.sub("", model.rpartition("/")[2].lower()).replace(".", "-")
    return name.removesuffix("-0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to one message, over all its attempts."""

    attempts: tuple[Attempt, ...] = ()
    shown: tuple[Block, ...] = ()
    seams: tuple[int, ...] = ()
    phase: Phase = Phase.WAITING
    retry: RetryScheduled | None = None
    """The wait for the next attempt, if that is what goes on."""
    failure: Failure | None = None
    ended: float = 0.0

    @property
    def text(self) -> str:
        """Every word of it, as one text."""
        return text_of(self.shown)

    @property
    def words(self) -> str:
        """The text of the reply, or else the question that its call brings."""
        questions = (question_in(block) for block in self.shown)
        return self.text or next((one for one in questions if one), "")

    @property
    def stop_reason(self) -> str:
        """The model's stop reason; empty until it stopped."""
        return self.attempts[-1].stop_reason if self.attempts else ""

    @property
    def is_live(self) -> bool:
        """True if more may arrive without anyone acting."""
        return self.phase in LIVE

    @property
    def joins(self) -> tuple[int, ...]:
        """The seams behind which words have come."""
        length = len(self.text) if self.seams else 0
        return tuple(seam for seam in self.seams if seam < length)

    @property
    def can_continue(self) -> bool:
        """True if it ended early or at a length limit, so that it can be continued."""
        if self.phase in {Phase.STOPPED, Phase.CUT, Phase.FAILED}:
            return True
        if self.phase is not Phase.COMPLETE or not self.attempts:
            return False
        is_silent = self.is_wordless and self.attempts[-1].outcome is Outcome.COMPLETE
        return self.stop_reason in UNFINISHED or is_silent

    @property
    def is_half(self) -> bool:
        """True if it ended at a limit."""
        return self.phase is Phase.COMPLETE and self.stop_reason in HALF

    @property
    def is_wordless(self) -> bool:
        """True if it is over and holds no text."""
        return not self.is_live and not has_words(self.shown)

    @property
    def lost_call(self) -> str:
        """The name of a tool call that broke off last and was not repeated; empty for none."""
        name = ""
        for attempt in self.attempts:
            for block in attempt.blocks if attempt.is_on_the_wire else ():
                if isinstance(block, ToolBlock):
                    name = block.name if block.open or block.input is None else ""
                elif isinstance(block, TextBlock) and block.text[attempt.skip or 0 :].strip():
                    name = ""
        return name

    @property
    def usage(self) -> Usage:
        """All its messages added up."""
        return sum((attempt.cost for attempt in self.attempts), NO_USAGE)


UNFINISHED = frozenset({"max_tokens", "pause_turn"})
"""Stop reasons after which the same reply can go on."""
HALF = UNFINISHED | {"model_context_window_exceeded"}
"""Stop reasons that leave half a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A message of the person and the reply to it. Turns are numbered from 1."""

    number: int
    asked: MessageSent
    reply: Reply = Reply()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One session. `live` is the last turn, `past` all before it."""

    id: str = ""
    title: str = ""
    mode: str = ""
    model: str = ""
    provider: str = DEFAULT_PROVIDER
    parent: str = ""
    edits: int = 0
    system: tuple[str, ...] = ()
    effort: str = ""
    thinking: str = ""
    created: float = 0.0
    updated: float = 0.0
    past: tuple[Turn, ...] = ()
    live: Turn | None = None
    queued: tuple[str, ...] = ()
    queued_files: tuple[AttachedFile, ...] = ()
    draft: str = ""
    """Unsent text at the end of the session; the next message replaces it."""
    pages: tuple[Conversation, ...] = ()
    """Each time the model wrote the page of this session: the request, and what came of it."""
    mode_files: tuple[tuple[str, str], ...] = ()
    """The user's own modes that this session was ever in, by name; each as it was at first."""

    @property
    def turns(self) -> Iterator[Turn]:
        """Every turn from the first to the last."""
        yield from self.past
        if self.live is not None:
            yield self.live

    @property
    def turn_count(self) -> int:
        """The number of messages the person has sent."""
        return len(self.past) + (self.live is not None)

    @property
    def is_edit(self) -> bool:
        """True while the message that this branch was made to write anew is not sent."""
        return self.turn_count == self.edits - 1

    @property
    def files(self) -> Iterator[AttachedFile]:
        """Every file that was sent with a message, in order."""
        for turn in self.turns:
            yield from turn.asked.files

    @property
    def reply(self) -> Reply:
        """The last reply; an empty one where nothing was asked yet."""
        return self.live.reply if self.live else Reply(phase=Phase.COMPLETE)

    @property
    def is_busy(self) -> bool:
        """True while a reply is under way."""
        return self.live is not None and self.live.reply.is_live

    def turn(self, number: int) -> Turn:
        """Turn `number`, counted from 1. Raises IndexError where there is none."""
        if self.live is not None and number == self.live.number:
            return self.live
        if number < 1:
            raise IndexError(number)
        return self.past[number - 1]


EMPTY = Conversation()
