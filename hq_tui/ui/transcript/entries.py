"""The parts of a transcript, as values.

A session on screen is a sequence of entries, one for each thing that was said, and an entry
is a sequence of parts. The app builds them from the conversation whenever it changes; the
transcript compares the new value with the one it drew and works out what moved. So a part
that grows is a new part with a longer text, and nothing is ever changed in place.

Texts are as they came: they are made safe for a terminal where they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The speaker of an entry."""

    USER = "user"
    ASSISTANT = "assistant"
    NOTE = "note"


class MarkKind(StrEnum):
    """The event that a mark in the margin of a reply reports."""

    RESUMED = "resumed"
    STOPPED = "stopped"
    CUT = "cut"
    FAILED = "failed"
    REFUSED = "refused"
    LENGTH = "length"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Markdown of a reply, or the words of the user. Grows at its end while open."""

    text: str
    seams: tuple[int, ...] = ()
    """Offsets in `text`, in characters, where a resumed reply was joined."""
    struck: bool = False
    """True if the text was refused or thrown away: it is shown, but struck out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thought:
    """The model's thinking before it spoke; one line until it is unfolded."""

    text: str
    open: bool = False
    tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A tool the model asked for; one line until it is unfolded to its input."""

    title: str
    input_text: str
    open: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One quiet line in words about what happened at this place."""

    kind: MarkKind
    text: str


Part = Prose | Thought | ToolCall | Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was said: a user's turn, a reply, or a note between them."""

    key: str
    role: Role
    turn: int
    parts: tuple[Part, ...]
    open: bool = False
    """True if more is still to come."""
    queued: bool = False
    """True if it waits to be sent."""

    @property
    def prose(self) -> str:
        """The words alone, as they came; separate texts a blank line apart."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, Prose))
