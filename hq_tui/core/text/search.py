"""Search words, and the sentence around a match.

Case, accents and letter forms are ignored. Scripts without spaces between words (Chinese,
Japanese, Thai …) are searched letter by letter.
"""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 12
"""Words of a search that are looked at."""

_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff])"
)
"""Letters of scripts that put no spaces between words."""
_END = re.compile(r"[.?!…]+[\"')\]”’»]*\s|[。？！]|\n")


def folded(text: str) -> str:
    """The text without case, accents and special forms of letters."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold()


def searchable(text: str) -> str:
    """The text as an index takes it in: folded, unspaced letters apart."""
    if text.isascii():
        return text.lower()
    return _UNSPACED.sub(r" \1 ", folded(text))


def words_of(typed: str) -> tuple[str, ...]:
    """The words of a search, folded; what holds no letter and no digit is no word."""
    words = (folded(word) for word in typed.replace("\0", " ").split())
    return tuple(word for word in words if any(char.isalnum() for char in word))[:MOST_WORDS]


def sentence_around(text: str, words: tuple[str, ...], *, most: int = 160) -> str:
    """The sentence around the first of `words`, on one line of at most `most` characters."""
    begin, end = _place(text, words)
    first, last = _sentence(text, begin, end)
    if last - first > most:
        first = max(first, min(begin - most // 3, last - most))
        last = min(last, max(first + most, end))
    piece = " ".join(text[first:last].split())
    before = "…" if first > 0 and not _ends(text, first) else ""
    after = "…" if last < len(text) and not _ends(text, last) else ""
    return before + piece + after


def place_of(text: str, words: tuple[str, ...]) -> int:
    """The offset of the first of `words`; 0 if there is none."""
    return _place(text, words)[0]


def _place(text: str, words: tuple[str, ...]) -> tuple[int, int]:
    """The start and end of the first match; 0, 0 if there is none."""
    low = text.lower()
    if len(low) == len(text):
        found = [place for word in words if (place := _at(low, word)) is not None]
        if found:
            return min(found)
    pieces = [folded(char) for char in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    whole = "".join(pieces)
    hits = [place for word in words if (place := _at(whole, word)) is not None]
    if not hits:
        return 0, 0
    begin, end = min(hits)
    return places[begin], places[end - 1] + 1


def _at(text: str, word: str) -> tuple[int, int] | None:
    """The span of a word that begins with `word`; anywhere in scripts without spaces."""
    edge = "" if _UNSPACED.match(word) or not word[:1].isalnum() else r"(?<!\w)"
    found = re.search(edge + re.escape(word), text)
    return found.span() if found else None


def _sentence(text: str, begin: int, end: int) -> tuple[int, int]:
    first, last = 0, len(text)
    for found in _END.finditer(text, max(0, begin - 2000), min(len(text), end + 2000)):
        if found.end() <= begin:
            first = found.end()
        elif found.start() >= end:
            last = found.end()
            break
    return first, last


def _ends(text: str, at: int) -> bool:
    """True if a sentence ends right before `at`."""
    return bool(_END.search(text[max(0, at - 6) : at + 1]))
