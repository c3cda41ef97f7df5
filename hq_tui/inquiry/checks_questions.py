"""Checks on the questions: how many and where, of which type, how open, how new.

They are R1, R2, R7, R8, R11 and R13.
"""

from __future__ import annotations

from itertools import groupby

from hq_tui.inquiry.findings import Check, Material, gated, left_out, percent, reported
from hq_tui.inquiry.questions import (
    TYPES,
    ends_with_question,
    is_closed,
    is_double,
    is_leading,
    similarity,
    type_of,
)

LATEST = 60
"""How many questions back a repetition is looked for."""


def checks(material: Material) -> list[Check]:
    """The checks of this module."""
    return [
        _exactly_one(material),
        _is_last(material),
        _coverage(material),
        _repetition(material),
        _open(material),
        _double(material),
    ]


def _exactly_one(material: Material) -> Check:
    name, gate = "exactly one question", ">= 95 %"
    owing = material.owing
    if not owing:
        return left_out("R1", name, gate)
    wrong = [reply.turn for reply in owing if len(reply.questions) != 1]
    good = len(owing) - len(wrong)
    return gated("R1", name, good >= 0.95 * len(owing), f"{good}/{len(owing)}", gate, wrong)


def _is_last(material: Material) -> Check:
    name, gate = "question is last", ">= 90 %"
    owing = material.owing
    if not owing:
        return left_out("R2", name, gate)
    wrong = [reply.turn for reply in owing if not ends_with_question(reply.text)]
    good = len(owing) - len(wrong)
    return gated("R2", name, good >= 0.9 * len(owing), percent(good, len(owing)), gate, wrong)


def _types(material: Material) -> list[tuple[int, str]]:
    """The type of the question of each turn: as declared where it was, else from its words."""
    declared = {}
    if material.inquiry is not None:
        declared = {one.turn: one.kind for one in material.inquiry.questions}
    return [
        (reply.turn, declared.get(reply.turn) or type_of(reply.questions[0]))
        for reply in material.replies
        if reply.questions
    ]


def _coverage(material: Material) -> Check:
    name, gate = "types covered", ">= 4 of 6 by turn 12; run <= 3"
    types = _types(material)
    if not types:
        return left_out("R7", name, gate)
    by_twelve = {kind for turn, kind in types if turn <= 12} & set(TYPES)
    runs = [list(group) for _, group in groupby(types, key=lambda pair: pair[1])]
    longest = max(runs, key=len)
    value = f"{len(by_twelve)} of 6; longest run {len(longest)}"
    wrong = [turn for turn, _ in longest] if len(longest) > 3 else []
    if material.turns < 12:
        return reported("R7", name, value, wrong)
    return gated("R7", name, len(by_twelve) >= 4 and len(longest) <= 3, value, gate, wrong)


def _repetition(material: Material) -> Check:
    name, gate = "repetition", "<= 0.6"
    asked = material.questions
    if len(asked) < 2:
        return left_out("R8", name, gate)
    worst = 0.0
    turns: tuple[int, ...] = ()
    for place, (turn, one) in enumerate(asked):
        for before, other in asked[max(place - LATEST, 0) : place]:
            alike = similarity(one, other)
            if alike > worst:
                worst, turns = alike, (before, turn)
    return gated("R8", name, worst <= 0.6, f"{worst:.2f}", gate, turns if worst > 0.6 else ())


def _open(material: Material) -> Check:
    name, gate = "closed or leading", "closed <= 30 %; leading 0"
    asked = material.questions
    if not asked:
        return left_out("R11", name, gate)
    closed = [turn for turn, one in asked if is_closed(one)]
    leading = [turn for turn, one in asked if is_leading(one)]
    held = len(closed) <= 0.3 * len(asked) and not leading
    value = f"closed {percent(len(closed), len(asked))}; leading {len(leading)}"
    return gated("R11", name, held, value, gate, leading or closed if not held else ())


def _double(material: Material) -> Check:
    name, gate = "double-barrelled", "<= 10 %"
    asked = material.questions
    if not asked:
        return left_out("R13", name, gate)
    wrong = [turn for turn, one in asked if is_double(one)]
    held = len(wrong) <= 0.1 * len(asked)
    return gated("R13", name, held, percent(len(wrong), len(asked)), gate, wrong)
