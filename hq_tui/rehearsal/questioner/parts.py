"""The parts of a mode's page: each asked for once, and the answer filed under its name.

A question about the user's own words may never reach who a thing is for, or what it leaves
out, and then the page has holes. So in the modes that end in such a page some questions ask
for the next part that is missing, more of them late. What the user answers is filed word for
word, with the name of the part before it; an "I don't know" leaves the part open, and it is
not asked for again.

A design is reviewed choice by choice: the first part asked for is the choice itself, and
the others say what supports it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hq_tui.inquiry.intent import is_substantive
from hq_tui.inquiry.language import shorten

from .history import History

EVERY = 5
"""At first one question in so many asks for a part: what was said comes before what was not."""
LATE = 12
"""After this turn parts come first, so that the page is whole before the budget ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page: its name, how it is asked for, and as what kind of item it is filed."""

    label: str
    question: str
    kind: str = "claim"

    def asked_about(self, choice: str) -> str:
        """The question, about the choice that was named."""
        return self.question.format(choice=shorten(choice, 12))


_CHOICE = Part(
    label="",
    question="Which one choice here would be the most expensive to reverse?",
    kind="option",
)


def _parts(**questions: str) -> tuple[Part, ...]:
    named = ((name.replace("_", " "), question) for name, question in questions.items())
    return tuple(
        Part(label=label, question=question, kind="constraint" if label == "Limit" else "claim")
        for label, question in named
    )


PARTS: Mapping[str, tuple[Part, ...]] = {
    "brief": _parts(
        For_whom="For whom is this?",
        Outcome="What will they be able to do that they cannot do now?",
        Why_now="Why now, and not in half a year?",
        Success="What would you see when it has worked?",
        Limit="Which limit must it keep to?",
        Out_of_scope="What is it deliberately not for?",
    ),
    "interview": _parts(
        Actor="Who needs this, and at which moment?",
        Workaround="What do people do today instead?",
        Rule="Which rule must never be broken?",
        Errors="What should happen when something is missing or wrong?",
        Numbers="How many, how often, how fast?",
        Out_of_scope="What is explicitly not part of this?",
        Accepted_by="Who decides that it is done, and by looking at what?",
    ),
    "debug": _parts(
        Expected="What did you expect to happen?",
        Happened="What happened instead?",
        Last_worked="When did it last work?",
    ),
    "review": (
        _CHOICE,
        *_parts(
            Reason="Why “{choice}”, and not something else?",
            Risk="What could go wrong with “{choice}”?",
            Signal="What would you see first if “{choice}” went wrong?",
        ),
    ),
}
"""The parts that are asked for, by mode."""


def next_part(history: History) -> str:
    """The question for the next part that is missing; empty when none is due."""
    parts = PARTS.get(history.mode, ())
    if not parts or not _is_due(history.now.number):
        return ""
    about = _choice(history)
    asked = {turn.asked.text for turn in history.before if turn.asked}
    for part in parts:
        if (part is _CHOICE or about) or history.mode != "review":
            question = part.asked_about(about)
            if question not in asked and not _is_filed(history, part):
                return question
    return ""


def _is_due(number: int) -> bool:
    return number % EVERY == 1 or number > LATE


def answered_part(history: History, number: int) -> Part | None:
    """The part that the message of a turn answers, if it was asked for one and says something."""
    asked = {turn.number: before.asked for before, turn in pairwise(history.turns)}.get(number)
    turn = next(turn for turn in history.turns if turn.number == number)
    if asked is None or turn.request or not is_substantive(turn.text):
        return None
    about = _choice(history)
    parts = PARTS.get(history.mode, ())
    return next((part for part in parts if part.asked_about(about) == asked.text), None)


def supported(history: History) -> Sequence[str]:
    """The board's name of the choice under review, which its reason, risk and signal support."""
    refs = (str(op.get("ref", "")) for op in history.ops if op.get("kind") == "option")
    names = (history.ids.get(ref, "") for ref in refs)
    return tuple(name for name in names if name)[:1] if history.mode == "review" else ()


def _choice(history: History) -> str:
    options = (op for op in history.ops if op.get("kind") == "option")
    return next((str(op.get("quote", "")) for op in options), "")


def _is_filed(history: History, part: Part) -> bool:
    texts = (str(op.get("text", "")) for op in history.ops if op.get("op") == "add")
    return bool(part.label) and any(text.startswith(f"{part.label}:") for text in texts)
