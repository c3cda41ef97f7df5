"""What travels with the next message and is not the user's words.

The instructions never change, so that the cache holds them; everything that does change
goes here, as one short tag and at most one note of what the user did to the board. The
tool results of the reply before are answered in the same message: the API wants them first
in it, and no round trip is spent on them.
"""

from __future__ import annotations

from hq_tui.core.blocks import ToolBlock
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import ToolResult
from hq_tui.inquiry import checkpoint
from hq_tui.inquiry.acts import session_tag
from hq_tui.inquiry.edits import board_edit_note
from hq_tui.inquiry.hearing import APP, request_of
from hq_tui.inquiry.intent import Intent, intent
from hq_tui.inquiry.state import Inquiry, Request, Tier
from hq_tui.inquiry.tool_results import NOT_APPLIED

TRIES = 2
"""Failed tries after which the hint ladder is climbed unasked, where the mode does so."""


_OWN = frozenset({Request.HINT, Request.SUMMARY})
"""What a message can ask for although its writer only answered."""


def notes_for(
    inquiry: Inquiry, *, request: Request | str | None = None, text: str = ""
) -> tuple[str, ...]:
    """The notes of the next message. `text` is that message, where it is known already.

    `request` is "hint", "answer_now", "summary", "skip", "close" or None; where it is None
    the words of `text`, failed tries and a checkpoint that is due can ask for something.
    """
    wanted = Request(request) if request else _unasked(inquiry, text)
    attributes = {
        "mode": inquiry.mode_name,
        "pace": inquiry.pace_name,
        "turn": str(inquiry.turns + 1),
        "phase": inquiry.phase,
        "budget": f"{inquiry.turns + 1}/{inquiry.budget}" if inquiry.budget else "",
        "request": str(wanted) if wanted else "",
        "by": APP if wanted and not request and wanted in _OWN else "",
        "level": str(_level(inquiry, text)) if wanted is Request.HINT else "",
        **(_summary(inquiry) if wanted is Request.SUMMARY else {}),
        "checkpoint": _verdict(inquiry, text, wanted),
        "ask": "one" if inquiry.asked_several else "",
        "board": _board(inquiry),
        "board_error": "; ".join(inquiry.unsent_errors)[:200],
    }
    edits = board_edit_note(inquiry.board.rev, inquiry.edits)
    return (session_tag(attributes), edits) if edits else (session_tag(attributes),)


def _unasked(inquiry: Inquiry, text: str) -> Request | None:
    if (worded := request_of(text) if text else None) is not None:
        return worded
    stuck = bool(text) and intent(text) in {Intent.STUCK, Intent.EMPTY}
    if inquiry.mode.auto_hint and stuck and inquiry.non_answers + 1 >= TRIES:
        return Request.HINT
    return Request.SUMMARY if checkpoint.is_due(inquiry) and not stuck else None


def _level(inquiry: Inquiry, text: str) -> int:
    """One step up the ladder; in modes that climb by themselves, all of it after three tries."""
    silent = bool(text) and intent(text) in {Intent.STUCK, Intent.EMPTY}
    if inquiry.mode.auto_hint and silent and inquiry.non_answers + 1 > TRIES:
        return 4
    return inquiry.next_hint


def _summary(inquiry: Inquiry) -> dict[str, str]:
    """Where the lines of the summary stand: on the board, or in the turns."""
    lines = checkpoint.lines_now(inquiry)
    items = " ".join(line.id for line in lines if line.id)
    turns = " ".join(str(line.turn) for line in lines if not line.id)
    return {"items": items, "turns": turns}


def _verdict(inquiry: Inquiry, text: str, wanted: Request | None) -> str:
    """What this message makes of a checkpoint that waits."""
    judged = checkpoint.judged(inquiry, text, wanted) if text else inquiry
    if judged.checkpoint is None or judged.checkpoint == inquiry.checkpoint:
        return ""
    wrong = " ".join(str(number) for number in judged.checkpoint.wrong)
    return f"{judged.checkpoint.verdict} {wrong}".strip()


def _board(inquiry: Inquiry) -> str:
    if inquiry.tier is Tier.TOOLS:
        return ""
    return "fence" if inquiry.tier is Tier.FENCE else "off"


def results_for(talk: Conversation, inquiry: Inquiry) -> tuple[ToolResult, ...]:
    """The answer to every tool call of the last reply, in its order."""
    ready = {result.tool_use_id: result for result in inquiry.results}
    calls = [block for block in talk.reply.shown if isinstance(block, ToolBlock)]
    return tuple(
        ready.get(call.id, ToolResult(tool_use_id=call.id, content=NOT_APPLIED, is_error=True))
        for call in calls
    )
