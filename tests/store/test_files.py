"""Files that are ours alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hq_tui.store.files import objection


def status(mode: int, user: int) -> os.stat_result:
    return os.stat_result((mode, 0, 0, 1, user, 0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("mode", "owner", "a_folder", "words"),
    [
        (stat.S_IFREG | 0o600, 7, False, ""),
        (stat.S_IFDIR | 0o700, 7, True, ""),
        (stat.S_IFREG | 0o600, 8, False, "belongs to another user"),
        (stat.S_IFDIR | 0o777, 0, True, "belongs to another user"),
        (stat.S_IFLNK | 0o777, 7, False, "is a symbolic link"),
        (stat.S_IFLNK | 0o777, 7, True, "is a symbolic link"),
        (stat.S_IFIFO | 0o600, 7, False, "is not an ordinary file"),
        (stat.S_IFDIR | 0o700, 7, False, "is not an ordinary file"),
        (stat.S_IFREG | 0o600, 7, True, "is not a folder"),
    ],
)
def test_what_is_not_plainly_ours_is_refused(
    mode: int, owner: int, a_folder: bool, words: str
) -> None:
    assert objection(status(mode, owner), user=7, a_folder=a_folder) == words


def test_this_file_is_an_ordinary_one() -> None:
    found = Path(__file__).stat()
    assert objection(found, user=found.st_uid, a_folder=False) == ""
