"""A few checks on how a session went, computed without any model, in any language.

They measure process, not truth: whether one question was asked at a time, who said how
much, whether quotations hold, whether the way out was honoured. They cannot see whether
anything was wise, true or learned, and say so wherever they are shown.

Any transcript with roles can be reviewed. What only a session knows (its board, its
requests) is checked where the inquiry is given, and left out where not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hq_tui.core.conversation import Conversation
from hq_tui.inquiry.review import checks_questions, checks_session, checks_talk
from hq_tui.inquiry.review.check import Check, Material, Result, ReviewLine
from hq_tui.inquiry.state import Inquiry

DISCLAIMER = "This measures process, not truth, wisdom or learning."

__all__ = [
    "DISCLAIMER",
    "Check",
    "Result",
    "Review",
    "ReviewLine",
    "lines_of",
    "review",
    "review_session",
]


class Overall(StrEnum):
    """What the checks come to."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The checks in order, those left out among them."""

    checks: tuple[Check, ...]
    turns: int

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not hold."""
        return tuple(check for check in self.checks if check.result is Result.FAILED)

    @property
    def overall(self) -> Overall:
        """Whether every check that could be made held."""
        return Overall.FAILED if self.failed else Overall.PASSED

    @property
    def line(self) -> str:
        """The review in one line, for the foot of a page."""
        judged = [one for one in self.checks if one.result in {Result.PASSED, Result.FAILED}]
        failed = ", ".join(check.id for check in self.failed)
        kept = f"review: {len(judged) - len(self.failed)}/{len(judged)} checks of process held"
        return f"{kept} (not {failed})" if failed else kept

    def as_json(self) -> dict[str, object]:
        """The review for programs."""
        return {
            "note": DISCLAIMER,
            "turns": self.turns,
            "result": str(self.overall),
            "failed": [check.id for check in self.failed],
            "checks": [check.as_json() for check in self.checks],
        }

    def as_text(self) -> str:
        """The review for one screen: a line a check, and the turns at fault."""
        rows = [f"{check.line}  {check.turns_in_words}".rstrip() for check in self.checks]
        head = f"Review of {self.turns} turns"
        return "\n".join([head, *rows, "", DISCLAIMER, self.line])


def review(
    lines: Sequence[ReviewLine], *, inquiry: Inquiry | None = None, mode: str = ""
) -> Review:
    """The review of a transcript; with the inquiry that goes with it where there is one."""
    material = Material.of(lines, inquiry, mode)
    checks = (
        *checks_questions.checks(material),
        *checks_talk.checks(material),
        *checks_session.checks(material),
    )
    ordered = tuple(sorted(checks, key=lambda check: int(check.id[1:])))
    return Review(checks=ordered, turns=material.turns)


def lines_of(conversation: Conversation) -> tuple[ReviewLine, ...]:
    """The transcript of a session; replies without a word are left out."""
    found = []
    for turn in conversation.turns:
        found.append(ReviewLine(role="user", turn=turn.number, text=turn.asked.text))
        if text := turn.reply.text.strip():
            found.append(ReviewLine(role="partner", turn=turn.number, text=text))
    return tuple(found)


def review_session(conversation: Conversation, inquiry: Inquiry) -> Review:
    """The review of a session of this program."""
    return review(lines_of(conversation), inquiry=inquiry, mode=inquiry.mode_name)
