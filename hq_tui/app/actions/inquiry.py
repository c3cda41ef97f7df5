"""What the actions of the inquiry do: card, summary, review and brief.

They record what the person chose, or send a message that asks for something else than
the next question. The inquiry itself is computed elsewhere, from the record alone.
"""

from __future__ import annotations

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.export import ExportActions
from hq_tui.app.actions.reply import ReplyActions
from hq_tui.app.frontend import Frontend
from hq_tui.core.user_actions import ShowSummary, SkipQuestion
from hq_tui.inquiry.board import summary
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.review.review import review_session
from hq_tui.ui.actions import BY_NAME
from hq_tui.ui.screens.review import ReviewScreen
from hq_tui.ui.screens.text import TextScreen

ACTION_OF = {"hint": "hint", "answer_now": "tell", "skip": "skip", "close": "close"}
"""The action that makes each request. Without words of the person's own its command is the
message: it belongs to no language, so the talk stays in that of the person."""


class InquiryActions(ActionGroup):
    """The actions of the table that concern the inquiry."""

    def __init__(
        self, app: Frontend, runner: ActionRunner, reply: ReplyActions, export: ExportActions
    ) -> None:
        super().__init__(app, runner)
        self._reply = reply
        self._export = export

    def _request(self, what: str, argument: str) -> None:
        if self._may_act():
            self._reply.send(argument or BY_NAME[ACTION_OF[what]].slash, request=what)

    @action("hint")
    async def _do_hint(self, argument: str) -> None:
        if (
            self._session.inquiry.card.state is CardState.OPEN
            and self._session.conversation.turn_count
        ):
            self._request("hint", argument)
        else:
            self._app.show_message("There is no question to give a hint for yet.")

    @action("tell")
    async def _do_tell(self, argument: str) -> None:
        self._request("answer_now", argument)

    @action("skip")
    async def _do_skip(self, argument: str) -> None:
        inquiry = self._session.inquiry
        if inquiry.card.state is not CardState.OPEN or not self._session.conversation.turn_count:
            self._app.show_message("There is no question to skip.")
        elif self._may_act():
            self._session.act(SkipQuestion(turn=inquiry.card.turn))
            self._request("skip", argument)

    @action("why")
    async def _do_why(self, _argument: str) -> None:
        card = self._session.inquiry.card
        about = f" · about {', '.join(card.targets)}" if card.targets else ""
        self._app.show_message(
            f"why: {card.why}{about}" if card.why else "The partner gave no reason."
        )

    @action("summary")
    async def _do_summary(self, _argument: str) -> None:
        session = self._session
        lines = summary.lines_now(session.inquiry)
        if not lines:
            self._app.show_message("There is nothing to sum up yet.")
            return
        if not session.read_only:
            session.act(ShowSummary(lines=lines))
        foot = "Your next message may name a line · Esc closes"
        await self._app.push_screen(TextScreen("SUMMARY", summary.as_text(lines), foot))

    @action("close")
    async def _do_close(self, argument: str) -> None:
        self._request("close", argument)

    @action("review")
    async def _do_review(self, _argument: str) -> None:
        session = self._session
        found = review_session(session.conversation, session.inquiry)
        await self._app.push_screen(ReviewScreen(found), self._go_to_turn)

    def _go_to_turn(self, turn: int | None) -> None:
        if turn:
            self._app.go_to_turn(turn)

    @action("brief")
    async def _do_brief(self, argument: str) -> None:
        session = self._session
        text = brief_of(session.conversation, session.inquiry, session.acts)
        if argument:
            await self._export.write(argument, text)
            return
        name = f"{session.conversation.id}.{session.inquiry.mode.artefact}"
        foot = f"/brief {name} writes it · Esc closes"
        await self._app.push_screen(TextScreen("BRIEF", text, foot, markdown=True))
