"""kill -9 through the real app: what was on the screen a moment before is there again."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hq_tui.rehearsal.models import Model
from hq_tui.rehearsal.server import Server
from tests.support.gate import KEY, MODEL
from tests.support.samples import numbered_words
from tests.support.saved import last_reply, sessions
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal

WHOLE = numbered_words(300)
PACE = 200.0
"""Words per second."""
MOMENT = 0.1
"""Seconds of shown text that a kill may cost."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that speaks at an even pace."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    models = [Model(id=MODEL, display_name="Some model")]
    with scripted_thread([WHOLE], models=models, token=KEY, pace=PACE) as server:
        yield server


def shown(terminal: Terminal) -> int:
    """The number of the last word on the screen."""
    return max((int(number) for number in re.findall(r"\bw(\d+)\b", terminal.text)), default=0)


def kill_once(server: Server, dice: Random) -> int:
    """Kill the app somewhere in its reply; how many shown words that cost beyond the moment."""
    options = ("--base-url", server.url, "--model", MODEL)
    with Terminal(*options, "count") as terminal:
        goal = dice.randint(1, 250)
        terminal.wait_until(lambda: shown(terminal) >= goal, f"word {goal}")
        before = shown(terminal)
        moment = dice.uniform(MOMENT, 2 * MOMENT)
        time.sleep(moment)
        terminal.process.kill()
        terminal.process.wait()
    (session,) = sessions()
    kept = last_reply(session)["text"]
    assert WHOLE.startswith(kept.rstrip())
    return max(0, before - len(kept.split()))


def continue_it(server: Server) -> None:
    """Start again with --continue, and go on to the end."""
    options = ("--base-url", server.url, "--model", MODEL)
    with Terminal(*options, "--continue") as terminal:
        terminal.wait_for("cut off")
        terminal.keys("\x12")
        terminal.wait_for("w300")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    assert last_reply()["text"] == WHOLE
    assert last_reply()["state"] == "complete"


def clear() -> None:
    for path in (Path(os.environ["HQ_TUI_DATA_DIR"]) / "sessions").iterdir():
        path.unlink()


def test_what_was_shown_a_moment_before_a_kill_is_saved_and_goes_on(server: Server) -> None:
    dice = Random(7)
    assert kill_once(server, dice) == 0
    clear()
    assert kill_once(server, dice) == 0
    continue_it(server)


@pytest.mark.soak
def test_a_thousand_kills_cost_no_more_than_a_moment_each(server: Server) -> None:
    dice = Random()
    costs = []
    for number in range(1000):
        costs.append(kill_once(server, dice))
        if number % 10 == 0:
            continue_it(server)
        clear()
    print(f"{len(costs)} kills: {max(costs)} words lost beyond {MOMENT * 1000:.0f} ms in the worst")
    assert max(costs) == 0
