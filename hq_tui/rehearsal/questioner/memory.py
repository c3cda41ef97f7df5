"""What the user said so far, as ideas to ask about, and what became of each of them.

An idea is a stretch of the user's own words, short enough to be quoted whole.
The ledger knows which types of question it has met and whether anything of
substance came back; that is how the partner returns to what was passed over
instead of following the last sentence wherever it leads.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

from hq_tui.inquiry.intent import Intent, intent, is_substantive
from hq_tui.inquiry.language import (
    Span,
    chunks,
    content_stems,
    has_question_mark,
    mask,
    squeezed,
    weighty_stems,
    word_count,
)
from hq_tui.inquiry.lexicon import Features, features

from .history import History, Turn

IDEAS_PER_TURN = 6
WIDE_WORDS = 24
WIDE_CHARS = 150
"""How far the stretch around an idea may reach that a question quotes."""
AT_HAND = 24
"""How many ideas a long session keeps in view besides the first and the last ones."""
_NOT_SAID = frozenset({"hint", "answer_now", "close", "skip"})
"""Requests whose message, if it has words at all, is about the session and not its subject."""

MARKS = '“”"«»<>{}[]|'


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """Something the user said, verbatim, with the turn it came from."""

    text: str
    turn: int
    marks: Features
    wide: str = ""
    """The idea with as much of what stands around it as a question can carry."""

    @property
    def salience(self) -> float:
        """How much there is to ask about."""
        return self.marks.salience


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One question that an idea has met, and whether the answer brought something."""

    idea: int
    kind: str
    turn: int
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All ideas, oldest first, and every question that any of them has met."""

    ideas: tuple[Idea, ...]
    meetings: tuple[Meeting, ...]

    @property
    def at_hand(self) -> list[int]:
        """The numbers of the ideas that are looked at: the first, the weightiest, the last."""
        numbers = range(len(self.ideas))
        heavy = sorted(numbers, key=lambda number: -self.ideas[number].salience)[:AT_HAND]
        return sorted({*numbers[:IDEAS_PER_TURN], *heavy, *numbers[-IDEAS_PER_TURN:]})

    def fresh(self, turn: int) -> tuple[Idea, ...]:
        """The ideas that came with turn number `turn`."""
        return tuple(idea for idea in self.ideas if idea.turn == turn)

    def barren(self, idea: int, kind: str) -> int:
        """How often idea number `idea` met a question of one kind that brought nothing."""
        return sum(m.idea == idea and m.kind == kind and not m.answered for m in self.meetings)

    def met(self, idea: int, kind: str = "") -> int:
        """How often idea number `idea` met a question (of one kind)."""
        return sum(meeting.idea == idea and kind in {"", meeting.kind} for meeting in self.meetings)


def remember(history: History) -> Memory:
    """The memory of a session, read from its turns."""
    ideas: list[Idea] = []
    empty = _repeated(history)
    for turn in history.turns:
        if _plain(turn) in empty:
            continue
        ideas += [idea for idea in ideas_of(turn) if _is_new(idea, ideas)]
    return Memory(ideas=tuple(ideas), meetings=tuple(_meetings(history, ideas, empty)))


def _plain(turn: Turn) -> str:
    return squeezed(turn.text).lower()


def _repeated(history: History) -> frozenset[str]:
    """What the user answered more than once in the same words: a way of passing, not a line."""
    said = Counter(_plain(turn) for turn in history.turns[1:])
    return frozenset(text for text, times in said.items() if times > 1)


def ideas_of(turn: Turn) -> tuple[Idea, ...]:
    """The quotable ideas in one message, at most `IDEAS_PER_TURN`, in the order of the text."""
    opens = turn.number == 1 and intent(turn.text) is Intent.SAY
    if turn.request in _NOT_SAID or not (opens or is_substantive(turn.text)):
        return ()
    parts = [chunk for chunk in chunks(turn.text)[:200] if quotable(chunk.text)]
    found = [
        Idea(
            text=chunk.text,
            turn=turn.number,
            marks=features(chunk.text),
            wide=_wide(turn.text, parts, place),
        )
        for place, chunk in enumerate(parts)
    ]
    best = sorted(found, key=lambda idea: -idea.salience)[:IDEAS_PER_TURN]
    return tuple(idea for idea in found if idea in best)


def _wide(text: str, parts: Sequence[Span], place: int) -> str:
    """The chunk at `place` with its neighbours, first those behind it, while it stays short."""
    first = last = place
    best = parts[place].text
    for step in (1, -1) * len(parts):
        low, high = (first, last + 1) if step > 0 else (first - 1, last)
        if low < 0 or high >= len(parts):
            continue
        whole = squeezed(text[parts[low].start : parts[high].end])
        if _fits(whole):
            first, last, best = low, high, whole
    return best


def _fits(text: str) -> bool:
    short = word_count(text) <= WIDE_WORDS and len(text) <= WIDE_CHARS
    return short and mask(text) == text and quotable(text)


def quotable(text: str) -> bool:
    """Whether `text` can stand in quotation marks inside a question without doing harm."""
    if has_question_mark(text) or any(mark in text for mark in MARKS):
        return False
    letters = sum(category(char)[0] in "LM" or char == " " for char in text)
    says = weighty_stems(text) or (word_count(text) >= 5 and content_stems(text))
    return bool(says) and letters >= 0.7 * len(text)


def _is_new(idea: Idea, ideas: Sequence[Idea]) -> bool:
    return all(squeezed(idea.text).lower() != squeezed(old.text).lower() for old in ideas)


def _meetings(history: History, ideas: Sequence[Idea], empty: frozenset[str]) -> list[Meeting]:
    found = []
    for turn, answer in zip(history.before, history.turns[1:], strict=True):
        if turn.asked is None:
            continue
        good = is_substantive(answer.text) and _plain(answer) not in empty
        kind = turn.asked.kind
        touched = [
            number
            for number, idea in enumerate(ideas)
            if idea.turn <= turn.number and touches(turn.asked.quotes, idea.text)
        ]
        found += [
            Meeting(idea=number, kind=kind, turn=turn.number, answered=good)
            for number in touched or [-1]
        ]
    return found


def touches(quoted: Sequence[str], idea: str) -> bool:
    """Whether one of the quotations holds the idea, or is a part of it."""
    plain = squeezed(idea)
    return any(squeezed(quote) in plain or plain in squeezed(quote) for quote in quoted)
