"""Rows become strips: the only place in the transcript that knows colours.

A strip is painted once, at the full width of the widget and with its background, and stays
on its row until the theme or the width changes or many others were painted since; drawing
the screen again then costs next to nothing. What comes and goes (a selection, what was
searched for) is laid over a copy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from rich.segment import Segment
from rich.style import Style
from textual.color import BLACK, Color
from textual.filter import LineFilter
from textual.strip import Strip

from hq_tui.ui.transcript import glyphs
from hq_tui.ui.transcript.entries import Entry, Role
from hq_tui.ui.transcript.layout.rows import Painted, Span, TextRow, TextStyle
from hq_tui.ui.transcript.layout.wrap import columns, cut

ROLES = (
    "quiet", "struck", "error", "warning", "heading", "code", "link", "url", "quote", "rule",
    "bullet", "bar", "question", "block", "language", "keyword", "string", "number", "comment",
    "name", "builtin", "hit", "hit-now",
)  # fmt: skip
"""Roles that the theme colours, each as a component class of the transcript."""

GROUNDS = frozenset({"block", "code", "hit", "hit-now"})
"""The roles that bring a background of their own."""

_ON_CODE = frozenset(
    {"block", "language", "keyword", "string", "number", "comment", "name", "builtin"}
)
KEPT_STRIPS = 600
"""The rows that keep what was painted of them. With what Textual makes of a strip and keeps
in it, one takes some eight kilobytes, more than all else that is known of its row."""

_OPENED = ("https://", "http://", "mailto:")
_IN_ADDRESSES = "%/:=&?~#+!$,;'@()*[]"
WIDEST = 96
"""The most columns that text takes."""


class Overlay(NamedTuple):
    """A stretch of a row, in characters, and the style that goes over it."""

    start: int
    end: int
    style: Style


class Margins(NamedTuple):
    """The shares of the widget's columns."""

    width: int
    left: int
    text: int

    @classmethod
    def of(cls, width: int) -> Margins:
        """The margins in a widget of `width` columns: a gutter of two, and air where there is."""
        air = 1 if width >= 40 else 0
        return cls(width, air, max(1, min(WIDEST, width - 2 - 2 * air)))


class Painter:
    """Paints rows for one theme and one width."""

    def __init__(
        self,
        base: Style,
        roles: Mapping[str, Style],
        margins: Margins,
        *,
        filters: Sequence[LineFilter] = (),
        ground: Color = BLACK,
        links: bool = True,
    ) -> None:
        """`filters` go over every strip, as the app's go over all widgets, on this `ground`.

        With `links`, a terminal is told where a link leads, on each row that shows a part.
        """
        self.base = base
        self.margins = margins
        self.filters = filters
        self._ground = ground
        self._links = links
        self._roles = dict(roles)
        self._styles: dict[tuple[TextStyle, bool], Style] = {}
        self._kept: deque[Painted] = deque()
        self.blank = self._strip_of([Segment(" " * margins.width, base)], margins.width)

    def _strip_of(self, segments: list[Segment], used: int) -> Strip:
        """The strip of `segments`, which take `used` cells, as wide as the screen."""
        # The strip's own way would make a strip for each filter, and keep all of them.
        for line_filter in self.filters:
            segments = line_filter.apply(segments, self._ground)
        strip = Strip(segments, used)
        return strip if used == self.margins.width else strip.crop(0, self.margins.width)

    def role(self, role: str) -> Style:
        """The style of a role on its own, to be laid over something."""
        return self._roles[role]

    def style(self, text_style: TextStyle, *, quiet: bool = False) -> Style:
        """The style of `text_style`, with its background."""
        key = (text_style, quiet)
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._make(text_style, quiet)
        return style

    def _make(self, text_style: TextStyle, quiet: bool) -> Style:
        style = self.base
        if text_style.role in _ON_CODE:
            style += self._roles["block"]
        role = "quiet" if quiet and text_style.role == "text" else text_style.role
        if role != "text":
            style += self._roles[role]
        meta = {
            name: text
            for name, text in (("href", text_style.href), ("fold", text_style.fold))
            if text
        }
        return style + Style(
            bold=text_style.bold or None,
            italic=text_style.italic or None,
            strike=text_style.strike or None,
            underline=text_style.underline or None,
            link=_link(text_style.href) if self._links else None,
            meta=meta or None,
        )

    def strip(self, row: TextRow, entry: Entry) -> Strip:
        """The strip of `row`, which belongs to `entry`; painted when it was not yet."""
        painted = row.painted
        if painted is not None and painted.painter is self and painted.strip is not None:
            return painted.strip
        strip = self._paint(row, entry, row.coloured)
        row.painted = Painted(self, strip)
        self._kept.append(row.painted)
        if len(self._kept) > KEPT_STRIPS:
            self._kept.popleft().strip = None
        return strip

    def overlaid(self, row: TextRow, entry: Entry, overlays: Sequence[Overlay]) -> Strip:
        """A strip of `row` with `overlays` on it; nothing is kept."""
        marked = {point for over in overlays for point in (over.start, over.end) if point > 0}
        points = sorted({0, *(point for point in marked if point < len(row.text))})
        spans: list[tuple[Span, Style | None]] = []
        for start, piece in zip(points, cut(row.coloured, points), strict=True):
            over = _over(overlays, start)
            spans.extend((span, over) for span in piece)
        return self._paint(row, entry, [span for span, _ in spans], [over for _, over in spans])

    def _paint(
        self,
        row: TextRow,
        entry: Entry,
        spans: Iterable[Span],
        overs: Sequence[Style | None] | None = None,
    ) -> Strip:
        segments = self._gutter(row, entry)
        used = self.margins.left + 2
        quiet = entry.queued
        for number, (text, text_style) in enumerate(spans):
            style = self.style(text_style, quiet=quiet)
            over = overs[number] if overs else None
            segments.append(Segment(text, style + over if over else style))
            used += columns(text)
        if row.fill is not None and row.room + self.margins.left + 2 > used:
            rest = row.room + self.margins.left + 2 - used
            segments.append(Segment(" " * rest, self.style(row.fill)))
            used += rest
        return self._strip_of(segments, self._finish(row, segments, used))

    def _gutter(self, row: TextRow, entry: Entry) -> list[Segment]:
        base = self.base
        sign, style = " ", base
        if entry.role is Role.USER and not row.bare:
            sign, style = glyphs.BAR, base + self._roles["quiet" if entry.queued else "bar"]
        elif row.asks:
            sign, style = glyphs.QUESTION, base + self._roles["question"]
        elif row.seam:
            sign, style = glyphs.SEAM, base + self._roles["quiet"]
        if sign == " ":
            return [Segment(" " * (self.margins.left + 2), base)]
        left = [Segment(" " * self.margins.left, base)] if self.margins.left else []
        return [*left, Segment(sign, style), Segment(" ", base)]

    def _finish(self, row: TextRow, segments: list[Segment], used: int) -> int:
        """Fill the row to the right edge, with its label where it has one."""
        width = self.margins.width
        if row.label:
            edge = self.margins.left + 2 + self.margins.text
            space = edge - len(row.label) - used
            if space > 0:
                segments.append(Segment(" " * space, self.base))
                segments.append(Segment(row.label, self.base + self._roles["quiet"]))
                used = edge
        if used < width:
            segments.append(Segment(" " * (width - used), self.base))
            used = width
        return used


def _link(href: str) -> str | None:
    """`href` as a terminal takes it, if it is an address that one opens."""
    return quote(href, safe=_IN_ADDRESSES) if href.startswith(_OPENED) else None


def _over(overlays: Sequence[Overlay], place: int) -> Style | None:
    """The style over the character `place`; later overlays win."""
    style: Style | None = None
    for over in overlays:
        if over.start <= place < over.end:
            style = over.style if style is None else style + over.style
    return style
