"""Judges from backpressure and round trips whether the line to the terminal is slow.

A terminal that keeps up takes what is written at once. One behind a slow line lets the
writer wait; the share of recent time spent waiting tells. But much fits into a line before
it pushes back, and then what is typed is echoed late all the same: so the terminal is asked
whether it is there, and the time to its answer tells too. It takes more to change the
verdict than to keep it, so that the screen does not change its manner with every hiccup.

Time comes from the caller; nothing is measured here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

Speed = Literal["fast", "slow"]

WINDOW = 5.0
"""Seconds that are looked back at."""

SLOW_FROM = 0.25
"""The share of a window spent waiting from which a fast link counts as slow."""

FAST_BELOW = 0.05
"""The share below which a slow link may count as fast again."""

CALM = 10.0
"""Seconds a slow link has to stay below that share."""

FAR_FROM = 0.4
"""Seconds to an answer from which a line counts as slow, where they are two in a row."""

NEAR_BELOW = 0.2
"""Seconds to an answer below which it may count as fast again, where they are three."""

FAR_TWICE, NEAR_THRICE = 2, 3


class LinkMeter:
    """Turns samples of back-pressure, and the times to answers, into one word."""

    def __init__(self, clock: Callable[[], float], *, forced: Speed | None = None) -> None:
        self._clock = clock
        self._forced = forced
        self._is_pushing = False
        self._is_far = False
        self._far = self._near = 0
        self._samples: deque[tuple[float, float]] = deque()
        self._restless_at = clock()

    @property
    def speed(self) -> Speed:
        """The verdict."""
        if self._forced is not None:
            return self._forced
        return "slow" if self._is_pushing or self._is_far else "fast"

    @property
    def is_pushing(self) -> bool:
        """True if the line lets us wait, which time alone may end; a distance it cannot."""
        return self._is_pushing

    def sample(self, blocked: float) -> Speed:
        """Take in that the writer waited `blocked` seconds since the last sample."""
        now = self._clock()
        self._samples.append((now, max(0.0, blocked)))
        while self._samples[0][0] <= now - WINDOW:
            self._samples.popleft()
        share = sum(waited for _, waited in self._samples) / WINDOW
        if share >= FAST_BELOW:
            self._restless_at = now
        if share >= SLOW_FROM:
            self._is_pushing = True
        elif now - self._restless_at >= CALM:
            self._is_pushing = False
        return self.speed

    def answered(self, seconds: float) -> Speed:
        """Take in how long the terminal took to answer."""
        self._far = self._far + 1 if seconds >= FAR_FROM else 0
        self._near = self._near + 1 if seconds < NEAR_BELOW else 0
        if self._far >= FAR_TWICE:
            self._is_far = True
        elif self._near >= NEAR_THRICE:
            self._is_far = False
        return self.speed
