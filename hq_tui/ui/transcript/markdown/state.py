"""The place, in the structure of a text, at which the next step begins.

Together with the place in the text this is all that a step remembers of what came before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from hq_tui.ui.transcript.layout.rows import Span, TextStyle
from hq_tui.ui.transcript.layout.tables import TableGrid
from hq_tui.ui.transcript.markdown.fences import Fence


@dataclass(frozen=True, slots=True)
class AtBlockStart:
    """At the beginning of a block."""


@dataclass(frozen=True, slots=True)
class InList:
    """At an item that goes on a list."""

    marker: str
    number: int


@dataclass(frozen=True, slots=True)
class InParagraph:
    """Inside a paragraph; `carry` is its last row so far."""

    carry: tuple[Span, ...]
    join: str
    at: int

    def spaced(self, style: TextStyle) -> InParagraph:
        """The same with a space behind the carried row."""
        if not self.carry or self.carry[-1][0].endswith(" "):
            return self
        return replace(self, carry=(*self.carry, (" ", style)))


@dataclass(frozen=True, slots=True)
class InTable:
    """Inside a table whose columns are fixed."""

    grid: TableGrid


Place = AtBlockStart | InList | InParagraph | InTable | Fence


SLICE = 6_000
"""Characters that are laid out before keys have their turn."""


@dataclass(slots=True)
class WorkBudget:
    """Characters that may still be laid out before the loop has its turn again.

    Some take much longer than others, so a time can be set as well. What is laid out does
    not depend on either, only how soon.
    """

    left: int = SLICE
    until: float = inf
    clock: Callable[[], float] = float

    @property
    def spent(self) -> bool:
        """True if there is nothing left."""
        return self.left <= 0 or self.clock() >= self.until
