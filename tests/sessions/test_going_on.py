"""A session that goes on from another one: its board, its page, and quotations that still hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.codec import from_record, to_record
from hq_tui.core.conversation import EMPTY
from hq_tui.core.events import Event, MessageSent, SessionStarted, UserActed
from hq_tui.core.reducer import apply
from hq_tui.core.user_actions import CarryOver
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.board.carried import carried_board, carried_items
from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.inquiry.request_notes import notes_for
from hq_tui.inquiry.review.quote_lint import SaidWords, lint, sessions_named
from hq_tui.sessions.going_on import session_from
from hq_tui.sessions.manager import SessionManager, StoredSession
from hq_tui.sessions.session import replay
from hq_tui.store.reader import read
from hq_tui.ui.widgets.board_rows import item_lines
from tests.fault_storms.held_sessions import desk_for
from tests.inquiry.test_pages import SESSIONS, page_of, stored
from tests.support.scripted import scripted_server


def going_on(found: StoredSession, *events: Event) -> StoredSession:
    """A session on the board of `found`, written to records and read back."""
    inquiry = found.inquiry
    carry = CarryOver(
        session=found.conversation.id,
        page=page_of(found),
        items=carried_items(inquiry.board, found.conversation.id),
    )
    first = SessionStarted(id="next", mode=inquiry.mode_name, model="m", at=1.0)
    records = [to_record(one) for one in (first, UserActed(action=carry, at=1.0), *events)]
    told = replay(records)
    return StoredSession(conversation=told.conversation, acts=told.acts, damaged=0)


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_every_line_of_the_board_comes_along_and_says_where_it_was_said(path: Path) -> None:
    found = stored(path)
    after = going_on(found)
    before = found.inquiry.board.items
    items = after.inquiry.board.items
    assert [(one.id, one.text, one.quote, one.turn, one.status) for one in items] == [
        (one.id, one.text, one.quote, one.turn, one.status) for one in before
    ]
    assert {one.session for one in items} == {found.conversation.id}
    assert [one.earlier for one in items] == [one.earlier for one in before]


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem[-4:])
def test_its_quotations_are_looked_up_in_the_session_they_were_said_in(path: Path) -> None:
    found = stored(path)
    name = found.conversation.id
    after = going_on(found, MessageSent(text="now with a number", at=2.0))
    page = page_of(after)
    assert sessions_named(page) == {name}
    before = SaidWords.of(found.conversation, found.acts)
    words = SaidWords.of(after.conversation, after.acts, {name: before})
    assert lint(page, words) == ()
    alone = lint(page, SaidWords.of(after.conversation, after.acts))
    assert alone
    assert all(f"session {name} is not here" in one.reason for one in alone)
    changed = page.replace("” [message", "x” [message")
    assert len(lint(changed, words)) >= len(alone) - page.count("[board,")


def test_the_first_message_tells_the_model_of_the_page_and_the_ids_and_no_later_one() -> None:
    after = going_on(stored(SESSIONS[0]))
    (_, earlier) = notes_for(after.inquiry)
    assert earlier.startswith("<earlier>")
    assert "[message 8]" in earlier
    assert all(f"{one.id} " in earlier for one in after.inquiry.board.live())
    spoken = going_on(stored(SESSIONS[0]), MessageSent(text="go on", at=2.0))
    assert not any("<earlier>" in note for note in notes_for(spoken.inquiry))


def test_a_board_that_was_taken_over_twice_still_names_its_first_session() -> None:
    found = stored(SESSIONS[0])
    once = going_on(found)
    twice = carried_board(carried_items(once.inquiry.board, "next"))
    assert {one.session for one in twice.items} == {found.conversation.id}


def test_a_line_that_is_said_anew_is_of_the_session_it_is_said_in() -> None:
    found = going_on(stored(SESSIONS[0]), MessageSent(text="I own it", at=2.0))
    edit = from_record(
        {"t": "control", "what": "board.edit", "detail": {"id": "c4", "text": "mine"}, "at": 3.0}
    )
    assert isinstance(edit, UserActed)
    acts = (*found.acts, Act(turn=1, action=edit.action))
    item = inquiry_of(found.conversation, acts).board.find("c4")
    assert item is not None
    assert (item.text, item.turn, item.session) == ("mine", 1, "")


def test_the_board_says_of_which_session_a_line_is_and_names_no_message_of_this_one() -> None:
    found = stored(SESSIONS[0])
    board = going_on(found).inquiry.board
    item = board.find("c4")
    assert item is not None
    told = " ".join(" ".join(item_lines(item, board, 80)).split())
    assert f"message 4 of {found.conversation.id}" in told


def test_a_session_that_has_begun_keeps_its_own_board() -> None:
    found = stored(SESSIONS[0])
    late = CarryOver(session="other", page="", items=carried_items(found.inquiry.board, "other"))
    acts = (*found.acts, Act(turn=found.conversation.turn_count, action=late))
    assert inquiry_of(found.conversation, acts).board == found.inquiry.board


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(st.sampled_from(["kind", "text", "turn", "supports", "earlier", "status", "rev"]), _JUNK)
def test_a_record_that_cannot_be_read_costs_its_own_line_alone(name: str, junk: object) -> None:
    rows = list(carried_items(stored(SESSIONS[0]).inquiry.board, "s"))
    rows[1] = {**rows[1], name: junk}
    items = carried_board([None, *rows]).items
    assert len(items) in {len(rows), len(rows) - 1}
    conversation = apply(EMPTY, SessionStarted(id="x", mode="examine", model="m", at=1.0))
    carry = CarryOver(session="s", items=(*rows,))
    inquiry = inquiry_of(conversation, (Act(turn=0, action=carry),))
    assert brief_of(conversation, inquiry).startswith("# Decision record")


async def test_the_new_session_is_on_disk_with_its_first_message(tmp_path: Path) -> None:
    async with scripted_server(["Then what?"]) as server:
        manager: SessionManager = desk_for(tmp_path, server, "rehearsal-1")
        found = stored(SESSIONS[0])
        session = session_from(manager, found)
        assert not list(manager.library.folder.glob("*.jsonl"))
        assert session.conversation.mode == found.conversation.mode
        session.engine.conversation = apply(
            session.conversation,
            SessionStarted(id=session.conversation.id, mode="examine", model="rehearsal-1", at=1.0),
        )
        await session.ask("and the rent?")
        name = session.conversation.id
        assert await session.close()
        again = manager.read(name)
        assert again.inquiry.board.find("d1") is not None
        kinds = [row["t"] for row in read(manager.library.path(name), live=True).records]
        assert kinds[:3] == ["session", "control", "user"]
        await manager.close()
