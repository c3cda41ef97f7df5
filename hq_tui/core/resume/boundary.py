"""The boundary between a continuation and what was kept, and what can stand there in a text.

Everything here looks at lines, fences, rows and words; whether something is said twice is for
`hq_tui.core.resume.overlap`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from hq_tui.core.resume.letters import in_common

ENOUGH = 16
"""The shortest words that are taken for an echo, by `weight`."""
CERTAIN = 40
"""Words of this weight are no chance, whatever marks stand around them."""
ALIKE = 6
"""Lines that begin with the same so many letters are of one kind."""
UNENDED = 120
"""No line of a list or of code of this weight comes again on the next one, going on."""

_STRUCTURED_LINE = re.compile(r" {0,3}(?:\||[-*+>•◦▪] ?|\d+[.)] )|(?: {4}|\t)", re.MULTILINE)
_MARKER = re.compile(r"[ \t]*(?:(?:[-*+>•◦▪]|\d+[.)]|#{1,6})(?=[ \t])|\|)|[ \t]{2,}(?=\S)|\t(?=\S)")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_DELIMITER_ROW = re.compile(
    r"^ {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$", re.MULTILINE
)
_CODE = re.compile(r"[=(){}\[\];.:\"']")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_FRAGMENT = re.compile(r"\W*\w{1,5}")
_WIDE = frozenset("WF")

OPENERS = ":{(["
"""Signs behind which a line is deeper than the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """A continuation and what was kept before it: the two texts, and what is known of them.

    `kept` is what the reader has and `body` what came since; `anchor` are the words that the
    model was asked to begin with. `final` says that no more of it comes, and `fence_reopened`
    that the fence `kept` ends inside of was opened again before it.
    """

    kept: str
    body: str
    anchor: str = ""
    final: bool = True
    fence_reopened: bool = False


@lru_cache(maxsize=8)
def open_fence(text: str) -> tuple[str, str, int] | None:
    """The fence that `text` ends inside of: its marks, its language and where its code begins."""
    inside: tuple[str, str, int] | None = None
    for match in _FENCE.finditer(text):
        marks, info = match[1], match[2].strip()
        if inside is None:
            inside = (marks, info, match.end() + 1)
        elif not info and marks[0] == inside[0][0] and len(marks) >= len(inside[0]):
            inside = None
    return inside


def is_structured(kept: str, start: int) -> bool:
    """True if `kept`, from the line around `start` on, has a table, a list or code."""
    line = kept.rfind("\n", 0, start) + 1
    lines = kept[line:].split("\n")
    return any(_STRUCTURED_LINE.match(one) for one in lines) or open_fence(kept) is not None


def columns_above(kept: str) -> int:
    """The columns of the table that `kept` ends in, by its delimiter row; 0 if there is none."""
    lines = kept.split("\n")[:-1]
    for line in reversed(lines):
        if not line.startswith("|"):
            return 0
        if _DELIMITER_ROW.match(line):
            return bars(line) - 1
    return 0


def is_delimiter_row(line: str) -> bool:
    """True if a line is the row of dashes below the header of a table."""
    return "-" in line and _DELIMITER_ROW.match(line) is not None


def bars(line: str) -> int:
    """The number of bars of a table in a line."""
    return line.count("|") - line.count("\\|")


def is_wide(letter: str) -> bool:
    """True if a letter says about as much as a syllable, as in Chinese and Japanese."""
    return unicodedata.east_asian_width(letter) in _WIDE


def weight(words: str) -> int:
    """The length of words in letters of an alphabet; a wide one counts twice."""
    return len(words) if words.isascii() else len(words) + sum(map(is_wide, words))


def letters_in(words: str) -> int:
    """The weight of the letters and figures alone."""
    return weight("".join(filter(str.isalnum, words)))


def starts_line(text: str, place: int) -> bool:
    """True if nothing but white space is before `place` in its line."""
    return not text[text.rfind("\n", 0, place) + 1 : place].strip()


def heads_line(text: str, place: int) -> bool:
    """True if nothing but white space and marks is before `place` in its line."""
    return not any(map(str.isalnum, text[text.rfind("\n", 0, place) + 1 : place]))


def cannot_follow(kept: str, start: int, gap: str, then: str) -> bool:
    """True if what begins a line at `start` cannot be meant behind `kept` and `gap`.

    It would stand in the middle of the line that `kept` ends in: a second marker of a list, a
    second margin or too many cells in it, or a line that begins in the middle of a word. Or that
    line would break off within a word, to come again on the next one; `then` follows it there.
    """
    line = kept.rfind("\n") + 1
    before, words = kept[line:], kept[start:]
    first, newline, _ = words.partition("\n")
    if not before.strip() or not first.strip() or not starts_line(kept, start):
        return False
    if "\n" in gap:
        is_within_fence = open_fence(kept) is not None
        return _breaks_off(before, words, gap, then, is_within_fence=is_within_fence)
    whole_line = start == 0 or kept[start - 1] == "\n"
    marker = _MARKER.match(first) if whole_line else None
    is_tight = not gap and not kept[-1].isspace()
    if first.startswith("|"):
        return _is_no_row(before, words, is_tight=is_tight, columns=columns_above(kept))
    if marker and _is_no_cell(marker[0], words, then, is_tight=is_tight):
        return True
    if newline and _begins_alike(before, first) and is_structured(kept, start):
        return weight(words) >= CERTAIN
    if not newline and _runs_on(before, words, then):
        return True
    is_word = is_tight and marker is None and kept[-1].isalnum()
    return is_word and _breaks_a_word(kept, before, words)


def _is_no_row(before: str, words: str, *, is_tight: bool, columns: int) -> bool:
    """True if a row within a row would have too many cells, or a bar where none of it has one."""
    first, newline, _ = words.partition("\n")
    if letters_in(words) < 3:
        return False
    if is_tight and before[-1].isalnum() and " |" in before:
        return True
    return bool(newline) and bars(before + first) > (columns or bars(first) - 1) + 1


def _begins_alike(before: str, first: str) -> bool:
    """True if two lines begin alike, so that one can be no part of the other."""
    before = before.lstrip()
    return letters_in(before[: in_common(before, first.lstrip())]) >= ALIKE


def _runs_on(before: str, words: str, then: str) -> bool:
    """True if a line with a capital would be said again within a sentence, which then goes on."""
    is_within = (
        words[:1].isupper() and before.rstrip()[-1:].isalnum() and then.lstrip()[:1].islower()
    )
    return is_within and weight(words) >= CERTAIN and not then.startswith("\n")


def _is_no_cell(marker: str, words: str, then: str, *, is_tight: bool) -> bool:
    """True if words behind a marker or a margin are no cell of a row without bars."""
    first, newline, _ = words.partition("\n")
    if marker.strip():
        least = CERTAIN if newline and "-" in marker else ENOUGH
        return letters_in(words) > 1 if is_tight else weight(words) >= least
    is_code = _CODE.search(first) is not None
    if not is_tight:
        return is_code and letters_in(words) > 2
    is_long = len(_TOKEN.findall(words)) > 2 and "\t" not in marker
    in_word = then[:1].isalpha() and words[-2:].isalpha() and "\t" not in marker
    return letters_in(words) > 1 and (is_code or is_long or in_word)


def _breaks_off(before: str, words: str, gap: str, then: str, *, is_within_fence: bool) -> bool:
    """True if the line that broke is no line of its own: it ends in one space, or in a word."""
    if weight(words) < CERTAIN:
        return False
    end = (before + gap).partition("\n")[0]
    if end[-1] == " ":
        return end[-2] != " "
    if not end[-1].isalnum() or (is_wide(end[-1]) and _STRUCTURED_LINE.match(before)):
        return False
    is_prose = not is_within_fence and _STRUCTURED_LINE.match(before) is None
    least = CERTAIN if is_prose else UNENDED
    return then[:1].isalnum() or (weight(words) >= least and then[:1] not in {"", "\n"})


def _breaks_a_word(kept: str, before: str, words: str) -> bool:
    """True if a line that begins behind a letter can be no part of a word with it."""
    first, newline, _ = words.partition("\n")
    count = sum(any(map(str.isalnum, word)) for word in words.split())
    if not first[0].isalnum():
        return count > 1 and letters_in(words) >= 5
    is_capital = kept[-1].islower() and first[0].isupper()
    if newline and not is_capital and _FRAGMENT.fullmatch(before):
        return False
    if is_wide(first[0]) and not newline:
        return letters_in(words) >= 12
    if count == 1 and not is_capital:
        return letters_in(words) >= 5 and not newline and len(_TOKEN.findall(words)) > 2
    least = (3 if open_fence(kept) is None else 6) if count == 1 else 4
    return letters_in(words) >= (least if is_capital else 8)


def is_out_of_margin(boundary: Boundary, place: int) -> bool:
    """True if a whole line would come again deeper than it was, which the margin forbids.

    A margin that is said again may make a line deeper, so it must be less than what is there.
    """
    both, body = boundary.kept + boundary.body, boundary.body
    first = both.rfind("\n", 0, place) + 1
    last = both.find("\n", place, len(boundary.kept))
    line, margin = both[first:last], boundary.kept.rpartition("\n")[2]
    if last < 0 or margin.strip() or both[first:place].strip():
        return False
    more, own = len(body) - len(body.lstrip(" \t")), len(line) - len(line.lstrip())
    is_deeper = more < len(margin) and len(margin) + more > own
    return is_deeper and weight(line.strip()) >= CERTAIN and line.rstrip()[-1] not in OPENERS


def with_space(boundary: Boundary, end: int) -> int | None:
    """`end` in `body`, and the white space behind it that the reader has; None while open."""
    have, rest = boundary.kept[len(boundary.kept.rstrip()) :], boundary.body[end:]
    if len(rest) < len(have) and have.startswith(rest) and not boundary.final:
        return None
    return end + in_common(have, rest)
