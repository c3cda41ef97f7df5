"""Textual's strips as runs of cells, without writing sequences and reading them again."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from textual.strip import Strip

from hq_tui.terminal.screen.cells import CellRun, joined, parse, stretch
from hq_tui.terminal.screen.style import PLAIN, CellStyle, with_link

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from rich.style import Style


MOST_KEPT = 256
"""The strips that are remembered: a few screens of them."""


class Strips:
    """Turns strips into runs. Widgets give the same strips again and again: those are kept."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Strip, ColorSystem, CellRun]] = {}

    def run(self, strip: Strip, colours: ColorSystem) -> CellRun | None:
        """The cells of `strip` in as many colours; None if a style has more than a `CellStyle`."""
        kept = self._kept.get(id(strip))
        if kept is not None and kept[0] is strip and kept[1] is colours:
            return kept[2]
        run = run_of(strip, colours)
        if run is not None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[id(strip)] = strip, colours, run
        return run


def run_of(strip: Strip, colours: ColorSystem) -> CellRun | None:
    """The cells of `strip` in as many colours; None if a style has more than a `CellStyle`."""
    stretches = []
    for text, style, _ in strip:
        cell_style = PLAIN if style is None else _pen_of(style, colours)
        if cell_style is None:
            return None
        if style is not None and style.link:
            # Equal styles may be different links.
            cell_style = with_link(cell_style, f"id={style.link_id};{style.link}")
        stretches.append(stretch(text, cell_style))
    return joined(stretches, PLAIN)


@lru_cache(maxsize=4096)
def _pen_of(style: Style, colours: ColorSystem) -> CellStyle | None:
    """The `CellStyle` that Textual draws `style` with."""
    run = parse(Strip.render_style(style, "x", color_system=colours), PLAIN)
    return run.cells[0][1] if run is not None else None
