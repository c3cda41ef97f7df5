"""Applies the user's edits to the board, and tells the model of them.

The user's hand is never refused for rights: whatever is typed, edited, pinned or decided
here holds, and is locked against the model from then on. An edit of an item that has gone
(its reply was thrown away meanwhile) keeps the words, as a new item of the user's own.

Each edit is a record in the journal. The same edits become lines that travel with the next
message, so that the model never works on a board that the user has already changed.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from hq_tui.core.user_actions import (
    AcceptProposal,
    AddItem,
    BoardEdit,
    DecideItem,
    EditItem,
    JudgeItem,
    PinItem,
    RefineItem,
    Verdict,
)
from hq_tui.inquiry.board.model import (
    KIND_OF,
    TENSION_ENDS,
    Board,
    By,
    Item,
    Kind,
    Origin,
    Status,
    reworded,
    settled,
)
from hq_tui.inquiry.text.language import squeezed


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The board after an act, and the line that tells of it; no line where nothing happened."""

    board: Board
    line: str = ""


def apply_edit(board: Board, edit: BoardEdit, turn: int) -> Edited:
    """The board after an edit that was made during `turn`; one that does not fit does nothing."""
    match edit:
        case AddItem():
            return _add(board, edit, turn)
        case EditItem():
            return _reword(board, edit, turn, "revised", None)
        case RefineItem():
            return _refine(board, edit, turn)
        case PinItem():
            return _pin(board, edit, turn)
        case JudgeItem():
            return _judge(board, edit, turn)
        case DecideItem():
            return _decide(board, edit, turn)
        case AcceptProposal():
            return _accept(board, edit, turn)
        case _:
            assert_never(edit)


def board_edit_note(rev: int, lines: Iterable[str]) -> str:
    """The note that tells the model what the user did; empty when there is nothing to tell."""
    told = [html.escape(line, quote=False) for line in lines if line]
    return f'<board_edit rev="{rev}">{"; ".join(told)}</board_edit>' if told else ""


def board_note(board: Board) -> str:
    """The note that tells the model how the board stands, each item with its id."""
    lines = "; ".join(f"{item.id} {item.text}" for item in board.live())
    return f"{_BOARD}{html.escape(lines, quote=False)}</board>" if lines else ""


def contradictions_note(board: Board) -> str:
    """The note that tells how the contradictions stand; empty where there was none."""
    told = [
        f"{one.id} {_STANDS[one.status]}: {', '.join(one.contradicts)}"
        for one in board.of_kind(Kind.TENSION)
    ]
    return f'<board of="contradictions">{"; ".join(told)}</board>' if told else ""


def was_retold(notes: Iterable[str]) -> bool:
    """True if a message told how the board stands."""
    return any(note.startswith(_BOARD) for note in notes)


_BOARD = "<board>"
_STANDS = {
    **dict.fromkeys(Status, "ended"),
    Status.OPEN: "open",
    Status.RETRACTED: "ended, one side dropped",
    Status.REFINED: "ended, one side reworded",
    Status.CONTESTED: "ended, both hold",
}
_STATUS_AFTER = {
    Verdict.RETRACT: Status.RETRACTED,
    Verdict.CONTEST: Status.CONTESTED,
    Verdict.CONFIRM: Status.CONFIRMED,
    Verdict.ANSWER: Status.ANSWERED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.PARK: Status.PARKED,
    Verdict.REOPEN: Status.OPEN,
}


def _judge(board: Board, edit: JudgeItem, turn: int) -> Edited:
    item, status = board.find(edit.id), _STATUS_AFTER[edit.verdict]
    if item is None or item.status is status:
        return Edited(board=board)
    # What settles a contradiction goes as a message as well: it is not told twice.
    why = "" if board.is_contested(item.id) else squeezed(edit.why)
    board = board.changed(
        item.id,
        lambda old: replace(settled(old, status, turn=turn), locked=True),
        turn=turn,
    )
    for one in board.proposals_for(item.id):
        end = Status.ACCEPTED if one.outcome == str(status) else Status.REJECTED
        board = board.changed(one.id, partial(settled, status=end, turn=turn), turn=turn)
    board = _ends_tensions(board, item, status, turn, edit.gives_way)
    said = "reopened" if status is Status.OPEN else str(status)
    return Edited(board=board, line=f"{item.id} {said} by user{f': {why}' if why else ''}")


def _ends_tensions(
    board: Board, item: Item, status: Status, turn: int, gives_way: str = ""
) -> Board:
    """A claim that gives way ends the tensions it was part of; a tension can name who gives way."""
    if status not in TENSION_ENDS:
        return board
    for tension in board.open_tensions:
        if item.id in tension.contradicts and tension.id != item.id:
            board = board.changed(
                tension.id, lambda old: settled(old, status, turn=turn), turn=turn
            )
    loser = board.find(gives_way) if item.kind is Kind.TENSION else None
    if loser is not None and status is Status.RETRACTED:
        board = board.changed(
            loser.id,
            lambda old: replace(settled(old, status, turn=turn), locked=True),
            turn=turn,
        )
    return board


def _add(board: Board, edit: AddItem, turn: int) -> Edited:
    text = squeezed(edit.text)
    if not text:
        return Edited(board=board)
    try:
        kind = Kind(edit.kind)
    except ValueError:
        kind = Kind.CLAIM
    return _own(board, turn, kind, text)


def _own(board: Board, turn: int, kind: Kind, text: str, supports: tuple[str, ...] = ()) -> Edited:
    """One more item in the user's own words."""
    accepted = kind is Kind.DECISION
    item = Item(
        id=board.next_id(kind),
        kind=kind,
        text=text,
        turn=turn,
        by=By.USER,
        locked=True,
        origin=Origin.USER,
        supports=supports,
        changed=turn,
        status=Status.ACCEPTED if accepted else Status.OPEN,
    )
    done = "decided" if accepted else "added"
    return Edited(board=board.with_item(item), line=f"{item.id} {done} by user: {text}")


def _refine(board: Board, edit: RefineItem, turn: int) -> Edited:
    item = board.find(edit.id)
    if item is None or item.kind is not Kind.TENSION:
        return _reword(board, edit, turn, "refined", Status.REFINED)
    board = board.changed(item.id, lambda old: settled(old, Status.REFINED, turn=turn), turn=turn)
    text, loser = squeezed(edit.text), board.find(edit.gives_way)
    line = f"{item.id} refined by user"
    if not text:
        return Edited(board=board, line=line)
    if loser is None:
        told = _own(board, turn, Kind.CLAIM, text, supports=(item.id,))
        return Edited(board=told.board, line=f"{line}; {told.line}")
    inner = RefineItem(id=loser.id, text=text)
    told = _reword(board, inner, turn, "refined", Status.REFINED)
    return Edited(board=told.board, line=f"{line}; {told.line}")


def _reword(
    board: Board,
    edit: EditItem | RefineItem | DecideItem,
    turn: int,
    done: str,
    status: Status | None,
) -> Edited:
    text, item = squeezed(edit.text), board.find(edit.id)
    if not text:
        return Edited(board=board)
    if item is None:
        kind = KIND_OF.get(edit.id[:1].lower(), Kind.CLAIM)
        return _own(board, turn, kind, text)
    if text == item.text and status is None:
        return Edited(board=board)

    def change(old: Item) -> Item:
        new = reworded(old, text, turn=turn, said=turn)
        return replace(
            new, by=By.USER, origin=Origin.USER, locked=True, status=status or old.status
        )

    board = board.changed(item.id, change, turn=turn)
    told = text
    if status is not None:
        told = "" if board.is_contested(item.id) else text
        board = _ends_tensions(board, item, status, turn)
    return Edited(board=board, line=f"{item.id} {done} by user{f': {told}' if told else ''}")


def _pin(board: Board, edit: PinItem, turn: int) -> Edited:
    item, pinned = board.find(edit.id), edit.pinned
    if item is None or item.pinned is pinned:
        return Edited(board=board)

    def change(old: Item) -> Item:
        own = old.origin is Origin.USER or old.is_settled
        return replace(old, pinned=pinned, locked=pinned or own)

    done = "pinned" if pinned else "unpinned"
    return Edited(board=board.changed(item.id, change, turn=turn), line=f"{item.id} {done} by user")


def _decide(board: Board, edit: DecideItem, turn: int) -> Edited:
    """Accept a decision; an option or any other line becomes one, and keeps its own place."""
    item, text = board.find(edit.id), squeezed(edit.text)
    if item is None:
        return _own(board, turn, Kind.DECISION, text) if text else Edited(board=board)
    if item.kind is not Kind.DECISION and text:
        return _own(board, turn, Kind.DECISION, text, supports=(item.id,))
    if item.kind is not Kind.DECISION:
        made = replace(
            item,
            id=board.next_id(Kind.DECISION),
            kind=Kind.DECISION,
            supports=(item.id,),
            contradicts=(),
            status=Status.ACCEPTED,
            rev=1,
            locked=True,
            changed=turn,
            struck=0,
            earlier=(),
        )
        board, line = board.with_item(made), f"{made.id} decided by user: {item.text}"
        taken = _accept(board, AcceptProposal(id=item.id), turn) if item.outcome else None
        return Edited(board=taken.board if taken else board, line=line)
    if text and text != item.text:
        reworded_now = _reword(board, edit, turn, "decided", Status.ACCEPTED)
        return replace(reworded_now, line=f"{item.id} accepted by user: {text}")
    if item.status is Status.ACCEPTED:
        return Edited(board=board)
    board = board.changed(
        item.id,
        lambda old: replace(old, status=Status.ACCEPTED, struck=0, locked=True),
        turn=turn,
    )
    return Edited(board=board, line=f"{item.id} accepted by user")


def _accept(board: Board, edit: AcceptProposal, turn: int) -> Edited:
    """Take a proposal: its words become the item's that it was made for."""
    item = board.find(edit.id)
    if item is None or item.kind is not Kind.PROPOSAL or item.is_settled:
        return Edited(board=board)
    board = board.changed(
        item.id, lambda old: replace(old, status=Status.ACCEPTED, locked=True), turn=turn
    )
    goal = board.find(item.supports[0]) if item.supports else None
    if goal is None:
        return Edited(board=board, line=f"{item.id} accepted by user")
    if item.outcome:
        status = Status(item.outcome)
        board = board.changed(goal.id, partial(settled, status=status, turn=turn), turn=turn)
        board = _ends_tensions(board, goal, status, turn)
        return Edited(board=board, line=f"{item.id} accepted by user: {goal.id} {status}")

    def change(old: Item) -> Item:
        new = reworded(old, item.text, turn=turn)
        return replace(new, by=item.by, origin=item.origin, locked=True)

    board = board.changed(goal.id, change, turn=turn)
    return Edited(board=board, line=f"{item.id} accepted by user for {goal.id}")
