"""The line is slow when the terminal lets us wait, and is not called fast again at once."""

from __future__ import annotations

import itertools

import pytest

from hq_tui.terminal.link_speed import LinkMeter, Speed
from hq_tui.terminal.round_trip import QUESTION, RoundTrip


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def verdicts(*shares: float, forced: Speed | None = None) -> list[Speed]:
    """The verdict after each second of which this share was spent waiting."""
    clock = Clock()
    meter = LinkMeter(clock, forced=forced)
    found = []
    for share in shares:
        clock.now += 1
        found.append(meter.sample(share))
        assert meter.speed == found[-1]
    return found


def test_a_terminal_that_keeps_up_is_fast() -> None:
    assert set(verdicts(*[0.0] * 30)) == {"fast"}


def test_one_hiccup_does_not_make_a_link_slow() -> None:
    assert set(verdicts(0, 0, 1.0, 0, 0, 0, 0, 0)) == {"fast"}


def test_waiting_again_and_again_does() -> None:
    found = verdicts(*[0.5] * 5)
    assert found[0] == "fast"
    assert found[-1] == "slow"


def test_a_slow_link_has_to_stay_calm_for_a_while() -> None:
    found = verdicts(*[0.5] * 5, *[0.0] * 20)
    assert found[10] == "slow"
    assert found[-1] == "fast"
    turns = sum(a != b for a, b in itertools.pairwise(found))
    assert turns == 2


def test_a_link_between_the_two_keeps_its_verdict() -> None:
    assert set(verdicts(*[0.15] * 40)) == {"fast"}
    assert set(verdicts(*[0.5] * 5, *[0.15] * 40)[5:]) == {"slow"}


@pytest.mark.parametrize("forced", ["fast", "slow"])
def test_a_forced_verdict_stays(forced: Speed) -> None:
    assert set(verdicts(0.0, 1.0, 1.0, 1.0, 0.0, forced=forced)) == {forced}


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        ([0.01] * 9, "fast"),
        ([0.9], "fast"),
        ([0.9, 0.01, 0.9], "fast"),
        ([0.9, 0.9], "slow"),
        ([0.3] * 9, "fast"),
        ([0.9, 0.9, 0.3, 0.3, 0.3], "slow"),
        ([0.9, 0.9, 0.01, 0.01], "slow"),
        ([0.9, 0.9, 0.01, 0.01, 0.01], "fast"),
    ],
)
def test_late_answers_make_a_link_slow_and_soon_ones_fast(
    seconds: list[float], verdict: Speed
) -> None:
    meter = LinkMeter(Clock())
    for each in seconds:
        meter.answered(each)
    assert meter.speed == verdict


def test_what_pushes_back_is_slow_however_soon_it_answers() -> None:
    clock = Clock()
    meter = LinkMeter(clock)
    for _ in range(5):
        clock.now += 1
        meter.sample(0.5)
        meter.answered(0.01)
    assert meter.speed == "slow"


def test_one_question_is_under_way_at_most_and_an_answer_belongs_to_one() -> None:
    clock = Clock()
    trip = RoundTrip(clock)
    assert trip.end() is None, "nothing was asked"
    assert trip.begin() == QUESTION
    clock.now += 0.25
    assert trip.begin() == ""
    assert trip.end() == 0.25
    assert trip.end() is None
    assert trip.begin() == QUESTION
    clock.now += 100
    trip.wait()
