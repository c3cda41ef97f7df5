"""What goes to the terminal is counted and timed, and a terminal that is gone is noticed."""

from __future__ import annotations

import io
from typing import TextIO

from hq_tui.terminal.writer import BackpressureFile


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Slow(io.StringIO):
    """A terminal that takes a second for every write."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def write(self, text: str) -> int:
        self.clock.now += 1.0
        return super().write(text)


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def watched(file: TextIO, clock: Clock) -> tuple[BackpressureFile, list[str]]:
    drained: list[str] = []
    return BackpressureFile(file, clock, lambda: drained.append("drained")), drained


def test_what_is_on_its_way_is_known_until_it_is_taken() -> None:
    file, drained = watched(io.StringIO(), Clock())
    file.expect("one")
    file.expect("two")
    assert file.waiting == 6
    file.write("one")
    file.flush()
    assert (file.waiting, drained) == (3, [])
    file.write("two")
    file.flush()
    assert (file.waiting, drained) == (0, ["drained"])


def test_pressure_is_what_happened_since_the_last_look() -> None:
    clock = Clock()
    file, _ = watched(Slow(clock), clock)
    file.expect("é")
    file.write("é")
    first = file.pressure()
    assert (first.written, first.blocked, first.waiting) == (2, 1.0, 0)
    assert file.pressure().blocked == 0.0


def test_a_write_that_hangs_counts_while_it_hangs() -> None:
    clock = Clock()
    seen = []

    class Hanging(io.StringIO):
        def write(self, text: str) -> int:
            clock.now += 3.0
            seen.append(file.pressure().blocked)
            return len(text)

    file, _ = watched(Hanging(), clock)
    file.write("x")
    assert seen == [3.0]
    assert file.pressure().blocked == 0.0, "and not twice"


def test_a_terminal_that_is_gone_takes_everything_and_stops_nobody() -> None:
    file, drained = watched(Gone(), Clock())
    file.expect("text")
    file.write("text")
    file.flush()
    assert file.is_lost
    assert (file.waiting, drained) == (0, ["drained"])
