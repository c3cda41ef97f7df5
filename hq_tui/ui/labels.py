"""How things stand, in words: the same words in the same place, whatever the screen's size.

A state has a tone as well, but nothing is ever said by colour alone.
"""

from __future__ import annotations

from enum import StrEnum

from hq_tui.core.blocks import ThinkingBlock
from hq_tui.core.conversation import Outcome, Phase, Reply
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.inquiry.board.model import Kind, Status
from hq_tui.inquiry.state import Inquiry
from hq_tui.ui.view_state import ViewState

RECENTLY = 5.0
"""Seconds for which a reply that was taken up again says `resumed`."""

LONGEST_WAIT = len("Retrying in 99 s")
"""Columns that the countdown keeps, so that what stands after it never moves."""

EXACT = 100_000
"""Counts below this are written out where there is little room."""


class Tone(StrEnum):
    """How loud a state is."""

    QUIET = "quiet"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"


def state(now: ViewState) -> tuple[str, Tone]:
    """The state in a word or two."""
    if now.read_only:
        return now.read_only, Tone.WARN
    reply = now.conversation.reply
    match reply.phase:
        case Phase.WAITING:
            return "asking…", Tone.BUSY
        case Phase.CONNECTING:
            return _waiting(now, "connecting…")
        case Phase.STREAMING:
            return _streaming(now, reply)
        case Phase.RETRYING:
            return f"retrying in {seconds_left(now)} s", Tone.WARN
        case Phase.STOPPED:
            return "stopped", Tone.QUIET
        case Phase.CUT:
            return "cut off", Tone.BAD
        case Phase.FAILED:
            return _failed(reply), Tone.BAD
        case Phase.COMPLETE:
            return _complete(now, reply), Tone.QUIET


def _waiting(now: ViewState, words: str) -> tuple[str, Tone]:
    if now.silent_for >= now.stall_notice:
        return f"stalled {now.silent_for:.0f} s", Tone.WARN
    return words, Tone.BUSY


def _streaming(now: ViewState, reply: Reply) -> tuple[str, Tone]:
    if now.silent_for >= now.stall_notice:
        return f"stalled {now.silent_for:.0f} s", Tone.WARN
    attempt = reply.attempts[-1]
    if attempt.blocks and isinstance(attempt.blocks[-1], ThinkingBlock) and attempt.blocks[-1].open:
        return f"thinking {max(0.0, now.now - attempt.at):.0f} s", Tone.BUSY
    if reply.seams and attempt.skip is None:
        return "resuming", Tone.BUSY
    if reply.seams and now.now - attempt.at < RECENTLY:
        return "resumed", Tone.BUSY
    return "streaming", Tone.BUSY


def _failed(reply: Reply) -> str:
    if reply.failure is None:
        return "dropped"
    if reply.failure.kind is FailureKind.OFFLINE:
        return "offline"
    return "failed"


_EARLY_ENDS = {
    "max_tokens": "length limit",
    "pause_turn": "paused",
    "model_context_window_exceeded": "window full",
}


def _complete(now: ViewState, reply: Reply) -> str:
    if reply.attempts and reply.attempts[-1].outcome is Outcome.REFUSED:
        return "refused"
    if reply.stop_reason in _EARLY_ENDS:
        return _EARLY_ENDS[reply.stop_reason]
    if now.conversation.turn_count and now.conversation.reply.shown:
        return "your turn"
    return "ready"


def seconds_left(now: ViewState) -> int:
    """Whole seconds until the next attempt, never below zero."""
    retry = now.conversation.reply.retry
    if retry is None:
        return 0
    return max(0, round(retry.at + retry.delay - now.now))


def came_from(turn: int) -> str:
    """Where a branch parts from its parent."""
    return f"from turn {turn}" if turn else "from the start"


def banner(now: ViewState) -> tuple[str, Tone]:
    """What the one row above the composer says; empty when there is nothing to say."""
    reply = now.conversation.reply
    if now.save_problem:
        return f"Not saved: {now.save_problem} · kept in memory, saving goes on", Tone.BAD
    if reply.phase is Phase.RETRYING and reply.retry is not None:
        return _countdown(now, reply), Tone.WARN
    if reply.is_live and now.silent_for >= now.stall_notice and not now.read_only:
        return f"stalled {now.silent_for:.0f} s · still connected · Esc stop", Tone.WARN
    if now.message:
        return now.message, Tone.BUSY
    if now.hits:
        return now.hits, Tone.QUIET
    if now.read_only:
        take = "Ctrl+R takes over · " if now.can_take_over else ""
        return f"reading along · {take}Ctrl+N forks", Tone.WARN
    if reply.phase in {Phase.CUT, Phase.FAILED} and reply.failure is not None:
        return gave_up(reply.failure, reply.phase), Tone.BAD
    if now.unseen:
        return f"↓ {counted(now.unseen, 'new line')} · End follows", Tone.QUIET
    if now.damaged:
        return f"{counted(now.damaged, 'record')} damaged · the rest is whole", Tone.WARN
    if now.conversation.queued:
        what = "queued · Up edits it" if reply.is_live else "queued, not sent · Up fetches it"
        return f"{len(now.conversation.queued)} {what}", Tone.QUIET
    return (still_open(now.inquiry) if now.just_opened else ""), Tone.QUIET


def _countdown(now: ViewState, reply: Reply) -> str:
    retry = reply.retry
    tries = f"attempt {retry.attempt}/{retry.of}" if retry else ""
    why = reply.failure.words if reply.failure else ""
    wait = f"Retrying in {seconds_left(now)} s".ljust(LONGEST_WAIT)
    parts = [wait, tries, why, "Ctrl+R now", "Esc stop"]
    return " · ".join(part for part in parts if part)


def gave_up(failure: Failure, phase: Phase) -> str:
    """Why it ended, and the ways on."""
    said = one_line(failure.message or failure.words, limit=200)
    if phase is Phase.CUT:
        return f"cut off: {said} · Ctrl+R goes on · /drop throws it away"
    return f"failed: {said} · Ctrl+R tries again"


def still_open(inquiry: Inquiry) -> str:
    """The question that was left open last, and how many more; empty where there is none."""
    kinds = (Kind.OPEN_QUESTION, Kind.TENSION)
    found = [item for item in inquiry.board.of_kind(*kinds) if item.status is Status.OPEN]
    if not found:
        return ""
    last = found[-1]
    more = f" · {len(found) - 1} more" if len(found) > 1 else ""
    return f"Still open: {one_line(last.text, limit=90)} [{last.id}]{more} · Tab"


def tokens(count: int | None, *, estimated: bool = False) -> str:
    """A count with thousands apart; `~` before an estimate, `unknown` instead of a guess."""
    if count is None:
        return "unknown"
    return f"{'~' if estimated else ''}{count:,}"


def tokens_short(count: int, *, estimated: bool = False) -> str:
    """A count in at most six columns and a sign: exact up to 99,999, then in K or M."""
    if count < EXACT:
        return tokens(count, estimated=estimated)
    size, unit = (1_000_000, "M") if count >= 999_500 else (1000, "K")
    short = count / size
    return f"{'~' if estimated else ''}{short:.3g} {unit}"


def dollars(now: ViewState) -> str:
    """What the session cost, or that nobody knows."""
    if now.rehearsal:
        return "free (rehearsal)"
    return "unknown" if now.cost is None else f"${now.cost:.3f}"


def window(size: int | None) -> str:
    """A context window in short: 200 K, 1 M, unknown."""
    if size is None:
        return "unknown"
    return f"{size / 1_000_000:g} M" if size >= 1_000_000 else f"{size / 1000:g} K"


def model_row(facts: ModelInfo) -> str:
    """A model for a list: its window, what a million tokens cost, and when it retires."""
    price = facts.price
    cost = f"${price.input:g} in, ${price.output:g} out a million" if price else "price unknown"
    retired = f" · retires {facts.retires}" if facts.retires else ""
    return f"{facts.id:<20} {window(facts.window):>7} · {cost}{retired}"
