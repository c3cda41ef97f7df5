"""Two branches as rows: beside each other where there is room, one below the other where not.

Turns that are the same on both sides become one line. In what is left, words that only one
side has are underlined and bold, and a star stands before each row that has any, so that
nothing is told by colour; where two texts share hardly a word, whole paragraphs have the
star and no word stands out. The passage that can be carried over has a pointer before it.

Values in, rows out; the screen only paints them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hq_tui.core.conversation import Conversation, Turn
from hq_tui.core.text.diff import Comparison, DiffPiece, Similarity, compared, paired
from hq_tui.core.text.sanitize import sanitise
from hq_tui.core.text.summary import state_of
from hq_tui.ui.transcript.layout.rows import Span, TextStyle
from hq_tui.ui.transcript.layout.wrap import wrap

WIDE = 100
"""Columns from which on the two stand beside each other."""
GUTTER = 3
NAMES = ("A", "B")
PLAIN, DIFFERS = TextStyle(), TextStyle(bold=True, underline=True)
HEAD, QUIET = TextStyle(role="head", bold=True), TextStyle(role="quiet")
_PARAGRAPH = re.compile(r"[^\n](?:[^\n]|\n(?![ \t]*\n))*")

Passage = tuple[int, int, int]
"""A paragraph of a reply: which exchange, which side, and the how-manieth paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedExchange:
    """One turn of each side beside the other; number 0 where a side has no such turn."""

    numbers: tuple[int, int]
    asked: Comparison
    said: Comparison
    states: tuple[str, str]

    @property
    def is_same(self) -> bool:
        """True if the two sides do not differ in it."""
        return self.numbers[0] == self.numbers[1] and all(
            one.likeness is Similarity.SAME for one in (self.asked, self.said)
        )

    def paragraphs(self, side: int) -> list[str]:
        """The paragraphs of one side's reply."""
        return [_text(pieces) for pieces in _paragraphs((self.said.left, self.said.right)[side])]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRow:
    """One row of the page: a cell for each column, or one over the whole width."""

    cells: tuple[tuple[Span, ...], ...]
    stars: tuple[bool, ...] = (False, False)
    passages: tuple[Passage | None, ...] = (None, None)
    exchange: int = -1
    """The exchange that begins here; -1 for none."""


def compared_exchanges(left: Conversation, right: Conversation) -> list[ComparedExchange]:
    """The turns of two sessions beside each other."""
    mine, other = list(left.turns), list(right.turns)
    pairs = paired([turn.asked.text for turn in mine], [turn.asked.text for turn in other])
    found = []
    for pair in pairs:
        one = mine[pair.left] if pair.left is not None else None
        two = other[pair.right] if pair.right is not None else None
        found.append(
            ComparedExchange(
                numbers=(one.number if one else 0, two.number if two else 0),
                asked=compared(_asked(one), _asked(two)),
                said=compared(_said(one), _said(two)),
                states=(_state(one), _state(two)),
            )
        )
    return found


def _asked(turn: Turn | None) -> str:
    return _clean(turn.asked.text) if turn else ""


def _said(turn: Turn | None) -> str:
    return _clean(turn.reply.text) if turn else ""


def _clean(text: str) -> str:
    return sanitise(text).expandtabs(4).strip("\n")


def _state(turn: Turn | None) -> str:
    """The state of the reply, where that is worth a word."""
    if turn is None or (state := state_of(turn.reply)) == "complete":
        return ""
    return "under way" if turn.reply.is_live else state


def laid_out(found: Sequence[ComparedExchange], width: int) -> list[CompareRow]:
    """The rows of the page at this width."""
    rows: list[CompareRow] = []
    same: list[ComparedExchange] = []
    for place, one in enumerate(found):
        if one.is_same:
            same.append(one)
            continue
        rows += _folded(same)
        same = []
        make = _beside if width >= WIDE else _alternating
        rows += make(place, one, width)
    return rows + _folded(same)


def _folded(same: Sequence[ComparedExchange]) -> list[CompareRow]:
    """One line for turns that are the same."""
    if not same:
        return []
    first, last = same[0].numbers[0], same[-1].numbers[0]
    turns = f"turn {first} is" if first == last else f"turns {first} to {last} are"
    return [
        CompareRow(cells=(((f"── {turns} the same in both", QUIET),),)),
        CompareRow(cells=((),)),
    ]


def _beside(place: int, one: ComparedExchange, width: int) -> Iterator[CompareRow]:
    """Both sides in columns."""
    room = column_width(width) - GUTTER
    for number, (who, text) in enumerate((("you", one.asked), ("partner", one.said))):
        heads = [_head(one, side, who) for side in (0, 1)]
        yield CompareRow(cells=(heads[0], heads[1]), exchange=-1 if number else place)
        both = [_wrapped(text, side, room) for side in (0, 1)]
        for nth in range(max(len(lines) for lines in both)):
            cells, stars, marks = [], [], []
            for side, lines in enumerate(both):
                line = lines[nth] if nth < len(lines) else CompareLine()
                cells.append(line.spans)
                stars.append(line.star)
                marks.append((place, side, line.paragraph) if number and line.spans else None)
            yield CompareRow(cells=tuple(cells), stars=tuple(stars), passages=tuple(marks))
        yield CompareRow(cells=((), ()))


def _alternating(place: int, one: ComparedExchange, width: int) -> Iterator[CompareRow]:
    """First what both asked, then what both were told, one below the other."""
    begins = place
    for who, text in (("you", one.asked), ("partner", one.said)):
        shared = text.likeness is Similarity.SAME and one.numbers[0] == one.numbers[1]
        for side in (0, 1)[: 1 if shared and who == "you" else 2]:
            if not one.numbers[side]:
                continue
            name = "both" if shared and who == "you" else NAMES[side]
            yield CompareRow(
                cells=(((f"{name} · ", HEAD), *_head(one, side, who)),), exchange=begins
            )
            begins = -1
            for line in _wrapped(text, side, width - GUTTER):
                is_passage = who == "partner" and line.spans
                mark = (place, side, line.paragraph) if is_passage else None
                yield CompareRow(cells=(line.spans,), stars=(line.star,), passages=(mark,))
            yield CompareRow(cells=((),))


def _head(one: ComparedExchange, side: int, who: str) -> tuple[Span, ...]:
    number = one.numbers[side]
    if not number:
        return (("no such message", QUIET),) if who == "you" else ()
    state = one.states[side] if who == "partner" else ""
    return ((f"{number}. {who}", HEAD), (f" · {state}" if state else "", QUIET))


@dataclass(frozen=True, slots=True)
class CompareLine:
    """One row of one side: its words, its paragraph, and whether anything in it differs."""

    spans: tuple[Span, ...] = ()
    paragraph: int = -1
    star: bool = False


def _wrapped(text: Comparison, side: int, room: int) -> list[CompareLine]:
    """One side in rows, with an empty one between two paragraphs."""
    mine, other = (text.left, text.right)[side], (text.right, text.left)[side]
    is_other = text.likeness is Similarity.OTHER
    shared = {_text(part) for part in _paragraphs(other)} if is_other else set()
    lines: list[CompareLine] = []
    for number, part in enumerate(_paragraphs(mine)):
        if number:
            lines.append(CompareLine())
        spans = _spans(part, PLAIN if is_other else DIFFERS)
        for row in wrap(spans, max(8, room)):
            differs = any(style is DIFFERS for _, style in row.spans)
            star = _text(part) not in shared if is_other else differs
            lines.append(CompareLine(row.spans, number, star))
    return lines


def _spans(pieces: Sequence[DiffPiece], style: TextStyle) -> list[Span]:
    """The pieces as spans; every line break is one of its own."""
    spans: list[Span] = []
    for piece in pieces:
        for part in re.split(r"(\n)", piece.text):
            if part:
                look = style if piece.differs and part.strip() else PLAIN
                spans.append((part, look))
    return spans


def _paragraphs(pieces: Sequence[DiffPiece]) -> list[list[DiffPiece]]:
    """The pieces of each paragraph."""
    return [
        list(_between(pieces, found.start(), found.end()))
        for found in _PARAGRAPH.finditer(_text(pieces))
        if found[0].strip()
    ]


def _between(pieces: Sequence[DiffPiece], begin: int, end: int) -> Iterator[DiffPiece]:
    at = 0
    for piece in pieces:
        text = piece.text[max(0, begin - at) : max(0, end - at)]
        if text:
            yield DiffPiece(text, piece.differs)
        at += len(piece.text)


def _text(pieces: Sequence[DiffPiece]) -> str:
    return "".join(piece.text for piece in pieces)


def column_width(width: int) -> int:
    """Columns of one side where two stand beside each other."""
    return (width - 3) // 2
