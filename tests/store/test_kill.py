"""kill -9 in the middle of writing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from hq_tui.store.journal import Journal
from hq_tui.store.reading import read
from tests.store.samples import delta

REPOSITORY = Path(__file__).parents[2]


def write_and_die(folder: Path, lines: int) -> tuple[int, int]:
    """Let a child write until it has said `lines` lines, and kill it: appended, acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.writing_child", str(folder)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        said += child.stdout.read().splitlines(keepends=True)
    figures = {b"a": 0, b"s": 0}
    for line in said:
        what, _, number = line.partition(b" ")
        if line.endswith(b"\n"):
            figures[what] = int(number)
    return figures[b"a"], figures[b"s"]


def kill_often(folder: Path, times: int, seed: int) -> list[int]:
    """Kill a session again and again; what each kill cost in records, oldest first."""
    dice = Random(seed)
    costs = []
    for _ in range(times):
        appended, acknowledged = write_and_die(folder, dice.randint(1, 150))
        found = read(folder / "killed.jsonl")
        assert found.last_seq >= acknowledged
        assert list(found.records[1:]) == [delta(n) for n in range(2, found.last_seq + 1)]
        costs.append(appended - found.last_seq)
    journal, found = Journal.open(folder, "killed")
    journal.append({"t": "end"})
    assert journal.close()
    assert read(folder / "killed.jsonl").records == (*found.records, {"t": "end"})
    return costs


def test_a_killed_session_keeps_all_that_was_acknowledged_and_opens_at_once(
    tmp_path: Path,
) -> None:
    kill_often(tmp_path, 4, seed=1)


@pytest.mark.soak
def test_a_session_killed_many_times_never_loses_more_than_a_moment(tmp_path: Path) -> None:
    costs = [cost for run in range(10) for cost in kill_often(tmp_path / str(run), 30, seed=run)]
    print(
        f"{len(costs)} kills: at most {max(costs)} records of 1 ms lost, {sorted(costs)[150]} usual"
    )
    assert max(costs) <= 100
