"""What a module says that explains nothing."""

from hq_tui.errors import HqError

LIMIT = 3
"""How many of them there may be."""


def fail() -> None:
    """Whether it can be mended."""
    raise HqError("Nothing stands here.", hint="Is it a question?")


def plain() -> None:
    """How many are there? As many as you like."""
