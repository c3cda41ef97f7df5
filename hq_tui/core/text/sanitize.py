"""Makes text from outside safe to show.

Text is stored as it came. Before it is shown, every character that controls the terminal,
reverses a line or is invisible is replaced by a visible one. The rule looks at single
characters, never at sequences, so text that arrives in pieces cannot slip through.

Joiners in emoji, presentation selectors, flag tags, a sane number of accents and
right-to-left letters survive. The module also decides what may be stored (valid UTF-8) and
removes secrets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

MARK = "\N{WHITE DIAMOND}"
"""Replaces an invisible character."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Replaces a C1 control or half of a surrogate pair."""

TAB = " " * 4
"""Replaces a tab. The width is fixed, so that splitting before it changes nothing."""

MAX_MARKS = 20
"""The number of zero-width marks in a row that are kept."""

REDACTED = "[redacted]"
"""Replaces a secret."""

# Written as pairs of first and last code point; the names are in the Unicode data.
_HIDDEN_RANGES = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors and separator
    (0x200B, 0x200B),  # zero-width space
    (0x200E, 0x200F),  # direction marks
    (0x202A, 0x202E),  # direction embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, isolates, deprecated formats
    (0x3164, 0x3164),  # Hangul filler
    (0xFDD0, 0xFDEF),  # noncharacters
    (0xFE00, 0xFE0D),  # variation selectors 1 to 14
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFFB),  # unassigned specials and interlinear annotation
    (0x13430, 0x1345F),  # hieroglyph joiners
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE0FFF),  # tags and variation selectors 17 to 256
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
)


def _span(first: int, last: int) -> str:
    return f"\\U{first:08x}-\\U{last:08x}"


def _runs(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """`points`, which ascend, as pairs of first and last."""
    first = last = -2
    for point in points:
        if point != last + 1:
            if last >= 0:
                yield first, last
            first = point
        last = point
    yield first, last


_HIDDEN = "".join(_span(*pair) for pair in _HIDDEN_RANGES)
_CONTROL = r"\x00-\x09\x0b-\x1f\x7f-\x9f"
_SURROGATE = r"\ud800-\udfff"
_SEPARATOR = r"\u2028\u2029"

# Most text is of these alone, and is then done with: it holds nothing to replace or to cap.
_LETTERS = (
    r"\n -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u2027\u2030-\u205e"
    r"\u20a0-\u20cf\u2100-\u2bff"
)
_MORE_LETTERS = (
    r"\u3001-\u3029\u3030-\u3098\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f"
    r"\U0001f300-\U0001f3f3\U0001f400-\U0001faff"
)
_NOT_LETTERS = re.compile(f"[^{_LETTERS}]")

_JOINERS = r"[\u200c\u200d][\u200c\u200d\ufe0e\ufe0f]|[\ufe0e\ufe0f]{2}"
# A flag of a part of a country is a black flag and four to six small letters or digits.
_FLAG = (
    r"\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,4}"
    r"\U000e007f"
)
_JOINER = r"(?<=[\u200c\u200d])[\u200c\u200d\ufe0e\ufe0f]|(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]"


# The larger classes take milliseconds to compile, which the first picture need not wait for.
@cache
def _not_plain() -> re.Pattern[str]:
    return re.compile(f"[^{_LETTERS}{_MORE_LETTERS}]")


@cache
def _suspect() -> re.Pattern[str]:
    return re.compile(f"[{_CONTROL}{_HIDDEN}{_SURROGATE}{_SEPARATOR}]|{_JOINERS}")


@cache
def _to_replace() -> re.Pattern[str]:
    return re.compile(
        rf"{_FLAG}|\r\n?|\t|[{_SEPARATOR}]|[{_CONTROL}{_HIDDEN}{_SURROGATE}]|{_JOINER}"
    )


@cache
def _zero_width() -> str:
    """The characters that sit on the one before them, as the inside of a character class."""
    marks = (
        point
        for point in range(0x300, 0x1E94B)
        if unicodedata.category(chr(point)) in ("Mn", "Me")
        or 0x1161 <= point <= 0x11FF
        or 0xD7B0 <= point <= 0xD7FB
    )
    return "".join(_span(*run) for run in _runs(marks)) + r"\u200c\u200d"


@cache
def _pile() -> re.Pattern[str]:
    """Matches too many marks in a row: the ones that may stay, then the rest."""
    zero_width = _zero_width()
    return re.compile(f"([{zero_width}]{{{MAX_MARKS}}})[{zero_width}]+")


def _stand_in(match: re.Match[str]) -> str:
    """The replacement of a matched character."""
    found = match[0]
    point = ord(found[0])
    if point == 0x1F3F4:
        return found
    if point in (0x0D, 0x2028, 0x2029):
        return "\n"
    if point == 0x09:
        return TAB
    if point < 0x20:
        return chr(0x2400 + point)
    if point == 0x7F:
        return "\u2421"
    if point <= 0x9F or 0xD800 <= point <= 0xDFFF:
        return REPLACEMENT
    return MARK


def _is_plain(text: str) -> bool:
    return _NOT_LETTERS.search(text) is None or _not_plain().search(text) is None


def sanitise(text: str) -> str:
    """`text` without control characters and invisible characters.

    Line breaks of every kind become line feeds. It is idempotent, and may be applied piece by
    piece.
    """
    if _is_plain(text):
        return text
    if text.isascii():
        return _to_replace().sub(_stand_in, text)
    if _suspect().search(text) is not None:
        text = _to_replace().sub(_stand_in, text)
    return _pile().sub(rf"\1{MARK}", text)


def one_line(text: str, limit: int = 200) -> str:
    """`text` safe and on one line of at most `limit` characters, for titles and errors."""
    text = text.strip()
    head = sanitise(text[: 4 * limit + 1]).strip()
    line = " ".join(head.replace("\n", " \N{RETURN SYMBOL} ").split())
    if len(line) <= limit and len(text) <= 4 * limit + 1:
        return line
    return line[: max(limit - 1, 0)].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def counted(count: int, one: str, many: str = "") -> str:
    """A number and what it counts: `1 turn`, `2,000 turns`."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def size_words(size: int) -> str:
    """A number of bytes in the unit that people use for it."""
    if size < 1_000:
        return counted(size, "byte")
    number, unit = (size / 1_000, "KB") if size < 999_500 else (size / 1_000_000, "MB")
    return f"{number:.{number < 9.95:d}f} {unit}"


_PAIR = r"[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]"


def _whole(match: re.Match[str]) -> str:
    if len(match[0]) == 1:
        return REPLACEMENT
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16")


def storable(text: str) -> str:
    """`text` as UTF-8 can hold it: two halves of a pair are joined, a lone one is marked."""
    return text if text.isascii() else re.sub(_PAIR, _whole, text)


def storable_value(value: Any, text: Callable[[str], str] = storable) -> Any:
    """A JSON value with `text` applied to every string in it."""
    match value:
        case str():
            return text(value)
        case dict():
            return {text(name): storable_value(part, text) for name, part in value.items()}
        case list():
            return [storable_value(part, text) for part in value]
        case _:
            return value


_KEY = r"sk-ant-[\w-]{8,}"
_HEADER = r"""(?ix) \b ( x-api-key | (?:proxy-)? authorization | (?:set-)? cookie )
    ( \\?["']? \s* [:=] \s* (?: b (?= ["'] ) )? \\?["']? | ["'] \s* , \s* b? ["'] )
    ( (?: bearer | basic ) \s+ )?+ (?! \[redacted\] ) [^\s"',;\\}\])]+"""
_USERINFO = r"(?i)\b([a-z][a-z0-9+.-]*://)[^/?#\s\"'<>]+@"
_SHORTEST_SECRET = 6


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without the `secrets` and without what looks like a key or a password.

    Longer values are removed first. Very short ones are left alone: they would match ordinary
    words.
    """
    values = {secret.strip() for secret in secrets}
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, REDACTED)
    text = re.sub(_KEY, f"sk-ant-{REDACTED}", text)
    text = re.sub(_HEADER, rf"\1\2\3{REDACTED}", text)
    return re.sub(_USERINFO, rf"\1{REDACTED}@", text)
