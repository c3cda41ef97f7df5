"""A shorter way from what changed in a widget to the terminal.

When a row of one widget changes, Textual draws every widget that lies in that part of the
screen, each of them whole, those behind as well as those in front, and then cuts the row
out of them. While a reply flows that is most of the work there is. Here a change that lies
within the one widget in front of it is drawn by that widget alone, and no more of it than
the rows that changed; a driver that takes strips gets them as they are. Every other change
goes Textual's way, with the same picture, but what is covered by other widgets is not drawn.
A key that changed one widget alone has nothing to be gathered with, and is drawn at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast, runtime_checkable

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.control import Control
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.screen import UPDATE_PERIOD
from textual.strip import Strip

from hq_tui.ui.rendering import textual_private
from hq_tui.ui.rendering.textual_private import Compositor, CompositorUpdate, visible_screen_stack

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from textual.screen import Screen
    from textual.widget import Widget


NOT_SHOWN = "this part cannot be shown"


class DrawingFailed(Message):
    """A part of the screen could not be drawn; something else stands in its place."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


class DirtyPiece(NamedTuple):
    """A part of the screen, and what stands there, row by row."""

    region: Region
    strips: Sequence[Strip]


@runtime_checkable
class TakesStrips(Protocol):
    """A driver that draws rows which are not written as sequences."""

    def draw_strips(self, x: int, y: int, strips: Iterable[Strip], colours: ColorSystem) -> bool:
        """Draw them from column `x` of row `y` on; whether that was done."""


class DirectUpdate(CompositorUpdate):
    """The pieces that changed, as they go to the terminal."""

    def __init__(self, pieces: Sequence[DirtyPiece]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """Escape sequences for the strips that the driver did not accept directly."""
        driver = textual_private.active_driver()
        colours = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        takes = driver.draw_strips if isinstance(driver, TakesStrips) else _takes_none
        return "".join(
            f"{Control.move_to(region.x, y).segment.text}{strip.render(console)}"
            for region, strips in self.pieces
            if not takes(region.x, region.y, strips[: region.height], colours)
            for y, strip in zip(region.line_range, strips, strict=False)
        )


def _takes_none(*_: object) -> bool:
    return False


def lines_of(widget: Widget, crop: Region) -> list[Strip]:
    """The rows of `widget`, or of a note where it fails to draw them."""
    try:
        return widget.render_lines(crop)
    except Exception as error:  # noqa: BLE001 - whatever it is, it costs this widget alone
        widget.app.post_message(DrawingFailed(error))
        style = widget.rich_style
        note = NOT_SHOWN[crop.x : crop.right].ljust(crop.width)
        rows = [note if y == 0 else " " * crop.width for y in crop.line_range]
        return [Strip([Segment(row, style)], crop.width) for row in rows]


class DirectCompositor(Compositor):
    """Textual's compositor, with a short way for the change of one widget."""

    def render_update(
        self,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        """The update to draw, or None when there is none."""
        found = None if full or screen_stack else self._found()
        if found is None:
            return super().render_update(full, screen_stack, simplify)
        self._dirty_regions.clear()
        visible_screen_stack.set([])
        pieces = [
            DirtyPiece(region, lines_of(widget, region.translate(-place.offset)))
            for region, widget, place in found
        ]
        return cast("RenderableType", DirectUpdate(pieces))

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Each widget's place, clip and rows, from the front to the back, for `_render_chops`.

        Containers lie behind what they hold and are most of the rows there are; a widget is
        drawn only where something of it is seen, and no further than the rows of `crop`.
        """
        rows = crop or self.size.region
        rows = Region(0, rows.y, self.size.width, rows.height)
        taken = [0] * self.size.height
        for widget, (place, clip) in self.visible_widgets.items():
            window = clip.intersection(rows)
            shown = place.intersection(window)
            if not _is_covered(shown, taken):
                strips = lines_of(widget, shown.translate(-place.offset))
                _cover(shown, strips, taken)
                yield place, window, strips

    def _found(self) -> list[tuple[Region, Widget, Region]] | None:
        """Each change, the widget that draws it and its place; None if one is not so simple."""
        found = []
        for dirty in self._dirty_regions:
            region = dirty.intersection(self.size.region)
            if not region:
                continue
            for widget, (place, clip) in self.visible_widgets.items():
                shown = place.intersection(clip)
                if shown.contains_region(region):
                    found.append((region, widget, place))
                    break
                if shown.overlaps(region):
                    return None
            else:
                return None
        return found or None


class ImmediateRedraw:
    """One widget of a screen, drawn at once where it alone has changed, as it does for a key.

    The first of many keys is drawn at once, those that follow within a tick come with it.
    """

    def __init__(self, screen: Screen[Any], widget: Widget) -> None:
        self._screen = screen
        self._only = {widget}
        self._drawn_at = 0.0

    def show(self) -> None:
        """Draw the widget now if it alone has changed; called when nothing else is to be done."""
        screen = self._screen
        if (
            not textual_private.is_all_that_changed(screen, self._only)
            or monotonic() - self._drawn_at < UPDATE_PERIOD
        ):
            return
        self._drawn_at = monotonic()
        textual_private.update_now(screen)


def _is_covered(region: Region, taken: Sequence[int]) -> bool:
    """True if nothing of `region` is seen. A row of `taken` has a bit for each column."""
    columns = _columns(region)
    return all(taken[y] & columns == columns for y in region.line_range)


def _cover(region: Region, strips: Sequence[Strip], taken: list[int]) -> None:
    """Take the columns of each row that was drawn as wide as it should be."""
    for y, strip in zip(region.line_range, strips, strict=False):
        if strip.cell_length >= region.width:
            taken[y] |= _columns(region)


def _columns(region: Region) -> int:
    return ((1 << region.width) - 1) << region.x
