"""kill -9 in the middle of writing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from hq_tui.store.journal import Journal
from hq_tui.store.reader import read
from tests.store.samples import delta
from tests.support.gates import Tally, part

REPOSITORY = Path(__file__).parents[2]


def write_and_die(folder: Path, lines: int, how: str = "") -> tuple[int, int]:
    """Let a child write until it has said `lines` lines, and kill it: appended, acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.writing_child", str(folder), how],
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
    rng = Random(seed)
    costs = []
    for _ in range(times):
        appended, acknowledged = write_and_die(folder, rng.randint(1, 150))
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
@pytest.mark.gate("killed writer")
@pytest.mark.parametrize("run", range(10))
def test_a_session_killed_many_times_never_loses_more_than_a_moment(
    tmp_path: Path, tally: Tally, run: int
) -> None:
    costs = kill_often(tmp_path, part(30), seed=run)
    tally.tried(len(costs))
    tally.at_most("records of a millisecond lost,", max(costs))
    assert max(costs) <= 100


@pytest.mark.twin("killed writer", "what is not written yet called safe")
def test_a_writer_that_calls_everything_safe_at_once_is_found_out(tmp_path: Path) -> None:
    _appended, acknowledged = write_and_die(tmp_path, 60, "hasty")
    assert read(tmp_path / "killed.jsonl").last_seq < acknowledged
