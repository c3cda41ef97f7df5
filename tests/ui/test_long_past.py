"""A long session: shown first, then counted and folded a little at a time, to the same end."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

from textual.events import Key

from hq_tui.app.view_state_builder import FinishedTotals
from hq_tui.core.conversation import Conversation
from hq_tui.inquiry.fold import inquiry_of
from hq_tui.sessions.session import LONG
from hq_tui.ui import transcript_entries as view
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, TIED, long_conversation


async def lengthened(stage: AppDriver, turns: int) -> Conversation:
    """The session on stage with so many finished turns more, as if it had been read."""
    await long_conversation(stage)
    conversation = stage.app.view.session.conversation
    more = [
        replace(conversation.past[number % len(conversation.past)], number=number + 1)
        for number in range(turns)
    ]
    assert conversation.live is not None
    longer = replace(
        conversation, past=tuple(more), live=replace(conversation.live, number=turns + 1)
    )
    stage.app.view.session.engine.conversation = longer
    stage.app.view.chat.open(longer, stage.app.view.view_state.start(stage.app.view.session))
    return longer


async def test_a_fold_in_pieces_comes_to_the_same_and_keys_have_their_turn(
    playing: Playing,
) -> None:
    async with playing(size=(80, 24)) as stage:
        conversation = await lengthened(stage, LONG + 30)
        session, done = stage.app.view.session, asyncio.Event()
        session._folded = None
        session.fold_in_background(done.set)
        assert session.inquiry.turns == 0, "not known yet"
        stage.app.post_message(Key("k", "k"))
        await stage.until(lambda: stage.app.composer.text == "k")
        assert not done.is_set(), "the key came before the end of the fold"
        await stage.until(done.is_set)
        assert session.inquiry == inquiry_of(conversation, session.acts)


async def test_a_message_that_is_sent_meanwhile_waits_for_nothing(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        await lengthened(stage, LONG + 30)
        session, done = stage.app.view.session, asyncio.Event()
        session._folded = None
        session.fold_in_background(done.set)
        await stage.talks(RUST, TIED)
        await stage.until(done.is_set)
        assert session.inquiry == inquiry_of(session.conversation, session.acts)


async def test_what_was_prepared_is_what_is_shown(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        conversation = await lengthened(stage, 40)
        thread = threading.Thread(target=stage.app.view.prepare, args=(conversation,))
        thread.start()
        thread.join()
        stage.app.view.chat.open(
            conversation, stage.app.view.view_state.start(stage.app.view.session)
        )
        assert stage.app.view.chat.transcript.entry_list.entries == view.entries(conversation)
        await stage.talks(RUST, TIED)
        assert stage.app.view.chat.transcript.entry_list.entries == view.entries(
            stage.app.view.session.conversation
        )


async def test_what_was_prepared_of_another_session_is_not_shown(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        conversation = await lengthened(stage, 10)
        stage.app.view.chat.prepare(replace(conversation, past=conversation.past[:3]))
        stage.app.view.chat.open(
            conversation, stage.app.view.view_state.start(stage.app.view.session)
        )
        assert stage.app.view.chat.transcript.entry_list.entries == view.entries(conversation)


async def test_a_past_is_added_up_from_where_it_was_known(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        conversation = await lengthened(stage, 30)
        facts_of = stage.app.view.session.engine.facts_of
        whole = FinishedTotals().with_all(conversation.past, facts_of)
        assert whole.ledger.total.total > 0
        part = FinishedTotals().with_all(conversation.past[:11], facts_of)
        assert part.with_all(conversation.past, facts_of) == whole
        other = tuple(replace(turn) for turn in conversation.past[3:])
        assert whole.with_all(other, facts_of) == FinishedTotals().with_all(other, facts_of)
        assert whole.with_all(conversation.past, facts_of) is whole
