"""Figures of several runs as one table: medians with their spread, and ratios."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

from benchmarks.reading import median

OURS = "hq-tui"
PROGRAMS = (OURS, "reference", "hello")
COMPARED = ("reference", "hello")
"""The programs that hq-tui is compared with in the last column, the first that has a figure."""


_FILLED = re.compile(r"[1-9][\d,]* messages")


@dataclass(slots=True)
class Figures:
    """Every figure of every run, in the order in which its kind was first measured."""

    rows: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, row: str, program: str, value: float) -> None:
        """Take in one figure of one run. A row ends with its unit, after a comma."""
        self.rows.setdefault(row, {}).setdefault(program, []).append(value)

    def values(self, row: str, program: str) -> list[float]:
        """What was measured, run by run; empty if nothing was."""
        return self.rows.get(row, {}).get(program, [])

    def table(self) -> str:
        """All of it in Markdown."""
        lines = [
            f"| {' | '.join(('', *PROGRAMS, 'hq-tui to the others'))} |",
            f"|{'---|' * (len(PROGRAMS) + 2)}",
        ]
        for row, found in self.rows.items():
            cells = [shown(found.get(program, [])) for program in PROGRAMS]
            compared = [*ratios(found), *self._growth(row)]
            lines.append(f"| {' | '.join((row, *cells, ', '.join(compared)))} |")
        return "\n".join(lines)

    def _growth(self, row: str) -> list[str]:
        """How hq-tui in a session that is not empty stands to itself in an empty one."""
        ours = self.values(row, OURS)
        empty = self.values(_FILLED.sub("0 messages", row), OURS)
        if not ours or not empty or ours is empty or median(empty) == 0:
            return []
        return [f"{median(ours) / median(empty):.2f}x empty"]


def shown(values: Sequence[float]) -> str:
    """The median, the spread where there is one, and how many runs where they are not three."""
    if not values:
        return ""
    runs = f" [{len(values)}]" if len(values) != 3 else ""
    if len(values) == 1:
        return f"{number(values[0])}{runs}"
    middle, least, most = number(median(values)), number(min(values)), number(max(values))
    spread = f" ({least} to {most})" if least != most else ""
    return f"{middle}{spread}{runs}"


def number(value: float) -> str:
    """Three figures, never more than are known."""
    if not isfinite(value):
        return "never"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 else f"{value:.4f}"


def ratios(found: dict[str, list[float]]) -> list[str]:
    """How hq-tui stands to each of the others, where both were measured."""
    ours = found.get(OURS)
    if not ours:
        return []
    return [
        f"{median(ours) / median(found[other]):.2f}x {other}"
        for other in COMPARED
        if found.get(other) and median(found[other]) > 0 and isfinite(median(ours))
    ]
