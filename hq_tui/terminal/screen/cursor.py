"""Writes on the terminal, and knows where the cursor is and which style is set.

Every move is made in the fewest bytes. Between two frames the cursor rests where the app
wants it, and most frames begin with the style of the one before. So the place and the style
are saved in the terminal, and coming back to both takes two bytes (DECSC and DECRC).
"""

from __future__ import annotations

from hq_tui.terminal.screen.style import PLAIN, CellStyle, colours, for_blank, transition

Spot = tuple[int, int]
"""A column and a row, counted from 0."""

SAVE, RESTORE = "\x1b7", "\x1b8"


class CursorWriter:
    """Collects what is to be sent. What it does not know, it sets anew."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.cell_style: CellStyle | None = None
        self.position: Spot | None = None
        self._out: list[str] = []
        self._first: CellStyle | None = None
        self._first_before: CellStyle | None = None
        self._rested: Spot | None = None
        self._saved: tuple[Spot, CellStyle] | None = None

    def forget(self) -> None:
        """Know nothing of the terminal's cursor and style any more."""
        self.cell_style = self.position = self._rested = self._saved = None

    def drain(self) -> str:
        """Take out what was collected since the last call."""
        out = "".join(self._out)
        self._out.clear()
        return out

    def lay_down(self) -> None:
        """Reset the style for whoever writes next."""
        if self.cell_style is not PLAIN:
            self._out.append("\x1b[m")
        self.cell_style = PLAIN

    def set_style(self, style: CellStyle) -> None:
        """Write in `style` from here on."""
        if style is self.cell_style:
            return
        if self.cell_style is None:
            self._out.append("\x1b]8;;\x1b\\\x1b[m")
            self.cell_style = PLAIN
        self._out.append(transition(self.cell_style, style))
        self.cell_style = style

    def draws_blank(self, blank: CellStyle) -> bool:
        """True if the style in use draws a blank like `blank`."""
        return self.cell_style is not None and for_blank(self.cell_style) is blank

    def move(self, x: int, y: int) -> None:
        """Put the cursor at column `x` of row `y`."""
        if self.position != (x, y):
            self._out.append(_way(self.position, (x, y)))
            self.position = (x, y)

    def write(self, text: str, end: int) -> None:
        """Send `text`, which leaves the cursor in column `end` of its row."""
        self._out.append(text)
        if self._first is None and self.cell_style is not None:
            self._first = colours(self.cell_style)
        # After the last column the cursor waits to wrap.
        self.position = (end, self.position[1]) if self.position and end < self.width else None

    def send(self, sequence: str) -> None:
        """Send what leaves the cursor anywhere."""
        self._out.append(sequence)
        self.position = None

    def rest(self, position: Spot) -> None:
        """Leave the cursor at `position` until the next frame."""
        first, self._first = self._first, None
        is_usual = first is None or first is self._first_before
        self._first_before = first or self._first_before
        came_back, self._rested = self._rested == position, position
        if position == self.position:
            return
        saved = self._saved if self._saved and self._saved[0] == position else None
        if saved and (first in (None, saved[1]) or not is_usual):
            self._out.append(RESTORE)
            self.position, self.cell_style = saved
        elif came_back and first is not None:
            self.set_style(first)
            self.move(*position)
            self._out.append(SAVE)
            self._saved = (position, first)
        else:
            self.move(*position)


def _way(start: Spot | None, end: Spot) -> str:
    """The fewest bytes that move the cursor from `start` to `end`."""
    x, y = end
    ways = [f"\x1b[{y + 1}H" if x == 0 else f"\x1b[{y + 1};{x + 1}H"]
    if start is not None:
        across, down = x - start[0], y - start[1]
        if down == 0:
            ways += ["\r" + _step(x, "C"), _step(abs(across), "C" if across > 0 else "D")]
        elif across == 0:
            ways.append(_step(abs(down), "B" if down > 0 else "A"))
        if down > 0:
            # The terminal's line discipline adds the carriage return.
            ways.append("\n" * down + _step(x, "C"))
    return min(ways, key=_size)


def _step(count: int, direction: str) -> str:
    """So many columns or rows on; nothing for no step."""
    if count < 1:
        return ""
    return f"\x1b[{count if count > 1 else ''}{direction}"


def _size(way: str) -> int:
    return len(way) + way.count("\n")
