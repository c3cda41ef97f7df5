"""What the user does to the board, and how the model hears of it.

The user's hand is never refused for rights: whatever is typed, edited, pinned or decided
here holds, and is locked against the model from then on. An edit of an item that has gone
(its reply was thrown away meanwhile) keeps the words, as a new item of the user's own.

Each act is a record in the journal: a word such as `board.refine` and its detail. The same
acts become lines that travel with the next message, so that the model never works on a
board that the user has already changed.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from hq_tui.inquiry.acts import Act
from hq_tui.inquiry.board import (
    KIND_OF,
    TENSION_ENDS,
    Board,
    By,
    Item,
    Kind,
    Origin,
    Status,
    one_line,
    reworded,
    settled,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The board after an act, and the line that tells of it; no line where nothing happened."""

    board: Board
    line: str = ""


def apply_edit(board: Board, act: Act) -> Edited:
    """The board after an act whose word begins with `board.`; an unknown one changes nothing."""
    name = act.what.removeprefix("board.")
    if name in _OUTCOMES:
        return _outcome(board, act, _OUTCOMES[name])
    do = _ACTS.get(name)
    return do(board, act) if do else Edited(board=board)


def board_edit_note(rev: int, lines: Iterable[str]) -> str:
    """The note that tells the model what the user did; empty when there is nothing to tell."""
    told = [html.escape(line, quote=False) for line in lines if line]
    return f'<board_edit rev="{rev}">{"; ".join(told)}</board_edit>' if told else ""


_OUTCOMES = {
    "retract": Status.RETRACTED,
    "contest": Status.CONTESTED,
    "confirm": Status.CONFIRMED,
    "answer": Status.ANSWERED,
    "reject": Status.REJECTED,
    "park": Status.PARKED,
    "reopen": Status.OPEN,
}


def _item(board: Board, act: Act) -> Item | None:
    return board.find(act.text("id"))


def _outcome(board: Board, act: Act, status: Status) -> Edited:
    item = _item(board, act)
    if item is None or item.status is status:
        return Edited(board=board)
    board = board.changed(
        item.id,
        lambda old: replace(settled(old, status, turn=act.turn), locked=True),
        turn=act.turn,
    )
    board = _ends_tensions(board, item, status, act)
    said = "reopened" if status is Status.OPEN else str(status)
    return Edited(board=board, line=f"{item.id} {said} by user{_why(act)}")


def _ends_tensions(board: Board, item: Item, status: Status, act: Act) -> Board:
    """A claim that gives way ends the tensions it was part of; a tension can name who gives way."""
    if status not in TENSION_ENDS:
        return board
    for tension in board.open_tensions:
        if item.id in tension.contradicts and tension.id != item.id:
            board = board.changed(
                tension.id, lambda old: settled(old, status, turn=act.turn), turn=act.turn
            )
    loser = board.find(act.text("gives_way")) if item.kind is Kind.TENSION else None
    if loser is not None and status is Status.RETRACTED:
        board = board.changed(
            loser.id,
            lambda old: replace(settled(old, status, turn=act.turn), locked=True),
            turn=act.turn,
        )
    return board


def _why(act: Act) -> str:
    why = one_line(act.text("why"))
    return f": {why}" if why else ""


def _add(board: Board, act: Act) -> Edited:
    text = one_line(act.text("text"))
    if not text:
        return Edited(board=board)
    try:
        kind = Kind(act.text("kind"))
    except ValueError:
        kind = Kind.CLAIM
    return _own(board, act, kind, text)


def _own(board: Board, act: Act, kind: Kind, text: str, supports: tuple[str, ...] = ()) -> Edited:
    """One more item in the user's own words."""
    accepted = kind is Kind.DECISION
    item = Item(
        id=board.next_id(kind),
        kind=kind,
        text=text,
        turn=act.turn,
        by=By.USER,
        locked=True,
        origin=Origin.USER,
        supports=supports,
        changed=act.turn,
        status=Status.ACCEPTED if accepted else Status.OPEN,
    )
    done = "decided" if accepted else "added"
    return Edited(board=board.with_item(item), line=f"{item.id} {done} by user: {text}")


def _edit(board: Board, act: Act) -> Edited:
    return _reword(board, act, "revised", None)


def _refine(board: Board, act: Act) -> Edited:
    item = _item(board, act)
    if item is None or item.kind is not Kind.TENSION:
        return _reword(board, act, "refined", Status.REFINED)
    board = board.changed(
        item.id, lambda old: settled(old, Status.REFINED, turn=act.turn), turn=act.turn
    )
    text, loser = one_line(act.text("text")), board.find(act.text("gives_way"))
    line = f"{item.id} refined by user"
    if not text:
        return Edited(board=board, line=line)
    if loser is None:
        told = _own(board, act, Kind.CLAIM, text, supports=(item.id,))
        return Edited(board=told.board, line=f"{line}; {told.line}")
    inner = Act(turn=act.turn, what="board.refine", detail={"id": loser.id, "text": text})
    told = _reword(board, inner, "refined", Status.REFINED)
    return Edited(board=told.board, line=f"{line}; {told.line}")


def _reword(board: Board, act: Act, done: str, status: Status | None) -> Edited:
    text, item = one_line(act.text("text")), _item(board, act)
    if not text:
        return Edited(board=board)
    if item is None:
        kind = KIND_OF.get(act.text("id")[:1].lower(), Kind.CLAIM)
        return _own(board, act, kind, text)
    if text == item.text and status is None:
        return Edited(board=board)

    def change(old: Item) -> Item:
        new = reworded(old, text, turn=act.turn, said=act.turn)
        return replace(
            new, by=By.USER, origin=Origin.USER, locked=True, status=status or old.status
        )

    board = board.changed(item.id, change, turn=act.turn)
    if status is not None:
        board = _ends_tensions(board, item, status, act)
    return Edited(board=board, line=f"{item.id} {done} by user: {text}")


def _pin(board: Board, act: Act) -> Edited:
    item = _item(board, act)
    pinned = act.what == "board.pin"
    if item is None or item.pinned is pinned:
        return Edited(board=board)

    def change(old: Item) -> Item:
        own = old.origin is Origin.USER or old.is_settled
        return replace(old, pinned=pinned, locked=pinned or own)

    done = "pinned" if pinned else "unpinned"
    return Edited(
        board=board.changed(item.id, change, turn=act.turn), line=f"{item.id} {done} by user"
    )


def _decide(board: Board, act: Act) -> Edited:
    """Accept a decision; an option or any other line becomes one, and keeps its own place."""
    item, text = _item(board, act), one_line(act.text("text"))
    if item is None:
        return _own(board, act, Kind.DECISION, text) if text else Edited(board=board)
    if item.kind is not Kind.DECISION and text:
        return _own(board, act, Kind.DECISION, text, supports=(item.id,))
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
            changed=act.turn,
            struck=0,
            earlier=(),
        )
        return Edited(board=board.with_item(made), line=f"{made.id} decided by user: {item.text}")
    if text and text != item.text:
        reworded_now = _reword(board, act, "decided", Status.ACCEPTED)
        return replace(reworded_now, line=f"{item.id} accepted by user: {text}")
    if item.status is Status.ACCEPTED:
        return Edited(board=board)
    board = board.changed(
        item.id,
        lambda old: replace(old, status=Status.ACCEPTED, struck=0, locked=True),
        turn=act.turn,
    )
    return Edited(board=board, line=f"{item.id} accepted by user")


def _accept(board: Board, act: Act) -> Edited:
    """Take a proposal: its words become the item's that it was made for."""
    item = _item(board, act)
    if item is None or item.kind is not Kind.PROPOSAL or item.is_settled:
        return Edited(board=board)
    board = board.changed(
        item.id, lambda old: replace(old, status=Status.ACCEPTED, locked=True), turn=act.turn
    )
    goal = board.find(item.supports[0]) if item.supports else None
    if goal is None:
        return Edited(board=board, line=f"{item.id} accepted by user")

    def change(old: Item) -> Item:
        new = reworded(old, item.text, turn=act.turn)
        return replace(new, by=item.by, origin=item.origin, locked=True)

    board = board.changed(goal.id, change, turn=act.turn)
    return Edited(board=board, line=f"{item.id} accepted by user for {goal.id}")


_ACTS: Mapping[str, Callable[[Board, Act], Edited]] = {
    "add": _add,
    "edit": _edit,
    "refine": _refine,
    "pin": _pin,
    "unpin": _pin,
    "decide": _decide,
    "accept": _accept,
}
