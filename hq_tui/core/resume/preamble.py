"""Finds words about a break before a reply goes on: "Continuing from where I left off:".

Such words are dropped where they cannot belong to the reply: in a line of their own that speaks
of the break itself, or that comes in the middle of a sentence, or before an echo; in one line
with the rest where they name the place at which the model left off.
"""

from __future__ import annotations

import re

from hq_tui.core.resume.boundary import Boundary, open_fence

_OPENINGS = tuple(
    "continuing|(continu|[continu|continued|continuation|ok,|ok.|ok!|okay,|okay.|okay!|sure,|sure.|sure!"
    "|certainly|of course|right,|right.|absolutely|understood|sorry|apologies|my apologies"
    "|i apologi|here's the|here is the|picking up|resuming|i'll continue|i'll pick|i'll resume"
    "|i will continue|let me continue|let me pick|to continue|as i was saying".split("|")
)
"""Beginnings of announcements, in lower case."""
MOST = 160
"""The characters of a line that are looked at."""
_OF_THE_BREAK = re.compile(
    r"\b(?:left|broke|stopped|cut) off\b|\binterrupt(?:ed|ion)\b"
    r"|\b(?:previous|last|earlier) (?:response|reply|message|answer)\b",
    re.IGNORECASE,
)
_OF_THE_PLACE = re.compile(
    r"\b(?:where|point|from) (?:\w+ ){1,6}(?:off|stopped|interrupted)\b", re.IGNORECASE
)
_GOING_ON = re.compile(r"\b(?:continu|resum|pick(?:ing)? (?:it )?up)", re.IGNORECASE)
_REST = re.compile(r"\bthe (?:rest|remain|continuation)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n]*?(?::|…|\.\.\.|\.|!|[)\]])[*_]*(?:[ \t]+|$)")


def announced(boundary: Boundary) -> int | None:
    """The length of a first line that may be an announcement, the blank line after it included.

    Where the reply itself goes on in the same line, only what speaks of the break may be one.
    """
    body = boundary.body.lstrip()
    lead = len(boundary.body) - len(body)
    low = _plain(body[:MOST])
    if not _opens(low):
        may_be = any(opening.startswith(low) for opening in _OPENINGS)
        return None if may_be and not boundary.final else 0
    line, newline, rest = body[: MOST + 1].partition("\n")
    if not newline and len(body) < MOST and not boundary.final:
        return _once_whole(line, lead)
    end = _end_of_announcement(line)
    if end < len(line) or not newline:
        said = line[:end].rstrip()
        return lead + len(said) if _OF_THE_BREAK.search(said) else 0
    if not rest and not boundary.final:
        return None
    return lead + end + (2 if rest.startswith("\n") else 1)


def _once_whole(line: str, lead: int) -> int | None:
    """The same while its line is still coming: known once other words follow in it."""
    end = _end_of_announcement(line)
    said = line[:end].rstrip()
    behind = line[end:]
    may_open = any(one.startswith(_plain(behind)) for one in _OPENINGS)
    is_over = bool(behind) and not may_open and not _opens(_plain(behind))
    return lead + len(said) if is_over and said.endswith(":") and is_of_place(said) else None


def is_of_place(line: str) -> bool:
    """True if a line names the place at which the model left off, and nothing follows it there."""
    return _OF_THE_PLACE.search(line) is not None and line.rstrip("*_ ").endswith((":", "…", "..."))


def is_of_break(kept: str, line: str) -> bool:
    """True if a line of its own that may be an announcement cannot belong to the reply."""
    return _OF_THE_BREAK.search(line) is not None or _breaks_into(kept, line)


def _breaks_into(kept: str, line: str) -> bool:
    """True if a line that may be an announcement comes in the middle of a sentence."""
    on_a_new_line = kept.endswith("\n") or line.startswith("\n")
    inside = kept.rstrip()[-1:].isalnum() and not on_a_new_line and open_fence(kept) is None
    is_sentence = line.lstrip().lstrip("*_")[:1].isupper()
    is_apart = line.endswith("\n\n") or " " in line.strip()
    is_glued = kept[-1:].isalnum() and not line[0].isspace()
    says_so = is_glued or _GOING_ON.search(line) is not None or _REST.search(line) is not None
    return inside and is_sentence and is_apart and says_so


def _end_of_announcement(line: str) -> int:
    """The end of the first sentences of a line that say nothing but that something goes on."""
    end = 0
    while found := _SENTENCE.match(line, end):
        says_so = _OF_THE_BREAK.search(found[0]) or _GOING_ON.search(found[0])
        if not says_so and not _opens(_plain(found[0])):
            break
        end = found.end()
    return end


def _opens(low: str) -> bool:
    """True if words in lower case begin as an announcement does."""
    opening = next((one for one in _OPENINGS if low.startswith(one)), "")
    behind = low[len(opening) :][:1]
    return bool(opening) and (opening[-1] not in ",.!" or not behind or behind.isspace())


def _plain(words: str) -> str:
    return words.lower().replace("’", "'").lstrip("*_")
