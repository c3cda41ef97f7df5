"""Waiting for a file descriptor of any number: `select` knows only the first thousand."""

from __future__ import annotations

import select


def is_readable(number: int, seconds: float) -> bool:
    """Whether there is something to read from `number`, or its end, within so many seconds."""
    waiting = select.poll()
    waiting.register(number, select.POLLIN)
    return bool(waiting.poll(1000 * seconds))
