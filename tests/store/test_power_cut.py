"""What was acknowledged is there after a power cut; the rest is whole or absent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest

from hq_tui.store.reader import replay
from hq_tui.store.record import Record
from hq_tui.store.writer import Disk, SyncBatch
from tests.store.faults import Clock, Inline, Late, Overlapping, numbered, writer_on
from tests.store.powercut import PowerCutDisk
from tests.store.samples import records
from tests.support.gates import Tally, part


@dataclass
class Outcome:
    """What a number of power cuts did."""

    trials: int = 0
    acknowledged_lost: int = 0
    """Trials in which something acknowledged was gone."""
    corrupt: int = 0
    """Trials in which something was read that was never written, or twice."""


class Hasty(Overlapping):
    """The sabotage twin that takes for safe what was written while a sync was under way."""

    def end_sync(self, begun: SyncBatch, error: Exception | None) -> bool:
        return super().end_sync(replace(self.begin_sync(), era=begun.era), error)


class Forgetful(Inline):
    """The sabotage twin that does not write again what a failed sync may have lost."""

    def fail(self, reason: str) -> None:
        offset, unsynced = self._offset, list(self._unsynced)
        self._unsynced.clear()
        super().fail(reason)
        self._offset = offset
        self._unsynced.extend(unsynced)


def cut_everywhere(
    path: Path,
    *,
    commits: int = 60,
    cuts: int = 8,
    kind: type[Inline] = Inline,
    syncing: bool = True,
    failing_syncs: frozenset[int] = frozenset(),
    short_writes: bool = False,
    seed: int = 0,
) -> Outcome:
    """Write a session, then cut the power after every step of it, `cuts` times each."""
    clock = Clock()
    cutter = PowerCutDisk(failing_syncs=failing_syncs, short_writes=short_writes)
    disk = cutter.disk(clock)
    if not syncing:
        disk = Disk(write=disk.write, sync=lambda _fd: None, truncate=disk.truncate, clock=clock)
    writer = writer_on(path, disk, kind=kind)
    acknowledged = {0: 0}
    for line in numbered(commits):
        writer.put([line])
        clock.now += 0.06
        writer.turn(sync=line.seq % 4 == 0)
        acknowledged[len(cutter.images) - 1] = writer.synced_seq
    outcome, rng = Outcome(), Random(seed)
    safe = 0
    for moment in range(len(cutter.images)):
        safe = acknowledged.get(moment, safe)
        for _ in range(cuts):
            judge(outcome, cutter.after_cut(moment, rng), safe, records(commits))
    return outcome


def judge(outcome: Outcome, data: bytes, safe: int, written: list[Record]) -> None:
    found = replay(data)
    outcome.trials += 1
    numbers = [record.get("n", 1) for record in found.records]
    outcome.acknowledged_lost += numbers[:safe] != list(range(1, safe + 1))
    right = all(
        record == written[number - 1] for number, record in zip(numbers, found.records, strict=True)
    )
    outcome.corrupt += not right or len(set(numbers)) != len(numbers)


VARIANTS = [
    {},
    {"short_writes": True},
    {"failing_syncs": frozenset({2, 3, 7, 9})},
    {"failing_syncs": frozenset({1, 4, 5, 6}), "short_writes": True},
    {"kind": Overlapping},
    {"kind": Late, "failing_syncs": frozenset({1, 4, 5, 6})},
    {"kind": Overlapping, "failing_syncs": frozenset({2, 3, 7, 9}), "short_writes": True},
]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path, variant: dict[str, bool]) -> None:
    outcome = cut_everywhere(tmp_path / "a", **variant)  # type: ignore[arg-type]
    assert outcome.trials > 500
    assert (outcome.acknowledged_lost, outcome.corrupt) == (0, 0)


@pytest.mark.twin("power", "no sync")
def test_without_sync_the_same_check_fails(tmp_path: Path) -> None:
    outcome = cut_everywhere(tmp_path / "a", syncing=False)
    assert outcome.acknowledged_lost > outcome.trials / 4
    assert outcome.corrupt == 0


@pytest.mark.twin("power", "a failed sync trusted")
def test_trusting_a_sync_after_a_failed_one_fails_the_same_check(tmp_path: Path) -> None:
    outcome = cut_everywhere(tmp_path / "a", kind=Forgetful, failing_syncs=frozenset({2, 3, 7, 9}))
    assert outcome.acknowledged_lost > 0


@pytest.mark.twin("power", "what came during a sync called safe")
def test_calling_safe_what_came_during_a_sync_fails_the_same_check(tmp_path: Path) -> None:
    outcome = cut_everywhere(tmp_path / "a", kind=Hasty)
    assert outcome.acknowledged_lost > 0


@pytest.mark.soak
@pytest.mark.gate("power")
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_many_power_cuts_lose_nothing_acknowledged(
    tmp_path: Path, tally: Tally, variant: dict[str, bool]
) -> None:
    outcome = cut_everywhere(tmp_path / "a", commits=200, cuts=part(50), seed=1, **variant)  # type: ignore[arg-type]
    tally.tried(outcome.trials)
    assert outcome.trials > part(10_000)
    assert (outcome.acknowledged_lost, outcome.corrupt) == (0, 0)
