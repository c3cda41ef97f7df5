"""Counts what an import does not carry over.

*Left out* is what belongs to no conversation, such as tool calls. A *fault* should have been
carried over and could not be read; each is named with its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hq_tui.core.text.sanitize import counted

NAMED = 5
"""Maximum number of faults to name; of the rest only the count is given."""


@dataclass(kw_only=True)
class Losses:
    """The counts of one session, or of what belongs to none of the sessions in a file."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def leave_out(self, one: str, many: str = "", *, count: int = 1) -> None:
        """Count something left out; `many` is its plural where that is not just an s more."""
        names = (one, many or f"{one}s")
        if count:
            self.counts[names] = self.counts.get(names, 0) + count

    def lose(self, place: str, why: str) -> None:
        """Note something that could not be read: where it is, and what is wrong with it."""
        self.faults.append(f"{place}: {why}")

    def add(self, other: Losses) -> None:
        """Take over what another one counted."""
        for names, count in other.counts.items():
            self.leave_out(*names, count=count)
        self.faults += other.faults

    @property
    def left_out(self) -> str:
        """A summary of what was left out; empty for nothing."""
        return ", ".join(counted(count, one, many) for (one, many), count in self.counts.items())


def named(faults: Iterable[str]) -> list[str]:
    """The first faults, and a line for how many more there are."""
    told = list(faults)
    rest = len(told) - NAMED
    return told if rest <= 1 else [*told[:NAMED], f"and {rest} more like these"]
