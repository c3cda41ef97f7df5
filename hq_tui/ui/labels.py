"""Words for the state of a session: the same in the same place, whatever the screen's size.

A state has a tone as well, but nothing is ever said by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from hq_tui.core.blocks import ThinkingBlock
from hq_tui.core.conversation import Outcome, Phase, Reply
from hq_tui.core.failure import FailureKind
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.inquiry.board.model import Kind, Status
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.state import Inquiry
from hq_tui.ui.view_state import ViewState

RECENTLY = 5.0
"""Seconds for which a reply that was taken up again says `resumed`."""

NEARLY_FULL = 0.8
"""The part of the context window from which on its filling is said."""

KINDS = {
    Kind.TENSION: ("contradiction", "contradictions"),
    Kind.CLAIM: ("claim", "claims"),
    Kind.TERM: ("term", "terms"),
    Kind.ASSUMPTION: ("assumption", "assumptions"),
    Kind.EVIDENCE: ("piece of evidence", "pieces of evidence"),
    Kind.OPTION: ("option", "options"),
    Kind.CONSTRAINT: ("constraint", "constraints"),
    Kind.HYPOTHESIS: ("hypothesis", "hypotheses"),
    Kind.INSIGHT: ("insight", "insights"),
    Kind.DECISION: ("decision", "decisions"),
    Kind.ACTION: ("next step", "next steps"),
    Kind.PROPOSAL: ("proposal", "proposals"),
    Kind.OPEN_QUESTION: ("open question", "open questions"),
}
"""The names of one item of a kind, and of several."""

Key = tuple[str, str]
"""An action's name, or a key as it is written, and what it does now."""


class Tone(StrEnum):
    """The loudness of a state."""

    QUIET = "quiet"
    BUSY = "busy"
    WARN = "warn"
    BAD = "bad"


def state(now: ViewState) -> tuple[str, Tone]:
    """The state in a few words."""
    if now.read_only:
        live = "following live · read-only"
        return (live if now.can_take_over else now.read_only), Tone.WARN
    if now.conversation.is_edit:
        return f"editing message {now.conversation.edits}", Tone.QUIET
    reply = now.conversation.reply
    if _is_stalled(now):
        return f"stalled {now.silent_for:.0f} s · still connected", Tone.WARN
    match reply.phase:
        case Phase.WAITING:
            return "asking…", Tone.BUSY
        case Phase.CONNECTING:
            return "trying to go on…" if reply.shown else "connecting…", Tone.BUSY
        case Phase.STREAMING:
            return _streaming(now, reply), Tone.BUSY
        case Phase.RETRYING:
            return _countdown(now, reply), Tone.WARN
        case Phase.STOPPED:
            return "stopped", Tone.QUIET
        case Phase.CUT:
            return "cut off", Tone.BAD
        case Phase.FAILED:
            return _failed(reply), Tone.BAD
        case Phase.COMPLETE:
            return _complete(now, reply), Tone.QUIET


def _is_stalled(now: ViewState) -> bool:
    is_open = now.conversation.reply.phase in {Phase.CONNECTING, Phase.STREAMING}
    return is_open and now.silent_for >= now.stall_notice


def _streaming(now: ViewState, reply: Reply) -> str:
    attempt = reply.attempts[-1]
    seconds = f"{max(0.0, now.now - attempt.at):.0f} s"
    if attempt.blocks and isinstance(attempt.blocks[-1], ThinkingBlock) and attempt.blocks[-1].open:
        return f"thinking {seconds}"
    if reply.seams != reply.joins:
        return "trying to go on…"
    if reply.seams and now.now - attempt.at < RECENTLY:
        return f"resumed {seconds}"
    return f"streaming {seconds}"


def _countdown(now: ViewState, reply: Reply) -> str:
    retry = reply.retry
    why = reply.failure.words if reply.failure else ""
    tries = f" ({retry.attempt} of {retry.of})" if retry else ""
    wait = f"retrying in {seconds_left(now)} s"
    return f"{why}{tries} · {wait}" if why else wait


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


def age(seconds: float) -> str:
    """An age in words: `5 minutes ago`, `3 days ago`."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(int(seconds // size), unit)} ago"
    return "just now"


def came_from(turn: int) -> str:
    """The message that a branch goes on from, in words."""
    return f"after message {turn}" if turn else "from the start"


def status_line(now: ViewState) -> tuple[str, Tone]:
    """The left end of the rule above the composer: the state, and what is to be told."""
    text, tone = _foremost(now)
    return f"{text} · link: slow" if now.slow_link else text, tone


def _foremost(now: ViewState) -> tuple[str, Tone]:
    if now.save_problem:
        said = now.message or now.hits or "kept in memory"
        is_told = f"saved: {now.save_problem}" in said
        return said if is_told else f"not saved: {now.save_problem} · {said}", Tone.BAD
    text, tone = state(now)
    reply = now.conversation.reply
    if reply.phase is Phase.RETRYING or _is_stalled(now):
        return text, tone
    if said := now.message or now.hits:
        return (f"{text} · {said}" if reply.is_live else said), Tone.BUSY
    if reply.is_live or now.read_only:
        return text, tone
    if now.moved:
        return now.moved, Tone.WARN
    if now.damaged:
        return f"{counted(now.damaged, 'record')} damaged · what could be read is here", Tone.WARN
    if waiting := len(now.conversation.queued):
        return f"{text} · {waiting} not sent yet", tone
    share = context_share(now)
    if share is not None and share >= NEARLY_FULL:
        return f"{text} · {100 * share:.0f} % of the context used", Tone.WARN
    # With keys for a contradiction beside it, there is no room for its words as well.
    left = still_open(now.inquiry) if now.just_opened and not judging(now.inquiry) else ""
    return (f"{text} · {left}" if left else text), tone


def still_open(inquiry: Inquiry) -> str:
    """The question that was left open last, and how many more; empty where there is none."""
    kinds = (Kind.OPEN_QUESTION, Kind.TENSION)
    found = [item for item in inquiry.board.of_kind(*kinds) if item.status is Status.OPEN]
    if not found:
        return ""
    more = f" · {len(found) - 1} more" if len(found) > 1 else ""
    return f"still open: {one_line(found[-1].text, limit=90)}{more}"


def current_keys(now: ViewState) -> list[Key]:
    """Keys for what can be done now, the most urgent first."""
    keys: list[Key] = []
    reply = now.conversation.reply
    if now.conversation.is_edit and not now.read_only:
        return [("send", "sends it as a new branch"), ("stop", "cancels")]
    if now.unseen:
        keys.append(("follow", f"shows {counted(now.unseen, 'new line')}"))
    if now.read_only:
        takes = [("retry", "takes over")] if now.can_take_over else []
        return [*keys, *takes, ("fork", "makes a branch")]
    if now.conversation.queued:
        keys.append(("Up", f"edits {len(now.conversation.queued)} queued"))
    if reply.phase is Phase.RETRYING:
        return [*keys, ("retry", "now"), ("stop", "stops")]
    if reply.is_live:
        return [*keys, ("stop", "stops")]
    if now.out_of_room:
        return [*keys, ("retry", "goes on in a new session"), ("brief", "shows the page")]
    if reply.can_continue:
        goes_on = "tries again" if reply.phase is Phase.FAILED else "goes on"
        drops = [("/drop", "discards it")] if reply.phase is Phase.CUT else []
        return [*keys, ("retry", goes_on), *drops]
    share = context_share(now)
    if reply.is_half or (share is not None and share >= NEARLY_FULL):
        keys += [("/finish", "ends with the page"), ("/new from", "goes on in a new session")]
    if reply.attempts and reply.attempts[-1].outcome is Outcome.REFUSED:
        keys.append(("edit_turn", "edits your message"))
    return keys + judging(now.inquiry)


def judging(inquiry: Inquiry) -> list[Key]:
    """Keys that end an open contradiction; empty where none is."""
    ways = [("1", "drop one"), ("2", "mean it differently"), ("3", "both hold")]
    return ways if inquiry.board.open_tensions else []


def answering(now: ViewState) -> list[Key]:
    """Keys that help with the question that waits; empty where none does."""
    inquiry = now.inquiry
    is_asked = inquiry.card.state is CardState.OPEN and inquiry.card.turn
    if not is_asked or now.read_only or now.conversation.is_edit:
        return []
    used = f" ({inquiry.hint} of 4 used)" if inquiry.hint else ""
    return [("hint", f"hint{used}"), ("tell", "answer it for me")]


def gave_up(reply: Reply) -> str:
    """The failure that ended a reply, and the ways on, in one sentence."""
    failure = reply.failure
    said = one_line(failure.message or failure.words, limit=200) if failure else ""
    if reply.phase is Phase.CUT:
        return f"cut off: {said} · Ctrl+R goes on · /drop discards it"
    return f"failed: {said} · Ctrl+R tries again"


def board_words(inquiry: Inquiry) -> Sequence[str]:
    """The counts of the board: `1 contradiction, 2 claims`, and shorter; empty for nothing."""
    counts = inquiry.board.counts()
    waits = counts.pop(Kind.TENSION)
    first = [counted(waits, "contradiction")] if waits else []
    others = [counted(counts[kind], *KINDS[kind]) for kind in KINDS if counts.get(kind)]
    total = [counted(sum(counts.values()), "item")] if others else []
    return [", ".join(first + some) for some in (others, total, [] if first else total)]


def tokens(count: int | None, *, estimated: bool = False) -> str:
    """A count with thousands apart; `~` before an estimate, `unknown` instead of a guess."""
    if count is None:
        return "unknown"
    return f"{'~' if estimated else ''}{count:,}"


def tokens_short(count: int, *, estimated: bool = False) -> str:
    """A count in at most five columns and a sign: 388, 1.2k, 124k, 1.5M."""
    sign = "~" if estimated else ""
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if count >= size - size // 2000:
            short = count / size
            return f"{sign}{short:.0f}{unit}" if short >= 99.95 else f"{sign}{short:.1f}{unit}"
    return f"{sign}{count}"


def figures(now: ViewState) -> Sequence[str]:
    """The session's use in one row, none of it zero; shorter forms after longer ones."""
    total = now.ledger.total
    came_in = total.total_input
    parts = [
        f"{tokens_short(came_in)} in" if came_in else "",
        f"{tokens_short(total.output_tokens, estimated=total.estimated)} out"
        if total.output_tokens
        else "",
        cached(now),
        dollars(now) if came_in else "",
        f"context {context_percent(now)}" if context_share(now) else "",
    ]
    less = [parts[:2] + parts[3:], parts[:2] + parts[3:4], parts[3:4]]
    return [" · ".join(part for part in some if part) for some in (parts, *less)]


def cached(now: ViewState) -> str:
    """The share of the input that came from the cache; empty for nothing."""
    total = now.ledger.total
    read = total.cache_read_input_tokens or 0
    share = 100 * read / total.total_input if read and total.total_input else 0
    return f"{share:.0f} % from cache" if share else ""


def dollars(now: ViewState) -> str:
    """The cost of the session; empty where nobody knows."""
    if now.rehearsal:
        return "free"
    return "" if now.cost is None else f"${now.cost:.3f}"


def context_share(now: ViewState) -> float | None:
    """The used share of the context window at the last message; None if its size is not known."""
    window = now.facts.window if now.facts else None
    return now.context_used / window if window else None


def context_percent(now: ViewState) -> str:
    """The same in words."""
    share = context_share(now)
    if share is None:
        return "unknown"
    return f"{100 * share:.0f} %" if share >= 0.005 or not share else "<1 %"


def window(size: int | None) -> str:
    """A context window in short: 200 K, 1 M, unknown."""
    if size is None:
        return "unknown"
    return f"{size / 1_000_000:g} M" if size >= 1_000_000 else f"{size / 1000:g} K"


def model_row(facts: ModelInfo, width: int = 20) -> str:
    """A model for a list: its window, what a million tokens cost, and when it retires.

    `width` is the room for names.
    """
    retired = f" · retires {facts.retires}" if facts.retires else ""
    return f"{facts.id:<{width}} {window(facts.window):>7} · {price_words(facts)}{retired}"


def price_words(facts: ModelInfo) -> str:
    """The price of a million tokens, in words."""
    price = facts.price
    return f"${price.input:g} in, ${price.output:g} out a million" if price else "price unknown"


def model_words(facts: ModelInfo) -> str:
    """The model that a session begins with, its price, and how much it can hold."""
    cost = price_words(facts) + (" tokens" if facts.price else "")
    holds = f"holds {window(facts.window)}" + " tokens" if facts.window else ""
    return " · ".join(part for part in (facts.id, cost, holds) if part)
