"""What ten thousand messages cost: their text, and little beside it.

Memory is counted as Python allocates it, so the figures are the same on every machine. Each
promise is tried on a session and on one twice as long: what is held for every turn shows as
growth, what is held once does not.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from hq_tui.core.codec import to_record
from hq_tui.core.conversation import Conversation, Turn
from hq_tui.inquiry import fold as inquiry
from hq_tui.inquiry.actions import Act
from hq_tui.inquiry.fold import Folded, advance, fold_turn
from hq_tui.inquiry.state import Inquiry
from hq_tui.inquiry.text import language
from hq_tui.sessions.session import replay
from hq_tui.sessions.summaries import PORTION, read_increment
from hq_tui.store.index import ReadCheckpoint
from tests.sessions.samples import conversation, write
from tests.support.gates import Tally

TURNS = language.LINES + 100
"""So many that everything remembered of a bounded number of texts has been replaced once."""
A_TURN = 600
"""Bytes that the fold may hold for a turn: what it counts and remembers of it, not its words."""
VOCABULARY = [f"word{number}" for number in range(300)]


def long_conversation(turns: int) -> Conversation:
    """A session in which nothing is said twice, in words that come again and again."""
    rng, said = Random(turns), list[str]()
    for number in range(turns):
        said.append(f"{' '.join(rng.choices(VOCABULARY, k=80))} and so it is.")
        said.append(f"And number {number} of {turns}, how do you know that it is so?")
    return replay(to_record(event) for event in conversation("s", *said)).conversation


@pytest.fixture(scope="module")
def sessions() -> tuple[Conversation, Conversation]:
    """A session, and one twice as long."""
    return long_conversation(TURNS), long_conversation(2 * TURNS)


def held_by_folding(session: Conversation) -> int:
    """Bytes that are there after the fold and were not before."""
    gc.collect()
    tracemalloc.start()
    try:
        folded = advance(None, session)
        gc.collect()
        assert folded.now.turns == session.turn_count
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def growth_a_turn(sessions: tuple[Conversation, Conversation]) -> float:
    """Bytes for each turn more."""
    short, long = map(held_by_folding, sessions)
    return (long - short) / TURNS


@pytest.mark.gate("memory")
def test_the_fold_holds_what_it_counts_and_not_the_words(
    sessions: tuple[Conversation, Conversation], tally: Tally
) -> None:
    tally.tried(3 * TURNS)
    assert growth_a_turn(sessions) < A_TURN


@pytest.mark.twin("memory", "the words of every message remembered")
def test_words_that_are_remembered_for_ever_are_noticed(
    sessions: tuple[Conversation, Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered: list[tuple[str, ...]] = []

    def remembering(state: Inquiry, turn: Turn, acts: Sequence[Act] = ()) -> Inquiry:
        remembered.append(language.words.__wrapped__(turn.asked.text))
        return fold_turn(state, turn, acts)

    monkeypatch.setattr(inquiry, "fold_turn", remembering)
    assert growth_a_turn(sessions) > A_TURN


def in_pieces(session: Conversation) -> Folded:
    """The fold of a session that was looked at after every few turns."""
    folded: Folded | None = None
    for count in range(7, len(session.past), 11):
        part = Conversation(
            id=session.id,
            mode=session.mode,
            past=session.past[:count],
            live=session.past[count],
        )
        folded = advance(folded, part)
    return advance(folded, session)


def test_folding_in_pieces_is_folding_at_once() -> None:
    session = long_conversation(150)
    assert in_pieces(session) == advance(None, session)


def take_in(path: Path, portion: int) -> None:
    taken = read_increment(path, ReadCheckpoint(), None, portion=portion)
    while taken.more:
        taken = read_increment(path, taken.mark, taken.row, portion=portion)


def most_while_indexing(path: Path, portion: int) -> int:
    """The most bytes that were there at once while a journal was taken in."""
    gc.collect()
    # The interpreter keeps some thousand tuples to use them again; they are here before counting.
    take_in(path, portion)
    tracemalloc.start()
    try:
        take_in(path, portion)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def journals(tmp_path: Path) -> Callable[[int], float]:
    """How much more memory a journal twice as long takes, by the portions it is taken in."""
    words = "so many words that a portion is filled with them " * 12
    paths = [
        write(tmp_path / "sessions", conversation(f"of-{count}", *[words] * count))
        for count in (200, 400)
    ]
    assert paths[0].stat().st_size > 8 * PORTION

    def growth(portion: int) -> float:
        short, long = (most_while_indexing(path, portion) for path in paths)
        return long / short

    return growth


@pytest.mark.gate("memory")
def test_the_index_holds_one_portion_of_a_journal(
    journals: Callable[[int], float], tally: Tally
) -> None:
    tally.tried(2)
    assert journals(PORTION) < 1.2


@pytest.mark.twin("memory", "a journal taken in as a whole")
def test_a_journal_that_is_held_as_a_whole_is_noticed(journals: Callable[[int], float]) -> None:
    assert journals(1 << 40) > 1.5
