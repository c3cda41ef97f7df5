"""Actions of the inquiry: card, summary, review and brief.

They record what the person chose, or send a message that asks for something else than
the next question. The inquiry itself is computed elsewhere, from the record alone.
"""

from __future__ import annotations

from hq_tui.app.actions.base import ActionGroup, ActionRunner, action
from hq_tui.app.actions.export import ExportActions
from hq_tui.app.actions.reply import ReplyActions
from hq_tui.app.frontend import Frontend
from hq_tui.core.conversation import Phase
from hq_tui.core.events import Event, MessageStarted, RetryScheduled
from hq_tui.core.text.reply_notes import partner_of
from hq_tui.core.user_actions import ShowSummary, SkipQuestion
from hq_tui.inquiry.board import summary
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.card import CardState
from hq_tui.inquiry.review.review import review_session
from hq_tui.sessions.page_writer import PageWriter, kept_page, written
from hq_tui.sessions.partner_router import is_rehearsal
from hq_tui.sessions.session import Session
from hq_tui.ui.actions import BY_NAME
from hq_tui.ui.screens.review import ReviewScreen
from hq_tui.ui.screens.text import TextScreen

WRITE_PAGE = "written"
"""The argument of `/brief` that has the model write the page."""
WRITING = "{} is writing the page · Esc stops"
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

    @property
    def _partner(self) -> str:
        return partner_of(self._session.conversation.model)

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
        await self._app.push_screen(TextScreen("SUMMARY", summary.as_text(lines)))

    @action("close")
    async def _do_close(self, argument: str) -> None:
        session = self._session
        if session.is_out_of_room:
            await self._do_brief("")
        elif self._may_act():
            self._request("close", argument)
            self._app.run_worker(self._show_page_after(session))

    async def _show_page_after(self, session: Session) -> None:
        await session.engine.wait_idle()
        reply = session.conversation.reply
        if self._session is session and reply.phase is Phase.COMPLETE and not reply.is_wordless:
            await self._do_brief("")

    @action("review")
    async def _do_review(self, _argument: str) -> None:
        session = self._session
        found = review_session(session.conversation, session.inquiry)
        await self._app.push_screen(ReviewScreen(found), self._go_to_turn)

    @action("brief")
    async def _do_brief(self, argument: str) -> None:
        session = self._session
        if argument == WRITE_PAGE:
            await self._write_page()
            return
        written = kept_page(session)
        text = brief_of(session.conversation, session.inquiry, session.acts)
        if argument:
            await self._export.write(argument, written.text if written else text)
            return
        await self._show_page(written.text if written else text, again=written is not None)

    async def _show_page(self, text: str, *, again: bool = False) -> None:
        name = f"{self._session.conversation.id}.{self._session.inquiry.mode.artefact}"
        keys, ends = [("s", f"saves it as {name}")], {"s": name}
        is_writer = not is_rehearsal(self._session.conversation.model)
        if is_writer:
            how = "again" if again else "as prose"
            keys = [("Enter", f"{self._partner} writes it {how}"), *keys]
            ends["enter"] = WRITE_PAGE
        page = TextScreen("BRIEF", text, keys, markdown=True, ends=ends)
        await self._app.push_screen(page, self._page_left)

    def _page_left(self, wanted: str | None) -> None:
        if wanted:
            self._runner.start("brief", wanted)

    async def _write_page(self) -> None:
        """Have the model write the page, say how that goes, and show what came of it."""
        session, app = self._session, self._app
        if is_rehearsal(session.conversation.model):
            app.show_message("A rehearsal has no model to write it: F10 makes it from the board.")
            return
        if not self._may_act():
            return
        writer = PageWriter(session, app.manager.clock)
        writer.engine.events.subscribe(lambda event: self._say_progress(writer, event))
        writer.start()
        app.show_message(WRITING.format(self._partner))
        await writer.engine.wait_idle()
        reply, page = writer.engine.conversation.reply, written(writer.engine.conversation, session)
        if page is None:
            why = f"{reply.failure.message} {reply.failure.hint} " if reply.failure else ""
            app.show_message(f"The page is not complete. {why}F10 and Enter go on with it.")
        elif self._session is session:
            app.show_message(page.account)
            await self._show_page(page.text, again=True)

    def _say_progress(self, writer: PageWriter, event: Event) -> None:
        reply = writer.engine.conversation.reply
        if isinstance(event, RetryScheduled):
            why = f" · {reply.failure.words}" if reply.failure else ""
            tries = f"attempt {event.attempt}/{event.of}"
            self._app.show_message(f"The page: retrying in {event.delay:.0f} s · {tries}{why}")
        elif isinstance(event, MessageStarted):
            self._app.show_message(WRITING.format(self._partner))
