"""The export says what was said, in the form that other programs rely on."""

from __future__ import annotations

import json

import pytest

from hq_tui.core.conversation import EMPTY
from hq_tui.core.events import (
    AttemptFailed,
    BlockEnded,
    BlockStarted,
    GaveUp,
    MessageDelta,
    MessageSent,
    MessageStarted,
    ReplyDone,
    ResumeMode,
    SessionStarted,
    SignatureArrived,
    TextArrived,
    ThinkingArrived,
    Titled,
)
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.core.text.summary import timestamp, title_of
from hq_tui.core.usage import Usage
from hq_tui.formats.export import session_as_json, session_as_markdown
from tests.core.test_reducer import ASKED, attempt, fold, words

STARTED = SessionStarted(id="s-1", mode="think", model="m-1", at=1_700_000_000.25)
CUT = Failure(kind=FailureKind.CUT, retryable=True, message="It broke.", status=200)
BEGUN = MessageStarted(
    message_id="msg_1", model="m-1", usage=Usage(input_tokens=10), request_id="r1"
)
AGAIN = MessageStarted(message_id="msg_2", model="m-1", usage=Usage(input_tokens=14))
TALK = fold(
    STARTED, ASKED, attempt(), BEGUN,
    BlockStarted(index=0, data={"type": "thinking"}), ThinkingArrived(index=0, text="hm"),
    SignatureArrived(index=0, signature="sig"), BlockEnded(index=0),
    *words("One two ", 1), AttemptFailed(failure=CUT, at=2),
    attempt(2, ResumeMode.PREFILL), AGAIN, *words(" three"), BlockEnded(index=0),
    MessageDelta(usage=Usage(output_tokens=3), stop_reason="end_turn"),
    ReplyDone(at=1_700_000_001),
)  # fmt: skip
USED = {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}


def test_a_session_in_format_1() -> None:
    assert session_as_json(TALK, damaged=2, board={"items": []}) == {
        "format": 1,
        "id": "s-1",
        "title": "Why?",
        "mode": "think",
        "model": "m-1",
        "created": "2023-11-14T22:13:20.250+00:00",
        "updated": "2023-11-14T22:13:21.000+00:00",
        "turns": [
            {"turn": 1, "role": "user", "text": "Why?"},
            {
                "turn": 1,
                "role": "assistant",
                "text": "One two three",
                "state": "complete",
                "stop_reason": "end_turn",
                "blocks": [
                    {"type": "thinking", "thinking": "hm", "signature": "sig"},
                    {"type": "text", "text": "One two three"},
                ],
                "attempts": [
                    {
                        "message_id": "msg_1",
                        "request_id": "r1",
                        "how": "fresh",
                        "model": "m",
                        "answered_by": "m-1",
                        "started_at_char": 0,
                        "kept_chars": 8,
                        "outcome": "cut",
                        "error": {"kind": "cut", "message": "It broke.", "status": 200},
                        "usage": {
                            "input_tokens": 10,
                            "output_tokens": 3,
                            **USED,
                            "estimated": True,
                        },
                    },
                    {
                        "message_id": "msg_2",
                        "request_id": None,
                        "how": "prefill",
                        "model": "m",
                        "answered_by": "m-1",
                        "started_at_char": 8,
                        "kept_chars": 5,
                        "outcome": "complete",
                        "error": None,
                        "usage": {"input_tokens": 14, "output_tokens": 3, **USED},
                    },
                ],
                "usage": {"input_tokens": 24, "output_tokens": 6, **USED, "estimated": True},
            },
        ],
        "usage": {
            "kept": {"input_tokens": 10, "output_tokens": 6, **USED, "estimated": True},
            "resent": {"input_tokens": 14, "output_tokens": 0, **USED},
            "discarded": {"input_tokens": 0, "output_tokens": 0, **USED},
            "total": {"input_tokens": 24, "output_tokens": 6, **USED, "estimated": True},
        },
        "board": {"items": []},
        "damaged_records": 2,
    }


def test_an_export_is_plain_json_and_the_same_every_time() -> None:
    assert json.loads(json.dumps(session_as_json(TALK))) == session_as_json(TALK)


def test_a_session_as_markdown_tells_who_said_what_and_how_it_ended() -> None:
    assert session_as_markdown(TALK) == (
        "# Why?\n\n*think · m-1 · 2023-11-14T22:13:20.250+00:00 · session s-1*\n\n"
        "## 1. You\n\nWhy?\n\n## 1. m\n\n> *thinking*\n>\n> hm\n\nOne two three\n\n"
        "*[resumed, 2 attempts]*\n"
    )


def test_a_reply_that_ended_early_says_so() -> None:
    cut = fold(STARTED, ASKED, attempt(), *words("One"), GaveUp(failure=CUT, at=3))
    rows = session_as_json(cut)["turns"]
    assert (rows[1]["state"], rows[1]["stop_reason"]) == ("cut", None)
    assert rows[1]["blocks"] == [{"type": "text", "text": "One", "open": True}]
    assert "*[cut: reply cut off]*" in session_as_markdown(cut)
    live = fold(STARTED, ASKED, attempt(), TextArrived(index=0, text="x"))
    assert session_as_json(live)["turns"][1]["state"] == "cut"
    assert len(session_as_json(fold(STARTED, ASKED))["turns"]) == 1


def test_titles_and_times() -> None:
    assert title_of(EMPTY) == ""
    assert title_of(fold(STARTED, ASKED, Titled(title="Named"))) == "Named"
    long = fold(STARTED, ASKED.__class__(text="word " * 40, at=1))
    assert title_of(long).endswith("word…")
    assert len(title_of(long)) <= 61
    assert timestamp(0) == ""


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("# Design: courier\n\n## Goal\nFast.", "Design: courier"),
        ("\n---\n**Bold** words\nand more", "Bold** words"),
        ("> - a quoted line", "a quoted line"),
        ("#123 fails\nsince monday", "#123 fails"),
        ("__init__ is slow", "__init__ is slow"),
        ("-n 4 is red", "-n 4 is red"),
    ],
)
def test_a_title_is_the_first_line_without_the_marks_of_markdown(said: str, title: str) -> None:
    assert title_of(fold(STARTED, MessageSent(text=said, at=2.0))) == title
