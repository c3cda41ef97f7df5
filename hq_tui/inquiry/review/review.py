"""A few checks on how a session went, computed without any model, in any language.

They measure the process (one question at a time, who said how much, quotations that hold),
not truth, and say so wherever they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from hq_tui.core.conversation import Conversation
from hq_tui.core.text.sanitize import counted
from hq_tui.inquiry.review.check import Check, Result
from hq_tui.inquiry.review.checks import CHECKS, material_of
from hq_tui.inquiry.state import Inquiry

DISCLAIMER = "This measures process, not truth, wisdom or learning."


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Every check in order, those left out included."""

    checks: tuple[Check, ...]
    turns: int

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not hold."""
        return tuple(check for check in self.checks if check.result is Result.FAILED)

    @property
    def line(self) -> str:
        """The review in one line."""
        judged = [one for one in self.checks if one.result in {Result.PASSED, Result.FAILED}]
        return f"{len(judged) - len(self.failed)} of {len(judged)} held."

    @property
    def told(self) -> tuple[Check, ...]:
        """The checks that had something to look at."""
        return tuple(check for check in self.checks if check.result is not Result.LEFT_OUT)

    def as_json(self) -> dict[str, object]:
        """The review for programs."""
        return {
            "note": DISCLAIMER,
            "turns": self.turns,
            "result": "failed" if self.failed else "passed",
            "failed": [check.id for check in self.failed],
            "checks": [check.as_json() for check in self.checks],
        }

    def as_text(self) -> str:
        """The review as text: one line for each check, with the messages it is about."""
        rows = [f"{check.line} {check.turns_in_words}".rstrip() for check in self.told]
        head = f"Review of {counted(self.turns, 'turn')}"
        return "\n".join([head, "", *rows, "", self.line, DISCLAIMER])


def review_session(conversation: Conversation, inquiry: Inquiry) -> Review:
    """Run every check on a session."""
    material = material_of(conversation, inquiry)
    checks = tuple(check(material) for check in CHECKS)
    return Review(checks=checks, turns=conversation.turn_count)
