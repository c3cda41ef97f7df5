"""A lesson taught by questions: one step at a time, hints that climb, the answer at the end.

Where the learner stands is read from the transcript: a step is behind them when
their own words show it or when its last hint told it. A failed try climbs one
hint; the fourth tells, so nobody is stuck for longer than three tries. What the
learner gets wrong in a known way is met with a case that breaks it, once.
"""

from dataclasses import dataclass

from hq_tui.inquiry.bank import Bank
from hq_tui.inquiry.intent import Intent, intent
from hq_tui.inquiry.language import word_count
from hq_tui.inquiry.lesson import Error, Lesson, Step, shows

from . import filing, wording
from .filing import Op
from .history import History
from .memory import Memory
from .values import Draft

_WORKS = "In your own words, why does it work?"
_WHY_STEP = "shows whether this step stands on its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the learner stands: the step at hand, how many hints it took, what is behind."""

    step: Step | None
    level: int
    just_made: bool
    first: bool


def taught(history: History, memory: Memory, lesson: Lesson, bank: Bank, wants: str) -> Draft:
    """The tutor's reply to the last turn of `history`."""
    new = filing.adds(history, memory)
    if wants == "tell":
        text = f"Here it is. {lesson.answer}\n\nTake it up again whenever you like."
        return Draft(text=text, ops=(*new, filing.reveal(4, answer_given=True)))
    place = _place(history, lesson)
    if place.step is None:
        return _ended(history, memory, lesson, new, made=place.just_made)
    if place.first:
        question = bank.of_kind("learn", "tutor")[0].text.format(term=lesson.title)
        return _asking("We take it step by step, from what you think now.", question, new)
    error = _error(history, lesson)
    if error is not None and wants != "hint" and not place.just_made:
        return _asking("I take that as it is and try it on a case.", error.asks, new)
    if place.just_made:
        said = wording.short_quote(history.now.text)
        lead = f"That step holds: “{said}”." if said else "That step holds."
        return _asking(lead, place.step.asks, new)
    return _hint(history, lesson, place.step, place.level, new, wants)


def _place(history: History, lesson: Lesson) -> _Place:
    replies = "\n".join(turn.reply for turn in history.before)
    told = [step for step in lesson.steps if step.hints[3] in replies]
    earlier = [turn.text for turn in history.before]
    open_before = [s for s in lesson.steps if s not in told and not _made(s, earlier)]
    open_now = [step for step in open_before if not _made(step, [history.now.text])]
    step = open_now[0] if open_now else None
    level = sum(hint in replies for hint in step.hints) if step else 0
    return _Place(
        step=step,
        level=level,
        just_made=len(open_now) < len(open_before) and bool(history.before),
        first=not history.before,
    )


def _made(step: Step, texts: list[str]) -> bool:
    return any(shows(text, step.signs) for text in texts if word_count(text) > 0)


def _error(history: History, lesson: Lesson) -> Error | None:
    """A misconception in the last message that was not met with its case yet."""
    replies = "\n".join(turn.reply for turn in history.before)
    return next(
        (
            error
            for error in lesson.errors
            if shows(history.now.text, error.signs) and error.asks not in replies
        ),
        None,
    )


def _hint(
    history: History, lesson: Lesson, step: Step, reached: int, new: list[Op], wants: str
) -> Draft:
    """The question of the step for the first time, else the next hint and the question again."""
    replies = "\n".join(turn.reply for turn in history.before)
    if step.asks not in replies and wants != "hint":
        return _asking(_lead(history), step.asks, new)
    level = min(4, max(reached + 1, history.now.level if wants == "hint" else 0))
    reveal = filing.reveal(level, answer_given=level == 4)
    if level < 4:
        lead = f"Hint {level}. {step.hints[level - 1]}"
        return _asking(lead, step.asks, [*new, reveal], "hint")
    following = _after(step, lesson, history)
    return _asking(f"Then I tell you. {step.hints[3]}", following, [*new, reveal])


def _lead(history: History) -> str:
    said = wording.short_quote(history.now.text)
    stuck = intent(history.now.text) is not Intent.SAY
    return "We begin with a small piece." if stuck or not said else f"I keep “{said}” in mind."


def _after(step: Step, lesson: Lesson, history: History) -> str:
    later = lesson.steps[lesson.steps.index(step) + 1 :]
    texts = [turn.text for turn in history.turns]
    return next((each.asks for each in later if not _made(each, texts)), _WORKS)


def _ended(history: History, memory: Memory, lesson: Lesson, new: list[Op], *, made: bool) -> Draft:
    """All steps are behind: the learner restates it once, then the lesson ends."""
    if all(_WORKS not in turn.reply for turn in history.before):
        lead = "That step holds, and it was the last one." if made else "All steps are behind you."
        return _asking(lead, _WORKS, new)
    own = wording.listed(memory.fresh(history.now.number)[:3])
    lines = f" Your last words on it:\n{own}" if own else ""
    text = f"We stop here.{lines}\n\nFor comparison: {lesson.answer}"
    reveal = filing.reveal(4, answer_given=True)
    return Draft(text=text, ops=(*new, reveal, *filing.phase(history, "close")))


def _asking(lead: str, question: str, ops: list[Op], kind: str = "clarify") -> Draft:
    ask = filing.ask(question, kind, _WHY_STEP)
    return Draft(text=f"{lead}\n\n{question}", ops=(*ops, ask))
