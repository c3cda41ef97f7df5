"""The shape of a check, and the material that all checks are made from.

The material is taken apart once: what each side said by turn, the questions of each reply,
and which replies owe a question. A reply owes none where the message asked for the answer
or the end, or where it was the last word after either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.inquiry.state import Inquiry, Request
from hq_tui.inquiry.text.language import word_count
from hq_tui.inquiry.text.questions import bare, questions_in

_PARTNERS = frozenset({"partner", "assistant", "hq", "ai", "claude"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One message of a transcript: who (user, partner or assistant), in which turn, and what."""

    role: str
    turn: int
    text: str


_MANY = 12


class Result(StrEnum):
    """What a check came to. `reported` has no gate, `left out` had nothing to look at."""

    PASSED = "passed"
    FAILED = "failed"
    REPORTED = "reported"
    LEFT_OUT = "left out"


_SIGNS = {
    Result.PASSED: "ok",
    Result.FAILED: "NO",
    Result.REPORTED: "--",
    Result.LEFT_OUT: "  ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its number in words and its gate, and the turns at fault."""

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
        """The check in one line: how it ended, what it is, its value and its gate."""
        gate = f" (gate {self.gate})" if self.gate else ""
        shown = self.value or str(self.result)
        return f"{_SIGNS[self.result]} {self.id:<4}{self.name}: {shown}{gate}".rstrip()

    @property
    def turns_in_words(self) -> str:
        """The turns at fault, the first dozen of them: `t3 t7`."""
        more = " …" if len(self.turns) > _MANY else ""
        return " ".join(f"t{turn}" for turn in self.turns[:_MANY]) + more


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReply:
    """One reply: its words, its questions, and whether it should have asked."""

    turn: int
    text: str
    questions: tuple[str, ...]
    owes: bool
    told: bool
    hints: bool

    @property
    def words(self) -> int:
        """Its words without quotations and code."""
        return word_count(bare(self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A transcript taken apart."""

    said: tuple[ReviewLine, ...]
    replies: tuple[CheckedReply, ...]
    turns: int
    inquiry: Inquiry | None
    mode: str

    @classmethod
    def of(cls, lines: Sequence[ReviewLine], inquiry: Inquiry | None, mode: str) -> Material:
        """The material in `lines`."""
        said = tuple(line for line in lines if line.role.lower() not in _PARTNERS)
        asked = dict(inquiry.requests) if inquiry is not None else {}
        replies = tuple(
            CheckedReply(
                turn=line.turn,
                text=line.text,
                questions=questions_in(line.text),
                owes=asked.get(line.turn) not in {Request.ANSWER_NOW, Request.CLOSE},
                told=asked.get(line.turn) is Request.ANSWER_NOW,
                hints=asked.get(line.turn) is Request.HINT,
            )
            for line in lines
            if line.role.lower() in _PARTNERS and line.text.strip()
        )
        return cls(said=said, replies=replies, turns=len(said), inquiry=inquiry, mode=mode)

    @property
    def owing(self) -> tuple[CheckedReply, ...]:
        """The replies that should have asked."""
        return tuple(reply for reply in self.replies if reply.owes)


def gated(
    id: str, name: str, held: bool, value: str, gate: str, turns: Iterable[int] = ()
) -> Check:
    """A check with a gate; the turns at fault are kept only where it did not hold entirely."""
    return Check(
        id=id,
        name=name,
        result=Result.PASSED if held else Result.FAILED,
        value=value,
        gate=gate,
        turns=tuple(dict.fromkeys(turns)),
    )


def reported(id: str, name: str, value: str, turns: Iterable[int] = ()) -> Check:
    """A check without a gate."""
    return Check(id=id, name=name, result=Result.REPORTED, value=value, turns=tuple(turns))


def left_out(id: str, name: str, gate: str = "") -> Check:
    """A check that had nothing to look at."""
    return Check(id=id, name=name, result=Result.LEFT_OUT, gate=gate)


def percent(part: float, whole: float) -> str:
    """A share in words."""
    return f"{round(100 * part / whole)} %" if whole else "0 %"
