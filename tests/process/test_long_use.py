"""A session of a thousand turns takes little more memory than one of ten."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.gate import KEY
from tests.support.gates import Tally, part
from tests.support.program import surroundings
from tests.support.terminal import Terminal

TURNS = 1_000
MOST = 150.0
"""Megabytes that the program may take at any time in so many turns."""
PATIENCE, TRIES = 5.0, 6
"""Seconds after which a person presses the key that goes on, and how often."""
CTRL_R = "\x12"
MODEL = "claude-haiku-4-5"


def forward(lines: Iterable[str], whole: queue.Queue[str]) -> None:
    """Put each line as it comes; in a thread."""
    for line in lines:
        whole.put(line)


@contextmanager
def unsteady_server() -> Iterator[tuple[str, queue.Queue[str]]]:
    """The address of a server that breaks a third of its replies; what it says of whole ones."""
    argv = [sys.executable, "-m", "tests.process.unsteady_server"]
    environment = surroundings({})
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment, text=True) as server:
        assert server.stdout is not None
        port, whole = server.stdout.readline().strip(), queue.Queue[str]()
        threading.Thread(target=forward, args=(server.stdout, whole), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{port}", whole
        finally:
            server.kill()


def exchange(terminal: Terminal, words: str, whole: queue.Queue[str]) -> None:
    """Type a message, send it, and wait until the reply has come to its end."""
    before = len(terminal.written)
    terminal.keys(words)
    terminal.wait_until(lambda: len(terminal.written) > before, f"{words} echoed")
    terminal.keys("\r")
    for _ in range(TRIES):
        with suppress(queue.Empty):
            whole.get(timeout=PATIENCE)
            return
        terminal.keys(CTRL_R)
    raise AssertionError(f"no reply:\n{terminal.text}")


def most_memory(turns: int, kept: str, monkeypatch: pytest.MonkeyPatch) -> float:
    """The most megabytes that the program took in a session of so many turns."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    app = [sys.executable, "-m", "tests.process.long_use_app", kept]
    with (
        unsteady_server() as (url, whole),
        Terminal(argv=[*app, "--base-url", url, "--model", MODEL]) as terminal,
    ):
        terminal.wait_for("F1 help")
        for turn in range(1, turns + 1):
            exchange(terminal, f"why is it {turn}", whole)
        status = Path(f"/proc/{terminal.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@pytest.mark.soak
@pytest.mark.gate("memory")
def test_a_thousand_turns_with_faults_take_little(
    home: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    turns = part(TURNS)
    most = most_memory(turns, "nothing", monkeypatch)
    tally.tried(turns)
    tally.at_most("megabytes in a long session with faults", most)
    assert most < MOST


@pytest.mark.soak
@pytest.mark.twin("memory", "each request kept by the program")
def test_requests_that_are_kept_are_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert most_memory(TURNS // 4, "requests", monkeypatch) > MOST
