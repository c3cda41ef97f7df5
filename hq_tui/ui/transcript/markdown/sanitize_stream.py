"""Making a growing text safe for the terminal, once for each character.

What a character becomes can depend on the few around it (a carriage return before a line
feed, a pile of accents, a flag of several signs). So the text is taken over only up to the
last letter after which the rest can be judged on its own; that much is *stable* and never
changes again. The rest is shown too, and judged anew when more arrives.
"""

from __future__ import annotations

import unicodedata

from hq_tui.core.text.sanitize import sanitise

_FARTHEST = 65_536
_JAMO = ((0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF))
_FLAG = "\U0001f3f4"
_ENDING = frozenset("LPS")
"""Categories of letters, punctuation and pictures."""


def _ends_a_sign(character: str) -> bool:
    """True if nothing that follows can change what `character` is."""
    if character.isascii():
        return character != "\r"
    point = ord(character)
    if character == _FLAG or any(first <= point <= last for first, last in _JAMO):
        return False
    return unicodedata.category(character)[0] in _ENDING


def _boundary(raw: str, start: int) -> int:
    """The place after the last character of `raw` that ends a sign, not before `start`."""
    for place in range(len(raw), max(start, len(raw) - _FARTHEST), -1):
        if _ends_a_sign(raw[place - 1]):
            return place
    return max(start, len(raw) - _FARTHEST)


class SanitizeStream:
    """One text as it came and as it may be shown."""

    def __init__(self) -> None:
        self.raw = ""
        self._taken = 0
        self._clean = ""
        self._seams: dict[int, int] = {}

    def feed(self, raw: str) -> tuple[str, int]:
        """The safe form of `raw`, which begins with the text fed before, and how much is stable."""
        end = _boundary(raw, self._taken)
        if end > self._taken:
            self._clean += sanitise(raw[self._taken : end])
            self._taken = end
        self.raw = raw
        rest = sanitise(raw[end:]) if end < len(raw) else ""
        return self._clean + rest, len(self._clean)

    def place(self, offset: int) -> int:
        """The place in the safe text of the character `offset` of the text as it came."""
        if offset not in self._seams:
            self._seams[offset] = len(sanitise(self.raw[:offset]))
        return self._seams[offset]
