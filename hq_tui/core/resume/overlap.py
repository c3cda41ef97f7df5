"""Whether the head of a continuation is an echo: words that the reader already has.

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

The last is what makes the anchor worth asking for: it lies within one line there. All of the
reply from its first word on, several lines and `WHOLE` characters, is an echo however it is read.

Where a shorter echo is possible and in doubt, a longer one is none: the shorter one may have
been repeated and the rest be meant. That holds however the two are compared; words of the
weight `CERTAIN` are found in another case or with other white space as well.

All of a code block that is opened again is an echo from `VERSE` on, and below where it broke in a
line that does not begin as the first one does.

One thing that can be meant is not seen: in running text, a clause that ends as the one before
it and begins as the one after it, and equals neither, with `ENOUGH` characters of both around
the joint. Lines of keys and values, and rows of figures without a fence, are running text here.
Doubting that too would leave every repetition over the end of a line in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from hq_tui.core.resume.ambiguity import (
    BEFORE,
    UNIT_START,
    Ambiguity,
    begins_unit,
    begins_word,
    has_few_words,
    is_rhythmic,
)
from hq_tui.core.resume.boundary import (
    CERTAIN,
    ENOUGH,
    Boundary,
    cannot_follow,
    fence_begin,
    heads_line,
    is_out_of_margin,
    is_structured,
    letters_in,
    same_space,
    starts_line,
    weight,
)
from hq_tui.core.resume.letters import folded, squeezed

WINDOW = 600
"""How far back an echo is looked for, in characters, that is not all of the reply."""
LONG = 200
"""No two passages of this length differ only in how their first and last lines begin and end."""
WHOLE = 400
"""No reply that begins with so many characters begins with them twice."""
VERSE = 150
"""No verse of this length is said twice in one line without a mark in between."""
AHEAD = 8
"""So many characters behind an echo are looked at."""

_LEAD = re.compile(r"\s*(?:\.\.\.|…)?\s*")
_CLAUSE = re.compile(r"\w[^\n.!?;:]*")


def echo_length(joint: Boundary) -> int | None:
    """How many characters at the head of `body` are an echo; None while that is open.

    White space may hide a repetition that is under way, so what is an echo exactly must not be
    in doubt whatever the white space is.
    """
    exact, loose = _exactly(joint), _loosely(joint)
    loosely, exactly = loose.length(), exact.length()
    if loosely is None or (exactly is None and loosely):
        return None
    if loosely:
        return exactly or loosely
    if exactly is None:
        return None
    if exact.is_doubted or loose.is_doubted:
        return 0
    if exactly:
        return exactly
    return _loosely(joint, in_one_case=True).length()


def doubt_about(joint: Boundary, length: int) -> Ambiguity:
    """Whether the first `length` characters of `body`, which `kept` ends in, may be meant."""
    doubt = _exactly(joint).doubt(length)
    if doubt is not Ambiguity.NONE:
        return doubt
    return _loosely(joint).doubt(len(squeezed(joint.body[:length])[0]))


def _exactly(joint: Boundary) -> _Side:
    """`body` beside the end of `kept`, as both are."""
    return _Side(joint, end=len(joint.kept), lead=0)


def _loosely(joint: Boundary, *, in_one_case: bool = False) -> _Side:
    """The same whatever the white space is in them, and behind dots that come first."""
    lead = _LEAD.match(joint.body)
    begin = lead.end() if lead else 0
    kept, places = squeezed(joint.kept)
    said, more = squeezed(joint.body[begin:])
    if in_one_case:
        kept, said = folded(joint.kept), folded(joint.body[begin:])
    base = len(joint.kept) + begin
    side = _Side(joint, end=len(joint.kept.rstrip()), lead=begin)
    side.least = CERTAIN if in_one_case else ENOUGH
    side.read_as(kept, said, (*places, *(base + at for at in more)))
    return side


class _Side:
    """One way to lay `body` beside the end of `kept`: behind `lead` characters, up to `end`.

    `kept` and `said` are what is compared, letter by letter; `_place` tells where a letter of
    the two, one behind the other, stands in `both`.
    """

    def __init__(self, joint: Boundary, *, end: int, lead: int) -> None:
        self.joint = joint
        self.kept = joint.kept[:end]
        self.said = joint.body[lead:]
        self.both = joint.kept + joint.body
        self.end, self.second = end, len(joint.kept) + lead
        self.least = ENOUGH
        self.is_doubted = False
        self._places: Sequence[int] | None = None
        self._letters = self.kept + self.said

    def read_as(self, kept: str, said: str, places: Sequence[int]) -> None:
        """Compare these letters, which stand at `places`, in place of the texts themselves."""
        self.kept, self.said, self._places = kept, said, places
        self._letters = kept + said

    def length(self) -> int | None:
        """The length of a proven echo, lead and white space behind it included.

        Where a shorter one would do as well as a longer one, nobody knows how much was meant:
        the shorter one is taken, or none where that is in doubt.
        """
        if not self.said:
            return 0 if self.joint.final or not self.kept else None
        if not self.joint.final and self._may_become_one():
            return None
        for size in self._sizes():
            if not self.kept.endswith(self.said[:size]):
                continue
            doubt = self.doubt(size)
            if doubt is Ambiguity.NONE:
                return self._with_space(size)
            if doubt is not Ambiguity.SHORT:
                self.is_doubted = doubt is not Ambiguity.OPEN
                return None if doubt is Ambiguity.OPEN else 0
        return 0

    def doubt(self, size: int) -> Ambiguity:
        """What speaks against the last `size` characters of `kept` being echoed here."""
        start = len(self.kept) - size
        doubt = self._doubt_from(start) or self._doubt_of_line(size)
        if doubt or self._is_certain(start):
            return doubt or Ambiguity.NONE
        return self._doubt_of_pair(size)

    def _sizes(self) -> Sequence[int]:
        """The lengths that an echo may have, the shortest first."""
        most = min(len(self.kept), len(self.said), WINDOW)
        wholes = sorted({len(self.kept) - begin for begin in self._wholes()})
        sizes = (*range(1, most + 1), *(one for one in wholes if most < one <= len(self.said)))
        block = min(wholes, default=0)
        return (block, *sizes) if self._is_long_block(block) else sizes

    def _is_long_block(self, size: int) -> bool:
        """Whether so many letters are all of a block opened again, too long to be meant twice."""
        start = len(self.kept) - size
        is_said = size <= len(self.said) and self.kept.endswith(self.said[:size])
        if not is_said or not self._is_block(start):
            return False
        is_long = weight(self.both[self._place(start) : self.end]) >= VERSE
        return is_long and self.doubt(size) is Ambiguity.NONE

    def _wholes(self) -> tuple[int, ...]:
        """Where all of the reply begins, and all of a code block that is opened again."""
        block = fence_begin(self.joint.kept) if self.joint.anew else 0
        if block <= 0:
            return (0,)
        if self._places is None:
            return (0, block)
        return (0, bisect_left(self._places, block))

    def _place(self, at: int) -> int:
        """Where a letter stands in `both`."""
        if self._places is not None:
            return self._places[at] if at < len(self._places) else len(self.both)
        return at if at < len(self.kept) else self.second + at - len(self.kept)

    def _may_become_one(self) -> bool:
        """Whether all that was said stands in `kept` where an echo could begin."""
        for begin in self._wholes():
            more = len(self.kept) - begin > len(self.said)
            if more and self.kept.startswith(self.said, begin) and not self._doubt_from(begin):
                return True
        at = self.kept.find(self.said, max(0, len(self.kept) - WINDOW))
        while at >= 0:
            if at + len(self.said) < len(self.kept) and not self._doubt_from(at):
                return True
            at = self.kept.find(self.said, at + 1)
        return False

    def _is_certain(self, start: int) -> bool:
        """Whether an echo from `start` on can be nothing else, whatever follows it."""
        return bool(self._cannot_follow(start)) or self._is_all(start)

    def _is_all(self, start: int) -> bool:
        """Whether it would be all of the reply, or of a code block that is opened again."""
        words = self.both[self._place(start) : self.end]
        if start == 0 and "\n" in words:
            is_within = "\n" not in self.both[self.end : self.second] and not self._ends_line()
            return len(words) >= WHOLE or (is_within and weight(words) >= CERTAIN)
        least = VERSE if self._ends_line() else ENOUGH
        return self._is_block(start) and weight(words) >= least

    def _is_block(self, start: int) -> bool:
        """Whether it would be all of a code block that is opened again."""
        return self.joint.anew and start == self._wholes()[-1] > 0

    def _ends_line(self) -> bool:
        """Whether nothing is in the line yet in which `kept` ends."""
        return starts_line(self.joint.kept, len(self.joint.kept))

    def _cannot_follow(self, start: int) -> bool | None:
        """Whether what begins at `start` cannot be meant here; None while more must come."""
        place, size = self._place(start), len(self.kept) - start
        kept, gap = self.both[: self.end], self.both[self.end : self.second]
        if kept[place : place + 1].isupper() and self.both[self.second : self.second + 1].islower():
            return False
        if is_out_of_margin(self.joint, place):
            return True
        margin = kept[kept.rfind("\n", 0, place) + 1 : place]
        if margin and margin.isspace() and gap.endswith(margin):
            place, gap = place - len(margin), gap[: -len(margin)]
        if self.joint.anew and "\n" not in gap and not self._ends_line():
            return starts_line(kept, place) and letters_in(kept[place:]) > 2
        may = cannot_follow(kept, place, gap, "a")
        if not may or len(self.said) < size:
            return may
        behind = self._place(len(self.kept) + size - 1) + 1
        then = self.both[behind : behind + AHEAD]
        does = cannot_follow(kept, place, gap, then)
        is_open = (
            not self.joint.final and len(then) < AHEAD and not then.strip() and "\n" not in then
        )
        return None if is_open and not does else does

    def _is_anchor(self, start: int) -> bool:
        """Whether what begins at `start` is the anchor that was asked for."""
        words = self.both[self._place(start) : self.end].rstrip()
        return bool(words) and words == self.joint.anchor

    def _is_in_this_line(self, start: int) -> bool:
        return "\n" not in self.both[self._place(start) : self.second]

    def _doubt_from(self, start: int) -> Ambiguity | None:
        """What speaks against an echo of everything from `start` on, whatever follows it."""
        words = self.kept[start:]
        rhythmic = is_rhythmic(words)
        in_this_line = self._is_in_this_line(start)
        cannot_follow = self._cannot_follow(start)
        if cannot_follow is None:
            return Ambiguity.OPEN
        if cannot_follow and in_this_line and not rhythmic and self.least == ENOUGH:
            return None
        as_kept = self.both[self._place(start) : self.end]
        is_anchor = self._is_anchor(start)
        if not is_anchor and weight(as_kept) < self.least:
            return Ambiguity.SHORT
        if self.kept.find(words) != start:
            return Ambiguity.RECURRING
        if rhythmic:
            return Ambiguity.RHYTHMIC
        if cannot_follow or self._is_all(start):
            return None
        if not in_this_line and self._both_are_headings(start):
            return Ambiguity.STRUCTURED
        is_free = is_anchor or len(as_kept) >= LONG
        if not in_this_line and not is_free and is_structured(self.joint.kept, self._place(start)):
            return Ambiguity.STRUCTURED
        return Ambiguity.PAIRED if self._pairs_before(start) else None

    def _doubt_of_line(self, size: int) -> Ambiguity | None:
        """Whether the line that broke may become equal to the first one of an echo.

        Then it may have been repeated alone, and the text may say that first line again.
        """
        place = self._place(len(self.kept) - size)
        lines = self.both[place : self.end].split("\n")
        current = lines[-1].strip()
        if self._is_block(len(self.kept) - size) and self.end - place >= VERSE:
            return None
        if len(lines) < 2 or not current or not lines[0].lstrip().startswith(current):
            return None
        return Ambiguity.RECURRING

    def _both_are_headings(self, start: int) -> bool:
        """Whether words begin within a heading, both times; headings share their beginnings."""
        places = (self._place(start), self.second)
        lines = (self.both.rfind("\n", 0, place) + 1 for place in places)
        return all(self.both.startswith("#", line) for line in lines)

    def _is_pair(self, at: int, start: int) -> bool:
        """Whether units begin both at `at` and where that comes again after the break."""
        place, again = self._place(at), self._place(at + len(self.kept) - start)
        both = self.both
        if begins_unit(both, place) and begins_unit(both, again):
            is_of_lines = "\n" in both[place:again] and (
                heads_line(both, place) or again - place >= LONG
            )
            is_long = (
                weight(both[place:again]) >= VERSE
                and UNIT_START.search(both[:again][-BEFORE:]) is None
            )
            return not is_long and (not is_of_lines or heads_line(both, again))
        if not (begins_word(both, place) and begins_word(both, again)):
            return False
        if has_few_words(both[self._place(start) : self.end]):
            return True
        clause, second = both[place:again].rstrip(), at + len(self.kept) - start
        is_clause = _CLAUSE.fullmatch(clause) is not None and weight(clause) < VERSE
        is_apart = both[again - 1].isspace() and begins_unit(both, place)
        is_new = at != start or is_apart or not self._is_anchor(start)
        unit = self._letters[at:second].rstrip()
        return is_new and is_clause and self._letters.startswith(unit, second)

    def _pairs_before(self, start: int) -> bool:
        """Whether a unit begins at `start`, or began before it and has been repeated since."""
        period = len(self.kept) - start
        at = start
        while True:
            if self._is_pair(at, start):
                return True
            if at == 0 or self._letters[at - 1] != self._letters[at + period - 1]:
                return False
            at -= 1

    def _doubt_of_pair(self, size: int) -> Ambiguity:
        """Whether a unit that begins behind `start` is repeated by what follows.

        What stands between two units may differ, as after the last line of a refrain.
        """
        start, letters = len(self.kept) - size, self._letters
        end = len(self.kept) + size
        goes_on = True
        is_long = self.end - self._place(start) >= LONG and not self._is_in_this_line(start)
        for step in range(WINDOW):
            at = start + step
            if step and self._is_pair(at, start):
                return Ambiguity.PAIRED
            if goes_on and end + step >= len(letters) and not self.joint.final:
                return Ambiguity.OPEN
            goes_on = goes_on and letters[end + step : end + step + 1] == letters[at + size]
            if not goes_on and (step >= size or is_long or letters[at].isalnum()):
                return Ambiguity.NONE
        return Ambiguity.PAIRED

    def _with_space(self, size: int) -> int | None:
        last = self._place(len(self.kept) + size - 1)
        end = last + 1 - len(self.joint.kept)
        is_exact = self.end == len(self.joint.kept)
        space = 0 if is_exact else same_space(self.joint, end)
        return None if space is None else end + space
