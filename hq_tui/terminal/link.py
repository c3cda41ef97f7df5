"""Whether the line to the terminal is fast or slow, from how hard it pushes back.

A terminal that keeps up takes what is written at once. One behind a slow line lets the
writer wait. The share of recent time spent waiting says which it is. It takes more to
change the verdict than to keep it, so that the screen does not change its manner with
every hiccup.

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


class LinkMeter:
    """Turns samples of back-pressure into one word."""

    def __init__(self, clock: Callable[[], float], *, forced: Speed | None = None) -> None:
        self._clock = clock
        self._forced = forced
        self._speed: Speed = forced or "fast"
        self._samples: deque[tuple[float, float]] = deque()
        self._restless_at = clock()

    @property
    def speed(self) -> Speed:
        """The verdict."""
        return self._speed

    def sample(self, blocked: float) -> Speed:
        """Take in that the writer waited `blocked` seconds since the last sample."""
        if self._forced is not None:
            return self._forced
        now = self._clock()
        self._samples.append((now, max(0.0, blocked)))
        while self._samples[0][0] <= now - WINDOW:
            self._samples.popleft()
        share = sum(waited for _, waited in self._samples) / WINDOW
        if share >= FAST_BELOW:
            self._restless_at = now
        if share >= SLOW_FROM:
            self._speed = "slow"
        elif now - self._restless_at >= CALM:
            self._speed = "fast"
        return self._speed
