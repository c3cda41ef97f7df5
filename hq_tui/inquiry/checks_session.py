"""Checks that need the session beside its words: R9, R10, R14, R16 to R18, and calibration.

Where only a transcript is given, the way out (R10) can still be judged; the others are
left out rather than guessed.
"""

from __future__ import annotations

from hq_tui.inquiry.board import Kind
from hq_tui.inquiry.findings import Check, Material, gated, left_out, percent, reported
from hq_tui.inquiry.language import is_verbatim
from hq_tui.inquiry.state import Inquiry, Request, StopReason, Verdict

TRIES_BEFORE_ANSWER = 3


def checks(material: Material) -> list[Check]:
    """The checks of this module."""
    return [
        _early_answer(material),
        _way_out(material),
        _progress(material),
        _tensions(material),
        _provenance(material),
        _stopping(material),
    ]


def calibration(inquiry: Inquiry) -> str:
    """How sure the user's guesses were against how often they were right; empty without any."""
    judged = [one for one in inquiry.predictions if one.right is not None]
    sure = [one.before for one in judged if one.before is not None]
    if not judged or not sure:
        return ""
    right = sum(bool(one.right) for one in judged)
    later = [one.after for one in judged if one.after is not None]
    after = f", {round(sum(later) / len(later))} % after" if later else ""
    return (
        f"guesses: {right} of {len(judged)} right; "
        f"sure {round(sum(sure) / len(sure))} % before{after}"
    )


def _early_answer(material: Material) -> Check:
    """The answer given before enough tries, although nobody asked for it."""
    name, gate = "answer before it was asked for", "0"
    inquiry = material.inquiry
    if inquiry is None:
        return left_out("R9", name, gate)
    asked = set(inquiry.asked_for(Request.ANSWER_NOW)) | set(inquiry.asked_for(Request.HINT))
    wrong = []
    for turn in inquiry.revealed:
        tries = sum(1 for one in inquiry.non_answer_turns if one <= turn)
        if turn not in asked and tries < TRIES_BEFORE_ANSWER:
            wrong.append(turn)
    return gated("R9", name, not wrong, str(len(wrong)), gate, wrong)


def _way_out(material: Material) -> Check:
    name, gate = "just tell me is honoured", "100 %"
    told = [reply for reply in material.replies if reply.told]
    if not told:
        return left_out("R10", name, gate)
    wrong = [reply.turn for reply in told if reply.questions]
    good = len(told) - len(wrong)
    return gated("R10", name, not wrong, percent(good, len(told)), gate, wrong)


def _progress(material: Material) -> Check:
    name, gate = "progress on the board", ">= 5 adds, >= 2 assumptions a 10 turns; <= 3 still"
    inquiry = material.inquiry
    if inquiry is None or not inquiry.movements:
        return left_out("R14", name, gate)
    turns = len(inquiry.movements)
    adds = 10 * sum(one.adds for one in inquiry.movements) / turns
    assumed = 10 * sum(one.assumptions for one in inquiry.movements) / turns
    run: list[int] = []
    longest: list[int] = []
    for one in inquiry.movements:
        run = [] if one.changed else [*run, one.turn]
        longest = max(longest, run, key=len)
    value = f"{adds:.1f} adds, {assumed:.1f} assumptions, {len(longest)} still"
    held = adds >= 5 and assumed >= 2 and len(longest) <= 3
    if turns < 5:
        return reported("R14", name, value)
    return gated("R14", name, held, value, gate, longest if len(longest) > 3 else ())


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
    name, gate = "stops when it is done", "<= 2 turns after; confirmed"
    inquiry = material.inquiry
    if inquiry is None:
        return left_out("R18", name, gate)
    done = next((one.turn for one in inquiry.offers if one.reason is StopReason.DONE), 0)
    confirmed = any(one.verdict is Verdict.CONFIRMED for one in inquiry.checkpoints)
    said = "confirmed" if confirmed else "not confirmed"
    if not done:
        return reported("R18", name, f"the condition of the mode did not hold; {said}")
    after = inquiry.turns - done
    wrong = tuple(range(done + 3, inquiry.turns + 1))
    return gated("R18", name, after <= 2 and confirmed, f"{after} turns after; {said}", gate, wrong)
