"""Saving on a disk that refuses, hangs or loses the file."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

import pytest

from hq_tui.store.journal import Journal, SaveStatus
from hq_tui.store.lock import LockedElsewhere
from hq_tui.store.reader import read
from hq_tui.store.writer import Disk, SyncPolicy
from tests.store.faults import FAST, FaultyDisk
from tests.store.samples import HEAD, delta, journal


class Told:
    """What the status callback was told, to be waited for."""

    def __init__(self) -> None:
        self._queue: SimpleQueue[SaveStatus] = SimpleQueue()

    def __call__(self, status: SaveStatus) -> None:
        self._queue.put(status)

    def until(self, saved: bool) -> SaveStatus:
        while True:
            status = self._queue.get(timeout=20)
            if status.saved is saved:
                return status


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "the disk reports an error"),
        (errno.EFBIG, "the file has reached its size limit"),
        (errno.ENODEV, "No such device"),
    ],
)
async def test_a_disk_that_refuses_is_told_and_saving_goes_on_by_itself(
    tmp_path: Path, error: int, words: str
) -> None:
    told, broken = Told(), [error]
    faulty = FaultyDisk(fails=lambda _call: broken[0])
    disk = Disk(write=faulty.write, sync=faulty.sync, truncate=faulty.truncate)
    log = Journal.create(tmp_path, "a", HEAD, disk=disk, pace=FAST, on_status=told)
    log.append(delta(2))
    assert not await log.sync()
    assert (await asyncio.to_thread(told.until, False)).reason == words
    for number in range(3, 30):
        log.append(delta(number))
    assert not log.sync_blocking()
    assert log.status == SaveStatus(saved=False, reason=words, unsaved_records=29, name="a")
    broken[0] = 0
    await asyncio.to_thread(told.until, True)
    assert await log.sync()
    assert log.close()
    assert log.path.read_bytes() == journal(29)


async def test_nothing_is_told_while_all_is_saved(tmp_path: Path) -> None:
    told: list[SaveStatus] = []
    log = Journal.create(tmp_path, "a", HEAD, on_status=told.append)
    for number in range(2, 30):
        log.append(delta(number))
        assert await log.sync()
    assert log.close()
    assert told == []


def test_closing_on_a_full_disk_says_that_something_is_unsaved(tmp_path: Path) -> None:
    faulty = FaultyDisk(room=150)
    disk = Disk(write=faulty.write, sync=faulty.sync, truncate=faulty.truncate)
    log = Journal.create(tmp_path, "a", HEAD, disk=disk)
    log.append(delta(2))
    log.append(delta(3))
    assert not log.close()
    assert log.status.unsaved_records > 0
    assert read(log.path).damaged == 0


def test_a_disk_that_hangs_is_told_and_does_not_hold_up_the_caller(tmp_path: Path) -> None:
    free, inside = threading.Event(), threading.Event()

    def hang(fd: int) -> None:
        inside.set()
        free.wait(20)
        os.fdatasync(fd)

    log = Journal.create(
        tmp_path, "a", HEAD, disk=Disk(sync=hang), pace=SyncPolicy(sync=0, answer=0)
    )
    assert inside.wait(20)
    log.append(delta(2))
    assert not log.sync_blocking(timeout=0.01)
    assert log.status.reason == "the disk does not answer"
    assert not log.close(timeout=0.01)
    free.set()
    assert log.close()
    assert log.path.read_bytes() == journal(2)


def test_what_comes_while_the_disk_syncs_is_written_all_the_same(tmp_path: Path) -> None:
    free, inside, written = threading.Event(), threading.Event(), threading.Semaphore(0)

    def hang(fd: int) -> None:
        inside.set()
        free.wait(20)
        os.fdatasync(fd)

    def write(fd: int, data: memoryview, offset: int) -> int:
        count = os.pwrite(fd, data, offset)
        written.release()
        return count

    disk = Disk(write=write, sync=hang)
    log = Journal.create(tmp_path, "a", HEAD, disk=disk, pace=SyncPolicy(sync=0))
    assert written.acquire(timeout=20)
    assert inside.wait(20)
    for number in range(2, 5):
        log.append(delta(number))
        assert written.acquire(timeout=20)
        assert log.path.read_bytes() == journal(number)
    assert log.status.unsaved_records == 4
    free.set()
    assert log.close()
    assert log.status.unsaved_records == 0


async def test_a_sync_that_nobody_waits_for_any_more_does_no_harm(tmp_path: Path) -> None:
    free = threading.Event()

    def slow(fd: int) -> None:
        free.wait(20)
        os.fdatasync(fd)

    log = Journal.create(tmp_path, "a", HEAD, disk=Disk(sync=slow))
    waiting = asyncio.ensure_future(log.sync())
    await asyncio.sleep(0)
    waiting.cancel()
    free.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await log.sync()
    assert log.close()


def test_a_listener_that_fails_does_not_stop_the_writing(tmp_path: Path) -> None:
    def fail(_status: SaveStatus) -> None:
        raise RuntimeError("the loop is closed")

    broken = [errno.EIO]
    faulty = FaultyDisk(fails=lambda _call: broken[0])
    disk = Disk(write=faulty.write, sync=faulty.sync, truncate=faulty.truncate)
    log = Journal.create(tmp_path, "a", HEAD, disk=disk, pace=FAST, on_status=fail)
    assert not log.sync_blocking()
    broken[0] = 0
    assert log.sync_blocking()
    assert log.close()


def test_something_unheard_of_in_the_writing_thread_is_a_failed_turn(tmp_path: Path) -> None:
    calls = []

    def strange(fd: int, data: memoryview, offset: int) -> int:
        calls.append(offset)
        if len(calls) == 1:
            raise MemoryError("no memory")
        return os.pwrite(fd, data, offset)

    log = Journal.create(tmp_path, "a", HEAD, disk=Disk(write=strange), pace=FAST)
    log.append(delta(2))
    log.sync_blocking()
    assert log.close()
    assert log.path.read_bytes() == journal(2)


def test_a_session_begins_before_its_folder_can_be_made(tmp_path: Path) -> None:
    told = Told()
    blocked = tmp_path / "data"
    blocked.write_text("a file where the folder should be")
    log = Journal.create(blocked / "sessions", "a", HEAD, pace=FAST, on_status=told)
    assert told.until(False).reason
    log.append(delta(2))
    blocked.unlink()
    told.until(True)
    assert log.close()
    assert log.path.read_bytes() == journal(2)


def test_a_file_that_is_removed_meanwhile_comes_back_whole(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD)
    log.append(delta(2))
    assert log.sync_blocking()
    log.path.unlink()
    log.append(delta(3))
    assert log.sync_blocking()
    log.append(delta(4))
    assert log.close()
    assert log.path.read_bytes() == journal(4)


def replaced(log: Journal, text: str) -> None:
    """Another program puts a file in the place of the journal's, as tools that sync do."""
    other = log.path.with_name("other")
    other.write_text(text)
    other.rename(log.path)


def test_a_file_that_is_replaced_meanwhile_stays_and_ours_goes_on_beside_it(tmp_path: Path) -> None:
    told = Told()
    log = Journal.create(tmp_path, "a", HEAD, pace=FAST, on_status=told)
    assert log.sync_blocking()
    replaced(log, "something else")
    log.append(delta(2))
    assert log.sync_blocking()
    assert told.until(True).name == "a-2"
    replaced(log, "something else again")
    log.append(delta(3))
    assert log.close()
    assert (log.status.name, log.path.read_bytes()) == ("a-2-2", journal(3))
    assert (tmp_path / "a.jsonl").read_text() == "something else"
    assert (tmp_path / "a-2.jsonl").read_text() == "something else again"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a-2-2.jsonl",
        "a-2.jsonl",
        "a.jsonl",
    ]


def test_a_session_that_goes_on_beside_is_locked_and_the_other_is_free(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD, pace=FAST)
    assert log.sync_blocking()
    replaced(log, journal(1).decode())
    Journal.create(tmp_path, "a-2", HEAD).close()
    log.append(delta(2))
    assert log.sync_blocking()
    with pytest.raises(LockedElsewhere):
        Journal.open(tmp_path, "a-3")
    other, found = Journal.open(tmp_path, "a")
    assert found.last_seq == 1
    assert other.close()
    assert log.close()


def test_a_replaced_file_that_got_no_more_words_leaves_no_copy(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", HEAD, pace=FAST)
    assert log.sync_blocking()
    replaced(log, journal(2).decode())
    assert log.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


LIMITED = """
import resource, signal, sys
from pathlib import Path
from hq_tui.store.journal import Journal
from hq_tui.store.writer import SyncPolicy
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, resource.RLIM_INFINITY))
log = Journal.create(Path(sys.argv[1]), "a", {"t": "session"}, pace=SyncPolicy(retry=0.001))
for number in range(200):
    log.append({"t": "delta", "n": number, "pad": "x" * 100})
print(log.sync_blocking(), log.status.reason, log.status.unsaved_records > 100)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(log.sync_blocking(), log.close())
"""


def test_a_real_limit_on_the_size_of_files_is_survived(tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "False the file has reached its size limit True",
        "True True",
    ]
    found = read(tmp_path / "a.jsonl")
    assert (found.damaged, found.last_seq) == (0, 201)
    assert [record["n"] for record in found.records[1:]] == list(range(200))
