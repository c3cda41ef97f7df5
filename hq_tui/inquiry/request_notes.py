"""Notes that travel with the next message and are not the user's words.

The instructions never change, so that the cache holds them; everything that does change
goes here, as one short tag and a few notes: what the user did to the board, how contradictions
stand when one was settled and at the end, the lines of a summary that they were shown, and the
board itself where the model knows it by other ids than it has now. The tool results of the reply
before are answered in the same message: the API wants them first in it, and no round trip is
spent on them.
"""

from __future__ import annotations

import html

from hq_tui.core.blocks import ToolBlock
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import ToolResult
from hq_tui.inquiry.actions import session_tag
from hq_tui.inquiry.board import summary
from hq_tui.inquiry.board.tool_results import NOT_APPLIED
from hq_tui.inquiry.board.user_edits import board_edit_note, board_note, contradictions_note
from hq_tui.inquiry.state import Inquiry, Request

ATTACHED = "<files>Words of an attached text may be quoted on the board as well, exactly.</files>"


def notes_for(
    inquiry: Inquiry,
    *,
    request: Request | str | None = None,
    files: bool = True,
    attached: bool = False,
) -> tuple[str, ...]:
    """The notes of the next message.

    `request` is "hint", "answer_now", "skip", "close" or None; `files` says whether the
    model has a tool to write on the board with, `attached` whether a text is attached.
    """
    wanted = Request(request) if request else None
    attributes = {
        "mode": inquiry.mode_name,
        "turn": str(inquiry.turns + 1),
        "request": str(wanted) if wanted else "",
        "level": str(inquiry.next_hint) if wanted is Request.HINT else "",
        "ask": "one" if inquiry.asked_several else "",
        "board": "" if files else "off",
        "board_error": "; ".join(inquiry.unsent_errors)[:200],
    }
    edits = board_edit_note(inquiry.board.rev, inquiry.edits)
    shown = summary.as_note(inquiry.summary)
    quoting = ATTACHED if attached and files else ""
    board = "" if inquiry.was_retold else board_note(inquiry.board)
    stands = wanted is Request.CLOSE or inquiry.settled_one
    clashes = contradictions_note(inquiry.board) if stands and files else ""
    before = _earlier_note(inquiry)
    told = (session_tag(attributes), before, board, edits, clashes, shown, quoting)
    return tuple(note for note in told if note)


def _earlier_note(inquiry: Inquiry) -> str:
    """The outcome of the session before this one, told once; empty where none came before."""
    if inquiry.carried is None:
        return ""
    ids = "\n".join(f"{item.id} {item.text}" for item in inquiry.board.live())
    told = (
        "The person goes on from an earlier session. Its page, whose message numbers are of that "
        f"session:\n{inquiry.carried.page}\n\nIts board, which is the board now:\n{ids}"
    )
    return f"<earlier>{html.escape(told, quote=False)}</earlier>"


def results_for(conversation: Conversation, inquiry: Inquiry) -> tuple[ToolResult, ...]:
    """The answer to every tool call of the last reply, in its order."""
    ready = {result.tool_use_id: result for result in inquiry.results}
    calls = [block for block in conversation.reply.shown if isinstance(block, ToolBlock)]
    return tuple(
        ready.get(call.id, ToolResult(tool_use_id=call.id, content=NOT_APPLIED, is_error=True))
        for call in calls
    )
