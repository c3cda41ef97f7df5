"""What the user's acts change in the state of an inquiry, apart from their words.

An act is never an argument: it does what it says or, where it no longer fits, nothing.
Words of acts: `mode`, `pace`, `budget`, `phase`, `tier`, `skip`, `checkpoint`, the three of
a prediction, and everything that begins with `board.`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hq_tui.inquiry import checkpoint
from hq_tui.inquiry.acts import Act
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.checks import PHASES
from hq_tui.inquiry.edits import apply_edit
from hq_tui.inquiry.hearing import filed_from_the_start
from hq_tui.inquiry.modes import MODES, PACES
from hq_tui.inquiry.questions import type_of
from hq_tui.inquiry.state import Inquiry, Prediction, Question, Tier, Verdict


def acted(state: Inquiry, acts: Iterable[Act]) -> Inquiry:
    """The state after these acts, in order."""
    for act in acts:
        if act.what.startswith("board."):
            state = _edited(state, act)
        elif act.what in _ACTS:
            state = _ACTS[act.what](state, act)
    return state


def _edited(state: Inquiry, act: Act) -> Inquiry:
    edited = apply_edit(state.board, act)
    if edited.board is state.board:
        return state
    return replace(state, board=edited.board, edits=(*state.edits, edited.line), still=0)


def _mode(state: Inquiry, act: Act) -> Inquiry:
    name = act.text("mode")
    return replace(state, mode_name=name) if name in MODES else state


def _pace(state: Inquiry, act: Act) -> Inquiry:
    name = act.text("pace")
    return replace(state, pace_name=name) if name in PACES else state


def _budget(state: Inquiry, act: Act) -> Inquiry:
    return replace(state, budget=max(act.number("turns", state.budget), 0))


def _phase(state: Inquiry, act: Act) -> Inquiry:
    to = act.text("to")
    return replace(state, phase=to, phase_was_set=True) if to in PHASES else state


def _tier(state: Inquiry, act: Act) -> Inquiry:
    try:
        tier = Tier(act.text("to"))
    except ValueError:
        return state
    state = replace(state, tier=tier, tier_misses=0, tier_reason=act.text("why"))
    return filed_from_the_start(state) if tier is Tier.RULES else state


def _skip(state: Inquiry, act: Act) -> Inquiry:
    """Put the next held question on the table; without one the table stays empty for now."""
    card = state.card
    if card.state is not CardState.OPEN or act.number("turn", card.turn) != card.turn:
        return state
    asked = state.questions
    if asked and card.turn:
        asked = (*asked[:-1], replace(asked[-1], skipped=True))
    if not card.held:
        return replace(state, card=replace(card, state=CardState.SKIPPED), questions=asked)
    text, *held = card.held
    following = replace(
        card, text=text, kind=type_of(text), why="", targets=(), held=tuple(held), declared=False
    )
    question = Question(turn=card.turn, text=text, kind=following.kind)
    return replace(state, card=following, questions=(*asked, question))


def _checkpoint(state: Inquiry, act: Act) -> Inquiry:
    """`confirmed` true or false, or `wrong` with the number of a line; nothing: make one now."""
    if act.flag("confirmed"):
        return checkpoint.with_verdict(state, Verdict.CONFIRMED)
    if wrong := act.number("wrong"):
        return checkpoint.with_verdict(state, Verdict.CORRECTED, (wrong,))
    if "confirmed" in act.detail:
        return checkpoint.with_verdict(state, Verdict.UNCONFIRMED)
    return checkpoint.with_checkpoint(state)


def _predict_start(state: Inquiry, act: Act) -> Inquiry:
    turn = act.number("turn", state.turns + 1)
    if any(one.turn == turn for one in state.predictions):
        return state
    return replace(state, predictions=(*state.predictions, Prediction(turn=turn)))


def _predict(state: Inquiry, act: Act) -> Inquiry:
    guess = act.text("guess").strip()
    return _predicted(_predict_start(state, act), act, guess=guess, before=_percent(act))


def _predict_after(state: Inquiry, act: Act) -> Inquiry:
    right = act.detail.get("right")
    return _predicted(
        state, act, after=_percent(act), right=right if isinstance(right, bool) else None
    )


def _percent(act: Act) -> int | None:
    value = act.number("confidence", -1)
    return min(value, 100) if value >= 0 else None


def _predicted(state: Inquiry, act: Act, **values: object) -> Inquiry:
    turn = act.number("turn", state.turns + 1)
    given = {name: value for name, value in values.items() if value not in {None, ""}}
    changed = tuple(_with(one, given) if one.turn == turn else one for one in state.predictions)
    return replace(state, predictions=changed)


def _with(one: Prediction, given: Mapping[str, object]) -> Prediction:
    guess, before = given.get("guess", one.guess), given.get("before", one.before)
    after, right = given.get("after", one.after), given.get("right", one.right)
    return Prediction(
        turn=one.turn,
        guess=str(guess),
        before=before if isinstance(before, int) else None,
        after=after if isinstance(after, int) else None,
        right=right if isinstance(right, bool) else None,
    )


_ACTS: Mapping[str, Callable[[Inquiry, Act], Inquiry]] = {
    "mode": _mode,
    "pace": _pace,
    "budget": _budget,
    "phase": _phase,
    "tier": _tier,
    "skip": _skip,
    "checkpoint": _checkpoint,
    "predict.start": _predict_start,
    "predict": _predict,
    "predict.after": _predict_after,
}
