"""Characters as people count them: graphemes, after Unicode's annex 29.

An emoji of several, a flag, a letter with its marks and a Hangul syllable are each one. The
standard library knows no graphemes; what is needed of the rules is told by the categories
of the characters. Indic conjuncts are left apart: there a person takes back one consonant.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_JOINED = frozenset("\u200c\u200d\uff9e\uff9f\u0e33\u0eb3")
"""Characters of other categories that belong to what stands before them."""
_MARKS = frozenset({"Mn", "Me", "Mc"})
_CONTROLS = frozenset({"Cc", "Cf", "Zl", "Zp"})
_PICTURES = frozenset({"So", "Sm", "Cn"})
"""The categories of emoji; the newest are not assigned yet where Python is older."""
_TONES = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_LEADING = frozenset({*range(0x1100, 0x1160), *range(0xA960, 0xA97D)})
_VOWELS = frozenset({*range(0x1160, 0x11A8), *range(0xD7B0, 0xD7C7)})
_TRAILING = frozenset({*range(0x11A8, 0x1200), *range(0xD7CB, 0xD7FC)})
_SYLLABLES = range(0xAC00, 0xD7A4)
_WITHOUT_TRAILING = 28
"""Every so many syllables comes one that may still get a trailing consonant."""


def start_before(line: str, column: int) -> int:
    """The beginning of the grapheme before `column`."""
    column -= 1
    while column > 0 and _is_within(line, column):
        column -= 1
    return max(0, column)


def end_after(line: str, column: int) -> int:
    """The end of the grapheme behind `column`."""
    column += 1
    while column < len(line) and _is_within(line, column):
        column += 1
    return min(column, len(line))


def _is_within(line: str, column: int) -> bool:
    """True if the characters on both sides of `column` are of one grapheme."""
    before, after = line[column - 1], line[column]
    if after.isascii() or (unicodedata.category(before) in _CONTROLS and not _is_mark(before)):
        return False
    if _is_mark(after) or _is_syllable(ord(before), ord(after)):
        return True
    if before == _JOINER:
        return _is_picture(after) and _is_picture(_without_marks(line[: column - 1]))
    return _is_flag_letter(after) and _flag_letters_before(line, column) % 2 == 1


def _is_mark(letter: str) -> bool:
    code = ord(letter)
    is_other = letter in _JOINED or code in _TONES or code in _TAGS
    return is_other or unicodedata.category(letter) in _MARKS


def _is_syllable(before: int, after: int) -> bool:
    """True if two characters are of one Hangul syllable."""
    if after in _TRAILING:
        return before in _SYLLABLES or before in _VOWELS or before in _TRAILING
    if after in _VOWELS:
        if before in _SYLLABLES:
            return (before - _SYLLABLES.start) % _WITHOUT_TRAILING == 0
        return before in _LEADING or before in _VOWELS
    return before in _LEADING and (after in _LEADING or after in _SYLLABLES)


def _is_picture(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter) in _PICTURES


def _without_marks(text: str) -> str:
    """The last character of `text` that is no mark."""
    return next((letter for letter in reversed(text) if not _is_mark(letter)), "")


def _is_flag_letter(letter: str) -> bool:
    return ord(letter) in _FLAG_LETTERS


def _flag_letters_before(line: str, column: int) -> int:
    count = 0
    while count < column and _is_flag_letter(line[column - 1 - count]):
        count += 1
    return count
