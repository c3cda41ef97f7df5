"""Getting lines onto a disk that does not want them."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_tui.store.reader import replay
from hq_tui.store.writer import Disk, PendingLine, SyncPolicy
from tests.store.faults import ERRNOS, FaultyDisk, Inline, Late, Overlapping, numbered, writer_on
from tests.store.samples import journal, records
from tests.support.gates import Tally, part

COUNT = 30


def run(writer: Inline, faulty: FaultyDisk, lines: list[PendingLine]) -> int:
    """Put the lines one by one, syncing every third; how many turns failed."""
    failed = 0
    for line in lines:
        writer.put([line])
        faulty.clock.now += 0.06
        failed += not writer.turn(sync=line.seq % 3 == 0)
    return failed


def recover(writer: Inline, faulty: FaultyDisk) -> None:
    """Come back whenever the writer wants to, until it wants nothing more."""
    for _ in range(1000):
        if writer.due() == float("inf"):
            return
        faulty.clock.now = max(faulty.clock.now, writer.due())
        writer.turn()
    raise AssertionError("the writer never came to rest")


@pytest.mark.gate("disk")
@pytest.mark.parametrize("error", ERRNOS, ids=errno.errorcode.get)
@pytest.mark.parametrize("kind", [Inline, Overlapping, Late])
def test_a_fault_at_any_call_loses_and_doubles_nothing(
    tmp_path: Path, tally: Tally, kind: type[Inline], error: int
) -> None:
    for call in range(1, 45):
        for last in (call, call + 1, call + 7):
            check_faults(tmp_path / f"{call}-{last}", partial(between, call, last, error), kind)
            tally.tried()


def check_faults(path: Path, fails: Callable[[int], int], kind: type[Inline] = Inline) -> None:
    """Write while these calls fail, and find everything in the end."""
    faulty = FaultyDisk(fails=fails, most=40)
    writer = writer_on(path, faulty.disk, kind=kind)
    assert run(writer, faulty, numbered(16)) > 0
    recover(writer, faulty)
    assert path.read_bytes() == journal(16)
    assert (writer.synced_seq, writer.reason) == (16, "")


class Resigned(Inline):
    """A writer that gives up what it could not write."""

    def fail(self, reason: str) -> None:
        super().fail(reason)
        self._queue.clear()


@pytest.mark.twin("disk", "what could not be written is given up")
def test_a_writer_that_gives_up_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check_faults(tmp_path / "a", partial(between, 5, 6, errno.ENOSPC), Resigned)


def between(first: int, last: int, error: int, call: int) -> int:
    return error if first <= call <= last else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What a disk does, and who writes on it."""

    faults: set[int]
    """The calls that fail."""
    most: int
    room: int
    error: int
    kind: type[Inline]


MIXTURES = st.builds(
    Mixture,
    faults=st.sets(st.integers(1, 200), max_size=60),
    most=st.sampled_from([1, 7, 64, 10_000]),
    room=st.integers(0, 4_000),
    error=st.sampled_from(ERRNOS),
    kind=st.sampled_from([Inline, Overlapping, Late]),
)


@given(mixture=MIXTURES)
def test_any_mixture_of_faults_loses_and_doubles_nothing(
    tmp_path_factory: pytest.TempPathFactory, mixture: Mixture
) -> None:
    check_mixture(tmp_path_factory, mixture)


@pytest.mark.soak
@pytest.mark.gate("disk")
@settings(max_examples=part(2000), suppress_health_check=list(HealthCheck))
@given(mixture=MIXTURES)
def test_two_thousand_mixtures_lose_and_double_nothing(
    tally: Tally, tmp_path_factory: pytest.TempPathFactory, mixture: Mixture
) -> None:
    check_mixture(tmp_path_factory, mixture)
    tally.tried()


def check_mixture(tmp_path_factory: pytest.TempPathFactory, mixture: Mixture) -> None:
    """Write on a disk with these faults, and find what was acknowledged, then everything."""
    path = tmp_path_factory.mktemp("mixture") / "a"
    faulty = FaultyDisk(
        fails=lambda n: mixture.error if n in mixture.faults else 0,
        most=mixture.most,
        room=mixture.room,
    )
    writer = writer_on(path, faulty.disk, kind=mixture.kind)
    run(writer, faulty, numbered(COUNT))
    seen = replay(path.read_bytes())
    assert seen.records == tuple(records(COUNT)[: len(seen.records)])
    assert len(seen.records) >= writer.synced_seq
    faulty.room = 1 << 60
    recover(writer, faulty)
    assert path.read_bytes() == journal(COUNT)
    assert writer.synced_seq == COUNT


def test_a_full_disk_holds_whole_lines_only(tmp_path: Path) -> None:
    faulty = FaultyDisk(room=1_000)
    writer = writer_on(tmp_path / "a", faulty.disk)
    assert run(writer, faulty, numbered(COUNT)) > 0
    assert writer.reason == "the disk is full"
    found = replay((tmp_path / "a").read_bytes())
    assert (found.damaged, found.torn) == (0, False)
    assert len(found.records) > 5


def test_a_torn_line_that_cannot_be_cut_back_is_overwritten(tmp_path: Path) -> None:
    faulty = FaultyDisk(room=1_000)
    broken = Disk(write=faulty.write, sync=faulty.sync, truncate=_refuse, clock=faulty.clock)
    writer = writer_on(tmp_path / "a", broken)
    run(writer, faulty, numbered(COUNT))
    assert replay((tmp_path / "a").read_bytes()).torn
    faulty.room = 1 << 60
    recover(writer, faulty)
    assert (tmp_path / "a").read_bytes() == journal(COUNT)


def _refuse(_fd: int, _size: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_write_that_takes_nothing_is_a_failure_and_no_endless_loop(tmp_path: Path) -> None:
    writer = writer_on(tmp_path / "a", Disk(write=lambda _fd, _data, _offset: 0))
    writer.put(numbered(1))
    assert not writer.turn()
    assert writer.reason == "the disk reports an error"


def test_records_are_written_every_20_ms_and_synced_every_250(tmp_path: Path) -> None:
    log: list[tuple[str, float]] = []
    faulty = FaultyDisk()

    def write(fd: int, data: memoryview, offset: int) -> int:
        log.append(("write", faulty.clock.now))
        return os.pwrite(fd, data, offset)

    def sync(_fd: int) -> None:
        log.append(("sync", faulty.clock.now))

    writer = writer_on(tmp_path / "a", Disk(write=write, sync=sync, clock=faulty.clock))
    begin = faulty.clock.now
    for seq, line in enumerate(numbered(1000), 1):
        faulty.clock.now = begin + seq / 1000
        writer.put([line])
        if writer.due() <= faulty.clock.now:
            writer.turn()
    writes = [when for what, when in log if what == "write"]
    syncs = [begin, *(when for what, when in log if what == "sync")]
    assert len(writes) <= 53
    assert max(b - a for a, b in pairwise(writes)) < 0.022
    assert 4 <= len(syncs) <= 5
    assert max(b - a for a, b in pairwise(syncs)) < 0.253


def test_a_sync_that_fails_late_has_all_written_again_what_was_meanwhile_too(
    tmp_path: Path,
) -> None:
    faulty = FaultyDisk(fails=lambda call: errno.EIO if call == 2 else 0)
    writer = writer_on(tmp_path / "a", faulty.disk)
    first, second = numbered(2)
    writer.put([first])
    assert writer.write()
    begun = writer.begin_sync()
    writer.put([second])
    assert not writer.write()
    assert writer.write()
    assert not writer.end_sync(begun, OSError(errno.EIO, "lost"))
    assert writer.reason == "the disk reports an error"
    assert (tmp_path / "a").read_bytes() == journal(2)
    (tmp_path / "a").write_bytes(b"\0" * len(journal(2)))  # as a disk may that lost them
    recover(writer, faulty)
    assert (tmp_path / "a").read_bytes() == journal(2)


def test_a_writer_with_nothing_to_do_sleeps_for_ever(tmp_path: Path) -> None:
    faulty = FaultyDisk()
    writer = writer_on(tmp_path / "a", faulty.disk)
    assert writer.due() == float("inf")
    run(writer, faulty, numbered(3))
    assert writer.due() == float("inf")


def test_another_writer_that_ignores_the_lock_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a"
    faulty = FaultyDisk()
    writer = writer_on(path, faulty.disk)
    run(writer, faulty, numbered(4))
    theirs = numbered(9)[4].data.replace(b"why?", b"mine")
    with path.open("ab") as file:
        file.write(theirs + theirs[:30])
    run(writer, faulty, numbered(9)[4:])
    recover(writer, faulty)
    found = replay(path.read_bytes())
    assert [record.get("n", 1) for record in found.records] == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert path.read_bytes().startswith(journal(4) + theirs + theirs[:30] + b"\n")


def test_a_file_that_was_emptied_is_gone_on_with_at_its_new_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    faulty = FaultyDisk()
    writer = writer_on(path, faulty.disk)
    run(writer, faulty, numbered(6))
    os.truncate(path, 0)
    run(writer, faulty, numbered(9)[6:])
    recover(writer, faulty)
    found = replay(path.read_bytes())
    assert found.records == tuple(records(9)[6:])
    assert found.damaged == 6


def test_a_disk_that_fails_does_not_take_back_what_only_was_not_synced(tmp_path: Path) -> None:
    """A kill -9 in the middle of a full disk finds at least what it found before."""
    path = tmp_path / "a"
    faulty = FaultyDisk(fails=lambda call: errno.ENOSPC if call in {2, 4, 6} else 0)
    writer = writer_on(path, faulty.disk)
    writer.put(numbered(3)[:2])
    assert writer.turn()
    for _ in range(3):
        writer.put(numbered(3)[2:] if faulty.calls == 1 else [])
        assert not writer.turn()
        assert path.read_bytes() == journal(2)
    recover(writer, faulty)
    assert path.read_bytes() == journal(3)


def test_after_a_failed_sync_only_a_good_one_counts_as_saved(tmp_path: Path) -> None:
    faulty = FaultyDisk()
    disk = Disk(write=faulty.write, sync=partial(_refuse, _size=0), clock=faulty.clock)
    writer = writer_on(tmp_path / "a", disk, pace=SyncPolicy(retry=0.01))
    writer.put(numbered(1))
    assert not writer.turn(sync=True)
    for _ in range(5):
        faulty.clock.now = writer.due()
        assert not writer.turn()
    assert writer.synced_seq == 0
