"""The place of the screen in the text, as arithmetic.

Following smoothly, the last row is always at the bottom. Following stepwise, the text
stands still while it fills the screen, and moves by a part of the screen when it has
reached the bottom: far less is sent over a slow line, and the eye is left in peace.
"""

from __future__ import annotations

from typing import Literal

Mode = Literal["smooth", "stepwise"]

STEP = 0.4
"""The part of the screen that is left free after a step."""


def end(total: int, height: int) -> int:
    """The row at the top of the screen when the text is scrolled to its end."""
    return max(0, total - height)


def followed(top: int, total: int, height: int, mode: Mode) -> int:
    """The top row after the text has grown to `total` rows."""
    if mode == "smooth":
        return end(total, height)
    if total > top + height:
        return end(total, height) + int(height * STEP)
    return min(top, max(0, total - 1))


def extent(top: int, total: int, height: int) -> int:
    """The rows of the scroll range: what there is, and the free rows below it."""
    return max(total, top + height)
