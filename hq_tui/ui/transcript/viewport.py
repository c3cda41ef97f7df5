"""The rows of a book on a screen.

The page turns the rows that are in view into strips, from ones that are kept where there
are any, and lays a selection over them. It bypasses the cache that widgets have for their
rows: that one forgets every row at every scroll, and these know when they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from hq_tui.ui.rendering.compositor import DrawingFailed
from hq_tui.ui.transcript.entries import Entry
from hq_tui.ui.transcript.entry_list import EntryList
from hq_tui.ui.transcript.entry_view import EntryView
from hq_tui.ui.transcript.fallback import NOTE
from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.state import WorkBudget
from hq_tui.ui.transcript.painter import GROUNDS, ROLES, Margins, Overlay, Painter

SLICE = 6_000
"""How many characters are laid out before keys have their turn."""


class Viewport(ScrollView):
    """Draws the rows of its book that are in view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"transcript--{role}" for role in ROLES}

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.book = EntryList()
        self.book.on_failure = self._failed
        self._painter: Painter | None = None
        self._selected: Selection | None = None
        """What was selected when rows were last drawn; Textual looks it up anew each time."""

    def plain_lines(self) -> list[str]:
        """What stands on the rows of the screen, without spaces at their ends."""
        strips = self.render_lines(self.size.region)
        return [strip.text.rstrip() for strip in strips]

    @property
    def painter(self) -> Painter:
        """Paints rows as the theme wants it now."""
        filters = self.get_line_filters()
        if self._painter is None or self._painter.filters != filters:
            roles = {role: self._role_style(role) for role in ROLES}
            base = self.visual_style.rich_style
            _, ground = self.background_colors
            self._painter = Painter(
                base,
                roles,
                Margins.of(self.size.width),
                filters=filters,
                ground=ground,
                # The console of a machine, with its sixteen colours, would print them.
                links=self.app.console.color_system != "standard",
            )
        return self._painter

    def _role_style(self, role: str) -> Style:
        style = self.get_component_rich_style(f"transcript--{role}")
        return Style(
            color=style.color,
            bgcolor=style.bgcolor if role in GROUNDS else None,
            bold=style.bold,
            dim=style.dim,
            italic=style.italic,
            underline=style.underline,
            reverse=style.reverse,
        )

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of some rows of the screen, kept ones where there are any."""
        painter = self.painter
        self._selected = self.text_selection
        top = int(self.scroll_y) + crop.y
        try:
            strips = list(self._strips(painter, top, crop.height))
        except Exception as error:  # noqa: BLE001 - whatever it is, it costs these rows alone
            self._failed(error)
            strips = [self._rescued(painter, top + line) for line in range(crop.height)]
        strips.extend([painter.blank] * (crop.height - len(strips)))
        if (crop.x, crop.right) != (0, painter.margins.width):
            strips = [strip.crop_extend(crop.x, crop.right, painter.base) for strip in strips]
        return strips

    def _strips(self, painter: Painter, top: int, height: int) -> Iterator[Strip]:
        rows = self.book.rows(top, height, WorkBudget(SLICE))
        for line, (entry, view, number, row) in enumerate(rows, top):
            yield self._strip(painter, entry, view, number, row, line)

    def _failed(self, error: Exception) -> None:
        self.app.post_message(DrawingFailed(error))

    def _rescued(self, painter: Painter, line: int) -> Strip:
        """One row where some could not be painted: as it should be, or its bare words."""
        try:
            return next(self._strips(painter, line, 1), painter.blank)
        except Exception:  # noqa: BLE001 - told already
            self.book.give_up(line)
            self.call_later(self._draw_again)
        words = NOTE
        with suppress(Exception):
            words = next(row.text for _, _, _, row in self.book.rows(line, 1, WorkBudget(SLICE)))
        margins = painter.margins
        bare = Strip([Segment(" " * (margins.left + 2) + words, painter.base)])
        return bare.adjust_cell_length(margins.width, painter.base)

    def _draw_again(self) -> None:
        """Lay out anew what is shown plain from now on."""

    def _strip(
        self, painter: Painter, entry: Entry, view: EntryView, number: int, row: TextRow, line: int
    ) -> Strip:
        overlays = self.overlays(view, number, row, line)
        return painter.overlaid(row, entry, overlays) if overlays else painter.strip(row, entry)

    def overlays(self, view: EntryView, number: int, row: TextRow, line: int) -> Sequence[Overlay]:
        """What is laid over the row `number` of `view`, which stands on the row `line`."""
        selection = self._selected
        span = selection.get_span(line) if selection is not None else None
        if span is None or row.silent:
            return ()
        start, end = span
        end = len(row.text) if end < 0 else end
        style = self.screen.get_component_rich_style("screen--selection")
        look = Style(
            color=style.color, bgcolor=style.bgcolor, reverse=style.reverse or None, dim=False
        )
        return [Overlay(max(start, 0), end, look)]

    def render_line(self, y: int) -> Strip:
        """One row that says which character stands where; asked for under the mouse only."""
        line = int(self.scroll_y) + y
        found = next(self.book.rows(line, 1, WorkBudget(SLICE)), None)
        if found is None:
            return self.painter.blank
        margin = Style.from_meta({"offset": (0, line)})
        segments = [Segment(" ", margin)] * (self.painter.margins.left + 2)
        place = 0
        for text, _ in found[3].spans:
            segments.append(Segment(text, Style.from_meta({"offset": (place, line)})))
            place += len(text)
        return Strip(segments)

    def _scroll_to(self, *args: Any, **options: Any) -> bool:
        # Gliding would send the whole screen many times, and fight with text that grows.
        return super()._scroll_to(*args, **{**options, "animate": False})
