"""A session through a storm leaves the same text, board, brief and review as one in calm weather.

A third of the replies meets a fault: any kind, at any place, before the first byte, in the
thinking, in the text, inside the input of the board tool, after it, before the end. What is
compared is what the commands print, byte for byte.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from hq_tui.core.resume import continuation as seam
from hq_tui.rehearsal.faults.faults import FaultKind
from tests.fault_storms.held_sessions import MODELS, Held, Papers, Storm, hold
from tests.fault_storms.personas import PEOPLE
from tests.support.scripted import fault_script

SAMPLE = [(mode, MODELS[place % 2]) for place, mode in enumerate(PEOPLE)]
EVERYTHING = list(product(PEOPLE, MODELS))
SEEDS = 25
REFUSED = (FaultKind.BAD_REQUEST, FaultKind.UNKNOWN_EVENTS)
"""Faults that a refused request follows from."""

_calm: dict[tuple[str, str], Papers] = {}


async def calm(folder: Path, mode: str, model: str) -> Papers:
    """The papers of the session without a fault; held once for all tests."""
    if (mode, model) not in _calm:
        _calm[mode, model] = (await hold(folder / "calm", mode, model)).papers
    return _calm[mode, model]


async def assert_the_same(folder: Path, mode: str, model: str, seed: int) -> Held:
    storm = Storm(seed=f"{mode}/{model}/{seed}")
    through = await hold(folder / f"storm{seed}", mode, model, storm)
    assert through.papers.differences(await calm(folder, mode, model)) == [], storm.seed
    assert through.live == through.found.inquiry
    # What the server sent in events of its own it refuses once, in the next request.
    allowed = sum(any(kind in one.outcome for kind in REFUSED) for one in through.requests)
    assert len(through.refused) <= allowed
    return through


@pytest.mark.parametrize(("mode", "model"), SAMPLE)
async def test_a_fault_in_a_third_of_the_replies_changes_no_paper(
    mode: str, model: str, tmp_path: Path
) -> None:
    through = await assert_the_same(tmp_path, mode, model, 4)
    assert any(one.outcome != "sent" for one in through.requests)


@pytest.mark.soak
@pytest.mark.parametrize(("mode", "model"), EVERYTHING)
async def test_no_seed_changes_any_paper(mode: str, model: str, tmp_path: Path) -> None:
    requests = struck = pressed = 0
    for seed in range(SEEDS):
        through = await assert_the_same(tmp_path, mode, model, seed)
        requests += len(through.requests)
        struck += sum(one.outcome != "sent" for one in through.requests)
        pressed += through.pressed
    assert struck > SEEDS
    print(
        f"\n{mode} {model}: {SEEDS} sessions, {requests} requests, {struck} with a fault, "
        f"{pressed} taken up by hand; 0 papers differ"
    )


async def test_replies_that_are_left_broken_would_be_noticed(tmp_path: Path) -> None:
    """A sabotage twin: nothing is asked for again."""
    storm = Storm(seed="twin", kinds=(FaultKind.CUT, FaultKind.RESET, FaultKind.EOF), reach=900)
    through = await hold(tmp_path, "examine", MODELS[0], storm, patient=False)
    different = through.papers.differences(await calm(tmp_path, "examine", MODELS[0]))
    assert {"board", "texts"} <= set(different)


async def test_a_seam_that_drops_nothing_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sabotage twin: what a model says about the interruption is shown as it comes."""
    faults = fault_script(["cut@1:after=12", "preamble@2"])
    through = await hold(tmp_path / "1", "examine", MODELS[0], faults)
    assert through.papers.differences(await calm(tmp_path, "examine", MODELS[0])) == []
    monkeypatch.setattr(seam, "settle", lambda *_, **__: 0)
    through = await hold(tmp_path / "2", "examine", MODELS[0], faults)
    different = through.papers.differences(await calm(tmp_path, "examine", MODELS[0]))
    assert {"texts", "review"} <= set(different)
