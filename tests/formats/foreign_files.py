"""One sound file of every format that can be imported, each message with a word of its own.

The words are numbered, `word1x`, `word2x` and so on in the order of the talk, so that a test
can say which of them arrived.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hq_tui.core.codec import to_record
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from hq_tui.store.record import encode
from tests.sessions.samples import conversation

TURNS = 4
WORDS = tuple(f"word{number}x" for number in range(1, 2 * TURNS + 1))
"""What is said, question and answer by turns."""

STAMP = "2026-01-02T03:04:{:02}.000000Z"


def _said(number: int) -> str:
    return f"Here is {WORDS[number]}: “why”?"


def own_jsonl() -> bytes:
    """Our records, one a line."""
    rows = [to_record(event) for event in conversation("one", *map(_said, range(len(WORDS))))]
    return _lines(rows)


def own_journal() -> bytes:
    """The file of a session itself, with its checksums."""
    rows = [to_record(event) for event in conversation("one", *map(_said, range(len(WORDS))))]
    return b"".join(encode(number, row) for number, row in enumerate(rows, 1))


def own_json() -> bytes:
    """Our export, with the records in it."""
    records = [to_record(event) for event in conversation("one", *map(_said, range(len(WORDS))))]
    now = replay(json.loads(json.dumps(records)))
    found = StoredSession(
        conversation=now.conversation, acts=now.acts, damaged=0, records=tuple(records)
    )
    return found.as_text("json").encode()


def own_json_without_records() -> bytes:
    """Our export as somebody keeps it who took the records out."""
    export = json.loads(own_json())
    del export["records"]
    return _text(export)


def claude_code() -> bytes:
    """A log of Claude Code with thinking, a tool call and its result."""
    rows: list[dict[str, Any]] = [{"type": "summary", "summary": "Named", "leafUuid": "u1"}]
    for number in range(len(WORDS)):
        is_person = number % 2 == 0
        content: Any = _said(number)
        if not is_person:
            content = [
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": _said(number)},
                {"type": "tool_use", "id": f"t{number}", "name": "Read", "input": {"path": "x"}},
            ]
        rows.append({
            "parentUuid": f"u{number - 1}" if number else None,
            "isSidechain": False, "sessionId": "s", "uuid": f"u{number}",
            "type": "user" if is_person else "assistant", "timestamp": STAMP.format(number),
            "message": {"role": "user" if is_person else "assistant", "content": content}
            | ({} if is_person else {"id": f"m{number}", "model": "claude-opus-5"}),
        })  # fmt: skip
    return _lines(rows)


def llm() -> bytes:
    """What `llm logs --json` prints."""
    return _text([
        {
            "id": f"i{turn}", "conversation_id": "c", "conversation_name": "Named",
            "model": "anthropic/claude-opus-5", "datetime_utc": STAMP.format(turn),
            "prompt": _said(2 * turn), "response": _said(2 * turn + 1), "reasoning": "hm",
            "system": "be brief", "attachments": [], "tool_calls": [{"name": "x"}],
        }
        for turn in range(TURNS)
    ])  # fmt: skip


def claude_ai() -> bytes:
    """The conversations.json of claude.ai."""
    return _text([{
        "uuid": "x", "name": "Named", "created_at": STAMP.format(0), "account": {"uuid": "y"},
        "chat_messages": [
            {
                "uuid": f"m{number}", "text": "", "created_at": STAMP.format(number),
                "sender": "assistant" if number % 2 else "human", "attachments": [], "files": [],
                "content": [{"type": "text", "text": _said(number), "citations": []}],
                "parent_message_uuid":
                    f"m{number - 1}" if number else "00000000-0000-4000-8000-000000000000",
            }
            for number in range(len(WORDS))
        ],
    }])  # fmt: skip


def chatgpt() -> bytes:
    """The conversations.json of ChatGPT."""
    last = len(WORDS) - 1
    mapping: dict[str, Any] = {
        "root": {"id": "root", "message": None, "parent": None, "children": ["n0"]}
    }
    for number in range(len(WORDS)):
        mapping[f"n{number}"] = {
            "id": f"n{number}", "parent": f"n{number - 1}" if number else "root",
            "children": [f"n{number + 1}"] if number < last else [],
            "message": {
                "id": f"n{number}", "create_time": 1.7e9 + number, "recipient": "all",
                "author": {"role": "assistant" if number % 2 else "user"},
                "content": {"content_type": "text", "parts": [_said(number)]},
                "metadata": {"model_slug": "gpt-4o"} if number % 2 else {},
            },
        }  # fmt: skip
    return _text([{
        "title": "Named", "create_time": 1.7e9, "current_node": f"n{last}", "mapping": mapping,
    }])  # fmt: skip


def _lines(rows: Sequence[object]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


FILES = {
    "our JSON": own_json(),
    "our JSON, no records": own_json_without_records(),
    "our JSONL": own_jsonl(),
    "our journal": own_journal(),
    "Claude Code": claude_code(),
    "llm": llm(),
    "claude.ai": claude_ai(),
    "ChatGPT": chatgpt(),
}
"""A sound file of each format."""
