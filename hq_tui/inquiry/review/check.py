"""One check of a review: how it ended, its value, its gate and the turns at fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core.text.reply_notes import at_beginning

_MOST_NAMED = 12


class Result(StrEnum):
    """The outcome of a check. `reported` has no gate, `left out` had nothing to look at."""

    PASSED = "passed"
    FAILED = "failed"
    REPORTED = "reported"
    LEFT_OUT = "left out"


_SIGNS = {Result.PASSED: "✓", Result.FAILED: "✕", Result.REPORTED: "·", Result.LEFT_OUT: "·"}
_WORDS = {
    "R1": ("One question at a time: {} replies", "Not one question at a time: {} replies had one"),
    "R2": (
        "The question came last: {} of the replies",
        "The question often did not come last: it did in {}",
    ),
    "R3": (
        "{1} left you room to talk: it had {0} of the words",
        "{1} did most of the talking: {0} of the words",
    ),
    "R8": ("No question came twice", "Questions that came again word for word: {}"),
    "R10": (
        "You asked for the answer and got it: {}",
        "You asked for the answer and got a question: {}",
    ),
    "R16": ("Contradictions: {}", "Contradictions: {}"),
    "R17": (
        "Quotes on the board are your words: {}",
        "Not every quote on the board is your words: {}",
    ),
    "R18": ("When it ended: {}", "It went on for long: {}"),
}
"""Sentences for each check: where it held, or is only told, and where it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, with the gate it is held to and the turns at fault."""

    id: str
    name: str
    result: Result
    value: str = ""
    gate: str = ""
    turns: tuple[int, ...] = ()
    partner: str = "Claude"
    """The partner whose replies they are."""

    def as_json(self) -> dict[str, object]:
        """The check for programs."""
        return {
            "id": self.id,
            "name": self.name,
            "result": str(self.result),
            "value": self.value,
            "gate": self.gate,
            "turns": list(self.turns),
        }

    @property
    def line(self) -> str:
        """The check in plain words, with its sign."""
        words = _WORDS[self.id][self.result is Result.FAILED]
        return f"{_SIGNS[self.result]} {words.format(self.value, at_beginning(self.partner))}"

    @property
    def turns_in_words(self) -> str:
        """The first dozen messages that it is about: `(message 3, 7)`."""
        if not self.turns:
            return ""
        more = " …" if len(self.turns) > _MOST_NAMED else ""
        return f"(message {', '.join(map(str, self.turns[:_MOST_NAMED]))}{more})"


def gated(
    id: str, name: str, gate: str, *, held: bool, value: str, turns: Iterable[int] = ()
) -> Check:
    """A check that is held to a gate."""
    result = Result.PASSED if held else Result.FAILED
    turns = tuple(dict.fromkeys(turns))
    return Check(id=id, name=name, result=result, value=value, gate=gate, turns=turns)


def reported(id: str, name: str, value: str, turns: Iterable[int] = ()) -> Check:
    """A check without a gate."""
    return Check(id=id, name=name, result=Result.REPORTED, value=value, turns=tuple(turns))


def left_out(id: str, name: str, gate: str) -> Check:
    """A check that had nothing to look at."""
    return Check(id=id, name=name, result=Result.LEFT_OUT, gate=gate)


def percent(part: float, whole: float) -> str:
    """A share in words."""
    return f"{round(100 * part / whole)} %"
