"""A second wall before the terminal, over lines that are already drawn.

Everything from outside is made safe where it enters the screen. Should one place forget
it, this filter still finds control characters in the line as it is drawn, whichever widget
drew it, and takes them out. A character that takes a cell leaves a mark in it; one that
takes none leaves nothing, so the layout of the line stays as it was measured.

Textual keeps filtered lines with the lines themselves, so a line is looked at once.
"""

from __future__ import annotations

from functools import lru_cache

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from hq_tui.core.text.sanitize import MARK, sanitise


class ControlCharFilter(LineFilter):
    """Takes what a terminal would obey out of drawn lines."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """`segments` if they are clean, else safe ones of the same widths."""
        for text, style, _ in segments:
            is_plain = text.isascii() and text.isprintable()
            if (style is not None and style.link) or not (is_plain or _safe_text(text) == text):
                return [_safe(segment) for segment in segments]
        return segments


def _safe(segment: Segment) -> Segment:
    text, style, control = segment
    if style is not None and style.link and not _is_target(style.link):
        style = _without_link(style)
    return Segment(_safe_text(text), style, control)


@lru_cache(maxsize=1024)
def _safe_text(text: str) -> str:
    """`text` without what a terminal would obey, in as many cells."""
    if "\n" not in text and sanitise(text) == text:
        return text
    return "".join(map(_safe_character, text))


def _safe_character(character: str) -> str:
    if character != "\n" and sanitise(character) == character:
        return character
    return MARK * get_character_cell_size(character)


@lru_cache(maxsize=1024)
def _is_target(link: str) -> bool:
    return link.isprintable() and sanitise(link) == link


@lru_cache(maxsize=1024)
def _without_link(style: Style) -> Style:
    return style.update_link(None)
