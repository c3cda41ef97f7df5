"""Settling a contradiction: drop one side, mean it differently, or hold both.

Only the person settles one. Each of the three writes a command into the composer that names the
side and quotes it; sent as it is or with more words, it changes the board and goes to the model
as a message, so that the talk goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.board import BoardActions
from hq_tui.app.actions.reply import ReplyActions
from hq_tui.app.frontend import Frontend
from hq_tui.core.user_actions import BoardEdit, JudgeItem, RefineItem, Verdict
from hq_tui.inquiry.board.model import Board, Item, Kind
from hq_tui.ui.screens.picker import Choice

BY_NUMBER = {"1": "retract", "2": "refine", "3": "contest"}
"""Actions by the number that is a whole message while a contradiction is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One of the three ways: what it asks, what it drafts, and what it then does.

    A draft is a quotation behind a mark, of no language: the rest is the person's to write.
    """

    question: str
    mark: str = ""
    edit: Callable[[str, str], BoardEdit]
    done: str


def _quoted(item: Item | None) -> str:
    return f"“{item.quote or item.text}”" if item else ""


def _both(board: Board, item: Item) -> str:
    """The two sides of a contradiction, quoted; of another item its own words."""
    named = item.contradicts if item.kind is Kind.TENSION else ()
    sides = [_quoted(board.find(side)) for side in named]
    return " + ".join(filter(None, sides)) or _quoted(item)


_WAYS = {
    "retract": _Way(
        question="Which one do you drop?",
        mark="✕",
        edit=lambda name, words: JudgeItem(id=name, verdict=Verdict.RETRACT, why=words),
        done="dropped",
    ),
    "refine": _Way(
        question="Which one do you mean differently?",
        edit=lambda name, words: RefineItem(id=name, text=words),
        done="put differently",
    ),
    "contest": _Way(
        question="Which two both hold?",
        mark="✓",
        edit=lambda name, words: JudgeItem(id=name, verdict=Verdict.CONTEST, why=words),
        done="contested",
    ),
}


class ContradictionActions(ActionGroup):
    """The three ways to settle a contradiction; of another item, what its word says."""

    def __init__(
        self, app: Frontend, runner: ActionRunner, board: BoardActions, reply: ReplyActions
    ) -> None:
        super().__init__(app, runner)
        self._board = board
        self._reply = reply

    @action("retract")
    async def _do_retract(self, argument: str) -> None:
        await self._go("retract", argument)

    @action("refine")
    async def _do_refine(self, argument: str) -> None:
        await self._go("refine", argument)

    @action("contest")
    async def _do_contest(self, argument: str) -> None:
        await self._go("contest", argument)

    def by_number(self, text: str) -> str:
        """The action that a message means which is only a number; empty for none."""
        is_open = bool(self._session.inquiry.board.open_tensions)
        return BY_NUMBER.get(text.strip(), "") if is_open else ""

    async def _go(self, name: str, argument: str) -> None:
        word, _, words = argument.strip().partition(" ")
        board = self._session.inquiry.board
        item = board.find(word)
        if word and item is None:
            self._app.show_message(f"There is no {word} on the board; Tab shows it.")
        elif item is None:
            await self._choose(name, self._at_hand())
        elif words or not board.is_contested(item.id):
            self._settle(name, item, word, words.strip())
        elif item.kind is Kind.TENSION:
            await self._choose(name, (item,))
        else:
            self._draft(name, item)

    def _at_hand(self) -> Sequence[Item]:
        """The contradiction that was asked about, or one with a proposal; else all open ones."""
        asked = self._session.inquiry.contradiction
        clashes = self._session.inquiry.board.open_tensions
        proposed = (clash for clash in clashes if self._proposed(clash))
        one = asked or next(proposed, None)
        return (one,) if one else clashes

    def _proposed(self, clash: Item) -> Item | None:
        """The side that Claude proposes to drop, as the person has said in the talk."""
        board = self._session.inquiry.board
        sides = (side for side in clash.contradicts if board.proposals_for(side))
        return board.find(next(sides, ""))

    async def _choose(self, name: str, clashes: Sequence[Item]) -> None:
        """Draft for the one that can be meant; of several, ask once, with both sides named."""
        likely = self._proposed(clashes[0]) if name == "retract" and len(clashes) == 1 else None
        found = {likely.id: likely} if likely else self._choices(name, clashes)
        if not found:
            self._app.show_message("There is no contradiction to settle.")
        elif len(found) == 1:
            self._draft(name, *found.values())
        else:
            board = self._session.inquiry.board
            choices = [
                Choice(id=one.id, label=f"{one.id}  {_against(board, one, clashes)}")
                for one in found.values()
            ]
            question = _WAYS[name].question
            await self._pick(question, choices, lambda side: self._draft(name, found[side]))

    def _choices(self, name: str, clashes: Sequence[Item]) -> dict[str, Item]:
        """The sides that still hold; for `contest`, or if none does, the contradictions."""
        board = self._session.inquiry.board
        sides = [
            found for one in clashes for side in one.contradicts if (found := board.find(side))
        ]
        live = {side.id: side for side in sides if not side.is_struck}
        return live if live and name != "contest" else {one.id: one for one in clashes}

    def _draft(self, name: str, item: Item) -> None:
        self._app.put_draft(f"/{name} {item.id} {self._drafted(_WAYS[name], item)}")

    def _drafted(self, way: _Way, item: Item) -> str:
        if not way.mark:
            return item.quote or item.text
        return f"{way.mark} {_both(self._session.inquiry.board, item)} "

    def _settle(self, name: str, item: Item, named: str, words: str) -> None:
        """Change the board; of a contradiction, also tell the model, so that it goes on."""
        was_contested = self._session.inquiry.board.is_contested(item.id)
        way = _WAYS[name]
        said = words.removeprefix(self._drafted(way, item).strip()).strip() if way.mark else words
        if self._board.edit(way.edit(named, said), named, way.done) and was_contested:
            self._reply.send(words)


def _against(board: Board, item: Item, clashes: Sequence[Item]) -> str:
    """An item with what it cannot stand beside: a contradiction's sides, or a side first."""
    if item.kind is Kind.TENSION:
        return _both(board, item).replace("” + “", "” ≠ “")
    near = [one for clash in clashes if item.id in clash.contradicts for one in clash.contradicts]
    others = [_quoted(board.find(one)) for one in dict.fromkeys(near) if one != item.id]
    return " ≠ ".join([_quoted(item), *others])
