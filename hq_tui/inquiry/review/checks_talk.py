"""Checks on the talk: who said how much, and whether the way out was honoured. R3 and R10."""

from __future__ import annotations

from hq_tui.inquiry.modes import mode_of
from hq_tui.inquiry.review.check import Check, Material, gated, left_out, percent
from hq_tui.inquiry.text.language import word_count

TALK_SHARE = 0.6


def checks(material: Material) -> list[Check]:
    """The checks of this module."""
    return [_share(material), _way_out(material)]


def _share(material: Material) -> Check:
    name = "talk share of the partner"
    goal = mode_of(material.mode).talk_goal if material.mode else 60
    gate = "<= 60 %" + (f"; goal {goal} %" if goal < 60 else "")
    partner = sum(reply.words for reply in material.replies)
    user = sum(word_count(line.text) for line in material.said)
    if not partner or not user:
        return left_out("R3", name, gate)
    share = partner / (partner + user)
    return gated("R3", name, share <= TALK_SHARE, percent(partner, partner + user), gate)


def _way_out(material: Material) -> Check:
    name, gate = "answered plainly when asked to (F6)", "100 %"
    told = [reply for reply in material.replies if reply.told]
    if not told:
        return left_out("R10", name, gate)
    wrong = [reply.turn for reply in told if reply.questions]
    good = len(told) - len(wrong)
    return gated("R10", name, not wrong, percent(good, len(told)), gate, wrong)
