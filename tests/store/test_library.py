"""The library of all sessions."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from hq_tui.errors import HqError
from hq_tui.store.journal import Journal
from hq_tui.store.library import Library, new_session_id
from hq_tui.store.lock import LockedElsewhere
from tests.store.samples import journal

NOON = datetime(2026, 11, 22, 14, 15, 2, tzinfo=UTC)


def put(folder: Path, name: str, data: bytes, when: int) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{name}.jsonl"
    path.write_bytes(data)
    os.utime(path, (when, when))
    return path


def trashed(library: Library) -> list[str]:
    return sorted((path.stem for path in library.trash.glob("*.jsonl")), reverse=True)


def test_an_empty_or_missing_folder_has_no_sessions(tmp_path: Path) -> None:
    library = Library(tmp_path / "sessions")
    assert (library.sessions(), library.latest(), library.total_size()) == ([], None, 0)
    assert trashed(library) == []
    assert not library.folder.exists()


def test_sessions_are_listed_newest_first(tmp_path: Path) -> None:
    for number, name in enumerate(["b", "c", "a"]):
        put(tmp_path, name, journal(30 + number), 1000 + number)
    found = Library(tmp_path).sessions()
    assert [(each.session_id, each.mtime / 1e9) for each in found] == [
        ("a", 1002), ("c", 1001), ("b", 1000)
    ]  # fmt: skip
    assert Library(tmp_path).latest() == "a"


def test_only_journals_are_listed_whatever_is_in_them(tmp_path: Path) -> None:
    put(tmp_path, "sound", journal(5), 1000)
    put(tmp_path, "empty", b"", 1000)
    put(tmp_path, "rubbish", os.urandom(300_000), 1000)
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "sound.jsonl")
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "notes.txt").write_text("not a session")
    (tmp_path / ".hidden.jsonl").write_text("not a session")
    (tmp_path / "sound.jsonl.damaged-1").write_text("not a session")
    found = {each.session_id for each in Library(tmp_path).sessions()}
    assert found == {"sound", "empty", "rubbish", "folder", "link", "pipe"}


@pytest.mark.parametrize(
    ("text", "name"), [("abc", "abc"), ("abcd", "abcde"), ("x", "x-1"), ("x-1", "x-1")]
)
def test_a_session_is_found_by_a_beginning_that_fits_no_other(
    tmp_path: Path, text: str, name: str
) -> None:
    for each in ("abc", "abcde", "x-1"):
        put(tmp_path, each, journal(1), 1000)
    assert Library(tmp_path).find(text) == name


@pytest.mark.parametrize(
    ("text", "words"),
    [("ab", "2 sessions begin like that: abc, abcde"), ("q", "no session"), ("", "no session")],
)
def test_a_beginning_that_fits_none_or_many_is_told(tmp_path: Path, text: str, words: str) -> None:
    for each in ("abc", "abcde", "x-1"):
        put(tmp_path, each, journal(1), 1000)
    with pytest.raises(HqError, match=words):
        Library(tmp_path).find(text)


def test_names_say_when_and_are_new(tmp_path: Path) -> None:
    library = Library(tmp_path)
    first = library.new_id(NOON.timestamp(), Random(1))
    assert first.startswith("20261122-141502-")
    assert len(first) == 20
    put(tmp_path, first, journal(1), 1000)
    assert library.new_id(NOON.timestamp(), Random(1)) != first
    later = new_session_id(NOON.replace(hour=15), Random(2))
    assert first < later


def test_a_deleted_session_can_be_fetched_back(tmp_path: Path) -> None:
    library = Library(tmp_path)
    path = put(tmp_path, "a", journal(3), 1000)
    copy = tmp_path / "a.jsonl.damaged-1"
    copy.write_bytes(b"junk")
    assert library.size("a") == len(journal(3)) + 4
    assert library.delete("a") == "a"
    assert (library.sessions(), trashed(library)) == ([], ["a"])
    assert (path.exists(), copy.exists()) == (False, False)
    assert library.total_size() > len(journal(3))
    assert library.restore("a") == "a"
    assert (path.read_bytes(), copy.read_bytes()) == (journal(3), b"junk")
    assert trashed(library) == []


def test_a_name_that_is_taken_in_the_trash_gets_a_number(tmp_path: Path) -> None:
    library = Library(tmp_path)
    for count in (1, 2, 3):
        put(tmp_path, "a", journal(count), 1000 + count)
        library.delete("a")
    assert trashed(library) == ["a-3", "a-2", "a"]
    put(tmp_path, "a", journal(4), 1004)
    assert library.restore("a-3") == "a-3"
    assert (tmp_path / "a-3.jsonl").read_bytes() == journal(3)
    assert library.restore("a") == "a-2"
    assert (tmp_path / "a-2.jsonl").read_bytes() == journal(1)
    assert (tmp_path / "a.jsonl").read_bytes() == journal(4)


def test_a_session_that_is_being_written_is_not_deleted(tmp_path: Path) -> None:
    log = Journal.create(tmp_path, "a", {"t": "session"})
    assert log.sync_blocking()
    with pytest.raises(LockedElsewhere):
        Library(tmp_path).delete("a")
    assert log.close()
    Library(tmp_path).delete("a")
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["a.jsonl", "trash"]


def test_what_is_not_there_cannot_be_deleted_or_fetched_back(tmp_path: Path) -> None:
    with pytest.raises(HqError, match="no session"):
        Library(tmp_path).delete("a")
    with pytest.raises(HqError, match="no session"):
        Library(tmp_path).restore("a")
    with pytest.raises(HqError):
        Library(tmp_path).delete("../a")
    assert list(tmp_path.iterdir()) == []
