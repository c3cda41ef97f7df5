"""The styles of cells, and the shortest way from one to the next.

A terminal has one style at a time: attributes, two colours and a link. Textual sets the style anew
for every run of text and clears it after; most of what it writes is this. Here a style is a
value that can be compared, so that only the difference has to be sent.

Sequences in, values out and back again; cells and screens are not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_ON = {1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6", 7: "7", 8: "8", 9: "9"}
_ON |= {21: "21", 51: "51", 52: "52", 53: "53"}
_OFF = {
    22: frozenset((1, 2)),
    23: frozenset((3,)),
    24: frozenset((4, 21)),
    25: frozenset((5, 6)),
    27: frozenset((7,)),
    28: frozenset((8,)),
    29: frozenset((9,)),
    54: frozenset((51, 52)),
    55: frozenset((53,)),
}
# These show on a blank cell too; the others change letters only.
_SHOW_ON_BLANK = frozenset((4, 5, 6, 7, 9, 21, 51, 52, 53))


@dataclass(frozen=True, slots=True, eq=False)
class CellStyle:
    """One way to draw a cell. Equal styles are the same object: make them with `cell_style`."""

    attributes: frozenset[int] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""

    @property
    def erases(self) -> bool:
        """True if erasing with this style leaves what a blank drawn with it would be."""
        return not self.link and not self.attributes & _SHOW_ON_BLANK


@lru_cache(maxsize=8192)
def cell_style(
    attributes: frozenset[int] = frozenset(),
    foreground: str = "",
    background: str = "",
    link: str = "",
) -> CellStyle:
    """The one style with these parts. Colours are SGR parameters, the link is OSC 8's."""
    return CellStyle(attributes, foreground, background, link)


PLAIN = cell_style()
"""The style of a terminal that was just reset."""


@lru_cache(maxsize=8192)
def for_blank(style: CellStyle) -> CellStyle:
    """`style` without what cannot be seen on a blank, so that blanks compare as they look."""
    if style.attributes & _SHOW_ON_BLANK or style.link:
        return style
    return cell_style(background=style.background)


@lru_cache(maxsize=8192)
def colours(style: CellStyle) -> CellStyle:
    """`style` with nothing but its colours."""
    return cell_style(foreground=style.foreground, background=style.background)


@lru_cache(maxsize=8192)
def with_link(style: CellStyle, link: str) -> CellStyle:
    """`style` inside the link, or outside any when `link` is empty."""
    return cell_style(style.attributes, style.foreground, style.background, link)


@lru_cache(maxsize=8192)
def after_sgr(style: CellStyle, parameters: str) -> CellStyle | None:
    """The style after `ESC [ parameters m`, or None if a parameter is not understood."""
    try:
        codes = iter([int(code or 0) for code in parameters.split(";")])
    except ValueError:
        return None
    attributes, foreground, background = style.attributes, style.foreground, style.background
    for code in codes:
        if code == 0:
            attributes, foreground, background = frozenset(), "", ""
        elif code in _ON:
            attributes |= {code}
        elif code in _OFF:
            attributes -= _OFF[code]
        elif 30 <= code <= 39 or 90 <= code <= 97:
            colour = _colour(code, codes)
            if colour is None:
                return None
            foreground = "" if code == 39 else colour
        elif 40 <= code <= 49 or 100 <= code <= 107:
            colour = _colour(code, codes)
            if colour is None:
                return None
            background = "" if code == 49 else colour
        else:
            return None
    return cell_style(attributes, foreground, background, style.link)


def _colour(code: int, codes: Iterator[int]) -> str | None:
    """The whole parameter that starts with `code`, taking what belongs to it from `codes`."""
    if code not in (38, 48):
        return str(code)
    kind = next(codes, -1)
    size = {5: 1, 2: 3}.get(kind, 0)
    values = [next(codes, -1) for _ in range(size)]
    if not values or min(values) < 0:
        return None
    return ";".join(map(str, (code, kind, *values)))


@lru_cache(maxsize=8192)
def transition(old: CellStyle, new: CellStyle) -> str:
    """The shortest sequence that turns style `old` into style `new`."""
    link = "" if old.link == new.link else f"\x1b]8;{new.link or ';'}\x1b\\"
    whole = [str(code) for code in sorted(new.attributes)]
    whole += [colour for colour in (new.foreground, new.background) if colour]
    change = _difference(old, new)
    if not change:
        return link
    shorter = min(";".join(change), ";".join(["", *whole]), key=len)
    return f"{link}\x1b[{shorter}m"


def _difference(old: CellStyle, new: CellStyle) -> list[str]:
    """The parameters that take away, then add, what differs; the link is not one."""
    lost = old.attributes - new.attributes
    kept = old.attributes & new.attributes
    change = []
    for code, attributes in _OFF.items():
        if lost & attributes:
            change.append(str(code))
            kept -= attributes
    change += [str(code) for code in sorted(new.attributes - kept)]
    if old.foreground != new.foreground:
        change.append(new.foreground or "39")
    if old.background != new.background:
        change.append(new.background or "49")
    return change
