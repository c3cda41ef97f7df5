"""Whatever shape a reply has, a key that is pressed while it flows is answered soon."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.citizen.conftest import Open
from tests.citizen.test_hostile import ended
from tests.support.gates import Tally

PATIENT = 5.0
"""Seconds in which a key must be echoed even on a busy machine; far above what is held to."""

SHAPES: dict[str, Callable[[], str]] = {
    "wide table": lambda: (
        "|" + " col |" * 400 + "\n|" + "---|" * 400 + "\n" + ("|" + " x |" * 400 + "\n") * 60
    ),
    "unclosed fence": lambda: "```python\n" + "x = [1, 2, 'three']  # more\n" * 2900,
    "one line": lambda: "word " * 200_000,
    "one word": lambda: "x" * 1_000_000,
    "line breaks": lambda: "\n" * 100_000,
    "nested quotes": lambda: ">" * 3_000 + " deep\n\n" + "- " * 2_000 + "deep",
    "nested emphasis": lambda: "*_" * 5_000 + "x" + "_*" * 5_000 + "[" * 5_000,
    "marks": lambda: ("a" + "\u0301" * 200) * 1_000,
    "joiners": lambda: "\U0001f469\u200d" * 20_000,
}
SHORT = ("wide table", "marks")


def worst_echo(open_app: Open, text: str) -> float:
    """The longest echo while `text` arrives, and a little after."""
    keys = iter("♠♥♦♣●○◐◑★☆☀☁☂☃☄☎" * 4)
    with open_app("why?", replies=("Begin.\n\n" + text,), size=(100, 30)) as terminal:
        terminal.wait_for("F1 help")
        longest = 0.0
        for _ in range(4):
            longest = max(longest, terminal.echo(next(keys)))
        terminal.wait_until(ended, "the end")
        for _ in range(2):
            longest = max(longest, terminal.echo(next(keys)))
        terminal.keys("\x1b[5~")
        return max(longest, terminal.echo(next(keys)))


@pytest.mark.parametrize("shape", SHORT)
def test_a_key_is_answered_whatever_comes(open_app: Open, shape: str) -> None:
    assert worst_echo(open_app, SHAPES[shape]()) < PATIENT


@pytest.mark.soak
@pytest.mark.gate("sizes")
@pytest.mark.parametrize("shape", SHAPES)
def test_how_long_a_key_waits(open_app: Open, tally: Tally, shape: str) -> None:
    longest = worst_echo(open_app, SHAPES[shape]())
    tally.waited(1000 * longest)
    tally.at_most(f"milliseconds until the echo beside {shape},", 1000 * longest)
    assert longest < PATIENT
