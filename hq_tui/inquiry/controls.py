"""What the user's acts change in the state of an inquiry, apart from their words.

An act is never an argument: it does what it says or, where it no longer fits, nothing.
Words of acts: `mode`, `skip`, `summary`, and everything that begins with `board.`. A word of
an earlier version (`pace`, `budget`, `phase`, `tier`, `checkpoint`, `predict…`) is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hq_tui.inquiry.acts import Act
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.edits import apply_edit
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.state import Inquiry, Question
from hq_tui.inquiry.summary import lines_of


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
    following = replace(card, text=text, why="", targets=(), held=tuple(held), declared=False)
    question = Question(turn=card.turn, text=text)
    return replace(state, card=following, questions=(*asked, question))


def _summary(state: Inquiry, act: Act) -> Inquiry:
    return replace(state, summary=lines_of(act))


_ACTS: Mapping[str, Callable[[Inquiry, Act], Inquiry]] = {
    "mode": _mode,
    "skip": _skip,
    "summary": _summary,
}
