"""A defect in the drawing of one part costs that part: the app lives, takes keys and saves."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.rehearsal.server.models import Model
from hq_tui.ui.rendering.compositor import NOT_SHOWN
from hq_tui.ui.transcript.fallback import NOTE
from tests.process.conftest import faulty
from tests.support import saved
from tests.support.gate import KEY, MODEL
from tests.support.ready import Ready
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal

REPLY = "The *first* reply has\n\n- a list\n- in it"


def words(shown: str) -> str:
    """What is on a screen, without line breaks."""
    return " ".join(shown.split())


@pytest.mark.parametrize(
    ("defect", "note"),
    [
        ("layout", NOTE),
        ("wrapping", ""),
        ("painting", ""),
        ("rows", ""),
        ("rows on the way", ""),
        ("question", NOT_SHOWN),
        ("question's render", NOT_SHOWN),
        ("panel", NOT_SHOWN),
        ("title", NOT_SHOWN),
        ("rule", NOT_SHOWN),
    ],
)
def test_a_part_that_cannot_be_drawn_costs_that_part_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready, defect: str, note: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    models = [Model(id=MODEL, display_name="Some model")]
    with scripted_thread([REPLY, "The second."], models=models, token=KEY) as server:
        argv = faulty(defect, "--base-url", server.url, "--model", MODEL, "begin")
        with Terminal(argv=argv, size=(130, 40), ready=ready) as terminal:
            terminal.wait_until(lambda: bool(saved.sessions()) and _replies() == 1, "a reply")
            terminal.keys("more, please")
            terminal.wait_for("more, please")
            terminal.keys("\r")
            terminal.wait_until(lambda: _replies() == 2, "a second reply")
            if note:
                terminal.wait_until(lambda: note in words(terminal.text), "the note")
            if defect in ("layout", "painting"):
                terminal.wait_until(lambda: "*first* reply" in words(terminal.text), "the words")
            terminal.keys("\x11")
            assert terminal.wait_for_end() == 0
    reports = list((home / "data" / "crashes").iterdir())
    assert reports
    assert "a defect" in reports[0].read_text()


F1, F2 = "\x1bOP", "\x1bOQ"


@pytest.mark.parametrize(
    ("defect", "key"),
    [
        ("help", F1),
        ("help's mount", F1),
        ("help's render", F1),
        ("sessions' worker", F2),
        ("sessions' own worker", F2),
    ],
)
def test_a_panel_that_fails_is_taken_down_and_the_session_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready, defect: str, key: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    models = [Model(id=MODEL, display_name="Some model")]
    with scripted_thread([REPLY, "The second."], models=models, token=KEY) as server:
        argv = faulty(defect, "--base-url", server.url, "--model", MODEL, "begin")
        with Terminal(argv=argv, size=(130, 40), ready=ready) as terminal:
            terminal.wait_until(lambda: bool(saved.sessions()) and _replies() == 1, "a reply")
            terminal.keys(key)
            terminal.wait_until((home / "data" / "crashes").is_dir, "a report")
            terminal.wait_until(lambda: "A part could not be drawn" in terminal.text, "a word")
            terminal.keys("more")
            terminal.wait_for("more")
            terminal.keys("\r")
            terminal.wait_until(lambda: _replies() == 2, "a second reply")
            terminal.keys("\x11")
            assert terminal.wait_for_end() == 0


def _replies() -> int:
    """How many replies are saved as whole."""
    turns = saved.export()["turns"]
    return sum(turn["role"] == "assistant" and turn["state"] == "complete" for turn in turns)
