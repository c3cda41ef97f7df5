"""The checks of a review, one function each, in the order of their numbers.

The user's messages, the replies and their questions are extracted once, as `Material`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hq_tui.core.conversation import Conversation
from hq_tui.core.text.reply_notes import partner_of
from hq_tui.core.text.sanitize import counted
from hq_tui.inquiry.board.model import Item, Kind
from hq_tui.inquiry.review.check import Check, gated, left_out, percent, reported
from hq_tui.inquiry.state import Inquiry, Request, StopReason
from hq_tui.inquiry.text.language import is_verbatim, squeezed, word_count
from hq_tui.inquiry.text.questions import bare, ends_with_question, questions_in

TALK_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReply:
    """One reply, its questions, and what the user asked for instead of a question."""

    turn: int
    text: str
    questions: tuple[str, ...]
    request: Request | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A session as the checks look at it. Replies without a word are left out."""

    user_words: int
    replies: tuple[CheckedReply, ...]
    owing: tuple[CheckedReply, ...]
    """The replies that should have asked a question."""
    inquiry: Inquiry
    partner: str


def material_of(conversation: Conversation, inquiry: Inquiry) -> Material:
    """Extract what the checks look at from a session."""
    requests = dict(inquiry.requests)
    replies = tuple(
        CheckedReply(
            turn=turn.number,
            text=turn.reply.text,
            questions=questions_in(turn.reply.text),
            request=requests.get(turn.number),
        )
        for turn in conversation.turns
        if turn.reply.text.strip()
    )
    owe_none = {Request.ANSWER_NOW, Request.CLOSE}
    return Material(
        user_words=sum(word_count(turn.asked.text) for turn in conversation.turns),
        replies=replies,
        owing=tuple(reply for reply in replies if reply.request not in owe_none),
        inquiry=inquiry,
        partner=partner_of(conversation.model),
    )


def _exactly_one(material: Material) -> Check:
    name, gate, owing = "exactly one question", ">= 95 %", material.owing
    if not owing:
        return left_out("R1", name, gate)
    wrong = [reply.turn for reply in owing if len(reply.questions) != 1]
    good = len(owing) - len(wrong)
    held = good >= 0.95 * len(owing)
    return gated("R1", name, gate, held=held, value=f"{good} of {len(owing)}", turns=wrong)


def _is_last(material: Material) -> Check:
    name, gate, owing = "question is last", ">= 90 %", material.owing
    if not owing:
        return left_out("R2", name, gate)
    wrong = [reply.turn for reply in owing if not ends_with_question(reply.text)]
    good = len(owing) - len(wrong)
    held = good >= 0.9 * len(owing)
    return gated("R2", name, gate, held=held, value=percent(good, len(owing)), turns=wrong)


def _talk_share(material: Material) -> Check:
    name, goal = f"{material.partner}'s share of the words", material.inquiry.mode.talk_goal
    gate = "<= 60 %" + (f"; goal {goal} %" if goal < 60 else "")
    partner = sum(word_count(bare(reply.text)) for reply in material.replies)
    if not partner or not material.user_words:
        return left_out("R3", name, gate)
    spoken = partner + material.user_words
    held = partner <= TALK_SHARE * spoken
    longest = max(material.replies, key=lambda reply: word_count(bare(reply.text)))
    turns = () if held else (longest.turn,)
    check = gated("R3", name, gate, held=held, value=percent(partner, spoken), turns=turns)
    return replace(check, partner=material.partner)


def _repetition(material: Material) -> Check:
    """A question may be repeated word for word only after a hint."""
    name, gate = "no question twice", "0"
    asked: set[str] = set()
    wrong: list[int] = []
    for reply in material.owing:
        for question in reply.questions:
            plain = squeezed(question).casefold()
            if plain in asked and reply.request is not Request.HINT:
                wrong.append(reply.turn)
            asked.add(plain)
    if len(asked) < 2 and not wrong:
        return left_out("R8", name, gate)
    return gated("R8", name, gate, held=not wrong, value=str(len(wrong)), turns=wrong)


def _way_out(material: Material) -> Check:
    name, gate = "answered plainly when asked to (F6)", "100 %"
    told = [reply for reply in material.replies if reply.request is Request.ANSWER_NOW]
    if not told:
        return left_out("R10", name, gate)
    wrong = [reply.turn for reply in told if reply.questions]
    value = percent(len(told) - len(wrong), len(told))
    return gated("R10", name, gate, held=not wrong, value=value, turns=wrong)


def _tensions(material: Material) -> Check:
    tensions = material.inquiry.board.of_kind(Kind.TENSION)
    if not tensions:
        return reported("R16", "contradictions", "none raised")
    open_ones = [one for one in tensions if not one.is_settled]
    value = f"{len(tensions)} raised, {len(tensions) - len(open_ones)} ended"
    value += f", {len(open_ones)} still open" if open_ones else ""
    return reported("R16", "contradictions", value, (one.turn for one in open_ones))


def _provenance(material: Material) -> Check:
    name, gate = "quotations that verify", "100 %"
    items, texts = material.inquiry.board.items, material.inquiry.texts
    quoted = [item for item in items if item.quote or item.paraphrase]
    if not quoted:
        return left_out("R17", name, gate)
    wrong = [
        item.turn
        for item in quoted
        if item.paraphrase
        or not (_is_elsewhere(item) or is_verbatim(item.quote, texts.get(item.turn, "")))
    ]
    value = percent(len(quoted) - len(wrong), len(quoted))
    return gated("R17", name, gate, held=not wrong, value=value, turns=wrong)


def _is_elsewhere(item: Item) -> bool:
    """True if the words were looked up elsewhere: in a file, on the board, in another session."""
    return bool(item.source or item.typed_quote or item.session)


def _stopping(material: Material) -> Check:
    name, gate, inquiry = "stops when it is done", "<= 2 turns after", material.inquiry
    done = dict(inquiry.held_since).get(StopReason.DONE, 0)
    if not done:
        return reported("R18", name, "its aim is not reached yet")
    after = inquiry.turns - done
    late = range(done + 3, inquiry.turns + 1)
    return gated(
        "R18",
        name,
        gate,
        held=after <= 2,
        value=f"{counted(after, 'turn')} after its aim was reached",
        turns=late,
    )


CHECKS: tuple[Callable[[Material], Check], ...] = (
    _exactly_one,
    _is_last,
    _talk_share,
    _repetition,
    _way_out,
    _tensions,
    _provenance,
    _stopping,
)
