"""Words, quotations and shortened lines of a text, in any language.

No grammar is known here and no word of any one language. Text in, values out; of a message
no more than `READ_LIMIT` characters are read, so a pasted log file does no harm.
"""

from __future__ import annotations

import re
from functools import lru_cache

READ_LIMIT = 12_000
"""Characters of one message that are read; the rest is kept, but not looked at."""

MESSAGES, LINES, WORDS = 256, 1024, 8192
"""Sizes of the caches of functions on texts: of whole messages, which are looked at
several times in their turn; of single lines, all of a full board; of words.
A session may be any length, so all of its messages are never remembered."""

SHORT_WORDS, SHORT_CHARS = 18, 140
"""The longest quotation, in words and characters, that still reads well in a line."""

_CARRIED = re.compile(r"(?:^>[^\n]*\n){0,400}^> \(partner, turn \d+ of [^\n]*\)$", re.MULTILINE)
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
    "\u0e31-\u0e4e\u1000-\u109f\u17b4-\u17d3"
)
"""Vowel signs and accents of their own, which belong to the letter before them."""
_LETTERS = rf"(?:[^\W_]|[{_MARKS}])+"
_WORD = re.compile(rf"{_LETTERS}(?:['’\-]{_LETTERS})*")
_SHORT = 400
"""Up to this length a text is worth remembering: a quotation is compared again and again."""


def shorten(text: str) -> str:
    """The beginning of `text`, cut behind a word, without a last stop; still verbatim."""
    text = text.strip().rstrip(" .,;:")
    if word_count(text) <= SHORT_WORDS and len(text) <= SHORT_CHARS:
        return text
    end = 0
    for count, found in enumerate(_WORD.finditer(text, 0, READ_LIMIT), start=1):
        if count > SHORT_WORDS or found.end() > SHORT_CHARS:
            break
        end = found.end()
    return text[: end or SHORT_CHARS].strip()


@lru_cache(maxsize=LINES)
def words(text: str) -> tuple[str, ...]:
    """The words of `text` as far as it is read, lower case, in order; apostrophes straight."""
    found = _WORD.findall(text[:READ_LIMIT])
    return tuple(_one(word.replace("’", "'").lower()) for word in found)


@lru_cache(maxsize=WORDS)
def _one(word: str) -> str:
    """The same word always as the same value, or every text would bring its own."""
    return word


def word_count(text: str) -> int:
    """The number of words in `text`."""
    return len(words(text))


def squeezed(text: str) -> str:
    """`text` with every run of white space as one blank: the form in which quotes are compared."""
    return _squeezed(text) if len(text) <= _SHORT else " ".join(text.split())


@lru_cache(maxsize=LINES)
def _squeezed(text: str) -> str:
    return " ".join(text.split())


def is_verbatim(quote: str, source: str) -> bool:
    """True if `quote` stands word for word in `source`, white space aside.

    A passage of the partner's that was carried over from another branch is not the user's.
    """
    return squeezed(quote) in squeezed(own_words(source))


def own_words(text: str) -> str:
    """`text` without passages of the partner's that were carried over from another branch."""
    return _CARRIED.sub("\n", text) if "> (partner" in text else text
