"""The board, worked on by the person: a slash word, an id, words.

What is typed here holds at once and is locked against the partner from then on.
"""

from __future__ import annotations

from hq_tui.commands.base import Group, action
from hq_tui.inquiry.board import Kind
from hq_tui.ui.board_screen import BoardScreen
from hq_tui.ui.board_view import who_writes

NEEDS_TEXT = {"refine": "/refine {id} ", "edit": "/edit {id} "}
DONE = {
    "add": "added",
    "edit": "changed",
    "pin": "pinned",
    "unpin": "unpinned",
    "retract": "retracted",
    "refine": "refined",
    "contest": "contested",
    "answer": "answered",
    "decide": "decided",
}
"""What is said when it was done."""


class Boarding(Group):
    """Actions on the board."""

    @action("board")
    async def _do_board(self, _argument: str) -> None:
        engine = self._session.engine
        facts = engine.facts or engine.facts_of(self._session.talk.model)
        await self._app.push_screen(BoardScreen(self._session.inquiry, who_writes(facts)))

    @action("add")
    async def _do_add(self, argument: str) -> None:
        kind, _, text = argument.partition(" ")
        if kind not in {str(kind) for kind in Kind}:
            kind, text = str(Kind.CLAIM), argument
        self._edit("add", kind=kind, text=text)

    @action("edit")
    async def _do_edit(self, argument: str) -> None:
        self._edit_item("edit", argument, "text")

    @action("pin")
    async def _do_pin(self, argument: str) -> None:
        item = self._session.inquiry.board.find(argument.strip())
        self._edit_item("unpin" if item and item.pinned else "pin", argument, "text")

    @action("retract")
    async def _do_retract(self, argument: str) -> None:
        self._edit_item("retract", argument, "why")

    @action("refine")
    async def _do_refine(self, argument: str) -> None:
        self._edit_item("refine", argument, "text")

    @action("contest")
    async def _do_contest(self, argument: str) -> None:
        self._edit_item("contest", argument, "why")

    @action("answer")
    async def _do_answer(self, argument: str) -> None:
        self._edit_item("answer", argument, "why")

    @action("decide")
    async def _do_decide(self, argument: str) -> None:
        word, _, _rest = argument.partition(" ")
        if self._session.inquiry.board.find(word):
            self._edit_item("decide", argument, "text")
        else:
            self._edit("decide", text=argument)

    def _edit_item(self, what: str, argument: str, rest_is: str) -> None:
        word, _, rest = argument.partition(" ")
        if self._session.inquiry.board.find(word) is None:
            self._app.say(f"There is no {word or 'item named'} on the board; Tab shows it.")
            return
        self._edit(what, **{"id": word, rest_is: rest.strip()})

    def _edit(self, what: str, **detail: str) -> None:
        if self._session.read_only:
            self._app.say(self._session.read_only)
            return
        before = self._session.inquiry.board.rev
        self._session.control(f"board.{what}", **detail)
        changed = self._session.inquiry.board.rev != before
        about = detail.get("id", "board")
        self._app.say(f"{about}: {DONE[what] if changed else 'nothing to change'}")

    async def chosen(self, what: str, item: str) -> None:
        """Do what was chosen on the board; words that are needed are asked for."""
        if what in NEEDS_TEXT:
            self._app.close_top()
            found = self._session.inquiry.board.find(item)
            draft = NEEDS_TEXT[what].format(id=item) + (found.text if found else "")
            self._app.put_draft(draft)
        else:
            await self.handlers[what](item)
        if isinstance(self._app.screen, BoardScreen):
            self._app.screen.show(self._session.inquiry)
