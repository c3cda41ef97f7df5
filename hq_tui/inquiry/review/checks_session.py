"""Checks that need the session beside its words: contradictions, quotations, the end.

They are R16, R17 and R18. Where only a transcript is given they are left out, not guessed.
"""

from __future__ import annotations

from hq_tui.inquiry.board.model import Kind
from hq_tui.inquiry.review.check import Check, Material, gated, left_out, percent, reported
from hq_tui.inquiry.state import StopReason
from hq_tui.inquiry.text.language import is_verbatim


def checks(material: Material) -> list[Check]:
    """The checks of this module."""
    return [_tensions(material), _provenance(material), _stopping(material)]


def _tensions(material: Material) -> Check:
    name = "tensions"
    if material.inquiry is None:
        return left_out("R16", name)
    tensions = material.inquiry.board.of_kind(Kind.TENSION)
    if not tensions:
        return reported("R16", name, "none raised")
    ended = [one for one in tensions if one.is_settled]
    waits = sorted(one.changed - one.turn for one in ended)
    open_ones = [one for one in tensions if not one.is_settled]
    value = f"{len(tensions)} raised, {len(ended)} ended"
    value += f" after {waits[len(waits) // 2]} turns (median)" if waits else ""
    value += f"; open: {', '.join(one.id for one in open_ones)}" if open_ones else ""
    return reported("R16", name, value, tuple(one.turn for one in open_ones))


def _provenance(material: Material) -> Check:
    name, gate = "quotations that verify", "100 %"
    inquiry = material.inquiry
    if inquiry is None:
        return left_out("R17", name, gate)
    quoted = [item for item in inquiry.board.items if item.quote or item.paraphrase]
    if not quoted:
        return left_out("R17", name, gate)
    texts = inquiry.texts
    wrong = [
        item.turn
        for item in quoted
        if item.paraphrase or not is_verbatim(item.quote, texts.get(item.turn, ""))
    ]
    good = len(quoted) - len(wrong)
    return gated("R17", name, not wrong, percent(good, len(quoted)), gate, wrong)


def _stopping(material: Material) -> Check:
    name, gate = "stops when it is done", "<= 2 turns after"
    inquiry = material.inquiry
    if inquiry is None:
        return left_out("R18", name, gate)
    done = next((one.turn for one in inquiry.offers if one.reason is StopReason.DONE), 0)
    if not done:
        return reported("R18", name, "the condition of the mode did not hold")
    after = inquiry.turns - done
    wrong = tuple(range(done + 3, inquiry.turns + 1))
    return gated("R18", name, after <= 2, f"{after} turns after", gate, wrong)
