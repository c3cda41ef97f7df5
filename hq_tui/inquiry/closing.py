"""Offers the end of a session, and never insists on it.

Models go on asking, so the session itself knows when enough is enough: the mode's own
condition holds, three turns changed nothing on the board, or the session has become long.
The offer is one line, made once for a reason as long as that reason lasts, and never twice
within six turns. A long session stays long, so that reason alone comes again, every six turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from hq_tui.inquiry.board.labels import covered_labels, label_of, labels_about
from hq_tui.inquiry.board.model import Kind, Status
from hq_tui.inquiry.state import Inquiry, Offer, StopReason

PAUSE = 6
"""The fewest turns between two offers."""
STILL_TURNS = 3

_WORDS = {
    StopReason.DONE: "Enough for a page (F10): {stop}.",
    StopReason.STILL: "Three turns changed nothing on the board. F10 closes, or go on.",
    StopReason.BUDGET: "{budget} turns are spent. F10 closes, or go on.",
}


def reasons_to_stop(state: Inquiry) -> frozenset[StopReason]:
    """Every reason that holds now."""
    found = set()
    if mode_is_done(state):
        found.add(StopReason.DONE)
    if state.still >= STILL_TURNS:
        found.add(StopReason.STILL)
    if state.turns >= state.mode.budget:
        found.add(StopReason.BUDGET)
    return frozenset(found)


def with_offer(state: Inquiry) -> Inquiry:
    """`state` with the offer that is due now, if one is."""
    now = reasons_to_stop(state)
    before = dict(state.held_since)
    since = tuple(
        (reason, before.get(reason, state.turns)) for reason in StopReason if reason in now
    )
    state = replace(state, held_since=since)
    new = [reason for reason in StopReason if reason in now and _may_offer(state, reason)]
    if not new or state.was_closed:
        return state
    words = _WORDS[new[0]].format(stop=state.mode.stop, budget=state.mode.budget)
    offer = Offer(turn=state.turns, reason=new[0], text=words)
    return replace(state, offer=offer, offers=(*state.offers, offer))


def _may_offer(state: Inquiry, reason: StopReason) -> bool:
    if state.offers and state.turns - state.offers[-1].turn < PAUSE:
        return False
    if reason is StopReason.BUDGET:
        return True
    given = [offer.turn for offer in state.offers if offer.reason is reason]
    return not given or dict(state.held_since)[reason] > given[-1]


def mode_is_done(state: Inquiry) -> bool:
    """True if the condition of the mode holds."""
    return _CONDITIONS.get(state.mode.name, _quoted)(state)


def _quoted(state: Inquiry) -> bool:
    labels = state.mode.labels
    return bool(labels) and covered_labels(state.board, labels, quoted=True) >= set(labels)


def _examine(state: Inquiry) -> bool:
    board = state.board
    decided = board.decisions or any(one.is_users for one in board.live(Kind.DECISION))
    return bool(decided) and not board.open_tensions


def _review(state: Inquiry) -> bool:
    choices = state.board.live(Kind.OPTION)
    wanted = {"Reason", "Risk", "Signal"}
    return bool(choices) and all(labels_about(state.board, one.id) >= wanted for one in choices)


def _debug(state: Inquiry) -> bool:
    board = state.board
    causes = [one for one in board.live(Kind.HYPOTHESIS) if one.status is Status.CONFIRMED]
    causes += [one for one in board.live() if label_of(one) == "Cause" and one.is_users]
    seen = board.live(Kind.EVIDENCE)
    return any(all(cause.id not in one.contradicts for one in seen) for cause in causes)


def _interview(state: Inquiry) -> bool:
    return covered_labels(state.board) >= set(state.mode.labels)


_CONDITIONS: Mapping[str, Callable[[Inquiry], bool]] = {
    "examine": _examine,
    "review": _review,
    "debug": _debug,
    "interview": _interview,
}
