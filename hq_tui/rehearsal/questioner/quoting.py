"""Finds words of a message that can be quoted in a question, in any language.

A quotation is the first sentence outside code, shortened at a word. Text with quotation marks,
markup or control characters is not quoted.
"""

import re
from unicodedata import category

MOST = 90
"""Characters that a quotation may have."""
_NESTING = '“”"«»„<>{}[]|`'
_SENTENCE_END = re.compile(r"(?<=[.!…])\s|(?<=[。！])|[?？؟;；]|\n")
_FENCED = re.compile(r"^\s*(`{3,}|~{3,}).*?(?:^\s*\1|\Z)", re.DOTALL | re.MULTILINE)
_LOOKED_AT = 5_000
"""Characters of a message that are looked at: a pasted file is not read to its end."""


def quotable(text: str) -> str:
    """The first part of `text` that can be quoted; empty if there is none."""
    for part in _SENTENCE_END.split(_FENCED.sub("\n", text[:_LOOKED_AT])):
        words = _shortened(" ".join(part.split()).strip(" .,:!…。！،#*->"))
        if _says_something(words):
            return words
    return ""


def _shortened(words: str) -> str:
    if len(words) <= MOST:
        return words
    cut = words[:MOST]
    at_word = cut.rsplit(" ", 1)[0]
    # Writing without spaces is cut where it is: between two letters that do not combine.
    whole = at_word if len(at_word) >= MOST // 2 else cut
    while whole and category(words[len(whole)])[0] == "M":
        whole = whole[:-1]
    return whole.strip(" .,:")


def _says_something(words: str) -> bool:
    if not words.isprintable() or any(mark in words for mark in _NESTING):
        return False
    letters = sum(category(char)[0] in "LM" for char in words)
    several = len(words.split()) > 1 or letters >= 5
    return several and letters >= 3 and letters + words.count(" ") >= 0.6 * len(words)


def asks(text: str) -> bool:
    """True if a message ends with a question mark, in any script."""
    return text.rstrip().endswith(("?", "？", "؟", ";"))
