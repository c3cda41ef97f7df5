"""One writer per session."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from hq_tui.errors import HqError
from hq_tui.store.lock import Holder, LockedElsewhere, SessionLock

REPOSITORY = Path(__file__).parents[2]
HOLDING = """
import sys
from pathlib import Path
from hq_tui.store.lock import SessionLock
lock = SessionLock.take(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def no_locks(_fd: int, _how: int) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_a_lock_is_held_once_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    lock = SessionLock.take(path)
    with pytest.raises(LockedElsewhere, match=f"process {os.getpid()}"):
        SessionLock.take(path)
    lock.release()
    lock.release()
    assert not path.exists()
    SessionLock.take(path).release()


def test_a_lock_says_who_holds_it_and_ends_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockedElsewhere) as told:
            SessionLock.take(path)
        assert told.value.holder == Holder(
            host=socket.gethostname(), pid=child.pid, boot_id=boot_id()
        )
        child.kill()
    assert path.exists(), "left behind, and taken over"
    lock = SessionLock.take(path)
    with pytest.raises(LockedElsewhere, match=f"process {os.getpid()}"):
        SessionLock.take(path)
    lock.release()


def test_a_lock_on_a_file_that_was_removed_meanwhile_is_not_taken_for_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.lock"
    calls = []

    def late(fd: int, how: int) -> None:
        import fcntl

        calls.append(fd)
        if len(calls) == 1:
            path.unlink()
            path.touch(0o600)
        fcntl.flock(fd, how)

    lock = SessionLock.take(path, flock=late)
    with pytest.raises(LockedElsewhere):
        SessionLock.take(path)
    assert len(calls) == 2
    lock.release()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\0", b"[" * 4000, b'{"host":1}'])
def test_a_spoilt_lock_file_only_costs_the_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.lock"
    lock = SessionLock.take(path)
    path.write_bytes(content)
    with pytest.raises(LockedElsewhere, match="open in another hq-tui"):
        SessionLock.take(path)
    lock.release()


@pytest.mark.parametrize(
    ("holder", "taken"),
    [
        (Holder(), True),
        (Holder(host=socket.gethostname(), pid=os.getpid(), boot_id=boot_id()), False),
        (Holder(host=socket.gethostname(), pid=os.getpid(), boot_id="an earlier one"), True),
        (Holder(host=socket.gethostname(), pid=2**22 + 5, boot_id=boot_id()), True),
        (Holder(host=socket.gethostname(), pid=0, boot_id=boot_id()), True),
        (Holder(host="another.machine", pid=1, boot_id="x"), False),
    ],
    ids=["nobody", "this process", "before a restart", "no such process", "no pid", "elsewhere"],
)
def test_where_there_are_no_locks_the_name_decides(
    tmp_path: Path, holder: Holder, taken: bool
) -> None:
    path = tmp_path / "a.lock"
    path.write_text(json.dumps(asdict(holder)))
    if taken:
        SessionLock.take(path, flock=no_locks).release()
    else:
        with pytest.raises(LockedElsewhere):
            SessionLock.take(path, flock=no_locks)


def test_a_holder_on_another_machine_is_named_with_it() -> None:
    assert str(Holder(host="elsewhere", pid=7)) == "another hq-tui (process 7 on elsewhere)"


def test_releasing_leaves_a_lock_that_somebody_else_holds_by_now(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    mine = SessionLock.take(path)
    path.unlink()
    theirs = SessionLock.take(path)
    mine.release()
    with pytest.raises(LockedElsewhere):
        SessionLock.take(path)
    theirs.release()


def test_a_number_in_the_lock_file_that_is_somebody_else_gets_no_signal(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        me = {"host": socket.gethostname(), "pid": stranger.pid, "boot_id": ""}
        path.write_text(json.dumps(me))
        path.chmod(0o600)
        with pytest.raises(HqError, match="out of reach"):
            SessionLock.ask_holder(path, at_once=True)
        path.write_text(json.dumps({**me, "host": "elsewhere"}))
        with pytest.raises(HqError, match="open on elsewhere"):
            SessionLock.ask_holder(path)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_holder_that_has_just_gone_needs_no_asking(tmp_path: Path) -> None:
    SessionLock.ask_holder(tmp_path / "a.lock")
