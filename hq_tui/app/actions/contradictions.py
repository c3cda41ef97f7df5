"""Settling a contradiction: drop one side, mean it differently, or hold both.

Only the person settles one. Each of the three writes a command into the composer that names the
side and says it in words; sent as it is or edited first, it changes the board and goes to the
model as a message, so that the talk goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.board import BoardActions
from hq_tui.app.actions.reply import ReplyActions
from hq_tui.app.frontend import Frontend
from hq_tui.core.user_actions import BoardEdit, JudgeItem, RefineItem, Verdict
from hq_tui.inquiry.board.model import Item, Kind
from hq_tui.ui.screens.picker import Choice, PickScreen

BY_NUMBER = {"1": "retract", "2": "refine", "3": "contest"}
"""What a message that is only a number does while a contradiction is on the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One of the three ways: what it asks, what it drafts, and what it then does."""

    question: str
    draft: Callable[[Item], str]
    edit: Callable[[str, str], BoardEdit]
    message: Callable[[str], str] = str
    done: str


_WAYS = {
    "retract": _Way(
        question="Which one do you drop?",
        draft=lambda side: f"I drop “{side.quote or side.text}”.",
        edit=lambda name, words: JudgeItem(id=name, verdict=Verdict.RETRACT, why=words),
        done="dropped",
    ),
    "refine": _Way(
        question="Which one do you mean differently?",
        draft=lambda side: side.quote or side.text,
        edit=lambda name, words: RefineItem(id=name, text=words),
        message=lambda words: f"I mean it differently: {words}",
        done="put differently",
    ),
    "contest": _Way(
        question="",
        draft=lambda _clash: "Both hold, because ",
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
        clash = self._session.inquiry.contradiction
        return BY_NUMBER.get(text.strip(), "") if clash else ""

    async def _go(self, name: str, argument: str) -> None:
        word, _, words = argument.strip().partition(" ")
        board, way = self._session.inquiry.board, _WAYS[name]
        if word and board.find(word) is None:
            self._app.show_message(f"There is no {word} on the board; Tab shows it.")
            return
        item = board.find(word) or self._session.inquiry.contradiction or self._next_best()
        if item is None:
            self._app.show_message("There is no contradiction to settle.")
        elif words or not board.is_contested(item.id):
            self._settle(way, item, word or item.id, words.strip())
        elif item.kind is Kind.TENSION and name != "contest":
            await self._choose_side(name, item)
        else:
            self._draft(name, item)

    def _next_best(self) -> Item | None:
        """The open contradiction that Claude has a proposal about, else the newest one."""
        clashes = self._session.inquiry.board.open_tensions
        proposed = (clash for clash in clashes if self._proposed(clash))
        return next(proposed, clashes[-1] if clashes else None)

    def _proposed(self, clash: Item) -> Item | None:
        """The side that Claude proposes to drop, as the person has said in the talk."""
        board = self._session.inquiry.board
        sides = (side for side in clash.contradicts if board.proposals_for(side))
        return board.find(next(sides, ""))

    async def _choose_side(self, name: str, clash: Item) -> None:
        board = self._session.inquiry.board
        found = [board.find(side) for side in clash.contradicts]
        sides = {side.id: side for side in found if side is not None and not side.is_struck}
        likely = self._proposed(clash) if name == "retract" else None
        if likely or len(sides) < 2:
            self._draft(name, likely or next(iter(sides.values()), clash))
            return
        labels = [
            Choice(id=side.id, label=f"{side.id}  “{side.quote or side.text}”")
            for side in sides.values()
        ]

        def chosen(side: str | None) -> None:
            if side:
                self._draft(name, sides[side])

        await self._app.push_screen(PickScreen(_WAYS[name].question, labels), chosen)

    def _draft(self, name: str, item: Item) -> None:
        self._app.put_draft(f"/{name} {item.id} {_WAYS[name].draft(item)}")

    def _settle(self, way: _Way, item: Item, named: str, words: str) -> None:
        """Change the board; of a contradiction, also tell the model, so that it goes on."""
        was_contested = self._session.inquiry.board.is_contested(item.id)
        if self._board.edit(way.edit(named, words), named, way.done) and was_contested:
            self._reply.send(way.message(words))
