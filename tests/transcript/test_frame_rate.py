"""When a frame is drawn: at once after a rest, else when it is due, and never within another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hq_tui.ui.transcript.frame_rate import BREATH, MOST, SHARE, FrameLimiter


class Timer:
    """Time that stands still, and the frame that is due in it."""

    def __init__(self, *, costs: float = 0.0) -> None:
        self.now = 100.0
        self.costs = costs
        self.drawn: list[float] = []
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.within: Callable[[], None] = _nothing
        self.pace = FrameLimiter(20.0, clock=lambda: self.now, later=self._later, draw=self._draw)

    def _later(self, seconds: float, draw: Callable[[], None]) -> Timer:
        self.due.append((self.now + seconds, draw))
        return self

    def cancel(self) -> None:
        self.due.clear()

    def _draw(self) -> None:
        with self.pace.frame():
            self.drawn.append(self.now)
            self.within()
            self.now += self.costs

    def goes_on(self) -> None:
        """Time passes until the frame that is due is drawn."""
        (at, draw), *rest = self.due
        assert not rest, "one frame is due at a time"
        self.now = max(self.now, at)
        self.due.clear()
        draw()


def _nothing() -> None:
    pass


def test_the_first_change_after_a_rest_is_drawn_at_once() -> None:
    timer = Timer()
    timer.pace.changed()
    assert timer.drawn == [100.0]


def test_changes_that_follow_are_drawn_together_when_a_frame_is_due() -> None:
    timer = Timer()
    for _ in range(9):
        timer.pace.changed()
    timer.goes_on()
    assert timer.drawn == [100.0, pytest.approx(100.05)]


@pytest.mark.parametrize("costs", [0.001, 0.02, 0.3])
def test_a_slow_frame_pushes_the_next_one_away(costs: float) -> None:
    timer = Timer(costs=costs)
    timer.pace.changed()
    timer.pace.changed()
    timer.goes_on()
    pause = timer.drawn[1] - timer.drawn[0] - costs
    assert pause == pytest.approx(max(0.05 - costs, min(MOST, SHARE * costs)))


def test_what_changes_while_a_frame_is_drawn_is_part_of_it() -> None:
    timer = Timer()
    timer.within = timer.pace.changed
    timer.pace.changed()
    assert (timer.drawn, timer.due) == ([100.0], [])


def test_more_to_draw_is_drawn_after_a_breath() -> None:
    timer = Timer()
    timer.pace.changed()
    timer.pace.go_on()
    timer.pace.go_on()
    timer.goes_on()
    assert timer.drawn == [100.0, pytest.approx(100.0 + BREATH)]


def test_at_rest_nothing_is_due() -> None:
    timer = Timer()
    timer.pace.changed()
    timer.pace.changed()
    timer.pace.rest()
    assert timer.due == []


def test_a_frame_that_fails_does_not_keep_the_next_from_being_drawn() -> None:
    timer = Timer()

    def fails() -> None:
        raise ValueError("a frame failed")

    timer.within = fails
    with pytest.raises(ValueError, match="a frame failed"):
        timer.pace.changed()
    timer.within = _nothing
    timer.pace.changed()
    timer.goes_on()
    assert len(timer.drawn) == 2
