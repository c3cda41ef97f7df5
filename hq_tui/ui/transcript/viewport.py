"""The rows in view as strips: kept ones where there are any, with a selection and hits over them.

It takes the place of the cache that widgets have for their rows: that one forgets every row
at every scroll, and these know when they change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

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
from hq_tui.ui.transcript.search import TranscriptSearch


class Viewport:
    """Draws the rows of `entry_list` that are in view on `widget`."""

    def __init__(
        self,
        widget: ScrollView,
        entry_list: EntryList,
        search: TranscriptSearch,
        *,
        draw_again: Callable[[], None],
    ) -> None:
        self._widget = widget
        self._entry_list = entry_list
        entry_list.on_failure = self._failed
        self._search = search
        self._draw_again = draw_again
        self._painter: Painter | None = None
        self._selected: Selection | None = None
        """The selection when rows were last drawn; Textual looks it up anew each time."""

    def painter(self) -> Painter:
        """The painter for the theme as it is now; another one when that has changed."""
        widget = self._widget
        filters = widget.get_line_filters()
        if self._painter is None or self._painter.filters != filters:
            _, ground = widget.background_colors
            self._painter = Painter(
                widget.visual_style.rich_style,
                {role: self._role_style(role) for role in ROLES},
                Margins.of(widget.size.width),
                filters=filters,
                ground=ground,
                # The console of a machine, with its sixteen colours, would print them.
                links=widget.app.console.color_system != "standard",
            )
        return self._painter

    def _role_style(self, role: str) -> Style:
        style = self._widget.get_component_rich_style(f"transcript--{role}")
        return Style(
            color=style.color,
            bgcolor=style.bgcolor if role in GROUNDS else None,
            bold=style.bold,
            dim=style.dim,
            italic=style.italic,
            underline=style.underline,
            reverse=style.reverse,
        )

    def forget_style(self) -> None:
        """The theme, or what else styles depend on, is another."""
        self._painter = None

    def fit(self, width: int) -> Margins:
        """The margins of a widget of this width, which are those in use from now on."""
        margins = Margins.of(width)
        if self._painter is not None and self._painter.margins != margins:
            self._painter = None
        return margins

    def strips(self, crop: Region) -> list[Strip]:
        """The strips of some rows of the screen, kept ones where there are any."""
        painter = self.painter()
        self._selected = self._widget.text_selection
        top = int(self._widget.scroll_y) + crop.y
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
        rows = self._entry_list.rows(top, height, WorkBudget())
        for line, (entry, view, number, row) in enumerate(rows, top):
            yield self._strip(painter, entry, view, number, row, line)

    def _failed(self, error: Exception) -> None:
        self._widget.app.post_message(DrawingFailed(error))

    def _rescued(self, painter: Painter, line: int) -> Strip:
        """One row where some could not be painted: as it should be, or its bare words."""
        try:
            return next(self._strips(painter, line, 1), painter.blank)
        except Exception:  # noqa: BLE001 - told already
            self._entry_list.give_up(line)
            self._widget.call_later(self._draw_again)
        words = NOTE
        with suppress(Exception):
            words = next(row.text for _, _, _, row in self._entry_list.rows(line, 1, WorkBudget()))
        margins = painter.margins
        bare = Strip([Segment(" " * (margins.left + 2) + words, painter.base)])
        return bare.adjust_cell_length(margins.width, painter.base)

    def _strip(
        self, painter: Painter, entry: Entry, view: EntryView, number: int, row: TextRow, line: int
    ) -> Strip:
        overlays = self._selection_on(row, line)
        if self._search.active:
            overlays += self._search.overlays(painter, view, number, line)
        return painter.overlaid(row, entry, overlays) if overlays else painter.strip(row, entry)

    def _selection_on(self, row: TextRow, line: int) -> list[Overlay]:
        """The selected part of the row that stands on `line`."""
        selection = self._selected
        span = selection.get_span(line) if selection is not None else None
        if span is None or row.silent:
            return []
        start, end = span
        end = len(row.text) if end < 0 else end
        style = self._widget.screen.get_component_rich_style("screen--selection")
        look = Style(
            color=style.color, bgcolor=style.bgcolor, reverse=style.reverse or None, dim=False
        )
        return [Overlay(max(start, 0), end, look)]

    def pointed_at(self, y: int) -> Strip:
        """One row that says which character stands where; asked for under the mouse only."""
        line = int(self._widget.scroll_y) + y
        painter = self.painter()
        found = next(self._entry_list.rows(line, 1, WorkBudget()), None)
        if found is None:
            return painter.blank
        margin = Style.from_meta({"offset": (0, line)})
        segments = [Segment(" ", margin)] * (painter.margins.left + 2)
        place = 0
        for text, _ in found[3].spans:
            segments.append(Segment(text, Style.from_meta({"offset": (place, line)})))
            place += len(text)
        return Strip(segments)
