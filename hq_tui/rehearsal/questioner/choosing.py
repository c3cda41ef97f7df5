"""Which question comes next: about which idea, of which type, in which words.

Three forces pull. Salience: lines with causes, absolutes and value words carry
more. Memory: an idea that has not met a type of question yet is worth more than
one that has. Variety: a type that already brought something can wait. What is
left as a tie is decided by a hash of the seed, never by chance.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hq_tui.inquiry.bank import QUESTION_TYPES, Bank, Template
from hq_tui.inquiry.language import LIGHT_STEMS, looks_english, stem
from hq_tui.inquiry.lexicon import cause_and_effect, choice, vague_terms
from hq_tui.inquiry.quantities import quantities

from .history import History
from .memory import Idea, Memory
from .values import Policy

_APPETITE = {"clarify": 1.0, "assume": 2.0, "evidence": 2.0, "view": 1.0, "imply": 1.0, "meta": 0.6}
_LADDER = {
    "clarify": 0.5,
    "assume": 0.45,
    "evidence": 0.4,
    "view": 0.2,
    "imply": 0.15,
    "meta": -0.6,
}
_FAVOURED = {
    "brief": {"clarify": 0.3, "meta": 0.3},
    "examine": {"assume": 0.1, "evidence": 0.1},
    "tutor": {"clarify": 0.2, "evidence": 0.2},
    "review": {"imply": 0.3, "view": 0.2, "evidence": 0.1},
    "debug": {"evidence": 0.3},
    "interview": {"clarify": 0.3, "view": 0.2},
}
ONCE_IN = 40
"""No template is used twice within so many turns."""

_FITS = {
    "clarify": {"evaluative", "vague"},
    "assume": {"plan", "causal", "obligation", "absolute"},
    "evidence": {"causal", "absolute", "general", "number", "authority"},
    "view": {"plan", "people", "obligation"},
    "imply": {"plan", "obligation", "prediction"},
}
"""Which kinds of line a type of question suits best."""

MODE_KINDS = {
    "debug": "debug",
    "interview": "spec",
    "brief": "spec",
    "tutor": "learn",
    "review": "review",
}
"""The kind of question that belongs to one mode alone."""

SHOWN_AS = {
    "debug": "evidence",
    "spec": "clarify",
    "learn": "clarify",
    "review": "imply",
    "stuck": "clarify",
    "commit": "assume",
}
"""The type under which a question outside the six goes on the board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question ready to be asked, the idea it is about, and its type."""

    question: str
    kind: str
    idea: Idea
    template: str


def next_question(
    history: History, memory: Memory, bank: Bank, policy: Policy, seed: str
) -> Choice | None:
    """The best question about anything said so far; None when nothing quotable was said."""
    pool = _pool(memory, policy)
    if not pool:
        return None
    if not policy.choose:
        return _random(history, memory, bank, pool, seed)
    wanted = sorted(
        ((number, kind) for number in pool for kind in QUESTION_TYPES),
        key=lambda pair: -_worth(history, memory, *pair, seed=seed),
    )
    special = _mode_kind(history)
    for number, kind in ([(wanted[0][0], special)] if special else []) + wanted:
        if _runs_on(history, kind):
            continue
        chosen = best_template(history, bank, kind, memory.ideas[number], seed)
        if chosen is not None:
            return chosen
    return None


def _pool(memory: Memory, policy: Policy) -> list[int]:
    """The numbers of the ideas that may be asked about: all, or without memory the newest."""
    newest = max((idea.turn for idea in memory.ideas), default=0)
    return [
        number for number in memory.at_hand if policy.memory or memory.ideas[number].turn == newest
    ]


def _random(
    history: History, memory: Memory, bank: Bank, pool: Sequence[int], seed: str
) -> Choice | None:
    dice = f"{seed}/{history.now.number}"
    ideas = sorted(pool, key=lambda number: roll(dice, str(number)))
    kinds = (*QUESTION_TYPES, "tension")
    templates = [each for kind in kinds for each in bank.of_kind(kind, history.mode)]
    for template in sorted(templates, key=lambda each: roll(dice, each.id)):
        values = slots(memory.ideas[ideas[0]])
        values.update({"earlier": memory.ideas[ideas[1]].text} if ideas[1:] else {})
        if all(slot in values for slot in template.slots):
            return Choice(
                question=template.filled(values),
                kind=template.kind,
                idea=memory.ideas[ideas[0]],
                template=template.id,
            )
    return None


def _worth(history: History, memory: Memory, number: int, kind: str, *, seed: str) -> float:
    idea = memory.ideas[number]
    met = memory.met(number, kind)
    answered = len({m.turn for m in memory.meetings if m.kind == kind and m.answered})
    tried = len({m.turn for m in memory.meetings if m.kind == kind}) - answered
    own = len([m for m in memory.meetings if m.idea == number and not m.answered])
    first = idea.turn == memory.ideas[0].turn
    peers = memory.fresh(idea.turn) if first else memory.ideas
    top = max(each.salience for each in peers) or 1.0
    return (
        1.1 * idea.salience / top
        + (0.7 if first else 0.0)
        + (0.1 if idea.turn == history.now.number else 0.0)
        + _LADDER[kind]
        + _FAVOURED[history.mode].get(kind, 0.0)
        + (0.3 if idea.marks.names & _FITS.get(kind, set()) else 0.0)
        - 1.2 * answered / _APPETITE[kind]
        - 0.35 * tried
        - 0.5 * met / _APPETITE[kind]
        - 0.5 * memory.barren(number, kind)
        - 0.12 * own
        - (0.8 if kind == _last_kind(history) else 0.0)
        + 0.1 * roll(seed, f"{number}/{kind}/{history.now.number}")
    )


def _last_kind(history: History) -> str:
    kinds = [turn.asked.kind for turn in history.before if turn.asked]
    return kinds[-1] if kinds else ""


def _runs_on(history: History, kind: str) -> bool:
    """Whether `kind` would stand there for the fourth time in a row."""
    shown = SHOWN_AS.get(kind, kind)
    kinds = [turn.asked.kind for turn in history.before if turn.asked][-3:]
    return len(kinds) == 3 and all(each == shown for each in kinds)


def _mode_kind(history: History) -> str:
    """Every twelfth turn a question that only this mode asks, the first time at once."""
    kind = MODE_KINDS.get(history.mode, "")
    return kind if history.now.number % 12 == 1 else ""


def best_template(history: History, bank: Bank, kind: str, idea: Idea, seed: str) -> Choice | None:
    """The best unused template of `kind` for `idea`, filled; None when all were used."""
    asked = [quote for turn in history.before if turn.asked for quote in turn.asked.quotes]
    values = slots(idea, asked)
    recent = [turn.asked.text for turn in history.before[-ONCE_IN:] if turn.asked]
    skeletons = {_skeleton(text) for text in recent}
    fits = [
        each
        for each in bank.of_kind(kind, history.mode)
        if all(slot in values for slot in each.slots)
        and _skeleton(_phrase(each, values)) not in skeletons
    ]
    if not fits:
        return None
    best = max(fits, key=lambda each: _fit(each, idea, history, seed))
    return Choice(question=_phrase(best, values), kind=kind, idea=idea, template=best.id)


def _phrase(template: Template, values: dict[str, str]) -> str:
    whole = {"claim", "effect", "earlier"} & set(template.slots)
    if whole or (template.kind in MODE_KINDS.values() and "start" in template.triggers):
        return template.filled(values)
    if template.slots:
        filled = template.filled(values)
        return f"On “{values['claim']}”: {filled[0].lower()}{filled[1:]}"
    return template.anchored(values)


def _skeleton(question: str) -> str:
    """A question without the user's words: what two uses of one template have in common."""
    parts = question.split("“")
    bare = "“".join([parts[0], *(part.partition("”")[2] for part in parts[1:])]).lower()
    return bare.removeprefix("on “: ").strip()


def _fit(template: Template, idea: Idea, history: History, seed: str) -> float:
    hits = len(template.triggers & idea.marks.names) + 0.6 * ("any" in template.triggers)
    depth = 1 if history.now.number <= 4 else 2 if history.now.number <= 9 else 3
    return (
        min(hits, 2.0)
        + (0.8 if "claim" in template.slots else 0.0)
        - 0.4 * abs(template.depth - depth)
        + 0.4 * roll(seed, template.id)
    )


def slots(idea: Idea, asked: Sequence[str] = ()) -> dict[str, str]:
    """What the words of `idea` can fill: always the claim, the rest only where it is there.

    A word that stands in `asked`, the quotations so far, is not asked about a second time
    while there is another.
    """
    marks = idea.marks
    values = {"claim": idea.wide or idea.text}
    if looks_english(idea.text):
        terms = [*vague_terms(idea.text), *vague_terms(values["claim"])]
        term = next((each for each in terms if each not in asked), marks.term)
        values.update({"term": term} if term else {})
    for slot, feature in (("absolute", "absolute"), ("hedge", "hedge"), ("who", "authority")):
        if sample := marks.sample(feature):
            values[slot] = sample
    if "pronoun" in marks.names and idea.text.lower().startswith(
        ("it ", "this ", "that ", "they ")
    ):
        values["pron"] = idea.text.split()[0]
    if found := quantities(idea.text):
        values["number"] = found[0].typed
    if sides := choice(idea.text):
        values["a"], values["b"] = sides
    if pair := cause_and_effect(idea.text):
        values["cause"], values["effect"] = pair
    return {slot: words for slot, words in values.items() if _sound(words)}


def _sound(words: str) -> bool:
    return bool(words.strip()) and stem(words.lower()) not in LIGHT_STEMS


def roll(seed: str, what: str) -> float:
    """A number from 0 to 1 that depends on nothing but its arguments."""
    digest = hashlib.sha256(f"{seed}/{what}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:4], "big") / 2**32


def pick(options: Iterable[str], seed: str, what: str) -> str:
    """One of `options`, always the same one for the same seed and occasion."""
    return min(options, key=lambda option: roll(seed, f"{what}/{option}"))
