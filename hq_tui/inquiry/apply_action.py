"""Applies the user's acts, apart from their words, to the state of an inquiry.

An act is never an argument: it does what it says or, where it no longer fits, nothing. One
of another version (`pace`, `budget`, `phase`, `tier`, `checkpoint`, `predict…`) does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from hq_tui.core.user_actions import (
    AcceptProposal,
    AddItem,
    BoardEdit,
    CarryOver,
    ChangeMode,
    DecideItem,
    EditItem,
    JudgeItem,
    PinItem,
    RefineItem,
    ShowSummary,
    SkipQuestion,
    UndoEdit,
    UnknownAction,
)
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.board.carried import carried_board
from hq_tui.inquiry.board.summary import MOST_LINES
from hq_tui.inquiry.board.user_edits import apply_edit
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.modes import mode_of
from hq_tui.inquiry.state import Inquiry


def acted(state: Inquiry, acts: Iterable[Act]) -> Inquiry:
    """The state after these acts, in order."""
    for act in acts:
        state = _after(state, act)
    return state


def _after(state: Inquiry, act: Act) -> Inquiry:
    match act.action:
        case (
            AddItem()
            | EditItem()
            | RefineItem()
            | PinItem()
            | JudgeItem()
            | DecideItem()
            | AcceptProposal() as edit
        ):
            return _edited(state, edit, act.turn)
        case UndoEdit():
            return _undone(state)
        case ChangeMode(mode=mode):
            is_known = mode_of(mode, state.mode_files).name == mode
            return replace(state, mode_name=mode) if is_known else state
        case SkipQuestion(turn=turn):
            return _skip(state, turn)
        case ShowSummary(lines=lines):
            return replace(state, summary=lines[:MOST_LINES])
        case CarryOver():
            return _carried(state, act.action)
        case UnknownAction():
            return state
        case _:
            assert_never(act.action)


def _carried(state: Inquiry, carried: CarryOver) -> Inquiry:
    """Begin with the board of another session; one that has begun has a board of its own."""
    if state.turns or state.board.items:
        return state
    return replace(state, board=carried_board(carried.items), carried=carried)


def _edited(state: Inquiry, edit: BoardEdit, turn: int) -> Inquiry:
    edited = apply_edit(state.board, edit, turn)
    if edited.board is state.board:
        return state
    undo = (*state.undo, (state.board, state.edits))
    edits = (*state.edits, edited.line)
    return replace(state, board=edited.board, edits=edits, undo=undo, still=0)


def _undone(state: Inquiry) -> Inquiry:
    """The board before the last edit, as a new revision; the model never hears of either."""
    if not state.undo:
        return state
    *undo, (board, edits) = state.undo
    board = replace(board, rev=state.board.rev + 1)
    return replace(state, board=board, edits=edits, undo=tuple(undo))


def _skip(state: Inquiry, turn: int | None) -> Inquiry:
    """Take the question off the table."""
    card = state.card
    if card.state is not CardState.OPEN or turn not in (None, card.turn):
        return state
    asked = state.questions
    if asked and card.turn:
        asked = (*asked[:-1], replace(asked[-1], skipped=True))
    return replace(state, card=replace(card, state=CardState.SKIPPED), questions=asked)
