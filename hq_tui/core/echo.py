"""Whether the head of a continuation is an echo: words that the reader already has.

A model that is asked to go on often says the last words again before it does. Seen from
outside that is a text in which some words stand twice in a row, and so is a refrain, a
table with two equal rows, a line of code that is meant twice, or "very, very". Dropping
words that were meant is a lie and showing words twice is only a stutter, so an echo must
be proven.

Let `kept` end in the words w, and the continuation begin with them, white space aside. They
are an echo, and *decidable*, when none of these holds:

- **short**: w has fewer than `ENOUGH` characters, and is not the anchor asked for;
- **recurring**: w stands elsewhere in `kept` too, so this text says it more than once;
- **rhythmic**: w is itself made of a shorter part said twice or more;
- **paired**: read as meant, the text would hold two equal units side by side, each beginning
  at a line, with a capital, or after a mark such as a full stop, a comma or a bar. The units
  need not begin where w does: a repetition under way when the reply broke counts as well;
  In a few different words without a figure, as in "very, very much so", a unit begins at any word;
- **structured**: w runs over the end of a line in a table, a list, a quotation or code, where
  different lines share their ends and beginnings, and is not the anchor asked for; or it runs
  from one heading into the next.

The last is what makes the anchor worth asking for: it lies within one line there.

One thing that can be meant is not seen: in running text, a clause that ends as the one before
it and begins as the one after it, and equals neither, with `ENOUGH` characters of both around
the joint. Lines of keys and values, and rows of figures without a fence, are running text here.
Doubting that too would leave every repetition over the end of a line in doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

WINDOW = 600
"""How far back an echo is looked for, in characters."""
ENOUGH = 16
"""The shortest words that are taken for an echo, in characters."""
FEW = 4
"""So many different words are easily said twice in a row, with nothing in between."""

_LEAD = re.compile(r"\s*(?:\.\.\.|…)?\s*")
_UNIT_START = re.compile(r"(?:\A|\n[ \t]*|[^\w\s][ \t]*)\Z")
_STRUCTURED_LINE = re.compile(r" {0,3}(?:\||[-*+>•◦▪] ?|\d+[.)] )|(?: {4}|\t)", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_BEFORE = 80


class Doubt(StrEnum):
    """Why words that come twice may be meant twice; NONE for a proven echo."""

    NONE = "none"
    SHORT = "short"
    RECURRING = "recurring"
    RHYTHMIC = "rhythmic"
    PAIRED = "paired"
    STRUCTURED = "structured"
    OPEN = "open"
    """More of the continuation must come to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """Where a continuation meets what was kept. `final` says that no more of it comes."""

    kept: str
    body: str
    anchor: str = ""
    final: bool = True


def echo_length(joint: Joint) -> int | None:
    """How many characters at the head of `body` are an echo; None while that is open."""
    exactly = _Side(joint, end=len(joint.kept), lead=0)
    lead = _LEAD.match(joint.body)
    loosely = _Side(joint, end=len(joint.kept.rstrip()), lead=lead.end() if lead else 0)
    found = exactly.length()
    return loosely.length() if found == 0 else found


def doubt_about(joint: Joint, length: int) -> Doubt:
    """Whether the first `length` characters of `body`, which `kept` ends in, may be meant."""
    return _Side(joint, end=len(joint.kept), lead=0).doubt(length)


def open_fence(text: str) -> tuple[str, str] | None:
    """The fence that `text` ends inside of, as its marks and its language; None outside."""
    inside: tuple[str, str] | None = None
    for match in _FENCE.finditer(text):
        marks, info = match[1], match[2].strip()
        if inside is None:
            inside = (marks, info)
        elif not info and marks[0] == inside[0][0] and len(marks) >= len(inside[0]):
            inside = None
    return inside


def is_structured(kept: str, start: int) -> bool:
    """Whether the lines of `kept` from the one around `start` on are a table, a list or code."""
    line = kept.rfind("\n", 0, start) + 1
    lines = kept[line:].split("\n")
    return any(_STRUCTURED_LINE.match(one) for one in lines) or open_fence(kept) is not None


def is_rhythmic(words: str) -> bool:
    """Whether words are made of a shorter part, said twice; its end may be missing."""
    return any(words[by:] == words[:-by] for by in range(1, len(words) * 3 // 5 + 1))


def begins_unit(text: str, place: int) -> bool:
    """Whether a line, a clause or a capital begins at `place`: where a refrain may begin."""
    before = text[max(0, place - _BEFORE) : place]
    is_capital = before[-1:].isspace() and text[place : place + 1].isupper()
    return is_capital or _UNIT_START.search(before) is not None


def has_few_words(text: str) -> bool:
    """Whether hardly any words are in it, and no figure, so that it may be said for emphasis."""
    if any(one.isdigit() for one in text):
        return False
    words = {"".join(filter(str.isalnum, word)).lower() for word in text.split()}
    return len(words) <= FEW


def begins_word(text: str, place: int) -> bool:
    """Whether a word begins at `place`; at the end of `text` it may."""
    return not text[place - 1 : place].isalnum() and not text[place : place + 1].isspace()


def same_space(joint: Joint, end: int) -> int | None:
    """How much white space behind `end` in `body` the reader has already; None while open."""
    have, rest = joint.kept[len(joint.kept.rstrip()) :], joint.body[end:]
    if len(rest) < len(have) and have.startswith(rest) and not joint.final:
        return None
    same = 0
    while same < min(len(have), len(rest)) and have[same] == rest[same]:
        same += 1
    return same


class _Side:
    """One way to lay `body` beside the end of `kept`: behind `lead` characters, up to `end`."""

    def __init__(self, joint: Joint, *, end: int, lead: int) -> None:
        self.joint = joint
        self.kept = joint.kept[:end]
        self.lead = lead
        self.said = joint.body[lead:]
        self.both = joint.kept + joint.body
        self.second = len(joint.kept) + lead

    def length(self) -> int | None:
        """The length of the longest proven echo, lead and white space behind it included."""
        if not self.said:
            return 0 if self.joint.final or not self.kept else None
        if not self.joint.final and self._may_become_one():
            return None
        for size in range(min(len(self.kept), len(self.said), WINDOW), 0, -1):
            if self.kept.endswith(self.said[:size]):
                doubt = self.doubt(size)
                if doubt is Doubt.OPEN:
                    return None
                if doubt is Doubt.NONE:
                    return self._with_space(size)
        return 0

    def doubt(self, size: int) -> Doubt:
        """What speaks against the last `size` characters of `kept` being echoed here."""
        return self._doubt_from(len(self.kept) - size) or self._doubt_of_pair(size)

    def _may_become_one(self) -> bool:
        """Whether all that was said stands in `kept` where an echo could begin."""
        at = self.kept.find(self.said, max(0, len(self.kept) - WINDOW))
        while at >= 0:
            if at + len(self.said) < len(self.kept) and not self._doubt_from(at):
                return True
            at = self.kept.find(self.said, at + 1)
        return False

    def _doubt_from(self, start: int) -> Doubt | None:
        """What speaks against an echo of everything from `start` on, whatever follows it."""
        words = self.kept[start:]
        is_anchor = bool(self.joint.anchor) and words.rstrip() == self.joint.anchor
        if not is_anchor and len(words) < ENOUGH:
            return Doubt.SHORT
        if self.joint.kept.find(words) != start:
            return Doubt.RECURRING
        if is_rhythmic(words):
            return Doubt.RHYTHMIC
        in_between = self.both[len(self.kept) : self.second]
        over_lines = "\n" in words + in_between
        if over_lines and self._both_are_headings(start):
            return Doubt.STRUCTURED
        if over_lines and not is_anchor and is_structured(self.kept, start):
            return Doubt.STRUCTURED
        return Doubt.PAIRED if self._pairs_before(start) else None

    def _both_are_headings(self, start: int) -> bool:
        """Whether words begin within a heading, both times; headings share their beginnings."""
        lines = (self.both.rfind("\n", 0, place) + 1 for place in (start, self.second))
        return all(self.both.startswith("#", line) for line in lines)

    def _is_pair(self, place: int, start: int) -> bool:
        """Whether units begin both at `place` and where that comes again after the break."""
        again = place + self.second - start
        if begins_unit(self.both, place) and begins_unit(self.both, again):
            return True
        is_phrase = has_few_words(self.kept[start:])
        return is_phrase and begins_word(self.both, place) and begins_word(self.both, again)

    def _pairs_before(self, start: int) -> bool:
        """Whether a unit begins at `start`, or began before it and has been repeated since."""
        period = self.second - start
        place = start
        while True:
            if self._is_pair(place, start):
                return True
            if place == 0 or self.both[place - 1] != self.both[place + period - 1]:
                return False
            place -= 1

    def _doubt_of_pair(self, size: int) -> Doubt:
        """Whether a unit that begins behind `start` is repeated by what follows.

        What stands between two units may differ, as after the last line of a refrain.
        """
        start = len(self.kept) - size
        end = self.second + size
        goes_on = True
        for step in range(WINDOW):
            place = start + step
            if step and self._is_pair(place, start):
                return Doubt.PAIRED
            if goes_on and end + step >= len(self.both) and not self.joint.final:
                return Doubt.OPEN
            goes_on = goes_on and self.both[end + step : end + step + 1] == self.both[place + size]
            if not goes_on and (step >= size or self.both[place].isalnum()):
                return Doubt.NONE
        return Doubt.PAIRED

    def _with_space(self, size: int) -> int | None:
        end = self.lead + size
        space = 0 if len(self.kept) == len(self.joint.kept) else same_space(self.joint, end)
        return None if space is None else end + space
