"""A new file holds the whole text, or is not there."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from hq_tui.store.new_file import write_new


@pytest.mark.parametrize("length", [100, 100_000], ids=["fails at the end", "fails on the way"])
def test_a_file_that_finds_no_room_is_not_there_and_can_be_written_later(
    tmp_path: Path, length: int
) -> None:
    path, usual = tmp_path / "page.md", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, usual[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write_new(path, "x" * length)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert not path.exists()
    write_new(path, "x" * length)
    assert path.read_text() == "x" * length


def test_a_file_that_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_new(path, "other")
    assert path.read_text() == "mine"
