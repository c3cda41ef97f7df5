"""Signs in a text that words may be meant to come twice in a row there."""

from __future__ import annotations

import re
from functools import lru_cache

FEW = 4
"""So many different words are easily said twice in a row, with nothing in between."""
BEFORE = 80
"""Characters before a place that tell whether a unit begins there."""

_AFTER_MARK = re.compile(r"(?:\A|\n[ \t]*|[^\w\s][ \t]*)\Z")


@lru_cache(maxsize=256)
def is_rhythmic(words: str) -> bool:
    """True if words are made of a shorter part, said twice; its end may be missing."""
    words = words.lower()
    most, at = len(words) * 3 // 5, words.find(words[: len(words) - len(words) * 3 // 5], 1)
    while 0 < at <= most:
        if words.startswith(words[at:]):
            return True
        at = words.find(words[: len(words) - most], at + 1)
    return False


def is_behind_mark(text: str, place: int) -> bool:
    """True if a line begins at `place`, or a mark stands before it."""
    return _AFTER_MARK.search(text[max(0, place - BEFORE) : place]) is not None


def begins_unit(text: str, place: int) -> bool:
    """True if a line, a clause or a capital begins at `place`, as a refrain may."""
    is_capital = text[place - 1 : place].isspace() and text[place : place + 1].isupper()
    return is_capital or is_behind_mark(text, place)


def begins_word(text: str, place: int) -> bool:
    """True if a word begins at `place`; at the end of `text` it may."""
    return not text[place - 1 : place].isalnum() and not text[place : place + 1].isspace()


def has_few_words(text: str) -> bool:
    """True if `text` has few different words and no digit, so that it may be said for emphasis."""
    if any(one.isdigit() for one in text):
        return False
    words = {"".join(filter(str.isalnum, word)).lower() for word in text.split()}
    return len(words) <= FEW
