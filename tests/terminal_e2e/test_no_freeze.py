"""Whatever shape a reply has, a key that is pressed while it flows is answered soon."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hq_tui.runtime.preload import COLLECT_EVERY
from tests.support.gates import Tally
from tests.terminal_e2e.conftest import Open
from tests.terminal_e2e.test_big_pastes import LONGEST_GAP, Gaps
from tests.terminal_e2e.test_hostile import ended
from tests.ui.app_driver import AppDriver, begins, block, set_stage
from tests.ui.app_driver import text as said

PIECE = 2_000
"""Characters of a delta; larger than any that comes, so that nothing is hidden by waiting."""

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
    with open_app("why?", replies=("Begin.\n\n" + text,), size=(100, 30), forked=False) as terminal:
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


async def longest_gap(stage: AppDriver, text: str, *, looking: bool) -> tuple[float, float, bool]:
    """The longest time the loop was kept while `text` arrives, and whether any was shown plain.

    Looking takes time itself, so a run is either looked at or timed.
    """
    plain = False
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    async with stage.app.run_test(size=(100, 30)) as pilot:
        stage.enter(pilot)
        await stage.settled()
        await stage.asks("why?")
        async with Gaps() as gaps:
            for event in (begins(), block(), *map(said, pieces)):
                stage.partner.script.put_nowait(event)
                while not stage.partner.script.empty():  # noqa: ASYNC110  # a puppet has no event
                    await asyncio.sleep(0)
                plain = plain or (looking and "shown plain" in stage.screen_text)
            for key in ("pageup", "pageup", "end"):
                await pilot.press(key)
                plain = plain or (looking and "shown plain" in stage.screen_text)
        stage.app.view.session.engine.stop()
        await stage.app.view.session.engine.wait_idle()
    stage.leave()
    return gaps.work, gaps.longest, plain


@pytest.fixture
def _collector_of_the_program() -> Iterator[None]:
    """The collector as the program sets it, with all that the tests brought along left out."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.soak
@pytest.mark.usefixtures("_collector_of_the_program")
@pytest.mark.parametrize("shape", SHAPES)
async def test_how_long_the_loop_is_kept(
    home: Path, shape: str, record_property: Callable[[str, object], None]
) -> None:
    text = SHAPES[shape]()
    runs = [
        await longest_gap(set_stage(home / str(run)), text, looking=run == 0) for run in range(3)
    ]
    work, longest = (min(run[place] for run in runs[1:]) for place in (0, 1))
    took = (f"{1000 * work:.0f} ms", f"{1000 * longest:.0f} ms")
    shown = "plain" if runs[0][2] else "as it is"
    verdict = "" if work < LONGEST_GAP else "over 100 ms"
    record_property("gaps", (shape, f"{len(text):,}", *took, shown, verdict))
    assert work < PATIENT


@pytest.mark.soak
@pytest.mark.gate("sizes")
@pytest.mark.parametrize("shape", SHAPES)
def test_how_long_a_key_waits(open_app: Open, tally: Tally, shape: str) -> None:
    longest = worst_echo(open_app, SHAPES[shape]())
    tally.waited(1000 * longest)
    tally.at_most(f"milliseconds until the echo beside {shape},", 1000 * longest)
    assert longest < PATIENT
