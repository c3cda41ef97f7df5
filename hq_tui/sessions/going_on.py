"""Begins a session where another one ended: with its board and its page."""

from __future__ import annotations

from hq_tui.core.user_actions import CarryOver
from hq_tui.inquiry.board.carried import carried_items
from hq_tui.inquiry.brief import brief_of
from hq_tui.sessions.manager import SessionManager, StoredSession
from hq_tui.sessions.session import Session


def session_from(manager: SessionManager, found: StoredSession) -> Session:
    """A session that begins with the board and the page of `found`."""
    conversation, inquiry = found.conversation, found.inquiry
    session = manager.new(mode=conversation.mode, model=conversation.model, like=conversation)
    page = brief_of(conversation, inquiry, found.acts).partition("\n---\n")[0]
    items = carried_items(inquiry.board, conversation.id)
    session.act(CarryOver(session=conversation.id, page=page, items=items))
    return session
