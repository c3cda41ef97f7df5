"""Two lines of the user that belong next to each other, and what to ask about them.

A clash in words is named as a tension. A lean is not: the partner cannot judge
meaning, so it lays the lines side by side and asks for a short commitment, a yes
or no, a number, the end of a sentence. If the commitment itself denies the
older line, the clash has become visible in words, and only then it is named.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hq_tui.inquiry.bank import Bank, Template
from hq_tui.inquiry.clash import compare
from hq_tui.inquiry.finding import Finding
from hq_tui.inquiry.intent import commitment
from hq_tui.inquiry.language import squeezed

from .choosing import roll
from .history import Asked, History, Turn
from .memory import Idea, Memory

LEAN_AT_LEAST = 0.55
"""How much two lines must lean against each other before the partner asks about it."""

_ANSWERS = {"assume": 0.65, "tension": 0.3, "evidence": 0.3, "imply": 0.2}
"""What it adds when a line came as the answer to such a question about the other line."""

_REMOTE = 0.03
"""What it takes away when it answers only by way of a third line."""

_CASE = 0.2
"""What it adds when the older line leaves no room and the newer one is a single case."""

_ASIDE = 0.3
"""What it takes away when neither line is part of what the session began with."""

_HOLDS_UP = re.compile(
    r"\b(?:assum|presum|presuppos|suppos|guess|take it|tak(?:e|en|ing) (?:it )?for granted|"
    r"lean(?:ing)? on|rel(?:y|ies|ying) on|count(?:ing)? on|believ|expect|means?\b|meant\b|"
    r"would (?:say|tell|want|object|prefer|rather|like|see|be (?:against|glad|sad|happy)))",
    re.IGNORECASE,
)
"""A stated assumption, a definition and another person's view hold a line up, or explain it."""

_UNCHECKED = re.compile(
    r"(?:\b(?:never|not|no|nobody|none|only|just|without)\b|n['’]t\b).{0,40}?"
    r"\b(?:ask|count|measur|check|compar|read|look|track|test|tim(?:e|ed|ing)\b|figure|number|data|"
    r"evidence|proof|profil|spok|writ|wrote|idea|impression|guess|blog|headline|opinion)",
    re.IGNORECASE,
)
"""Owning up that nothing was checked leaves a line without support; it does not deny it."""

_FIRST = frozenset({"clarify", "assume", "evidence", "view", "imply"})
"""Types to be asked once before lines are laid beside each other on a mere lean."""

_MAPPED = 9
"""The turn from which the partner no longer waits for that."""

_APART = 2
"""How many turns lie between two questions about a lean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An older and a newer line, why they were put together, and the question about them."""

    older: Idea
    newer: Idea
    why: str
    strong: bool
    question: str

    def is_about(self, turn: int) -> bool:
        """Whether the newer line came with turn number `turn`."""
        return self.newer.turn == turn


def next_pair(history: History, memory: Memory, bank: Bank, seed: str) -> Pair | None:
    """The pair that most needs to be put on the table now, if there is one."""
    denied = _denied(history, memory)
    if denied is not None:
        older, newer = denied
        why = "your last answer takes one back"
        return _named(history, bank, older, newer, why, seed, wide=True)
    found = sorted(_open_pairs(history, memory), key=lambda each: (-each[2].strong, -each[2].score))
    for older, newer, finding in found:
        if finding.strong:
            return _named(history, bank, older, newer, finding.why, seed)
        if _is_mapped(history) and not _lately(history):
            return _laid(history, bank, older, newer, finding.why, seed)
    return None


def _open_pairs(history: History, memory: Memory) -> list[tuple[Idea, Idea, Finding]]:
    shown = [turn.asked.quotes for turn in history.before if turn.asked]
    found = []
    at_hand = [memory.ideas[number] for number in memory.at_hand]
    for place, newer in enumerate(at_hand):
        for older in at_hand[:place]:
            if older.turn == newer.turn or _was_shown(shown, older, newer):
                continue
            finding = _weighed(history, memory, older, newer)
            if finding is not None:
                found.append((older, newer, finding))
    return found


def _weighed(history: History, memory: Memory, older: Idea, newer: Idea) -> Finding | None:
    """What the words show, and besides them whether the newer line answers the older one."""
    finding = compare(older.text, newer.text)
    if finding is not None and finding.strong:
        return finding
    if _HOLDS_UP.search(newer.text) or _UNCHECKED.search(newer.text):
        return None
    bonus = _bonus(history, memory, older, newer)
    bonus += _CASE if bonus and "absolute" in older.marks.names - newer.marks.names else 0.0
    aside = 0.0 if older.turn == history.turns[0].number else _ASIDE
    score = bonus + (finding.score if finding else 0.0) - aside
    if score < LEAN_AT_LEAST:
        return None
    return Finding(
        strong=False, score=score, why=finding.why if finding else "one answers the other"
    )


def _bonus(history: History, memory: Memory, older: Idea, newer: Idea) -> float:
    """What it is worth that the newer line answers a question about the older one.

    An answer about a line that was itself an answer about the older one counts nearly as much.
    """
    asked = _before(history, newer)
    if asked is None:
        return 0.0
    worth = _ANSWERS.get(asked.kind, 0.0)
    if _has(asked.quotes, older):
        return worth
    between = (idea for idea in memory.ideas if _has(asked.quotes, idea))
    roots = (root for idea in between if (root := _before(history, idea)) is not None)
    return worth - _REMOTE if any(_has(root.quotes, older) for root in roots) else 0.0


def _before(history: History, idea: Idea) -> Asked | None:
    """The question that `idea` came as the answer to."""
    return next((turn.asked for turn in history.before if turn.number == idea.turn - 1), None)


def _was_shown(shown: Sequence[Sequence[str]], older: Idea, newer: Idea) -> bool:
    return any(_has(quotes, older) and _has(quotes, newer) for quotes in shown)


def _has(quotes: Sequence[str], idea: Idea) -> bool:
    wanted = squeezed(idea.text)
    return any(wanted in squeezed(quote) for quote in quotes)


def _is_mapped(history: History) -> bool:
    asked = {turn.asked.kind for turn in history.before if turn.asked}
    return asked >= _FIRST or history.now.number >= _MAPPED


def _lately(history: History) -> bool:
    """Whether a pair was on the table in the last turns."""
    return any(
        turn.asked is not None and (turn.asked.kind == "tension" or len(turn.asked.quotes) > 1)
        for turn in history.before[-_APART:]
    )


def _denied(history: History, memory: Memory) -> tuple[Idea, Idea] | None:
    """The two lines of the last question, when the user's short answer denies the older one."""
    if not history.before or commitment(history.now.text) is not False:
        return None
    asked = history.before[-1].asked
    if asked is None or asked.kind == "tension" or not _elicits(asked.text):
        return None
    sides = [[idea for idea in memory.ideas if _has([quote], idea)] for quote in asked.quotes]
    if len(sides) != 2 or not all(sides):
        return None
    older, newer = (max(side, key=lambda idea: idea.salience) for side in sides)
    return (older, newer)


def _elicits(question: str) -> bool:
    return question.startswith(("Yes or no:", "From 0 to 10,"))


def _named(
    history: History,
    bank: Bank,
    older: Idea,
    newer: Idea,
    why: str,
    seed: str,
    *,
    wide: bool = False,
) -> Pair | None:
    """The pair as a tension; `wide` quotes the older line as the commitment was asked about it."""
    template = _template(history, bank, "tension", seed, again=True)
    if template is None:
        return None
    values = {"earlier": older.wide if wide else older.text, "claim": newer.text}
    question = template.filled(values)
    return Pair(older=older, newer=newer, why=why, strong=True, question=question)


def _laid(
    history: History, bank: Bank, older: Idea, newer: Idea, why: str, seed: str
) -> Pair | None:
    """The pair laid side by side: first as a short commitment, then as an open question."""
    for kind, again in (("commit", False), ("assume", False), ("commit", True)):
        template = _template(history, bank, kind, seed, again=again)
        if template is not None:
            question = template.filled({"earlier": older.wide, "claim": newer.text})
            return Pair(older=older, newer=newer, why=why, strong=False, question=question)
    return None


def _template(
    history: History, bank: Bank, kind: str, seed: str, *, again: bool
) -> Template | None:
    """A template of `kind` about two lines: an unused one, or with `again` any."""
    used = "\n".join(turn.asked.text for turn in history.before if turn.asked)
    fits = [
        each for each in bank.of_kind(kind, history.mode) if {"earlier", "claim"} == set(each.slots)
    ]
    fits.sort(key=lambda each: (each.depth, roll(seed, f"{each.id}/{history.now.number}")))
    fresh = [each for each in fits if each.text.split("{")[0] not in used]
    return next(iter(fresh or (fits if again else [])), None)


def settled(turn: Turn) -> str:
    """What the user did with a tension that was just put to them: an outcome, or empty."""
    plain = f" {squeezed(turn.text).lower()} "
    for outcome, marks in _OUTCOMES.items():
        if any(mark in plain for mark in marks):
            return outcome
    return ""


_OUTCOMES = {
    "retracted": (
        " take back",
        " withdraw",
        " retract",
        "i was wrong",
        " drop the first",
        " overstated",
    ),
    "refined": (" more exactly", " to be precise", " i should say", " rephrase", " what i mean is"),
    "contested": (
        " no contradiction",
        " both hold",
        " both are true",
        " not a contradiction",
        " both true",
    ),
}
