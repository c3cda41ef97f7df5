"""Sessions are for their owner alone, and nothing else is touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hq_tui.errors import HqError
from hq_tui.store.journal import Journal
from hq_tui.store.reader import read
from tests.store.samples import HEAD, a_journal


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777], ids=oct)
def test_files_are_ours_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        log = Journal.create(tmp_path / "data" / "sessions", "a", HEAD)
        assert log.sync_blocking()
    finally:
        os.umask(before)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").rglob("*")
    }
    assert modes == {"sessions": 0o700, "a.jsonl": 0o600, "a.lock": 0o600}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    log.close()


def test_a_loose_mode_is_tightened_at_opening(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    path = a_journal(folder)
    folder.chmod(0o755)
    path.chmod(0o644)
    Journal.open(folder, "a")[0].close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_symbolic_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    path = a_journal(folder)
    target = path.rename(tmp_path / "target")
    before = target.read_bytes()
    path.symlink_to(target)
    with pytest.raises(HqError, match="symbolic link"):
        Journal.open(folder, "a")
    with pytest.raises(HqError, match="symbolic link"):
        read(path)
    with pytest.raises(HqError):
        Journal.create(folder, "a", HEAD)
    (folder / "b.lock").symlink_to(target)
    with pytest.raises(HqError, match="symbolic link"):
        Journal.create(folder, "b", HEAD)
    assert target.read_bytes() == before


def test_a_symbolic_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    a_journal(tmp_path / "real")
    (tmp_path / "sessions").symlink_to(tmp_path / "real")
    with pytest.raises(HqError, match="symbolic link"):
        Journal.open(tmp_path / "sessions", "a")
    with pytest.raises(HqError, match="symbolic link"):
        Journal.create(tmp_path / "sessions", "b", HEAD)


def test_a_pipe_in_place_of_a_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jsonl")
    with pytest.raises(HqError, match="not an ordinary file"):
        Journal.open(tmp_path, "a")
    with pytest.raises(HqError, match="not an ordinary file"):
        read(tmp_path / "a.jsonl")
