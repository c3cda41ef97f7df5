"""Words that are taken in together make the conversation that they make one by one."""

from __future__ import annotations

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
from hq_tui.engine.state import ConversationState
from tests.engine.means import CUT, InHand, failing, finished, hold

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


def gathered(events: list[Event]) -> Conversation:
    """The conversation, with deltas taken in together wherever they may be."""
    standing = ConversationState(EMPTY)
    for event in events:
        standing.apply(event)
    return standing.conversation


def agree(steps: list[Event | None]) -> bool:
    """Whether gathering makes no difference; None among the steps is a break and a new try."""
    events = [*OPENED]
    for step in steps:
        events += BROKEN if step is None else (step,)
    return gathered(events) == reduce(apply, events, EMPTY)


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
    assert not agree([TextArrived(index=1, text="a"), TextArrived(index=9, text="b")])


async def test_the_conversation_has_every_word_whenever_somebody_looks() -> None:
    often, rarely = (hold(InHand(failing())) for _ in range(2))
    lengths: list[int] = []
    often.engine.events.subscribe(lambda _: lengths.append(len(often.conversation.reply.text)))
    for held in (often, rarely):
        held.engine.ask("Why?")
        await finished(held)
    assert lengths == sorted(lengths)
    assert len(set(lengths)) > 10, "each word was there when it had come"
    assert rarely.conversation.reply.text == often.conversation.reply.text
