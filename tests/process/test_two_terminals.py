"""The same session on a second terminal: read along there, and taken over when it is free."""

from __future__ import annotations

import signal

from tests.process.conftest import SEEN, WHOLE, Streaming
from tests.support.gate import MODEL
from tests.support.ready import Ready
from tests.support.saved import last_reply, sessions
from tests.support.terminal import Terminal


def again(streaming: Streaming) -> Terminal:
    """`hq-tui --continue` from a new login."""
    words = ("--base-url", streaming.server.url, "--model", MODEL, "--continue")
    return Terminal(*words, ready=streaming.ready)


def test_after_a_dropped_line_a_new_login_reads_along_and_takes_over(streaming: Streaming) -> None:
    streaming.terminal.hang_up()
    with again(streaming) as terminal:
        terminal.wait_for("following live · read-only")
        terminal.wait_for(f"w{SEEN}")
        terminal.keys("not yet\r")
        terminal.wait_for("not yet")
        streaming.gate.open()
        terminal.wait_for("w300")
        assert streaming.terminal.process.wait(30) == 129
        terminal.wait_for("can be written here now")
        assert last_reply()["text"] == WHOLE
        terminal.keys("\x15go on\r")
        terminal.wait_for("And then?")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
        terminal.assert_as_found()
    (session,) = sessions()
    assert last_reply(session)["text"] == "And then?"
    assert last_reply(session)["state"] == "complete"


def test_a_killed_writer_is_taken_over_with_its_reply_cut_and_continued(
    streaming: Streaming,
) -> None:
    with again(streaming) as terminal:
        terminal.wait_for("following live · read-only")
        streaming.terminal.process.kill()
        terminal.wait_for("can be written here now")
        streaming.gate.open()
        terminal.keys("\x12")
        terminal.wait_for("w300")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
    assert last_reply()["text"] == WHOLE


def test_commands_read_a_session_that_is_open_and_do_not_write_to_it(
    streaming: Streaming, ready: Ready
) -> None:
    (session,) = sessions()
    assert f"w{SEEN}" in ready.do("show", session).out
    assert ready.do("sessions", "--json").json[0]["id"] == session
    for words in (
        ["rename", session, "other"],
        ["delete", session],
        ["ask", "-", "--session", session],
    ):
        refused = ready.do(*words, stdin="hello")
        assert refused.code == 1, refused
        assert "open" in refused.err
        assert "Traceback" not in refused.err
    assert sessions() == [session]


def test_one_key_takes_a_session_over_once_its_reply_is_whole(streaming: Streaming) -> None:
    streaming.terminal.keys("half a thought")
    with again(streaming) as terminal:
        terminal.wait_for("Ctrl+R takes over · /fork makes a branch")
        terminal.keys("\x12")
        terminal.wait_for("finishes its reply")
        streaming.terminal.wait_for("the reply is being finished")
        streaming.terminal.assert_as_found()
        streaming.gate.open()
        terminal.wait_for("can be written here now")
        assert streaming.terminal.process.wait(30) == 129
        assert last_reply()["text"] == WHOLE
        terminal.wait_for("half a thought")
        terminal.keys("\r")
        terminal.wait_for("And then?")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0


def test_the_same_key_again_does_not_wait_for_the_reply(streaming: Streaming) -> None:
    with again(streaming) as terminal:
        terminal.wait_for("Ctrl+R takes over")
        terminal.keys("\x12")
        streaming.terminal.wait_for("the reply is being finished")
        terminal.keys("\x12")
        terminal.wait_for("can be written here now")
        assert streaming.terminal.process.wait(30) == 143
        assert last_reply()["state"] == "stopped"
        streaming.gate.open()
        terminal.keys("\x12")
        terminal.wait_for("w300")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    assert last_reply()["text"] == WHOLE


def test_one_command_forks_a_session_in_the_middle_of_its_reply(streaming: Streaming) -> None:
    (parent,) = sessions()
    with again(streaming) as terminal:
        terminal.wait_for("/fork makes a branch")
        terminal.wait_for(f"w{SEEN}")
        terminal.keys("/fork\r")
        terminal.wait_for("A branch after message 1")
        terminal.keys("\x12")
        streaming.gate.open()
        terminal.wait_for("w300")
        streaming.terminal.wait_for("w300")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    (branch,) = set(sessions()) - {parent}
    assert last_reply(parent)["text"] == last_reply(branch)["text"] == WHOLE
    assert len(last_reply(parent)["attempts"]) == 1, "the writer was left alone"
