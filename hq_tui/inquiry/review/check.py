"""One check of a review: how it ended, its value, its gate and the turns at fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_MOST_TURNS = 12


class Result(StrEnum):
    """How a check ended. `reported` has no gate, `left out` had nothing to look at."""

    PASSED = "passed"
    FAILED = "failed"
    REPORTED = "reported"
    LEFT_OUT = "left out"


_SIGNS = {Result.PASSED: "ok", Result.FAILED: "NO", Result.REPORTED: "--", Result.LEFT_OUT: "  "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, with the gate it is held to and the turns at fault."""

    id: str
    name: str
    result: Result
    value: str = ""
    gate: str = ""
    turns: tuple[int, ...] = ()

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
        """The check in one line: result, name, value and gate."""
        gate = f" (gate {self.gate})" if self.gate else ""
        shown = self.value or str(self.result)
        return f"{_SIGNS[self.result]} {self.id:<4}{self.name}: {shown}{gate}".rstrip()

    @property
    def turns_in_words(self) -> str:
        """The first dozen turns at fault: `t3 t7`."""
        more = " …" if len(self.turns) > _MOST_TURNS else ""
        return " ".join(f"t{turn}" for turn in self.turns[:_MOST_TURNS]) + more


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
