"""Words that are taken in together make the conversation that they make one by one."""

from __future__ import annotations

import asyncio
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.core.coalesce import DeltaBuffer
from hq_tui.core.conversation import EMPTY, Conversation
from hq_tui.core.events import (
    AttemptFailed,
    AttemptStarted,
    BlockEnded,
    BlockStarted,
    Event,
    MessageSent,
    MessageStarted,
    ResumeMode,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    ToolInputArrived,
)
from hq_tui.core.reducer import apply
from hq_tui.core.usage import NO_USAGE
from hq_tui.engine.recorder import MOMENT, EventRecorder
from tests.engine.fixtures import (
    CUT,
    InHand,
    Records,
    StillClock,
    failing,
    finished,
    folded,
    hold,
    quiet,
    silence,
)

OPENED: tuple[Event, ...] = (
    SessionStarted(id="s", mode="examine", model="m", at=1.0),
    MessageSent(text="Why?", at=2.0),
    AttemptStarted(number=1, how=ResumeMode.FRESH, model="m", at=3.0),
    MessageStarted(message_id="a", model="m", usage=NO_USAGE),
    BlockStarted(index=0, data={"type": "thinking", "thinking": ""}),
    BlockStarted(index=1, data={"type": "text", "text": ""}),
    BlockStarted(index=2, data={"type": "tool_use", "id": "t", "name": "board_update"}),
)
BROKEN: tuple[Event, ...] = (
    AttemptFailed(failure=CUT, at=4.0),
    AttemptStarted(number=2, how=ResumeMode.CONTINUE, model="m", at=5.0, prompt="go on", anchor=""),
    MessageStarted(message_id="b", model="m", usage=NO_USAGE),
    BlockStarted(index=1, data={"type": "text", "text": ""}),
)
WORDS = st.text("ab |\n`", max_size=6)
STEPS = st.lists(
    st.one_of(
        st.builds(TextArrived, index=st.sampled_from([1, 2, 9]), text=WORDS),
        st.builds(ThinkingArrived, index=st.sampled_from([0, 1]), text=WORDS),
        st.builds(ToolInputArrived, index=st.sampled_from([2, 3]), partial_json=WORDS),
        st.builds(SignatureArrived, index=st.just(0), signature=WORDS),
        st.builds(BlockEnded, index=st.sampled_from([0, 1, 2])),
        st.just(None),
    ),
    max_size=40,
)


async def test_a_sync_takes_the_words_along_that_wait_to_be_joined() -> None:
    records, seen = Records(), list[Event]()
    recorder = EventRecorder(records, StillClock(), recorded=seen.append)
    for event in (*OPENED, TextArrived(index=1, text="Be"), TextArrived(index=1, text="cause")):
        recorder.write(event)
    assert await recorder.sync()
    assert records.synced == len(records.rows) == len(OPENED) + 2
    assert folded(records.rows).reply.text == "Because"


def joined(events: list[Event]) -> Conversation:
    """The conversation, with deltas recorded and applied together wherever they may be."""
    conversation = EMPTY

    def recorded(event: Event) -> None:
        nonlocal conversation
        conversation = apply(conversation, event)

    async def record() -> None:
        recorder = EventRecorder(Records(), StillClock(), recorded=recorded)
        for event in events:
            recorder.write(event)
        recorder.flush()

    asyncio.run(record())
    return conversation


def agree(steps: list[Event | None]) -> bool:
    """Whether joining makes no difference; None among the steps is a break and a new try."""
    events = [*OPENED]
    for step in steps:
        events += BROKEN if step is None else (step,)
    return joined(events) == reduce(apply, events, EMPTY)


@given(STEPS)
def test_deltas_taken_in_together_are_deltas_taken_in_one_by_one(
    steps: list[Event | None],
) -> None:
    assert agree(steps)


def test_words_of_two_blocks_that_were_joined_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check above can fail."""

    def add(self: DeltaBuffer, event: Event) -> bool:
        if not isinstance(event, TextArrived):
            return False
        self._first = self._first or event
        self._pieces.append(event.text)
        return True

    monkeypatch.setattr(DeltaBuffer, "add", add)
    assert not agree([TextArrived(index=index, text="a") for index in (1, 1, 9)])


async def test_listeners_are_told_what_the_journal_and_the_conversation_have() -> None:
    held = hold(InHand(failing()))
    lengths: list[int] = []

    def check(_event: Event) -> None:
        assert folded(held.records.rows) == held.conversation
        lengths.append(len(held.conversation.reply.text))

    held.engine.events.subscribe(check)
    held.engine.ask("Why?")
    await finished(held)
    assert lengths == sorted(lengths)
    assert lengths[-1] == len(held.conversation.reply.text) > 0


async def test_the_first_words_go_at_once_and_those_of_a_moment_together() -> None:
    words = [TextArrived(index=0, text=f"{number} ") for number in range(5)]
    begun = BlockStarted(index=0, data={"type": "text", "text": ""})
    held = hold(InHand(lambda _number, _request: silence(begun, *words)))
    held.engine.ask("Why?")
    await quiet()
    assert held.conversation.reply.text == "0 "
    same = held.conversation
    assert held.conversation is same, "looking changes nothing"
    await held.clock.passes(MOMENT)
    assert held.conversation.reply.text == "0 1 2 3 4 "
    assert [row["text"] for row in held.records.rows if row["t"] == "text"] == ["0 ", "1 2 3 4 "]
    held.engine.stop()
    await finished(held)
