"""The place of the screen in the text, as arithmetic.

Following smoothly, the last row is always at the bottom. Following stepwise, the text
stands still while it fills the screen, and moves by a part of the screen when it has
reached the bottom: far less is sent over a slow line, and the eye is left in peace.
Where every move costs much, smooth following moves by a few rows at a time too.
"""

from __future__ import annotations

from typing import Literal

Mode = Literal["smooth", "stepwise"]

STEP = 0.4
"""The part of the screen that is left free after a step."""

MOST = 0.6
"""The part that a step leaves free at most."""

LETTERS_A_ROW = 30
"""Letters that may be drawn again for each row of text: about half of what one has."""


def end(total: int, height: int) -> int:
    """The row at the top of the screen when the text is scrolled to its end."""
    return max(0, total - height)


def step(height: int, mode: Mode, letters: int) -> int:
    """The rows to leave free where each move draws so many `letters` beside the text again."""
    least = int(height * STEP) if mode == "stepwise" else 0
    return max(least, min(letters // LETTERS_A_ROW, int(height * MOST)))


def followed(top: int, total: int, height: int, free: int) -> int:
    """The top row after the text has grown to `total` rows; a step leaves `free` rows free."""
    last = end(total, height)
    return min(top, last + free) if last <= top else last + free


def extent(top: int, total: int, height: int) -> int:
    """The rows of the scroll range: what there is, and the free rows below it."""
    return max(total, top + height)
