"""Decides if the head of a continuation is an echo: words that the reader already has.

A model that is asked to go on often says the last words again before it does. Seen from
outside that is a text in which some words stand twice in a row, and so is a refrain, a
table with two equal rows, a line of code that is meant twice, or "very, very". Dropping
words that were meant is a lie and showing words twice is only a stutter, so an echo must
be proven.

Let `kept` end in the words w, and the continuation begin with them, white space aside. They
are an echo when they **cannot follow**: w begins a line, and read as meant would stand in the
middle of one, with a second marker or margin there or inside of a word; or a whole line would
come again deeper than it was. They are an echo, too, when none of these holds:

- **short**: w has a weight below `ENOUGH`, and is not the anchor asked for;
- **recurring**: w stands elsewhere in `kept` too, so this text says it more than once, or its
  first line goes on to be said a second time behind it;
- **rhythmic**: w is itself made of a shorter part said twice or more;
- **paired**: read as meant, the text would hold two equal units side by side, each beginning
  at a line, with a capital, or after a mark such as a full stop, a comma or a bar. The units
  need not begin where w does: a repetition under way when the reply broke counts as well.
  In a few different words without a figure, as in "very, very much so", a unit begins at any
  word, and so does a clause that comes again as a whole with white space before it. A unit of
  several lines that begins a line does not begin again within one;
- **structured**: w is shorter than `LONG` and runs over the end of a line in a table, a list, a
  quotation or code, where different lines share their ends and beginnings, and is not the
  anchor asked for; or it runs from one heading into the next.

The last is what makes the anchor worth asking for: it lies within one line there. A line of
running text of the weight `LONG` is said once, in a text that says none of its parts twice.

Where a shorter echo is possible and in doubt, a longer one is none: the shorter one may have
been repeated and the rest be meant. And where the end of w is its beginning as well, only that
may have been repeated: what is left of w is then asked whether it makes such a pair.

All of the reply from its first word on, or all of a code block that is opened again, is an echo
however it is read, if it is long enough (`whole_again`).

One thing that can be meant is not seen: in running text, a clause that ends as the one before
it and begins as the one after it, and equals neither, with `ENOUGH` characters of both around
the boundary. Lines of keys and values, and rows of figures without a fence, are running text here.
Doubting that too would leave every repetition over the end of a line in doubt.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum, auto

from hq_tui.core.resume.ambiguity import (
    begins_unit,
    begins_word,
    has_few_words,
    is_behind_mark,
    is_rhythmic,
)
from hq_tui.core.resume.boundary import (
    CERTAIN,
    ENOUGH,
    Boundary,
    cannot_follow,
    heads_line,
    is_out_of_margin,
    is_structured,
    letters_in,
    open_fence,
    starts_line,
    weight,
    with_space,
)
from hq_tui.core.resume.letters import letters_and_places

WINDOW = 600
"""The last characters that an echo is looked for in, unless it is all of the reply."""
LONG = 200
"""No two passages of this length differ only in how their first and last lines begin and end."""
WHOLE = 400
"""No reply that begins with so many characters in whole lines begins with them twice."""
VERSE = 150
"""No verse of this length is said twice in one line without a mark in between."""
AHEAD = 8
"""So many characters behind an echo are looked at."""

_LEAD = re.compile(r"\s*(?:\.\.\.|…)?\s*")
_CLAUSE = re.compile(r"\w[^\n.!?;:]*")


class _Verdict(Enum):
    """A judgement of words that come twice."""

    ECHO = auto()
    SHORT = auto()
    """Nothing: they are too few."""
    MEANT = auto()
    """They may be meant twice."""
    OPEN = auto()
    """More of the continuation must come to know."""


def whole_again(boundary: Boundary) -> int | None:
    """The length in `body` of all the reply, or its code block, said again; None while open.

    What ends as it begins may have been said again in part; only what is long is certain then.
    """
    body = boundary.body
    inside = open_fence(boundary.kept) if boundary.fence_reopened else None
    for begin in (0, inside[2] if inside else 0):
        whole = boundary.kept[begin:]
        letters = letters_and_places(whole)[0]
        if not _is_long_enough(boundary, begin) or is_rhythmic(letters):
            continue
        is_long = len(whole) >= (VERSE if begin else WHOLE)
        if not is_long and any(letters.endswith(letters[:n]) for n in range(1, len(letters))):
            continue
        if not boundary.final and len(body) < len(whole) and whole.startswith(body):
            return None
        said, places = letters_and_places(body)
        if said.startswith(letters):
            return with_space(boundary, places[len(letters) - 1] + 1)
        if not boundary.final and letters.startswith(said):
            return None
    return 0


def _is_long_enough(boundary: Boundary, begin: int) -> bool:
    """True if all that was kept from `begin` on is too long to be meant twice in a row."""
    words = boundary.kept[begin:].strip()
    ends_line = starts_line(boundary.kept, len(boundary.kept)) or boundary.body[:1] == "\n"
    if not words or boundary.kept.find(words) < begin:
        return False
    if begin:
        return weight(words) >= (VERSE if ends_line else ENOUGH)
    if "\n" not in words:
        return weight(words) >= VERSE
    return len(words) >= WHOLE or (not ends_line and weight(words) >= CERTAIN)


def echo_length(boundary: Boundary) -> int | None:
    """The length of the echo at the head of `body`; None while that is open.

    Where a shorter echo would do as well as a longer one, nobody knows how much was meant:
    the shorter one is taken, or none where that is in doubt. The first letter may have
    become a capital, or a small one.
    """
    verdict, end = _first_echo(boundary, ENOUGH)
    if verdict is _Verdict.SHORT:
        verdict, end = _first_echo(_in_other_case(boundary), CERTAIN)
    if verdict is _Verdict.OPEN:
        return None
    return with_space(boundary, end) if verdict is _Verdict.ECHO else 0


def _in_other_case(boundary: Boundary) -> Boundary:
    """The same with the case of the first letter swapped."""
    lead = _LEAD.match(boundary.body)
    at = lead.end() if lead else 0
    first = boundary.body[at : at + 1]
    other = first.swapcase() if len(first.swapcase()) == 1 else first
    return replace(boundary, body=boundary.body[:at] + other + boundary.body[at + 1 :])


def _first_echo(boundary: Boundary, least: int) -> tuple[_Verdict, int]:
    """The verdict on the shortest echo of at least that weight, and its end in `body`."""
    overlap = _Overlap(boundary, least)
    if not overlap.said:
        is_over = boundary.final or not overlap.kept
        return (_Verdict.SHORT if is_over else _Verdict.OPEN), 0
    if not boundary.final and overlap.may_become_echo():
        return _Verdict.OPEN, 0
    for size in range(1, min(len(overlap.kept), len(overlap.said), WINDOW) + 1):
        if overlap.kept.endswith(overlap.said[:size]):
            verdict = overlap.verdict(size)
            if verdict is not _Verdict.SHORT:
                return verdict, overlap.behind(size) - len(boundary.kept)
    return _Verdict.SHORT, 0


class _Overlap:
    """`body`, behind dots that may come first, beside the end of `kept`: letter by letter.

    `kept`, `said` and `letters` (one behind the other) are without white space; `_place` tells
    where a letter stands in `both`. An echo would begin at the letter `start` and end with
    `kept`, whose last letter is at `end`; `second` is where it would come again.
    """

    def __init__(self, boundary: Boundary, least: int) -> None:
        self.least = least
        lead = _LEAD.match(boundary.body)
        self.boundary = boundary
        self.both = boundary.kept + boundary.body
        self.end = len(boundary.kept.rstrip())
        self.second = len(boundary.kept) + (lead.end() if lead else 0)
        self.kept, places = letters_and_places(boundary.kept)
        self.said, more = letters_and_places(self.both[self.second :])
        self.letters = self.kept + self.said
        self._places = (*places, *(self.second + at for at in more), len(self.both))

    def behind(self, size: int) -> int:
        """The place in `both` behind the first `size` letters that were said."""
        return self._place(len(self.kept) + size - 1) + 1

    def may_become_echo(self) -> bool:
        """True if all that was said stands in `kept` where an echo could begin."""
        at = self.kept.find(self.said, max(0, len(self.kept) - WINDOW))
        while at >= 0:
            if at + len(self.said) < len(self.kept) and self._verdict_from(at) is _Verdict.ECHO:
                return True
            at = self.kept.find(self.said, at + 1)
        return False

    def verdict(self, size: int) -> _Verdict:
        """The verdict on the last `size` letters of `kept`, which come again."""
        start = len(self.kept) - size
        verdict = self._verdict_from(start)
        if verdict is not _Verdict.ECHO:
            return verdict
        least = 3 if self.end - self._place(start) < LONG else LONG
        for less in range(1, size):
            if self._may_be_said_again(less, least):
                verdict = self._behind_shorter(less).verdict_of_pair(size - less)
                if verdict is not _Verdict.ECHO:
                    return verdict
        return verdict if self._cannot_follow(start) else self._verdict_behind(size)

    def _may_be_said_again(self, size: int, least: int) -> bool:
        """True if so few letters may be an echo: of a line as far as it came, or of so many."""
        words = self.said[:size]
        is_line = starts_line(self.both, self._place(len(self.kept) - size))
        return self.kept.endswith(words) and (is_line or letters_in(words) >= least)

    def _behind_shorter(self, size: int) -> _Overlap:
        """The same if only so many letters were said again, and the rest were meant."""
        rest = self.both[self.behind(size) :]
        return _Overlap(replace(self.boundary, body=rest), self.least)

    def _place(self, at: int) -> int:
        return self._places[min(at, len(self._places) - 1)]

    def _verdict_from(self, start: int) -> _Verdict:
        """The verdict on an echo of everything from `start` on, whatever follows it."""
        words, as_kept = self.kept[start:], self.both[self._place(start) : self.end]
        cannot_follow = self._cannot_follow(start)
        if cannot_follow is None:
            return _Verdict.OPEN
        is_anchor, is_in_line = as_kept == self.boundary.anchor, self._is_in_this_line(start)
        if cannot_follow and is_in_line and not is_rhythmic(words):
            return _Verdict.ECHO
        if not is_anchor and weight(as_kept) < self.least:
            return _Verdict.SHORT
        is_meant = self.kept.find(words) != start or is_rhythmic(words)
        if not is_meant and not cannot_follow:
            is_free = is_in_line or is_anchor or len(as_kept) >= LONG
            is_like = not is_free and is_structured(self.boundary.kept, self._place(start))
            is_meant = is_like or self._both_are_headings(start) or self._pairs_before(start)
        return _Verdict.MEANT if is_meant else _Verdict.ECHO

    def _cannot_follow(self, start: int) -> bool | None:
        """True if what begins at `start` cannot be meant here; None while more must come."""
        if self.least > ENOUGH:
            return False
        place, size = self._place(start), len(self.kept) - start
        kept, gap = self.both[: self.end], self.both[self.end : self.second]
        if is_out_of_margin(self.boundary, place):
            return True
        margin = kept[kept.rfind("\n", 0, place) + 1 : place]
        if margin and margin.isspace() and gap.endswith(margin):
            place, gap = place - len(margin), gap[: -len(margin)]
        ends_line = starts_line(self.boundary.kept, len(self.boundary.kept))
        if self.boundary.fence_reopened and "\n" not in gap and not ends_line:
            return starts_line(kept, place) and letters_in(kept[place:]) > 2
        may = cannot_follow(kept, place, gap, "a")
        if not may or len(self.said) < size:
            return may
        behind = self.behind(size)
        then = self.both[behind : behind + AHEAD]
        does = cannot_follow(kept, place, gap, then)
        is_whole = self.boundary.final or len(then) == AHEAD or then.strip() or "\n" in then
        return does if does or is_whole else None

    def _is_in_this_line(self, start: int) -> bool:
        return "\n" not in self.both[self._place(start) : self.second]

    def _both_are_headings(self, start: int) -> bool:
        """True if words begin within a heading, both times; headings share their beginnings."""
        if self._is_in_this_line(start):
            return False
        places = (self._place(start), self.second)
        lines = (self.both.rfind("\n", 0, place) + 1 for place in places)
        return all(self.both.startswith("#", line) for line in lines)

    def _is_pair(self, at: int, start: int) -> bool:
        """True if units begin both at `at` and where that comes again after the break."""
        place, again = self._place(at), self._place(at + len(self.kept) - start)
        unit = self.both[place:again]
        if begins_unit(self.both, place) and begins_unit(self.both, again):
            if weight(unit) >= VERSE and not is_behind_mark(self.both, again):
                return False
            if weight(unit) >= LONG and self._is_said_once(place, again):
                return False
            is_of_lines = "\n" in unit and (heads_line(self.both, place) or len(unit) >= LONG)
            return not is_of_lines or heads_line(self.both, again)
        if not (begins_word(self.both, place) and begins_word(self.both, again)):
            return False
        if has_few_words(self.both[self._place(start) : self.end]):
            return True
        is_apart = self.both[again - 1].isspace() and begins_unit(self.both, place)
        is_anchor = self.both[self._place(start) : self.end] == self.boundary.anchor
        is_clause = _CLAUSE.fullmatch(unit.rstrip()) is not None and weight(unit) < VERSE
        second = at + len(self.kept) - start
        is_again = self.letters.startswith(self.letters[at:second], second)
        return (at != start or is_apart or not is_anchor) and is_clause and is_again

    def _is_said_once(self, place: int, again: int) -> bool:
        """True if a unit is a long line of running text that says nothing twice."""
        unit = self.both[place:again].strip()
        parts = (unit[at : at + CERTAIN] for at in range(0, len(unit), CERTAIN))
        is_new = all(self.both.count(part, 0, self.end) < 2 for part in parts)
        return is_new and "\n" not in unit and not is_structured(self.boundary.kept, place)

    def verdict_of_pair(self, size: int) -> _Verdict:
        """MEANT if units that begin before, at or behind the last `size` letters make a pair."""
        is_pair = self._pairs_before(len(self.kept) - size)
        return _Verdict.MEANT if is_pair else self._verdict_behind(size)

    def _pairs_before(self, start: int) -> bool:
        """True if a unit begins at `start`, or began before it and has been repeated since."""
        period, at = len(self.kept) - start, start
        while not self._is_pair(at, start):
            if at == 0 or self.letters[at - 1] != self.letters[at + period - 1]:
                return False
            at -= 1
        return True

    def _verdict_behind(self, size: int) -> _Verdict:
        """MEANT if a unit that begins behind `start` is repeated by what follows.

        What stands between two units may differ, as after the last line of a refrain.
        """
        start, letters = len(self.kept) - size, self.letters
        end = len(self.kept) + size
        goes_on = True
        is_long = self.end - self._place(start) >= LONG and not self._is_in_this_line(start)
        for step in range(WINDOW):
            at = start + step
            if step and self._is_pair(at, start):
                return _Verdict.MEANT
            if goes_on and end + step >= len(letters) and not self.boundary.final:
                return _Verdict.OPEN
            goes_on = goes_on and letters[end + step : end + step + 1] == letters[at + size]
            if not goes_on and (step >= size or is_long or letters[at].isalnum()):
                return _Verdict.ECHO
        return _Verdict.MEANT
