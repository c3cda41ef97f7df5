"""Token accounting of a session, one row for each message that the API began.

The input of a reply's first attempt counts as kept, that of later ones as re-sent. Output
counts as kept if the reader has some of it, else as discarded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce

from hq_tui.core.blocks import text_of
from hq_tui.core.conversation import Attempt, Conversation, Outcome, Reply
from hq_tui.core.models import ModelInfo
from hq_tui.core.usage import NO_USAGE, Ledger, Usage


def ledger_of(conversation: Conversation) -> Ledger:
    """The ledger of the session, its pages included."""
    replies = (*(turn.reply for turn in conversation.turns), *page_replies(conversation))
    return reduce(add, replies, Ledger())


def page_replies(conversation: Conversation) -> tuple[Reply, ...]:
    """The replies that wrote the page of the session, one for each time it was asked for."""
    return tuple(page.reply for page in conversation.pages)


def add(ledger: Ledger, reply: Reply) -> Ledger:
    """The ledger after one more reply."""
    kept, resent, discarded = ledger.kept, ledger.resent, ledger.discarded
    charged = [attempt for attempt in reply.attempts if attempt.was_answered]
    for place, attempt in enumerate(charged):
        came_in, went_out = _sides(attempt.cost)
        if place == 0:
            kept = kept + came_in
        else:
            resent = resent + came_in
        if contributes(attempt):
            kept = kept + went_out
        else:
            discarded = discarded + went_out
    return Ledger(kept=kept, resent=resent, discarded=discarded)


def contributes(attempt: Attempt) -> bool:
    """True if the reader has any words of this attempt."""
    is_whole = attempt.outcome in {Outcome.COMPLETE, Outcome.OPEN}
    return is_whole or kept_chars(attempt) > 0


def kept_chars(attempt: Attempt) -> int:
    """The number of characters of the reply that came with this attempt."""
    if not attempt.is_on_the_wire:
        return 0
    return max(0, len(text_of(attempt.blocks)) - (attempt.skip or 0))


def _sides(usage: Usage) -> tuple[Usage, Usage]:
    went_out = Usage(output_tokens=usage.output_tokens, estimated=usage.estimated)
    return replace(usage, output_tokens=None, estimated=False), went_out


def cost_of_reply(reply: Reply, facts_of: Callable[[str], ModelInfo]) -> float | None:
    """US dollars for a reply, message by message; None when a price is unknown."""
    dollars = 0.0
    for attempt in reply.attempts:
        if not attempt.was_answered:
            continue
        for model, usage in attempt.cost.parts or (("", attempt.cost),):
            price = facts_of(model or attempt.stepped_in or attempt.model).price
            if price is None:
                return None
            dollars += price.of(usage)
    return dollars


def context_used(conversation: Conversation) -> int:
    """Tokens that the last answered message had in its window, what it said included."""
    for turn in (conversation.live, *reversed(conversation.past[-3:])):
        if turn is None:
            continue
        for attempt in reversed(turn.reply.attempts):
            if attempt.was_answered and attempt.usage.is_known:
                return attempt.cost.total
    return NO_USAGE.total
