"""A loop that is stuck keeps neither the terminal nor the text, whatever it is stuck in."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from hq_tui.rehearsal.server.server import Server
from tests.process.conftest import SEEN, WHOLE, faulty
from tests.process.test_signals import PARTIAL
from tests.support.gate import KEY, MODEL, Gate, gated_server
from tests.support.program import everything_in
from tests.support.saved import last_reply
from tests.support.terminal import Terminal

MOMENT = 0.5
"""Seconds after a signal within which the terminal is as it was and the text is saved."""
DRAFT, ANY_ACTION = "half a thought", "\x0f"
ENDS = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGQUIT: 131}


class Stuck:
    """Apps with half a reply on the screen, whose loop then does what the defect says."""

    def __init__(self, server: Server) -> None:
        self._options = ("--base-url", server.url, "--model", MODEL)

    def app(self, defect: str) -> Terminal:
        return Terminal(argv=faulty(defect, *self._options, "count"))

    @staticmethod
    def sticks(terminal: Terminal) -> None:
        terminal.wait_for(f"w{SEEN}")
        terminal.keys(DRAFT)
        terminal.wait_for(DRAFT)
        terminal.keys(ANY_ACTION)
        terminal.wait_for("hanging")


@pytest.fixture
def stuck(server: tuple[Server, Gate], home: Path, monkeypatch: pytest.MonkeyPatch) -> Stuck:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    return Stuck(server[0])


def assert_told(terminal: Terminal, home: Path) -> None:
    said = "".join(row.strip() for row in terminal.rows_after_leaving())
    assert "(Stuck in " in said
    assert "hq-tui --continue" in said
    (report,) = (home / "data" / "crashes").iterdir()
    assert "faulty_app.py" in report.read_text(), "it says where the loop stood"


@pytest.mark.parametrize(
    ("defect", "number"),
    [
        ("deaf", signal.SIGTERM),
        pytest.param("blocked", signal.SIGHUP, marks=pytest.mark.soak),
        pytest.param("spinning", signal.SIGINT, marks=pytest.mark.soak),
    ],
)
def test_the_terminal_comes_back_and_the_words_are_saved(
    stuck: Stuck, home: Path, defect: str, number: int
) -> None:
    with stuck.app(defect) as terminal:
        stuck.sticks(terminal)
        terminal.signal(number)
        terminal.assert_as_found()
        assert terminal.process.poll() is None, "the loop still has its chance"
        assert last_reply()["text"].rstrip() == PARTIAL
        assert terminal.wait_for_end() == ENDS[signal.Signals(number)]
        terminal.assert_as_found()
        assert_told(terminal, home)
    assert last_reply()["text"].rstrip() == PARTIAL
    assert DRAFT.encode() in everything_in(home / "data" / "sessions")


def test_a_loop_that_comes_back_leaves_in_order(stuck: Stuck) -> None:
    with stuck.app("slow") as terminal:
        stuck.sticks(terminal)
        terminal.signal(signal.SIGTERM)
        terminal.assert_as_found()
        assert terminal.wait_for_end() == 143
        terminal.assert_as_found()
        assert terminal.rows_after_leaving()[0].strip() == ""
    assert last_reply()["state"] == "stopped"


@pytest.mark.soak
def test_a_loop_that_sticks_while_it_leaves_is_ended_too(stuck: Stuck) -> None:
    with stuck.app("leaving") as terminal:
        terminal.wait_for(f"w{SEEN}")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 143
        terminal.assert_as_found()
    assert last_reply()["text"].rstrip() == PARTIAL


@pytest.mark.soak
def test_ctrl_c_again_and_again_ends_an_app_that_is_stuck(stuck: Stuck) -> None:
    with stuck.app("blocked") as terminal:
        stuck.sticks(terminal)

        def pressed() -> bool:
            terminal.keys("\x03")
            return terminal.process.poll() is not None

        terminal.wait_until(pressed, "the end of it")
        assert terminal.wait_for_end() == 130
        terminal.assert_as_found()
    assert last_reply()["text"].rstrip() == PARTIAL


def test_leaving_does_not_wait_for_a_name_that_is_being_looked_up(home: Path) -> None:
    words = ("--base-url", "https://nowhere.example", "hello")
    with Terminal(argv=faulty("resolver", *words), env={"ANTHROPIC_API_KEY": KEY}) as terminal:
        terminal.wait_for("hanging")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
        terminal.assert_as_found()
    assert last_reply()["state"] == "stopped"


@pytest.mark.soak
@pytest.mark.parametrize("defect", ["blocked", "spinning", "deaf"])
def test_the_terminal_comes_back_within_a_moment(
    home: Path, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    waits = []
    for number, code in [*ENDS.items()] * 5:
        with gated_server(WHOLE, after=SEEN) as (server, _):
            stuck = Stuck(server)
            with stuck.app(defect) as terminal:
                stuck.sticks(terminal)
                began = time.monotonic()
                terminal.signal(number)
                terminal.assert_as_found()
                waits.append(time.monotonic() - began)
                assert terminal.wait_for_end() == code
    print(f"{defect}: {len(waits)} times, given back after {max(waits) * 1000:.0f} ms at most")
    assert max(waits) <= MOMENT
