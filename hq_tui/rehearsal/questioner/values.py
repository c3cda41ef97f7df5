"""What the questioner hands back: the text of a reply, and at most one board update.

The two blocks are the questioner's own, so that it knows nothing of the wire;
the server turns them into blocks of the Messages API.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOut:
    """The words of a reply."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOut:
    """One call of the board tool."""

    name: str
    input: Mapping[str, object]


Block = TextOut | ToolOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply before it becomes blocks: its text and the operations for the board."""

    text: str
    ops: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the partner may use: all of it, unless something is taken away to measure it."""

    memory: bool = True
    tension: bool = True
    choose: bool = True


FULL = Policy()
