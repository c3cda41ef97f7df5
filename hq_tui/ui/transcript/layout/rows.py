"""A row of text before it has colours.

Everything that decides *what* stands on a row (Markdown, wrapping, folding) works with the
values here and can be tested without a screen. Only the painter turns them into strips, so
a new theme repaints without laying anything out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from textual.strip import Strip


class TextStyle(NamedTuple):
    """The look of a piece of text: a role that the theme colours, and its own attributes."""

    role: str = "text"
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    href: str = ""
    fold: str = ""
    """Names the part that a click on this text folds or unfolds."""


PLAIN = TextStyle()

Span = tuple[str, TextStyle]
"""Text that looks the same throughout, without line breaks."""


class LazyHighlight(Protocol):
    """Colours that are worked out when a row is painted; equal tints give equal colours."""

    def spans(self) -> Sequence[Span]:
        """The text they belong to, coloured."""


@dataclass(slots=True, eq=False)
class Painted:
    """A strip, until it is let go of, and whose work it is; the painter's own affair."""

    painter: object
    strip: Strip | None


@dataclass(slots=True)
class TextRow:
    """One row, and what of it is content when it is copied."""

    spans: tuple[Span, ...] = ()
    skip: int = 0
    """The number of characters at the start that are decoration."""
    join: str = "\n"
    """Text between the row before and this one: a line break, or what a wrap took."""
    prefix: str = ""
    """Text that is copied in place of the decoration."""
    silent: bool = False
    """True if the row is decoration as a whole and leaves no trace when copied."""
    fill: TextStyle | None = None
    """The look of the rest of the row, where it has a background of its own."""
    room: int = 0
    """Columns that `fill` reaches."""
    at: int = 0
    """The place in the text of its part at which the block of this row begins."""
    seam: bool = False
    """True if a resumed reply was joined in the block that begins here."""
    asks: bool = False
    """True if the question that waits for an answer begins here."""
    bare: bool = False
    """True if it is the space between entries, without a bar beside it."""
    label: str = ""
    """Text at the right edge."""
    highlight: LazyHighlight | None = None
    """The colours of the last span, where they are not known yet."""
    painted: Painted | None = field(default=None, compare=False, repr=False)
    """The look when last drawn; equal rows may share it."""

    @property
    def text(self) -> str:
        """Everything on the row, decoration included."""
        return "".join(text for text, _ in self.spans)

    @property
    def coloured(self) -> tuple[Span, ...]:
        """The spans with all their colours, unless those would change a word."""
        if self.highlight is None:
            return self.spans
        spans = self.highlight.spans()
        is_same = "".join(text for text, _ in spans) == self.spans[-1][0]
        return (*self.spans[:-1], *spans) if is_same else self.spans

    @property
    def content(self) -> str:
        """The row without decoration."""
        return "" if self.silent else self.text[self.skip :]


def indented(row: TextRow, lead: tuple[Span, ...], prefix: str) -> TextRow:
    """`row` moved to the right behind `lead`, which is decoration copied as `prefix`."""
    shift = sum(len(text) for text, _ in lead)
    row.spans = lead + row.spans
    row.skip += shift
    row.prefix = prefix + row.prefix
    if row.room:
        row.room += shift
    return row


class GrowingRows:
    """The rows of a text that grows: those that stay as they are, and a tail that is made anew."""

    def __init__(self, width: int) -> None:
        self.width = max(1, width)
        self.settled: list[TextRow] = []
        self.tail: Sequence[TextRow] = []
        self.changed = 0
        """The first row that the last update may have changed."""

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.settled) + len(self.tail)

    def row(self, index: int) -> TextRow:
        """One row."""
        settled = len(self.settled)
        return self.settled[index] if index < settled else self.tail[index - settled]
