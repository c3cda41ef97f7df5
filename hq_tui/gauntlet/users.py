"""The people a partner is measured with: an oracle of hidden beliefs, and scripted users.

The oracle is strict. It gives a belief away only when the question, judged from
its text, is of a type that the belief accepts and is on its topic; otherwise it
says something that helps nobody, as people do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from . import judge
from .judge import on_topic, type_of
from .scenarios import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the oracle says, and the number of the flaw that it gives away (-1: none)."""

    text: str
    flaw: int = -1


def answer(scenario: Scenario, told: Sequence[int], question: str, dice: Random) -> Said:
    """The oracle's answer to `question`, after the flaws in `told` (one entry a wording).

    Asked for a yes or no about the two statements that clash, both quoted, it is honest.
    """
    both = scenario.pair and all(judge.cites(question, each) for each in scenario.pair)
    if both and scenario.commits and judge.elicits(question):
        return Said(text=dice.choice(scenario.commits))
    kind = type_of(question)
    for number, flaw in enumerate(scenario.flaws):
        if kind in flaw.accepts and on_topic(question, flaw.topic):
            wording = list(told).count(number)
            if wording < len(flaw.says):
                return Said(text=flaw.says[wording], flaw=number)
    return Said(text=dice.choice(scenario.fillers))
