"""The board, worked on by the person: a slash word, an id, words.

What is typed here holds at once and is locked against the partner from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

from hq_tui.app.actions.base import ActionGroup, action
from hq_tui.core.text.reply_notes import partner_of
from hq_tui.core.user_actions import (
    AcceptProposal,
    AddItem,
    BoardEdit,
    DecideItem,
    EditItem,
    JudgeItem,
    PinItem,
    UndoEdit,
    Verdict,
)
from hq_tui.inquiry.board.model import Item, Kind
from hq_tui.ui.screens.board import BoardScreen
from hq_tui.ui.widgets.board_rows import who_writes

NEEDS_TEXT = {"refine": "/refine {id} ", "edit": "/edit {id} "}
SETTLES = frozenset({"retract", "refine", "contest"})
"""Actions that settle a contradiction: it is drafted first, and sent as a message."""
_PINNED = {True: "pinned", False: "unpinned"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """An item that was named, as it was typed, and the words behind its name."""

    id: str
    item: Item
    rest: str


class BoardActions(ActionGroup):
    """Actions on the board."""

    @action("board")
    async def _do_board(self, _argument: str) -> None:
        partner = partner_of(self._session.conversation.model)
        screen = BoardScreen(self._session.inquiry, who_writes(self._session.facts), partner)
        await self._app.push_screen(screen, self._go_to_turn)

    @action("undo")
    async def _do_undo(self, _argument: str) -> None:
        self.edit(UndoEdit(), "board", "the last edit is taken back")

    @action("add")
    async def _do_add(self, argument: str) -> None:
        kind, _, text = argument.partition(" ")
        if kind not in {str(kind) for kind in Kind}:
            kind, text = str(Kind.CLAIM), argument
        self.edit(AddItem(kind=kind, text=text), "board", "added")

    @action("edit")
    async def _do_edit(self, argument: str) -> None:
        if named := self._named(argument):
            self.edit(EditItem(id=named.id, text=named.rest), named.id, "changed")

    @action("pin")
    async def _do_pin(self, argument: str) -> None:
        if named := self._named(argument):
            pinned = not named.item.pinned
            self.edit(PinItem(id=named.id, pinned=pinned), named.id, _PINNED[pinned])

    @action("answer")
    async def _do_answer(self, argument: str) -> None:
        if named := self._named(argument):
            edit = JudgeItem(id=named.id, verdict=Verdict.ANSWER, why=named.rest)
            self.edit(edit, named.id, "answered")

    @action("accept")
    async def _do_accept(self, argument: str) -> None:
        if named := self._named(argument):
            self.edit(AcceptProposal(id=named.id), named.id, "accepted")

    @action("decide")
    async def _do_decide(self, argument: str) -> None:
        word, _, rest = argument.partition(" ")
        item = self._session.inquiry.board.find(word)
        if item and item.kind is Kind.PROPOSAL and not rest.strip():
            self.edit(AcceptProposal(id=word), word, "accepted")
        elif item:
            self.edit(DecideItem(id=word, text=rest.strip()), word, "decided")
        else:
            self.edit(DecideItem(text=argument), "board", "decided")

    def _named(self, argument: str) -> _Named | None:
        """The item that the first word names, and what follows; says so where there is none."""
        word, _, rest = argument.partition(" ")
        item = self._session.inquiry.board.find(word)
        if item is None:
            self._app.show_message(
                f"There is no {word or 'item named'} on the board; Tab shows it."
            )
            return None
        return _Named(id=word, item=item, rest=rest.strip())

    def edit(self, edit: BoardEdit | UndoEdit, about: str, done: str) -> bool:
        """Change the board and say what was done; true if anything was."""
        if self._session.read_only:
            self._app.show_message(self._session.read_only)
            return False
        before = self._session.inquiry.board.rev
        self._session.act(edit)
        changed = self._session.inquiry.board.rev != before
        self._app.show_message(f"{about}: {done if changed else 'nothing to change'}")
        return changed

    async def chosen(self, what: str, item: str) -> None:
        """Do what was chosen on the board; words that are needed are asked for."""
        if what in SETTLES and self._session.inquiry.board.is_contested(item):
            self._app.close_top()
            await self._runner.handlers[what](item)
        elif what in NEEDS_TEXT:
            self._app.close_top()
            found = self._session.inquiry.board.find(item)
            is_wording = found and found.kind is not Kind.TENSION
            draft = NEEDS_TEXT[what].format(id=item) + (found.text if found and is_wording else "")
            self._app.put_draft(draft)
        else:
            await self._runner.handlers[what]("" if what == "brief" else item)
        if isinstance(self._app.screen, BoardScreen):
            self._app.screen.show(self._session.inquiry)
