"""Whatever befalls the index while it is in use: everything is found, and it comes back."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from hq_tui.cli import sessions as finding
from hq_tui.sessions.catalog import Catalogue
from hq_tui.sessions.index_updater import IndexUpdater
from tests.sessions.samples import conversation, write

ROOT = Path(__file__).parents[2]
Harm = Callable[[Path, Catalogue], object]


def full_disk(_file: Path, catalogue: Catalogue) -> None:
    """SQLite finds no room for another page, as on a full disk."""
    catalogue._index._base.execute("PRAGMA max_page_count = 1")


def read_only(_file: Path, catalogue: Catalogue) -> None:
    """SQLite is refused every write, as on a disk mounted to be read only."""
    catalogue._index._base.execute("PRAGMA query_only = ON")


def held(file: Path, catalogue: Catalogue) -> sqlite3.Connection:
    """Somebody else holds the file and does not let go."""
    catalogue._index._base.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    return other


HARMS: dict[str, Harm] = {
    "removed": lambda file, _: file.unlink(),
    "folder removed": lambda file, _: shutil.rmtree(file.parent),
    "emptied": lambda file, _: file.write_bytes(b""),
    "cut short": lambda file, _: os.truncate(file, file.stat().st_size * 2 // 3),
    "noise": lambda file, _: file.write_bytes(os.urandom(file.stat().st_size)),
    "another program's": lambda file, _: file.write_bytes(b"SQLite format 3\0" + b"\1" * 5000),
    "full disk": full_disk,
    "read-only": read_only,
    "held by another": held,
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_all_is_found_in_spite_of_it_and_the_next_one_has_an_index_again(
    tmp_path: Path, harm: Harm
) -> None:
    folder, cache = tmp_path / "sessions", tmp_path / "cache"
    for number in range(20):
        write(folder, conversation(f"old{number}", "a needle " + "in much hay " * 40))
    with closing(Catalogue(folder, cache)) as catalogue:
        catalogue.refresh_all()
        (file,) = cache.glob("*.sqlite")
        other = harm(file, catalogue)
        for number in range(20):
            write(
                folder, conversation(f"new{number}", f"another needle {number} " + "of steel " * 40)
            )
        catalogue.refresh_all()
        catalogue.search("needle")
        catalogue.refresh_all()
        assert len(catalogue.rows()) == 40
        assert all(row.turns == 1 for row in catalogue.rows())
        found = {hit.id for hit in catalogue.search("needle")}
        assert len(found & {f"new{number}" for number in range(20)}) == 20
    if isinstance(other, sqlite3.Connection):
        other.close()
    with closing(Catalogue(folder, cache)) as again:
        again.refresh_all()
        assert not again._index.in_memory
        assert len({hit.id for hit in again.search("another needle")}) == 20


WORKER = """
import sys
from contextlib import closing
from pathlib import Path
from hq_tui.sessions.catalog import Catalogue
with closing(Catalogue(Path(sys.argv[1]), Path(sys.argv[2]))) as catalogue:
    while catalogue.refresh(0.005):
        print("slice", flush=True)
    print(len(catalogue.rows()), len(catalogue.search("needle", most=200)))
"""


def working(folder: Path, cache: Path) -> subprocess.Popen[str]:
    """A process that brings the index up to date."""
    command = [sys.executable, "-c", WORKER, str(folder), str(cache)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_two_processes_at_once_and_one_that_is_killed_leave_a_sound_index(tmp_path: Path) -> None:
    folder, cache = tmp_path / "sessions", tmp_path / "cache"
    for number in range(60):
        write(folder, conversation(f"s{number}", f"needle {number}", "a reply of some words " * 20))
    victim, *others = (working(folder, cache) for _ in range(3))
    assert victim.stdout is not None
    victim.stdout.readline()
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    victim.stdout.close()
    for process in others:
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert said.split("\n")[-2] == "60 60"
    with closing(Catalogue(folder, cache)) as catalogue:
        assert catalogue.refresh(0.0) in {True, False}
        catalogue.refresh_all()
        assert not catalogue._index.in_memory
        assert len(catalogue.search("needle", most=200)) == 60


class Slow(Catalogue):
    """An index with so many pieces of work."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.closed = False

    def refresh(self, budget: float = 0.0) -> bool:
        """Do one piece."""
        self.pieces -= 1
        return self.pieces > 0

    def close(self) -> None:
        """Let go."""
        self.closed = True


def test_the_keeper_rests_between_pieces_and_stands_back_for_the_person() -> None:
    index, rests = Slow(3), list[float]()
    busy = iter([True, False, True, True, False, False])

    def rest(seconds: float) -> bool:
        rests.append(seconds)
        return False

    IndexUpdater(lambda: index, lambda: next(busy)).one_pass(rest)
    assert index.closed
    assert index.pieces == 0
    assert rests == [1.0, 0.06, 1.0, 1.0, 0.06]


def test_the_keeper_ends_when_it_is_told_to() -> None:
    index = Slow(9)
    IndexUpdater(lambda: index, lambda: False).one_pass(lambda _rest: True)
    assert (index.closed, index.pieces) == (True, 8)
    updater = IndexUpdater(lambda: index, lambda: False)
    updater.start()
    updater.stop()
    assert not updater._thread.is_alive()
    assert index.pieces == 8


def test_who_waits_for_a_large_library_at_a_terminal_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sessions"
    for number in range(5):
        write(folder, conversation(f"s{number}", "word"))
    ticks = iter(range(1000))
    slow = Catalogue(folder, tmp_path / "cache", clock=lambda: float(next(ticks)))
    with closing(slow) as catalogue:
        heard = list[int]()
        catalogue.refresh_all(heard.append)
        catalogue.refresh_all(heard.append)
        assert heard == [3]
    finding.say_that_it_takes_long(3)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    finding.say_that_it_takes_long(3)
    assert "3 to go" in capsys.readouterr().err
