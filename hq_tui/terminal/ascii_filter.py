"""Plain characters for a terminal without the usual signs.

Where the locale is not UTF-8, a dot between two words would come out as a question mark
or as three wrong letters. A filter over drawn lines puts plain characters of the same width
in their place, whichever widget drew them. Letters of a language have no substitute and
stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SUBSTITUTES = {
    "·•∙": "-",
    "…": ".",
    "–—─━╌╍═": "-",
    "│┃╎▎▏▍▌▋▊▉▐▕": "|",
    "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛╔╗╚╝": "+",
    "█▇▆▅▄▓▒░■▀▔▁▂▃": "#",
    "▸▶›→❯": ">",
    "◂◀‹←": "<",
    "▾▼↓": "v",
    "▴▲↑": "^",
    "✕✗×": "x",
    "✓☑": "x",
    "☐": "o",
    "◆◇": "*",
    "⏎": "/",
    "“”„": '"',
    "‘’‚": "'",
}
_TABLE = str.maketrans({sign: plain for signs, plain in _SUBSTITUTES.items() for sign in signs})


class AsciiFilter(LineFilter):
    """Puts plain characters in the place of signs, one for one."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """`segments` with plain signs."""
        if all(text.isascii() for text, _, _ in segments):
            return segments
        return [
            Segment(text.translate(_TABLE), style, control) for text, style, control in segments
        ]


def are_plain(environment: Mapping[str, str], *, asked: bool) -> bool:
    """True if plain characters are drawn: because they were asked for, or no others can be."""
    return asked or not is_utf8(environment)


def is_utf8(environment: Mapping[str, str], *, overruled: bool = bool(sys.flags.utf8_mode)) -> bool:
    """True if the locale writes UTF-8. One that nobody has set is taken to: most terminals do.

    Python overrules the plain C locale and then sets LC_CTYPE itself, which says nothing of
    the terminal.
    """
    names = ("LC_ALL", "LANG") if overruled else ("LC_ALL", "LC_CTYPE", "LANG")
    for name in names:
        if value := environment.get(name):
            return "utf8" in value.lower().replace("-", "")
    return True
