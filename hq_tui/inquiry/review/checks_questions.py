"""Checks on the questions: how many, where, and whether one came twice. R1, R2 and R8."""

from __future__ import annotations

from hq_tui.inquiry.review.check import Check, Material, gated, left_out, percent
from hq_tui.inquiry.text.language import squeezed
from hq_tui.inquiry.text.questions import ends_with_question


def checks(material: Material) -> list[Check]:
    """The checks of this module."""
    return [_exactly_one(material), _is_last(material), _repetition(material)]


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


def _repetition(material: Material) -> Check:
    """A question that was asked before word for word; after a hint it may be."""
    name, gate = "no question twice", "0"
    asked: dict[str, int] = {}
    wrong: list[int] = []
    for reply in material.owing:
        for one in reply.questions:
            plain = squeezed(one).casefold()
            wrong += [reply.turn] if plain in asked and not reply.hints else []
            asked.setdefault(plain, reply.turn)
    if len(asked) < 2 and not wrong:
        return left_out("R8", name, gate)
    return gated("R8", name, not wrong, str(len(wrong)), gate, wrong)
