"""A new file holds the whole text, or is not there."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hq_tui.sessions.drafts import rescue
from hq_tui.store.files import write_new


@contextmanager
def little_room() -> Iterator[None]:
    """No file may have more than 50 bytes."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.mark.parametrize("length", [100, 100_000], ids=["fails at the end", "fails on the way"])
def test_a_file_that_finds_no_room_is_not_there_and_can_be_written_later(
    tmp_path: Path, length: int
) -> None:
    path = tmp_path / "page.md"
    with little_room(), pytest.raises(OSError, match="too large"):
        write_new(path, "x" * length)
    assert not path.exists()
    write_new(path, "x" * length)
    assert path.read_text() == "x" * length


def test_a_draft_that_finds_no_room_leaves_no_file_either(tmp_path: Path) -> None:
    with little_room():
        assert rescue(tmp_path, "x" * 100) is None
    assert list((tmp_path / "drafts").iterdir()) == []
    path = rescue(tmp_path, "x" * 100)
    assert path is not None
    assert path.read_text() == "x" * 100


def test_a_file_that_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_new(path, "other")
    assert path.read_text() == "mine"
