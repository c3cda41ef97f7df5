"""However the program is told to go, the terminal is as it was and the words are saved."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.process.conftest import SEEN, WHOLE, Streaming, faulty
from tests.support.gates import Tally, part
from tests.support.program import command, everything_in
from tests.support.samples import numbered_words
from tests.support.saved import last_reply
from tests.support.terminal import (
    SIGNALS,
    Terminal,
    cpu_seconds,
    stopped,
    wait_until,
)

PARTIAL = numbered_words(SEEN)


@pytest.fixture
def ready() -> None:
    """Not forked: a signal meets the program as people start it."""


def assert_partial_is_saved() -> None:
    reply = last_reply()
    assert reply["text"].rstrip() == PARTIAL
    assert reply["state"] == "stopped"


def names(number: int) -> str:
    """A signal as people write it."""
    return signal.Signals(number).name


@pytest.mark.gate("signals")
@pytest.mark.parametrize("number", SIGNALS, ids=names)
def test_a_signal_ends_the_app_in_order(streaming: Streaming, number: int) -> None:
    check_signal(streaming, number)


@pytest.mark.soak
@pytest.mark.gate("signals")
@pytest.mark.parametrize("_again", range(part(19)))
@pytest.mark.parametrize("number", SIGNALS, ids=names)
def test_a_signal_ends_the_app_in_order_every_time(
    streaming: Streaming, tally: Tally, number: int, _again: int
) -> None:
    tally.waited(1000 * streaming.terminal.echo("\u2801"))
    check_signal(streaming, number)


@pytest.mark.twin("signals", "nobody listens to signals")
def test_an_app_that_listens_to_no_signal_leaves_the_terminal_as_it_is(deaf: Streaming) -> None:
    deaf.terminal.signal(signal.SIGTERM)
    assert deaf.terminal.wait_for_end() != 143
    found = (deaf.terminal.attributes, {7, 25}, 0)
    assert (deaf.terminal.discipline, deaf.terminal.modes, deaf.terminal.key_modes) != found


def check_signal(streaming: Streaming, number: int) -> None:
    """The signal ends the app; the terminal is as it was and the words are saved."""
    assert streaming.terminal.modes >= {1000, 1049, 2004}
    assert streaming.terminal.key_modes == 1
    streaming.terminal.signal(number)
    assert streaming.terminal.wait_for_end() == 128 + number
    streaming.terminal.assert_as_found()
    assert_partial_is_saved()


@pytest.mark.gate("hang-up")
def test_a_closed_line_ends_the_screen_and_not_the_reply(streaming: Streaming) -> None:
    check_hang_up(streaming)


@pytest.mark.soak
@pytest.mark.gate("hang-up")
@pytest.mark.parametrize("_again", range(part(39)))
def test_a_closed_line_never_ends_the_reply(streaming: Streaming, _again: int) -> None:
    check_hang_up(streaming)


@pytest.mark.twin("hang-up", "nobody listens to the end of the line")
def test_an_app_that_does_not_notice_loses_the_rest_of_the_reply(deaf: Streaming) -> None:
    deaf.terminal.hang_up()
    deaf.gate.open()
    with pytest.raises((AssertionError, subprocess.TimeoutExpired)):
        assert deaf.terminal.process.wait(10) == 129


def check_hang_up(streaming: Streaming) -> None:
    """The line is closed: no spinning, the reply is finished, and then the end."""
    process = streaming.terminal.process
    streaming.terminal.hang_up()
    wait_until(
        lambda: str(Path(f"/proc/{process.pid}/fd/0").readlink()) == os.devnull,
        "the terminal let go",
    )
    before = cpu_seconds(process.pid)
    for _ in range(20):
        streaming.gate.wait_a_moment()
    assert cpu_seconds(process.pid) - before < 0.2, "it spins"
    assert process.poll() is None
    streaming.gate.open()
    assert process.wait(30) == 129
    assert last_reply()["text"] == WHOLE
    assert last_reply()["state"] == "complete"
    assert len(last_reply()["attempts"]) == 1


def test_a_hang_up_by_signal_gives_the_terminal_back_while_the_reply_goes_on(
    streaming: Streaming,
) -> None:
    terminal = streaming.terminal
    terminal.signal(signal.SIGHUP)
    terminal.wait_for("the reply is being finished")
    terminal.assert_as_found()
    terminal.signal(signal.SIGHUP)
    assert terminal.process.poll() is None
    streaming.gate.open()
    assert terminal.wait_for_end() == 129
    terminal.assert_as_found()
    assert last_reply()["text"] == WHOLE


def test_after_a_hang_up_another_signal_ends_the_waiting(streaming: Streaming) -> None:
    streaming.terminal.signal(signal.SIGHUP)
    streaming.terminal.wait_for("the reply is being finished")
    streaming.terminal.signal(signal.SIGTERM)
    assert streaming.terminal.wait_for_end() == 143
    assert_partial_is_saved()


class TestWithoutTime:
    @pytest.fixture(autouse=True)
    def _no_time(self, home: Path) -> None:
        (home / "config.toml").write_text("hang_up = 1\n")

    def test_a_reply_that_never_ends_is_not_waited_for_longer_than_the_limit(
        self, streaming: Streaming
    ) -> None:
        streaming.terminal.hang_up()
        assert streaming.terminal.process.wait(30) == 129
        assert_partial_is_saved()


@pytest.mark.gate("signals")
def test_a_stopped_app_leaves_the_terminal_and_comes_back_with_its_picture(
    streaming: Streaming,
) -> None:
    terminal = streaming.terminal
    on = terminal.modes
    raw = terminal.discipline
    terminal.signal(signal.SIGTSTP)
    terminal.wait_until(lambda: stopped(terminal.process.pid), "a stopped process")
    terminal.assert_as_found()
    terminal.wipe()
    terminal.signal(signal.SIGCONT)
    terminal.wait_for(f"w{SEEN}")
    terminal.wait_for("F1 help")
    terminal.wait_until(lambda: terminal.modes == on, "the modes of the app")
    assert terminal.discipline == raw
    streaming.gate.open()
    terminal.wait_for("w300")
    terminal.keys("\x11")
    assert terminal.wait_for_end() == 0
    terminal.assert_as_found()
    assert last_reply()["text"] == WHOLE


@pytest.mark.gate("signals")
@pytest.mark.parametrize("what", ["handler", "worker", "screen", "start", "keys"])
def test_a_defect_ends_in_one_line_and_a_private_report(what: str, home: Path) -> None:
    thought = "private-words"
    with Terminal(argv=faulty(what, "--rehearse")) as terminal:
        if what != "start":
            terminal.wait_for("F1 help")
            terminal.keys(f"{thought}\r")
        assert terminal.wait_for_end() == 1
        terminal.assert_as_found()
        said = "".join(row.strip() for row in terminal.rows_after_leaving())
    assert "hq-tui: something went wrong inside hq-tui (RuntimeError in " in said
    assert "Traceback" not in said
    assert thought not in said
    (report,) = (home / "data" / "crashes").iterdir()
    assert report.name in said.replace(" ", "")
    assert report.stat().st_mode & 0o777 == 0o600
    told = report.read_text()
    assert "RuntimeError: a defect" in told
    assert thought not in told
    assert "the-prompt-that-nobody-may-read" not in told.replace("thought = SECRET", "")
    if what in {"engine", "screen"}:
        assert thought.encode() in everything_in(home / "data" / "sessions")


def test_a_defect_does_not_say_saved_where_nothing_could_be(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = home / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("HQ_TUI_DATA_DIR", str(blocked / "data"))
    with Terminal(argv=faulty("screen", "--rehearse")) as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("hello\r")
        assert terminal.wait_for_end() == 1
        said = "".join(row.strip() for row in terminal.rows_after_leaving())
    assert "something went wrong" in said
    assert "not everything could be saved" in said
    assert "is saved" not in said


@pytest.mark.twin("signals", "Textual tells of the thread that reads keys")
@pytest.mark.usefixtures("home")
def test_without_our_own_way_a_failure_to_read_keys_is_not_told() -> None:
    with Terminal(argv=faulty("untold keys", "--rehearse")) as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("x")
        assert terminal.wait_for_end() == 1
        said = "".join(row.strip() for row in terminal.rows_after_leaving())
    assert "something went wrong" not in said


def test_a_defect_below_the_screen_is_said_and_the_question_is_kept(home: Path) -> None:
    with Terminal(argv=faulty("engine", "--rehearse")) as terminal:
        terminal.wait_for("F1 help")
        terminal.keys("hello\r")
        terminal.wait_for("Something unforeseen: RuntimeError")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
        terminal.assert_as_found()
    assert last_reply()["state"] == "failed"


def test_reset_mends_a_terminal_after_a_kill(home: Path) -> None:
    one, two = (" ".join(command(*words)) for words in (["--rehearse"], ["reset"]))
    with Terminal(argv=["/bin/sh", "-c", f"{one}; echo killed; read line; {two}"]) as terminal:
        terminal.wait_for("F1 help")
        (app,) = psutil.Process(terminal.process.pid).children()
        app.kill()
        terminal.wait_for("killed")
        assert terminal.modes >= {1000, 1049, 2004}, "otherwise there is nothing to mend"
        assert terminal.discipline != terminal.attributes
        terminal.keys("\n")
        assert terminal.wait_for_end() == 0
        assert terminal.modes == {7, 25}
        assert terminal.key_modes == 0
        assert terminal.discipline[:4] == terminal.attributes[:4]
