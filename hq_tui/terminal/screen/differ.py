"""Textual's output in, as few bytes as show the same out.

Textual writes whole widgets whenever anything in them changes, and the whole view when it
scrolls. A `Differ` reads that output, keeps the screen it describes, and gives back only
what must be sent to a terminal that shows the screen before. Writing twice and painting
once is fine: what was overtaken is never sent, which is how a slow line skips frames.

Rows that are known as cells can be given as such, which spares writing and reading them.

It understands what Textual writes while it runs full screen: moves, styles, links and
text. Sequences that draw nothing pass as they are. After one that might draw, nothing is
known, and the app has to draw everything again. Outside full screen everything passes.

No terminal, clock or thread is known here; the driver has those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from hq_tui.terminal.screen.cell_grid import CellGrid
from hq_tui.terminal.screen.cells import CellRun, parse
from hq_tui.terminal.screen.style import PLAIN, CellStyle

_CONTROL = re.compile(
    r"""(
    \x1b\[\d*(?:;\d*)?H | [\n\r\x07]
    | \x1b (?! \\ | \[[0-9;]*m | \]8;[^\x00-\x1f\x7f-\x9f]*(?:\x1b\\|\x07) )
      (?: \[[0-?]*[ -/]*[@-~] | P(?:[^\x1b]|\x1b[^\\])*\x1b\\
      | [\]X^_][^\x07\x1b]*(?:\x07|\x1b\\) | [ -/]*[0-OQ-WYZ`-~] )?
    )""",
    re.VERBOSE,
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]+)?\Z")
_MOVE = re.compile(r"\x1b\[(\d*)(?:;(\d*))?H")
_MODE = re.compile(r"\x1b\[\?(\d+)[hl]")
_DRAWING_MODES = frozenset((3, 5, 6, 47, 69, 1047, 1048, 1049))
_DRAWS_NOTHING = re.compile(
    r"\x07|\x1b[\]P].*|\x1b\[\?\d+\$p|\x1b\[[<>=][0-9;]*u|\x1b\[[>=?]?[0-9;]*[cnq]"
    r"|\x1b\[[0-9;]* q|\x1b\[[0-9;]*t",
    re.DOTALL,
)
_FULL_SCREEN = "\x1b[?1049h"
_SYNC = ("\x1b[?2026h", "\x1b[?2026l")
_TEARABLE_ROWS = 3
"""Changes in more rows than this are wrapped in sync markers, where the terminal has them."""


@lru_cache(maxsize=4096)
def _target(part: str) -> tuple[int, int] | None:
    """The column and row that `part` moves to, counted from 0, if it is a move."""
    move = _MOVE.fullmatch(part)
    if move is None:
        return None
    return max(int(move[2] or 1), 1) - 1, max(int(move[1] or 1), 1) - 1


class Differ:
    """The screen as Textual draws it, on its way to the terminal."""

    def __init__(self, width: int, height: int, *, erases_in_colour: bool = True) -> None:
        self.needs_repaint = False
        self._grid = CellGrid(width, height, erases_in_colour=erases_in_colour)
        self._full_screen = False
        self._synchronised = False
        self._cell_style: CellStyle = PLAIN
        self._at = (0, 0)
        self._cursor: tuple[int, int] | None = None
        self._unfinished = ""
        self._passing: list[str] = []

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows of the screen."""
        return self._grid.width, self._grid.height

    def use_margins(self, *, may: bool) -> None:
        """Scroll a part of each row from now on, or only whole rows."""
        self._grid.has_margins = may

    def resize(self, width: int, height: int) -> None:
        """The terminal has this size now; what it shows is not known any more."""
        if (width, height) == self.size:
            self._grid.forget(wanted=False)
        else:
            has_margins = self._grid.has_margins
            self._grid = CellGrid(width, height, erases_in_colour=self._grid.erases_in_colour)
            self._grid.has_margins = has_margins
            self._cursor = None
            # Where the old size is back before the app has heard, it has nothing to draw anew.
            self.needs_repaint = self._full_screen

    def feed(self, data: str) -> None:
        """Take what Textual writes."""
        data = self._whole(self._unfinished + data)
        for index, part in enumerate(_CONTROL.split(data)):
            if not part:
                continue
            if not self._full_screen:
                self._outside(part)
            elif index % 2:
                self._control(part)
            else:
                self._draw(part)

    def draw(self, x: int, y: int, runs: Iterable[CellRun]) -> bool:
        """Take rows that are cells already, from column `x` of row `y` on, if they are ours."""
        if self._full_screen:
            for number, run in enumerate(runs, y):
                self._grid.draw(x, number, run)
        return self._full_screen

    def _whole(self, data: str) -> str:
        """`data` without a sequence that is unfinished at its end, which is kept."""
        # The last escape character begins it, unless that may be half of a terminator.
        start = 0 if data.endswith("\x1b") else max(data.rfind("\x1b"), 0)
        unfinished = _UNFINISHED.search(data, start)
        self._unfinished = unfinished[0] if unfinished else ""
        return data[: unfinished.start()] if unfinished else data

    def passing(self) -> str:
        """The output to send as it is, in any case and before the next `paint`."""
        out = "".join(self._passing)
        self._passing.clear()
        return out

    def paint(self) -> str:
        """The output to send so that the terminal shows everything that was fed."""
        if not self._full_screen:
            return ""
        out = self._grid.paint(self._cursor)
        if out and self._synchronised and self._grid.rows_painted > _TEARABLE_ROWS:
            return out.join(_SYNC)
        return out

    def _outside(self, part: str) -> None:
        """Outside full screen nothing is ours."""
        self._passing.append(part)
        if part == _FULL_SCREEN:
            self._full_screen = True
            self._grid.forget(wanted=False)

    def _draw(self, source: str) -> None:
        """Text, styles and links."""
        x, y = self._at
        run = parse(source, self._cell_style)
        if run is None:
            self._pass_drawing(f"\x1b[{y + 1};{x + 1}H{source}\x1b[m")
            return
        self._grid.draw(x, y, run)
        self._cell_style = run.cell_style
        self._at = (x + len(run.cells), y)
        if run.cells:
            self._cursor = self._at

    def _control(self, part: str) -> None:
        """One sequence that is neither a style nor a link."""
        target = _target(part)
        if target is not None:
            self._at = self._cursor = target
        elif part == "\r":
            self._at = (0, self._at[1])
        elif part == "\n":
            # The terminal's line discipline adds the carriage return.
            self._at = (0, self._at[1] + 1)
        elif part in _SYNC:
            self._synchronised = True
        elif self._draws_nothing(part):
            self._passing.append(part)
        elif len(part) > 1:
            self._pass_drawing(part)
            self._full_screen = not re.fullmatch(r"\x1b\[\?(1049|1047|47)l", part)

    def _draws_nothing(self, part: str) -> bool:
        mode = _MODE.fullmatch(part)
        if mode is not None:
            return int(mode[1]) not in _DRAWING_MODES
        return _DRAWS_NOTHING.fullmatch(part) is not None

    def _pass_drawing(self, part: str) -> None:
        """Send what we cannot follow; the app has to draw everything after it."""
        self._passing.append(self._grid.release() + part)
        self._grid.forget(wanted=True)
        self._cell_style = PLAIN
        self._cursor = None
        self.needs_repaint = True
