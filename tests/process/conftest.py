"""The app in a process of its own, in the middle of a reply."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hq_tui.rehearsal.server.server import Server
from tests.support.gate import KEY, MODEL, Gate, gated_server
from tests.support.ready import Ready
from tests.support.samples import numbered_words
from tests.support.terminal import ON_AT_FIRST, Terminal

WHOLE = numbered_words(300)
SEEN = 60
"""How many words of it come before the reply pauses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Streaming:
    """An app with half a reply on its screen."""

    terminal: Terminal
    gate: Gate
    server: Server
    ready: Ready | None


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
    server: tuple[Server, Gate], home: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready | None
) -> Iterator[Streaming]:
    """The app, in the middle of its first reply."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    words = ("--base-url", server[0].url, "--model", MODEL, "count", "for", "me")
    with Terminal(*words, ready=ready) as terminal:
        terminal.wait_for(f"w{SEEN}")
        yield Streaming(terminal=terminal, gate=server[1], server=server[0], ready=ready)


@pytest.fixture
def deaf(
    server: tuple[Server, Gate], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Streaming]:
    """The same app, when nobody listens to signals or to the end of the line."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    words = ("--base-url", server[0].url, "--model", MODEL, "count", "for", "me")
    with Terminal(argv=faulty("unheeding", *words)) as terminal:
        terminal.wait_for(f"w{SEEN}")
        yield Streaming(terminal=terminal, gate=server[1], server=server[0], ready=None)


@pytest.fixture(autouse=True)
def _modes_noted(
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each terminal that was found as it had been is a row of a table."""
    check = Terminal.assert_as_found
    how = request.node.name.removeprefix("test_").replace("_", " ")

    def noted(terminal: Terminal) -> None:
        touched = " ".join(map(str, sorted(terminal.modes_touched)))
        check(terminal)
        left = " ".join(map(str, sorted(terminal.modes ^ ON_AT_FIRST))) or "none"
        record_property("modes", (how, touched or "none", left, str(terminal.key_modes), "same"))

    monkeypatch.setattr(Terminal, "assert_as_found", noted)
