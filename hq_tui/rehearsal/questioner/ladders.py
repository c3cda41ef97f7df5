"""The rehearsal partner's questions by mode, in order.

`{about}` is replaced by the subject of the session.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question, and how its answer is filed."""

    question: str
    kind: str = "claim"
    label: str = ""


def _step(question: str, kind: str = "claim", label: str = "") -> Step:
    return Step(question=question, kind=kind, label=label)


LADDERS: Mapping[str, tuple[Step, ...]] = {
    "brief": (
        _step("What would it let somebody do that they cannot do now?", label="Outcome"),
        _step("Who is it for, by name or by role?", label="For whom"),
        _step("Why now, and not in half a year?", label="Why now"),
        _step("What will you see when it has worked?", label="Success"),
        _step("Which limit does it have to keep to?", "constraint", "Limit"),
        _step("What is deliberately not part of it?", label="Out of scope"),
        _step("Which of your lines would you fight for, and which could go?", "insight"),
        _step("What is the first thing to do, and who does it?", "action"),
    ),
    "examine": (
        _step(
            "Which word in it could two people read in two ways, and how do you mean it?", "term"
        ),
        _step("What have you seen or measured yourself that speaks for it?", "evidence"),
        _step("What have you taken for granted here without checking?", "assumption"),
        _step("What would somebody say who holds the opposite?"),
        _step("If {about} is right, what should you be able to see this week?", "hypothesis"),
        _step("What would change your mind about {about}?", "constraint"),
        _step("Which of your own lines do you trust least?", "open_question"),
        _step("What do you say now that you would not have said at the beginning?", "insight"),
        _step("What is the next thing to do, and by when?", "action"),
    ),
    "tutor": (
        _step("How would you explain that to somebody who has never heard of it?"),
        _step("Which part of your explanation are you least sure of?", "open_question"),
        _step("What is one example, with numbers or names in it?", "evidence"),
        _step("What happens in your example if you change one thing in it?", "hypothesis"),
        _step("In which case would your explanation be wrong?", "hypothesis"),
        _step("Where could you look up or try the part you are not sure of?", "action"),
        _step("How do you put the whole of it now, in one sentence?", "insight", "Restated"),
        _step(
            "What is a new case, and what does your sentence say about it?", "insight", "New case"
        ),
    ),
    "review": (
        _step("What is it for, and what is it deliberately not for?", label="Purpose"),
        _step("Which one choice in it would be the most expensive to reverse?", "option"),
        _step("Why that, and not the option that lost?", label="Reason"),
        _step("What could go wrong with it?", label="Risk"),
        _step("What would you see first if it went wrong?", label="Signal"),
        _step("Which number in the design have you measured?", "evidence"),
        _step("Who runs it at night, and what do they need?", "constraint"),
        _step("What would make you drop the whole design?", "constraint"),
        _step("What has to change before you build it?", "action"),
    ),
    "debug": (
        _step("What did you expect to happen?", "evidence", "Expected"),
        _step("What happened instead, word for word?", "evidence", "Happened"),
        _step("When did it last work, and what has changed since?", "evidence", "Last worked"),
        _step("What are two causes that would both look like this?", "hypothesis"),
        _step("Which one observation would tell those causes apart?", "action"),
        _step("What do you expect to see when you make it?", "hypothesis"),
        _step("What did you see?", "evidence"),
        _step("What is the cause, in one sentence?", "insight", "Cause"),
        _step("What would have caught it earlier?", "insight", "Caught by"),
    ),
    "interview": (
        _step("Who needs this, and at which moment?", label="Actor"),
        _step("What do they do today instead?", label="Workaround"),
        _step("Which rule must never be broken?", "constraint", "Rule"),
        _step("What should happen when something is missing or wrong?", label="Errors"),
        _step("How many, how often, how fast?", "evidence", "Numbers"),
        _step("What is explicitly not part of it?", label="Out of scope"),
        _step("Who decides that it is done, and by looking at what?", label="Accepted by"),
        _step("Which of these answers was a guess?", "assumption"),
    ),
}
"""The steps of every mode; the answer to the last one ends the list."""
