"""A quotation found again in what the person wrote, and set right to their own spelling.

A model that quotes puts typing errors right, adds an apostrophe or a capital, or slips by a letter.
What counts is what the person wrote: the same words are looked for, whatever their case, their
accents, their apostrophes and the marks between them, and then words that differ by a letter or
two in all.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import ne
from unicodedata import normalize

from hq_tui.inquiry.text.language import MESSAGES, READ_LIMIT, own_words, squeezed

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts that put no blanks between words: each letter is compared as a word."""
_LETTERS = rf"(?:(?![{_UNSPACED}])[^\W_])+"
_APOSTROPHES = "'’‘ʼ´`"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*")
_NO_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_A_LETTER_FOR = 8
"""So many letters of a quotation may hide one slip."""
_MOST_SLIPS = 2
_LONGEST = 60
"""Letters of a word that are looked at beyond the end of a quotation."""

_Words = tuple[tuple[str, ...], tuple[tuple[int, int], ...]]


def located(quote: str, source: str) -> str:
    """The stretch of `source` that `quote` means, as it was written there; empty for none."""
    own, plain = own_words(source), squeezed(quote)
    if not (wanted := _words(plain)[0]):
        return ""
    if whole := _whole_words(plain, squeezed(own)):
        return whole
    said, places = _words(own[:READ_LIMIT])
    size = len(wanted)
    most = min(_MOST_SLIPS, sum(map(len, wanted)) // _A_LETTER_FOR)
    # The nearest first: “180ms” for “180 ms” is a blank too few, not the letters of “180”.
    for slips in range(most + 1):
        for length in (size, size - 1, size + 1) if most else (size,):
            for start in range(len(said) - length + 1 if length else 0):
                window = said[start : start + length]
                if window == wanted or (most and _is_slip(window, wanted, slips)):
                    return squeezed(own[places[start][0] : places[start + length - 1][1]])
    return ""


def _whole_words(plain: str, own: str) -> str:
    """`plain` as it stands in `own`: between words, or with the rest of a word that it cuts."""
    first = ""
    start = own.find(plain)
    while start >= 0:
        end = start + len(plain)
        near = _WORD.finditer(own, max(0, start - _LONGEST), end + _LONGEST)
        cut = [
            one for one in near if one.start() < start < one.end() or one.start() < end < one.end()
        ]
        if not cut:
            return plain
        first = first or own[min(start, cut[0].start()) : max(end, cut[-1].end())]
        start = own.find(plain, start + 1)
    return first


@lru_cache(maxsize=MESSAGES)
def _words(text: str) -> _Words:
    """The words of a text as they are compared, and where each stands."""
    found = list(_WORD.finditer(text))
    plain = tuple(_bare(one.group().translate(_NO_APOSTROPHES).casefold()) for one in found)
    return plain, tuple(one.span() for one in found)


def _bare(word: str) -> str:
    """A word without accents, which people leave out and models put in."""
    if word.isascii():
        return word
    return "".join(one for one in normalize("NFD", word) if not "\u0300" <= one <= "\u036f")


def _is_slip(window: tuple[str, ...], wanted: tuple[str, ...], most: int) -> bool:
    """True if two rows of words differ by at most `most` letters; blanks between them are free.

    A digit is never a slip: another number is another statement.
    """
    if len(window) == len(wanted):
        if sum(map(ne, window, wanted)) > most:
            return False
    elif _same_ends(window, wanted) < min(len(window), len(wanted)) - max(1, most):
        return False
    one, other = "".join(window), "".join(wanted)
    return _digits(one) == _digits(other) and _within(one, other, most)


def _digits(text: str) -> list[str]:
    return [letter for letter in text if letter.isdigit()]


def _same_ends(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """The number of words that are the same from the beginning on, and from the end back."""
    shorter = min(len(one), len(other))
    head = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    tail = next((n for n in range(shorter) if one[-1 - n] != other[-1 - n]), shorter)
    return min(shorter, head + tail)


def _within(one: str, other: str, most: int) -> bool:
    """True if at most `most` letters were changed, left out or put in (a band of Levenshtein's)."""
    if abs(len(one) - len(other)) > most:
        return False
    row = {place: place for place in range(most + 1)}
    for number, letter in enumerate(one, start=1):
        before, row = row, {}
        for place in range(max(0, number - most), min(len(other), number + most) + 1):
            costs = [before[place] + 1] if place in before else []
            costs += [row[place - 1] + 1] if place - 1 in row else []
            if place and place - 1 in before:
                costs.append(before[place - 1] + (letter != other[place - 1]))
            row[place] = min(costs)
        if min(row.values()) > most:
            return False
    return row.get(len(other), most + 1) <= most
