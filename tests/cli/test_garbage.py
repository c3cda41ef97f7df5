"""What replies leave behind in cycles is given back before it has become much."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator

import pytest

from hq_tui.runtime.preload import COLLECT_EVERY
from tests.support.gates import Tally

REPLIES = 2_000
SMALLER = 50
"""By how much less than in the program a reply leaves, and the collector waits for."""
OBJECTS = 3_000 // SMALLER
"""Objects that the collector sees of each reply, which lives as long as the next few."""
MOST = 500
"""Replies that may wait to be collected."""


class Reply:
    """Something that refers to itself, as a task does to its coroutine, and counts those left."""

    left = 0

    def __init__(self) -> None:
        self.itself = self
        self.objects: list[list[int]] = [[] for _ in range(OBJECTS)]
        Reply.left += 1

    def __del__(self) -> None:
        Reply.left -= 1


@pytest.fixture(autouse=True)
def _collector_left_as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.collect()


def most_left(thresholds: tuple[int, int, int]) -> int:
    """The most replies that were there at once in a long session with these thresholds."""
    gc.set_threshold(thresholds[0] // SMALLER, *thresholds[1:])
    recent: deque[Reply] = deque(maxlen=60)
    most = 0
    for _ in range(REPLIES):
        recent.append(Reply())
        most = max(most, Reply.left)
    return most


@pytest.mark.gate("memory")
def test_replies_in_cycles_are_collected_in_a_long_session(tally: Tally) -> None:
    tally.tried(REPLIES)
    assert most_left(COLLECT_EVERY) < MOST


@pytest.mark.twin("memory", "everything looked through after 250 rounds only")
def test_a_collector_that_waits_too_long_is_noticed() -> None:
    assert most_left((*COLLECT_EVERY[:2], 250)) > 2 * MOST
