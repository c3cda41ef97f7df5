"""A board from the user's words alone, for partners that file nothing.

Only what the user typed is read, never a reply, and nothing is inferred: an item is a
stretch of their message as it stands, sorted by the words that give it away. Two lines
that clash in their words are put side by side as a tension. Where the language is not
known, the stretches are filed as claims and no more is claimed for them.
"""

from __future__ import annotations

import re

from hq_tui.inquiry.board import LIMIT_ITEMS, LIMIT_TEXT, Board, Kind, Status
from hq_tui.inquiry.clash import compare
from hq_tui.inquiry.intent import is_substantive
from hq_tui.inquiry.language import (
    chunks,
    has_question_mark,
    looks_english,
    squeezed,
    weighty_stems,
)
from hq_tui.inquiry.lexicon import features

MOST_A_TURN = 3
_LEAST_SALIENCE = 2.0

_SIGNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{body})\b", re.IGNORECASE))
    for kind, body in (
        (Kind.TERM, r"means|by .{1,40} (?:i|we) mean"),
        (Kind.ASSUMPTION, r"i assume|we assume|assuming|i guess|i suppose|presumably|i take it"),
        (Kind.EVIDENCE, r"measured|logs?|profiled|counted|saw|observed|tested|survey|according to"),
        (Kind.ACTION, r"next (?:step|i|we)|(?:i|we) will (?:ask|check|measure|call|write|test)"),
        (Kind.OPTION, r"could|instead|alternatively|option|either"),
        (Kind.CONSTRAINT, r"deadline|budget|at most|at least|no more than|must not|only have"),
        (Kind.HYPOTHESIS, r"maybe|perhaps|might be|i suspect|probably"),
    )
)


def local_ops(board: Board, text: str, turn: int) -> list[object]:
    """The operations that the user's message `text` of `turn` gives rise to by rule.

    A full board takes no line more, so nothing is looked for.
    """
    if len(board.items) >= LIMIT_ITEMS or not is_substantive(text):
        return []
    english = looks_english(text)
    found = [chunk.text for chunk in chunks(text) if _quotable(chunk.text)]
    if english:
        found = [one for one in found if features(one).salience >= _LEAST_SALIENCE]
    best = sorted(found, key=lambda one: -features(one).salience)[:MOST_A_TURN]
    ops: list[object] = []
    for number, line in enumerate(one for one in found if one in best):
        kind = _kind(line) if english else Kind.CLAIM
        ops.append(_add(f"r{number}", kind, squeezed(line), turn))
        ops += _clashes(board, line, f"r{number}", turn) if english else []
    return ops


def _quotable(text: str) -> bool:
    short = len(squeezed(text)) <= LIMIT_TEXT
    return short and not has_question_mark(text) and bool(weighty_stems(text))


def _kind(line: str) -> Kind:
    return next((kind for kind, sign in _SIGNS if sign.search(line)), Kind.CLAIM)


def _clashes(board: Board, line: str, ref: str, turn: int) -> list[object]:
    """One tension at most, with the oldest line on the board that clashes in its words."""
    for item in board.live(Kind.CLAIM, Kind.ASSUMPTION, Kind.EVIDENCE, Kind.CONSTRAINT):
        clash = compare(item.quote or item.text, line) if item.status is Status.OPEN else None
        if clash is not None and clash.strong:
            add = _add(f"{ref}T", Kind.TENSION, f"{item.id} against a line of t{turn}", turn)
            return [{**add, "quote": "", "by": "partner", "contradicts": [item.id, ref]}]
    return []


def _add(ref: str, kind: Kind, text: str, turn: int) -> dict[str, object]:
    return {
        "op": "add",
        "ref": ref,
        "kind": str(kind),
        "text": text,
        "quote": text,
        "turn": turn,
        "by": "user",
        "confidence": "unknown",
        "supports": [],
        "contradicts": [],
    }
