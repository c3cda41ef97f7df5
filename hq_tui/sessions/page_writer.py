"""Has the model write the page of a session: a request of its own, beside the talk.

It goes the way of any reply: an engine with the same partner, so it is retried, stopped and
gone on with, and what it costs is counted. Its events are in the session's journal, each in a
record of one kind that earlier versions pass over, and in the session as its last page. The
talk knows nothing of it: no later request holds it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from hq_tui.core.codec import to_record
from hq_tui.core.conversation import EMPTY, Conversation, Outcome, Phase
from hq_tui.core.events import Event, PageEvent, SessionStarted
from hq_tui.core.reducer import apply
from hq_tui.engine import Clock
from hq_tui.errors import HqError
from hq_tui.inquiry.brief import brief_title
from hq_tui.inquiry.brief.written import PROMPT, WrittenPage, checked, request_for
from hq_tui.inquiry.review.quote_lint import SaidWords, carried_words
from hq_tui.sessions.session import Session

MOST_TOKENS = 4_000


class PageRecorder:
    """Puts the records of a page into the journal of its session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, record: dict[str, Any]) -> None:
        """Take a record."""
        self._session.recorder.append({"t": "page", "event": record})

    async def sync(self) -> bool:
        """Wait until everything appended is safe."""
        return await self._session.recorder.sync()


class PageWriter:
    """Writes one page of `session`; its engine is `engine`, and works like any other."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._recorder = PageRecorder(session)
        self.engine = session.engine_for(self._unfinished() or EMPTY, self._recorder)
        options = self.engine.replies.policy.options
        options = replace(
            options, thinking=False, tools=(), max_tokens=min(options.max_tokens, MOST_TOKENS)
        )
        self.engine.replies.policy = replace(self.engine.replies.policy, options=options)
        self.engine.events.subscribe(self._told)
        session.beside = self.engine

    def start(self) -> asyncio.Task[None]:
        """Ask for the page, or go on with one that broke off and would be asked for alike."""
        conversation = self._session.conversation
        if not conversation.turn_count:
            raise HqError("There is nothing to write a page of yet.", hint="Say something first.")
        if self.engine.conversation.turn_count:
            self.engine.recover()
            return self.engine.resume()
        first = SessionStarted(
            id=conversation.id,
            mode=conversation.mode,
            model=conversation.model,
            at=self._clock.time(),
            system=(PROMPT,),
            provider=conversation.provider,
        )
        self._recorder.append(to_record(first))
        self.engine.conversation = apply(EMPTY, first)
        self._told(first)
        return self.engine.ask(asked_now(self._session))

    def _told(self, event: Event) -> None:
        self._session.engine.apply(PageEvent(event=event))

    def _unfinished(self) -> Conversation | None:
        pages = self._session.conversation.pages
        if pages and not _is_whole(pages[-1]) and _is_of_now(pages[-1], self._session):
            return pages[-1]
        return None


def asked_now(session: Session) -> str:
    """The request for the page that would be sent now."""
    conversation = session.conversation
    return request_for(conversation, session.inquiry, session.acts, session.facts.window)


def written_now(session: Session) -> WrittenPage | None:
    """The page that the model wrote of the session as it stands; None where it did not."""
    pages = session.conversation.pages
    return written(pages[-1], session) if pages and _is_of_now(pages[-1], session) else None


def kept_page(session: Session) -> WrittenPage | None:
    """The page to show: the one of now, or in a closed session the last one, which says so."""
    now, pages = written_now(session), session.conversation.pages
    if now or not session.inquiry.was_closed:
        return now
    last = next((one for one in reversed(pages) if _is_whole(one)), None)
    page = written(last, session) if last else None
    if last is None or page is None:
        return None
    title, _, rest = page.text.partition("\n\n")
    number = _last_message(last, session)
    came_more = number < session.conversation.turn_count
    rest_of_it = "; what came after is not in it" if came_more else ", with the board as it was"
    note = f"*Written up to message {number}{rest_of_it}.*"
    return replace(page, text=f"{title}\n\n{note}\n\n{rest}")


def _last_message(page: Conversation, session: Session) -> int:
    """The last message that a page was written from."""
    asked = page.turn(1).asked.text
    numbers = range(session.conversation.turn_count, 0, -1)
    return next((one for one in numbers if f"\n\n[message {one}] " in asked), 0)


def written(page: Conversation, session: Session) -> WrittenPage | None:
    """The page that the model wrote, checked against the session; None where it broke off."""
    if not _is_whole(page):
        return None
    conversation, last = session.conversation, page.reply.attempts[-1]
    return checked(
        page.reply.text,
        conversation,
        SaidWords.of(
            conversation,
            session.acts,
            carried_words(session.inquiry.board),
            session.inquiry.attached.read,
        ),
        title=brief_title(conversation, session.inquiry),
        model=last.answered_by or last.model,
    )


def _is_whole(page: Conversation) -> bool:
    reply = page.reply
    whole = reply.phase is Phase.COMPLETE and not reply.is_half and not reply.is_wordless
    return whole and reply.attempts[-1].outcome is not Outcome.REFUSED


def _is_of_now(page: Conversation, session: Session) -> bool:
    return page.live is not None and page.live.asked.text == asked_now(session)
