"""Looks at how the terminal keeps up, but only while something is sent to it.

A driver that writes is looked at a second later, and with the first write after such a look
the terminal is asked whether it is there. While the line pushes back, and so may cease to,
the looking goes on; otherwise it ends with the last look after the last write. A program in
which nothing happens has no timer, wakes nobody and sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from hq_tui.terminal.driver import DiffDriver
from hq_tui.terminal.link_speed import LinkMeter, Speed

SAMPLE_EVERY = 1.0
"""Seconds between a write and the look at what became of it."""


class LinkMonitor:
    """Tells of each change of the speed of one driver's line."""

    def __init__(
        self,
        driver: DiffDriver,
        meter: LinkMeter,
        *,
        later: Callable[[float, Callable[[], None]], object],
        on_change: Callable[[Speed], None],
    ) -> None:
        self._driver = driver
        self._meter = meter
        self._later = later
        self._on_change = on_change
        self._is_due = False
        driver.on_written = self._written
        driver.on_answered = self._answered

    def _written(self) -> None:
        if not self._is_due:
            self._driver.ask()
        self._look_soon()

    def _look_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._later(SAMPLE_EVERY, self._look)

    def _look(self) -> None:
        self._is_due = False
        pressure = self._driver.pressure()
        before = self._meter.speed
        self._meter.sample(pressure.blocked)
        if self._meter.is_pushing or pressure.waiting:
            self._look_soon()
        self._tell(before)

    def _answered(self, seconds: float) -> None:
        before = self._meter.speed
        self._meter.answered(seconds)
        self._tell(before)

    def _tell(self, before: Speed) -> None:
        if self._meter.speed != before:
            self._on_change(self._meter.speed)
