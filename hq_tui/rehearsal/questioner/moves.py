"""One reply, from a session read back: which kind of turn this is, and what is said.

The order of the moves is the whole policy: a way out that the user asked for
comes first, then what a tension needs, then a due checkpoint, then the end,
and only then the next question.
"""

from collections.abc import Sequence

from hq_tui.inquiry.bank import Bank
from hq_tui.inquiry.intent import Intent, intent, is_substantive
from hq_tui.inquiry.language import shorten, squeezed
from hq_tui.inquiry.lesson import Lesson, lesson_for

from . import filing, wording
from .choosing import SHOWN_AS, Choice, best_template, next_question, pick
from .filing import Op
from .history import History
from .memory import Idea, Memory, remember, touches
from .pairing import Pair, next_pair, settled
from .parts import next_part
from .tutoring import taught
from .values import Draft, Policy

CHECKPOINT_EVERY = {"slow": 4, "normal": 5, "brisk": 8}
BUDGET = 24
QUIET_TURNS = 5
"""After so many turns without anything new the partner offers to stop."""

_SETTLING = 10
"""Before this turn the partner does not offer to stop, however little comes."""

_WHY = {
    "clarify": "fixes what a word means before it is argued about",
    "assume": "shows what the line stands on",
    "evidence": "shows what was seen and what was only thought",
    "view": "brings in somebody who sees it otherwise",
    "imply": "shows what follows, while it can still be changed",
    "meta": "checks that this is the question to ask",
}
_RULE_BASED = (
    "I am a rule-based partner: I know your words, not the subject, so I have no answer to give."
)


def draft(
    history: History, bank: Bank, lessons: Sequence[Lesson], policy: Policy, seed: str
) -> Draft:
    """The reply to the last turn of `history`."""
    memory = remember(history)
    wants = _wanted(history)
    lesson = _lesson(history, lessons)
    if lesson is not None and wants not in {"close", "summary"}:
        return taught(history, memory, lesson, bank, wants)
    if wants == "tell":
        return _told(history, memory)
    if wants == "close":
        return _closed(history, memory)
    if wants == "summary":
        return _checkpoint(history, memory, bank, seed)
    if wants == "hint":
        return _hinted(history, memory)
    due = _checkpoint_due(history, memory)
    sees = policy.tension and policy.memory
    pair = next_pair(history, memory, bank, seed) if sees else None
    if pair is not None and (pair.strong or not due or pair.is_about(history.now.number)):
        return _paired(history, memory, pair)
    if not memory.ideas:
        return _opened(history, bank, seed)
    if _is_over(history):
        return _closed(history, memory)
    if _is_quiet(history):
        return _closing(history, memory, bank, seed)
    if due:
        return _checkpoint(history, memory, bank, seed)
    part = next_part(history) if policy.choose else ""
    if part:
        return _asked_for(part, history, memory, seed)
    return _asked(history, memory, bank, policy, seed)


def _asked_for(part: str, history: History, memory: Memory, seed: str) -> Draft:
    """A question for a part of the page that is still missing."""
    ops = [
        *filing.adds(history, memory),
        *_outcome(history),
        *filing.phase(history, _phase(history)),
        filing.ask(part, "clarify", "fills a part of the page that is still empty"),
    ]
    focus = max(memory.fresh(history.now.number), key=lambda idea: idea.salience, default=None)
    before = "" if history.pace == "brisk" else wording.reflection(history, memory, focus, seed)
    return Draft(text=wording.fitted(before, part), ops=tuple(ops))


def _lesson(history: History, lessons: Sequence[Lesson]) -> Lesson | None:
    if history.mode != "tutor":
        return None
    return lesson_for((turn.text for turn in history.turns), lessons)


def _wanted(history: History) -> str:
    now = history.now
    if now.request:
        known = {"answer_now": "tell", "tell": "tell", "close": "close", "hint": "hint"}
        return known.get(now.request, "summary" if now.request in {"summary", "checkpoint"} else "")
    return {Intent.TELL: "tell", Intent.CLOSE: "close"}.get(intent(now.text), "")


def _told(history: History, memory: Memory) -> Draft:
    best = _best(memory, 5)
    lines = f"\n\nWhat you said yourself so far:\n{wording.listed(best)}" if best else ""
    text = f"{_RULE_BASED}{lines}\n\nWrite on whenever you like; I take up where we were."
    ops = filing.adds(history, memory)
    return Draft(text=text, ops=(*ops, filing.reveal(4, answer_given=False)))


def _best(memory: Memory, count: int) -> list[Idea]:
    chosen = sorted(memory.ideas, key=lambda idea: -idea.salience)[:count]
    return [idea for idea in memory.ideas if idea in chosen]


def _closed(history: History, memory: Memory) -> Draft:
    best = _best(memory, 5)
    lines = f" Your lines, as they stand:\n{wording.listed(best)}" if best else ""
    text = f"We stop here.{lines}\n\nThe board keeps the rest, and you can reopen any of it."
    ops = filing.adds(history, memory)
    return Draft(text=text, ops=(*ops, *filing.phase(history, "close")))


def _is_quiet(history: History) -> bool:
    """Whether nothing new came for several turns, or the budget of turns is used up."""
    if history.now.number < _SETTLING or filing.has_closed(history.ops):
        return False
    if history.now.number >= BUDGET and history.now.number % 6 == 0:
        return True
    recent = history.turns[-QUIET_TURNS:]
    return not any(is_substantive(turn.text) for turn in recent)


def _is_over(history: History) -> bool:
    """Whether the partner offered to stop and the user let it stand."""
    return filing.has_closed(history.ops) and not is_substantive(history.now.text)


def _closing(history: History, memory: Memory, bank: Bank, seed: str) -> Draft:
    options = [
        each for each in bank.of_kind("close", history.mode) if "checkpoint" not in each.triggers
    ]
    question = pick([each.text for each in options], seed, str(history.now.number))
    text = f"Nothing new has come for a while, so we can stop here if you like.\n\n{question}"
    ops = [
        *filing.adds(history, memory),
        *filing.phase(history, "close"),
        filing.ask(question, "close", "leaves one thing to do after this session"),
    ]
    return Draft(text=text, ops=tuple(ops))


def _checkpoint_due(history: History, memory: Memory) -> bool:
    if history.led:
        return False
    every = CHECKPOINT_EVERY[history.pace]
    since = 0
    for turn in history.before:
        since = 0 if turn.reply.startswith(wording.CHECKPOINT) else since + 1
    return since >= every - 1 and len(memory.ideas) >= 2


def _checkpoint(history: History, memory: Memory, bank: Bank, seed: str) -> Draft:
    best = _best(memory, 5)
    if not best:
        return _opened(history, bank, seed)
    options = [
        each for each in bank.of_kind("close", history.mode) if "checkpoint" in each.triggers
    ]
    used = {turn.asked.text for turn in history.before if turn.asked}
    fresh = [each.text for each in options if each.text not in used]
    question = pick(fresh or [each.text for each in options], seed, str(history.now.number))
    text = f"{wording.CHECKPOINT}Where we are, in your words:\n{wording.listed(best)}\n\n{question}"
    ops = [
        *filing.adds(history, memory),
        filing.ask(question, "meta", "confirms the lines so far, or not"),
    ]
    return Draft(text=text, ops=tuple(ops))


def _paired(history: History, memory: Memory, pair: Pair) -> Draft:
    new = filing.adds(history, memory)
    kind = "tension" if pair.strong else "assume"
    why = "decides which line stands" if pair.strong else "shows whether the two lines fit"
    targets = [filing.board_name(history, idea, new) for idea in (pair.older, pair.newer)]
    ops = [*new]
    if pair.strong:
        clash = filing.tension(history, pair.older, pair.newer, new, pair.why)
        targets.insert(0, str(clash["ref"]))
        ops.append(clash)
        ops += filing.phase(history, "test")
    ops.append(filing.ask(pair.question, kind, why, targets))
    before = wording.side_by_side(pair.older, pair.newer, pair.why, strong=pair.strong)
    return Draft(text=wording.fitted(before, pair.question), ops=tuple(ops))


def _opened(history: History, bank: Bank, seed: str) -> Draft:
    """The reply when there is nothing yet that could be quoted."""
    special = {"debug": "debug", "interview": "spec"}.get(history.mode, "meta")
    options = [each for each in bank.of_kind(special, history.mode) if not each.slots]
    used = "\n".join(turn.reply for turn in history.before)
    start = [each for each in options if "start" in each.triggers] + options
    fresh = [each.text for each in start if each.text not in used]
    question = (
        fresh[0] if fresh else pick([each.text for each in options], seed, str(history.now.number))
    )
    before = wording.reflection(history, Memory(ideas=(), meetings=()), None, seed)
    lead = before or "There is nothing yet that I could quote back to you."
    ops = [*filing.phase(history, "open"), filing.ask(question, "meta", "finds what this is for")]
    return Draft(text=wording.fitted(lead, question), ops=tuple(ops))


def _asked(history: History, memory: Memory, bank: Bank, policy: Policy, seed: str) -> Draft:
    choice = _stepped_down(history, memory, bank, seed) if policy.choose else None
    choice = choice or next_question(history, memory, bank, policy, seed)
    if choice is None:
        return _opened(history, bank, seed)
    new = filing.adds(history, memory)
    target = filing.board_name(history, choice.idea, new)
    ops = [
        *new,
        *_outcome(history),
        *filing.phase(history, _phase(history)),
        filing.ask(choice.question, choice.kind, _why(choice), [target]),
    ]
    before = (
        "" if history.pace == "brisk" else wording.reflection(history, memory, choice.idea, seed)
    )
    return Draft(text=wording.fitted(before, choice.question), ops=tuple(ops))


def _why(choice: Choice) -> str:
    return _WHY.get(SHOWN_AS.get(choice.kind, choice.kind), "keeps the next step small")


def _stepped_down(history: History, memory: Memory, bank: Bank, seed: str) -> Choice | None:
    """After the second "I don't know" in a row: a question that can be answered by guessing."""
    last_two = history.turns[-2:]
    if len(last_two) < 2 or any(intent(turn.text) is not Intent.STUCK for turn in last_two):
        return None
    asked = history.before[-1].asked
    focus = [idea for idea in memory.ideas if asked and touches(asked.quotes, idea.text)]
    return best_template(history, bank, "stuck", (focus or list(memory.ideas))[0], seed)


def _outcome(history: History) -> list[Op]:
    """What the user's answer does to a tension that was put to them in the last reply."""
    last = history.before[-1] if history.before else None
    if last is None or last.asked is None or last.asked.kind != "tension":
        return []
    ref = next((str(op.get("ref")) for op in last.ops if op.get("kind") == "tension"), "")
    name, outcome = history.ids.get(ref, ""), settled(history.now)
    quote = wording.short_quote(history.now.text)
    if not name or not outcome or not quote:
        return []
    return [filing.resolve(name, outcome, quote, history.now.number)]


def _phase(history: History) -> str:
    number = history.now.number
    if any(op.get("kind") == "tension" for op in history.ops) and number <= 12:
        return "test"
    steps = ((1, "open"), (3, "map"), (8, "probe"), (14, "test"))
    return next((name for upto, name in steps if number <= upto), "decide")


def _hinted(history: History, memory: Memory) -> Draft:
    """A step up the hint ladder; without a lesson the hints can only point at the user's words."""
    reached = [int(str(op["level"])) for op in history.ops if op.get("op") == "reveal"]
    level = min(4, max(1, history.now.level or (reached[-1] if reached else 0) + 1))
    asked = next((turn.asked for turn in reversed(history.before) if turn.asked), None)
    if level == 4 or not memory.ideas or asked is None:
        return _told(history, memory)
    held = (idea for idea in memory.ideas if touches(asked.quotes, idea.text))
    focus = next(held, memory.ideas[0])
    term = focus.marks.term or shorten(focus.text, 3)
    hint = {
        1: f"Look again at “{term}” in “{shorten(focus.text, 12)}”.",
        2: "Narrower: take the last single case in which it was so, and leave the others out.",
        3: "A parallel: a friend wrote that line, and you look for the word that carries it.",
    }[level]
    question = squeezed(asked.text)
    ops = (
        filing.reveal(level, answer_given=False),
        filing.ask(question, "hint", "the same question, closer"),
    )
    return Draft(text=f"Hint {level}. {hint}\n\n{question}", ops=ops)
