"""Limits how often the screen is drawn while text flows.

The first change after a quiet moment is drawn at once; the next ones are gathered. A frame
that took long pushes the next one away, so drawing never takes more than a small share of
the time, whatever the text is. The clock and the timer are passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

SHARE = 4
"""A frame is followed by a pause of at least this many times what it cost."""

MOST = 0.15
"""Seconds that such a pause lasts at most: words never wait longer for one slow frame."""

BREATH = 0.012
"""Seconds between two slices of one drawing: a key takes several turns of the loop until it
stands on the screen, and should get through all of them between two slices."""


class Due(Protocol):
    """A frame that will be drawn, unless it is cancelled."""

    def cancel(self) -> None:
        """Do not draw it."""


class FrameLimiter:
    """Decides when the next frame is drawn, and sees to it that it is."""

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float],
        later: Callable[[float, Callable[[], None]], Due],
        draw: Callable[[], None],
    ) -> None:
        self.rate = rate
        self._clock = clock
        self._later = later
        self._draw = draw
        self._next = float("-inf")
        self._due: Due | None = None
        self._drawing = False

    def changed(self) -> None:
        """Draw a frame: now, if the last one is long enough ago, or when it will be.

        What changes while a frame is drawn is part of that frame.
        """
        if self._due is None and not self._drawing:
            wait = self._next - self._clock()
            if wait <= 0:
                self._draw()
            else:
                self._due = self._later(wait, self._draw)

    def go_on(self) -> None:
        """Draw another frame as soon as keys had their turn."""
        if self._due is None:
            self._due = self._later(BREATH, self._draw)

    def rest(self) -> None:
        """Draw nothing any more that is due."""
        if self._due is not None:
            self._due.cancel()
            self._due = None

    @contextmanager
    def frame(self) -> Iterator[None]:
        """Wraps the drawing of a frame."""
        began = self._clock()
        self.rest()
        self._drawing = True
        try:
            yield
        finally:
            self._drawing = False
            ended = self._clock()
            pause = min(MOST, SHARE * (ended - began))
            self._next = max(began + 1 / self.rate, ended + pause)
