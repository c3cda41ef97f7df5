"""Checks on the talk: shares, lengths, listening, praise. R3 to R6, R12, R15, R19, R20."""

from __future__ import annotations

import re

from hq_tui.inquiry.findings import Check, Material, Reply, gated, left_out, percent, reported
from hq_tui.inquiry.intent import Intent, intent
from hq_tui.inquiry.language import content_stems, sentences, word_count
from hq_tui.inquiry.modes import mode_of
from hq_tui.inquiry.questions import bare

TALK_SHARE = 0.6
_PRAISE = re.compile(
    r"^\W*(?:(?:that(?:'s| is)|what) an? )?(?:(?:very|really|such an?|a) )?"
    r"(?:great|excellent|good|fantastic|wonderful|brilliant|amazing|perfect|interesting|awesome|"
    r"insightful|thoughtful|nice|well (?:put|said|done)|absolutely|exactly|totally|definitely|"
    r"you(?:'re| are) (?:absolutely |so |quite )?right|i (?:completely |fully )?agree|"
    r"love (?:it|that|this))"
    r"\b",
    re.IGNORECASE,
)


def checks(material: Material) -> list[Check]:
    """The checks of this module."""
    return [
        _share(material),
        _length(material),
        _uptake(material),
        _links(material),
        _praise(material),
        _new_material(material),
        _fatigue(material),
        _reflections(material),
    ]


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


def _length(material: Material) -> Check:
    name, gate = "reply length, 90th percentile", "<= 90 words"
    owing = material.owing
    if not owing:
        return left_out("R4", name, gate)
    lengths = sorted(word_count(reply.text) for reply in owing)
    ninetieth = lengths[max(-(-len(lengths) * 9 // 10) - 1, 0)]
    wrong = [reply.turn for reply in owing if word_count(reply.text) > 90]
    return gated("R4", name, ninetieth <= 90, f"{ninetieth} words", gate, wrong)


def _uptake(material: Material) -> Check:
    name, gate = "takes up the last message", ">= 80 %"
    heard = [reply for reply in material.owing if content_stems(reply.before)]
    if not heard:
        return left_out("R5", name, gate)
    wrong = [reply.turn for reply in heard if not _shares(reply)]
    good = len(heard) - len(wrong)
    return gated("R5", name, good >= 0.8 * len(heard), percent(good, len(heard)), gate, wrong)


def _shares(reply: Reply) -> bool:
    return bool(content_stems(reply.text) & content_stems(reply.before))


def _links(material: Material) -> Check:
    """Whether replies come back to what was said before the last message."""
    name, gate = "links to older turns", ">= 15 %"
    older: set[str] = set()
    texts = {line.turn: line.text for line in material.said}
    linked: list[int] = []
    could = 0
    seen = 0
    for reply in material.replies:
        for turn in sorted(turn for turn in texts if seen <= turn < reply.turn):
            older |= content_stems(texts[turn])
        seen = max(seen, reply.turn)
        if older:
            could += 1
            back = content_stems(reply.text) & older - content_stems(reply.before)
            linked += [reply.turn] if len(back) >= 2 else []
    if could < 4:
        return left_out("R6", name, gate)
    return gated("R6", name, len(linked) >= 0.15 * could, percent(len(linked), could), gate)


def _praise(material: Material) -> Check:
    name, gate = "praise or agreement first", "<= 0.05 a reply"
    if not material.replies:
        return left_out("R12", name, gate)
    wrong = [reply.turn for reply in material.replies if _PRAISE.match(bare(reply.text))]
    rate = len(wrong) / len(material.replies)
    return gated("R12", name, rate <= 0.05, f"{rate:.2f}", gate, wrong)


def _new_material(material: Material) -> Check:
    """How many stems the user had not used before, per turn: the last third against the first."""
    name, gate = "new material, last third to first", ">= 0.2 to 1"
    if len(material.said) < 6:
        return left_out("R15", name, gate)
    known: set[str] = set()
    fresh = []
    for line in material.said:
        stems = content_stems(line.text)
        silent = intent(line.text) in {Intent.STUCK, Intent.EMPTY}
        fresh.append(0 if silent else len(stems - known))
        known |= stems
    third = len(fresh) // 3
    first, last = sum(fresh[:third]) / third, sum(fresh[-third:]) / third
    ratio = last / first if first else 1.0
    value = f"{last:.1f} to {first:.1f} a turn"
    return gated("R15", name, ratio >= 0.2, value, gate)


def _fatigue(material: Material) -> Check:
    name = "fatigue"
    if len(material.said) < 6:
        return left_out("R19", name)
    third = len(material.said) // 3
    silent = [intent(line.text) in {Intent.STUCK, Intent.EMPTY} for line in material.said]
    lengths = [word_count(line.text) for line in material.said]
    more = sum(silent[-third:]) - sum(silent[:third])
    before, after = _median(lengths[:third]), _median(lengths[-third:])
    turns = [line.turn for line, one in zip(material.said, silent, strict=True) if one]
    value = f"non-answers {more:+d}; median answer {before:g} to {after:g} words"
    return reported("R19", name, value, turns)


def _median(numbers: list[int]) -> int:
    return sorted(numbers)[len(numbers) // 2]


def _reflections(material: Material) -> Check:
    """A reflection is a sentence that is no question and shares a stem with what was said."""
    name, gate = "reflections to questions", ">= 1 : 1"
    owing = material.owing
    asked = sum(len(reply.questions) for reply in owing)
    if not asked:
        return left_out("R20", name, gate)
    reflections = [sum(_reflects(one, reply) for one in _statements(reply)) for reply in owing]
    wrong = [r.turn for r, count in zip(owing, reflections, strict=True) if count == 0]
    total = sum(reflections)
    return gated("R20", name, total >= asked, f"{total} : {asked}", gate, wrong)


def _statements(reply: Reply) -> list[str]:
    text = reply.text
    for question in reply.questions:
        text = text.replace(question, "\n")
    return [part.text for part in sentences(text)]


def _reflects(sentence: str, reply: Reply) -> bool:
    return bool(content_stems(sentence) & content_stems(reply.before)) or "“" in reply.text
