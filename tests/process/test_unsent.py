"""What was typed and not sent when the line dropped is there again at the next login."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.process.conftest import SEEN, WHOLE, Streaming
from tests.process.test_two_terminals import again
from tests.support.program import everything_in
from tests.support.ready import Ready
from tests.support.saved import last_reply, sessions
from tests.support.terminal import Terminal


def test_after_a_dropped_line_the_queue_and_the_draft_are_there_again(
    streaming: Streaming,
) -> None:
    first = streaming.terminal
    first.keys("a second thought\r")
    first.wait_for("1 queued")
    first.keys("half a third")
    first.wait_for("half a third")
    first.hang_up()
    with again(streaming) as terminal:
        terminal.wait_for("following live · read-only")
        terminal.wait_for("a second thought")
        terminal.keys("typed here")
        streaming.gate.open()
        assert first.process.wait(30) == 129
        terminal.wait_for("can be written here now")
        assert last_reply()["text"] == WHOLE, "the queue was not sent while nobody looked"
        rows = terminal.wait_for("half a third")
        assert "typed here" in rows
        assert "a second thought" in rows
        terminal.keys("\x1b")
        terminal.wait_for("1 not sent yet")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
    with again(streaming) as terminal:
        terminal.wait_for("1 not sent yet")
        assert "half a third" in terminal.wait_for("typed here")
        terminal.keys("\r")
        terminal.wait_for("And then?")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    assert len(sessions()) == 1


def test_a_first_message_that_was_never_sent_makes_a_session_to_continue(
    home: Path, ready: Ready
) -> None:
    with Terminal("--rehearse", ready=ready) as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("should I move")
        terminal.wait_for("should I move")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
    with Terminal("--rehearse", "--continue", ready=ready) as terminal:
        terminal.wait_for("should I move")
        terminal.keys("\x15\x11")
        assert terminal.wait_for_end() == 0
    with Terminal("--rehearse", "--continue", ready=ready) as terminal:
        assert "should I move" not in terminal.wait_for("F1 help")
    assert len(sessions()) == 1


def test_a_thought_that_was_taken_back_leaves_no_session(home: Path, ready: Ready) -> None:
    with Terminal("--rehearse", ready=ready) as terminal:
        terminal.wait_for("ready")
        terminal.keys("a thought")
        terminal.wait_until(
            lambda: b"a thought" in everything_in(home / "data"), "the draft on the disk"
        )
        terminal.keys("\x15")
        terminal.wait_until(
            lambda: everything_in(home / "data").count(b'"t":"draft"') == 2, "that it went"
        )
        terminal.keys("/hel")
        terminal.wait_for("/hel")
        terminal.keys("\x15")
        terminal.wait_until(lambda: "/hel" not in terminal.text, "that it is gone")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    assert sessions() == []
    assert b"/hel" not in everything_in(home / "data")


def test_what_was_typed_while_reading_along_goes_to_a_file(
    streaming: Streaming, home: Path
) -> None:
    with again(streaming) as terminal:
        terminal.wait_for(f"w{SEEN}")
        terminal.keys("an aside")
        terminal.wait_for("an aside")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
        said = "".join(row.strip() for row in terminal.rows_after_leaving())
    (kept,) = (home / "data" / "drafts").iterdir()
    assert kept.read_text() == "an aside"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.name in said


def test_a_kill_costs_no_more_of_a_draft_than_the_last_moments(home: Path, ready: Ready) -> None:
    draft = "a thought"
    with Terminal("--rehearse", ready=ready) as terminal:
        terminal.wait_for("ready")
        terminal.keys(draft)
        terminal.wait_until(
            lambda: draft.encode() in everything_in(home / "data"), "the draft on the disk"
        )
        terminal.signal(signal.SIGKILL)
        assert terminal.wait_for_end() == -signal.SIGKILL
    with Terminal("--rehearse", "--continue", ready=ready) as terminal:
        terminal.wait_for(draft)
        terminal.keys("\x15\x11")
        assert terminal.wait_for_end() == 0


def test_what_is_sent_at_once_is_shown_where_no_session_can_be_read_or_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready
) -> None:
    blocked = home / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("HQ_TUI_DATA_DIR", str(blocked / "data"))
    with Terminal("--rehearse") as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("my first thought\r")
        terminal.wait_for("not saved")
        terminal.wait_for("▌ my first thought")
        blocked.unlink()
        terminal.wait_for("your turn")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    assert "my first thought" in ready.do("search", "thought").out
