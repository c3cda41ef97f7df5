"""Finds the rows of a list that fit what is being typed, at the speed of typing."""

from __future__ import annotations

import re
from collections.abc import Sequence

LEAST_FUZZY = 3
"""Letters from which on a word may leave some out."""
_MOST = 40


def narrow(rows: Sequence[str], typed: str) -> list[int]:
    """The places of the rows that hold every word typed, in their order.

    Rows that hold the words as they were typed come first, and those in which a word is only
    there with letters left out (`rwrt` for rewrite) after all others. `rows` are casefolded
    already.
    """
    words = typed.casefold().split()
    if not words:
        return list(range(len(rows)))
    plain = [place for place, row in enumerate(rows) if all(word in row for word in words)]
    if len(words) > 1:
        plain.sort(key=lambda place: " ".join(words) not in rows[place])
    if all(len(word) < LEAST_FUZZY for word in words):
        return plain
    known = set(plain)
    loose = [_loose(word) for word in words]
    fuzzy = (
        place
        for place, row in enumerate(rows)
        if place not in known and all(each.search(row) for each in loose)
    )
    return plain + list(fuzzy)


def _loose(word: str) -> re.Pattern[str]:
    """A word that begins like this one and has its letters in this order."""
    word = word[:_MOST]
    if len(word) < LEAST_FUZZY:
        return re.compile(re.escape(word))
    rest = "".join(rf"[^\s{re.escape(letter)}]*{re.escape(letter)}" for letter in word[1:])
    return re.compile(rf"\b{re.escape(word[0])}{rest}")
