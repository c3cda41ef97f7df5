"""Exports a session as JSON (format 1) and as Markdown.

Both are computed from the conversation alone, so two exports of one journal are identical. In
Markdown a message closes what it opened (see `fragment`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hq_tui.core import blocks
from hq_tui.core.blocks import OtherBlock, ThinkingBlock, ToolBlock, joined, question_in
from hq_tui.core.conversation import Attempt, Conversation, Reply, Turn
from hq_tui.core.ledger import kept_chars, ledger_of
from hq_tui.core.text.block_words import in_words, sources_in
from hq_tui.core.text.file_words import file_line
from hq_tui.core.text.reply_notes import byline_of, ending_of, endnotes, heading_of_reply
from hq_tui.core.text.summary import state_of, timestamp, title_of
from hq_tui.formats.fragment import contained, markdown_line

FORMAT = 1


def json_text(value: Any) -> str:
    """JSON as every command prints it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def session_as_json(
    conversation: Conversation, *, damaged: int = 0, board: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The session in export format 1."""
    ledger = ledger_of(conversation)
    turns: list[dict[str, Any]] = []
    for turn in conversation.turns:
        turns.append(_user_row(turn))
        if turn.reply.attempts or not turn.reply.is_live:
            turns.append(reply_as_json(turn))
    return {
        "format": FORMAT,
        "id": conversation.id,
        "title": title_of(conversation),
        "mode": conversation.mode,
        "model": conversation.model,
        "created": timestamp(conversation.created),
        "updated": timestamp(conversation.updated),
        "turns": turns,
        "usage": {
            "kept": ledger.kept.as_json(),
            "resent": ledger.resent.as_json(),
            "discarded": ledger.discarded.as_json(),
            "total": ledger.total.as_json(),
        },
        "board": dict(board or {}),
        "damaged_records": damaged,
    }


def _user_row(turn: Turn) -> dict[str, Any]:
    row: dict[str, Any] = {"turn": turn.number, "role": "user", "text": turn.asked.text}
    if turn.asked.files:
        row["files"] = [asdict(one) for one in turn.asked.files]
    return row


def reply_as_json(turn: Turn) -> dict[str, Any]:
    """The reply of one turn, with every attempt that it took."""
    reply = turn.reply
    return {
        "turn": turn.number,
        "role": "assistant",
        "text": reply.text,
        "state": state_of(reply),
        "stop_reason": reply.stop_reason or None,
        "blocks": [blocks.as_json(block) for block in reply.shown],
        "attempts": [_attempt_row(attempt) for attempt in reply.attempts],
        "usage": reply.usage.as_json(),
    }


def _attempt_row(attempt: Attempt) -> dict[str, Any]:
    failure = attempt.failure
    error = None
    if failure is not None:
        error = {"kind": str(failure.kind), "message": failure.message, "status": failure.status}
    return {
        "message_id": attempt.message_id or None,
        "request_id": attempt.request_id or None,
        "how": str(attempt.how),
        "model": attempt.model,
        "answered_by": attempt.answered_by or None,
        "started_at_char": attempt.started_at_char,
        "kept_chars": kept_chars(attempt),
        "outcome": str(attempt.outcome),
        "error": error,
        "usage": attempt.cost.as_json() if attempt.was_answered else None,
    }


def session_as_markdown(conversation: Conversation) -> str:
    """The session as Markdown: the messages, and how each reply ended.

    Second-level headings name the speaker, and no message can contain one.
    """
    lines = [
        f"# {markdown_line(title_of(conversation) or conversation.id)}",
        "",
        f"*{markdown_line(byline_of(conversation))}*",
        "",
    ]
    for turn in conversation.turns:
        speaker = heading_of_reply(turn.reply, conversation.model)
        lines += [f"## {turn.number}. You", "", contained(turn.asked.text), ""]
        for file in turn.asked.files:
            lines += [f"*attached: {markdown_line(file_line(file))}*", ""]
        if turn.reply.attempts or not turn.reply.is_live:
            lines += [
                f"## {turn.number}. {markdown_line(speaker)}",
                "",
                *_reply_lines(turn.reply),
                "",
            ]
    return "\n".join(lines).rstrip() + "\n"


def _reply_lines(reply: Reply) -> list[str]:
    lines: list[str] = []
    for block in joined(reply.shown):
        match block:
            case ThinkingBlock():
                if block.text.strip():
                    quoted = "\n".join(f"> {line}" for line in contained(block.text).split("\n"))
                    lines += ["> *thinking*", ">", quoted, ""]
            case ToolBlock():
                lines += [f"*called {markdown_line(block.name)}*", ""]
                lines += [] if reply.text else [contained(question_in(block)), ""]
            case OtherBlock():
                lines += [f"*{markdown_line(in_words(block.data))}*", ""]
                lines += [*(f"- {markdown_line(str(one))}" for one in sources_in(block.data)), ""]
            case _:
                lines += [contained(block.text), ""]
    if told := endnotes(reply):
        lines += [*(f"- {markdown_line(line)}" for line in told), ""]
    if ending := ending_of(reply):
        lines += [f"*[{markdown_line(ending)}]*", ""]
    return lines
