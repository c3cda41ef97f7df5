"""The app in a process of its own, in the middle of a reply."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hq_tui.rehearsal.server import Server
from tests.support.gate import KEY, MODEL, Gate, gated_server
from tests.support.samples import numbered_words
from tests.support.terminal import Terminal

WHOLE = numbered_words(300)
SEEN = 60
"""How many words of it come before the reply pauses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """An app with half a reply on its screen."""

    terminal: Terminal
    gate: Gate
    server: Server


def faulty(what: str, *words: str) -> list[str]:
    """How the program is started with one of the defects of `faulty_app`."""
    return [sys.executable, "-m", "tests.process.faulty_app", what, *words]


@pytest.fixture
def server() -> Iterator[tuple[Server, Gate]]:
    """A server whose first reply pauses after `SEEN` words."""
    with gated_server(WHOLE, "And then?", after=SEEN) as both:
        yield both


@pytest.fixture
def streaming(
    server: tuple[Server, Gate], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Streaming]:
    """The app, in the middle of its first reply."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    url = server[0].url
    with Terminal("--base-url", url, "--model", MODEL, "count", "for", "me") as terminal:
        terminal.wait_for(f"w{SEEN}")
        yield Streaming(terminal=terminal, gate=server[1], server=server[0])


@pytest.fixture
def deaf(
    server: tuple[Server, Gate], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Streaming]:
    """The same app, when nobody listens to signals or to the end of the line."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    words = ("--base-url", server[0].url, "--model", MODEL, "count", "for", "me")
    with Terminal(argv=faulty("unheeding", *words)) as terminal:
        terminal.wait_for(f"w{SEEN}")
        yield Streaming(terminal=terminal, gate=server[1], server=server[0])
