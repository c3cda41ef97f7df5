"""Private files: folders are 0700 and files 0600 whatever the umask.

Symbolic links and files of other users are refused with `HqError`; `OSError` is left to the
caller.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hq_tui.errors import HqError

FILE_MODE = 0o600
FOLDER_MODE = 0o700
_PIECE = 256 * 1024
_ALWAYS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def private_folder(path: Path) -> None:
    """Make the folder `path`, and those above it that are missing, for us alone."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        try:
            folder.mkdir(FOLDER_MODE)
        except FileExistsError:
            continue
        folder.chmod(FOLDER_MODE)
    found = path.lstat()
    _refuse_unless_ours(path, found, a_folder=True)
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(FOLDER_MODE)


def create_private(path: Path) -> int:
    """A descriptor for the new, empty file `path`; it must not exist yet."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _ALWAYS, FILE_MODE)
    os.fchmod(fd, FILE_MODE)
    return fd


def open_private(path: Path, *, writing: bool) -> int:
    """A descriptor for the existing file `path`, made 0600 when it is for writing."""
    try:
        fd = os.open(path, (os.O_RDWR if writing else os.O_RDONLY) | _ALWAYS)
    except OSError:
        if path.is_symlink():
            raise _refusal(path, "is a symbolic link") from None
        raise
    try:
        found = os.fstat(fd)
        _refuse_unless_ours(path, found, a_folder=False)
        if writing and stat.S_IMODE(found.st_mode) != FILE_MODE:
            os.fchmod(fd, FILE_MODE)
    except BaseException:
        os.close(fd)
        raise
    return fd


def create_or_open_private(path: Path) -> int:
    """A descriptor for the file `path`, made where it is missing, however others come and go."""
    while True:
        try:
            return create_private(path)
        except FileExistsError:
            pass
        try:
            return open_private(path, writing=True)
        except FileNotFoundError:
            continue


@contextmanager
def reading(path: Path) -> Iterator[tuple[int, int]]:
    """A descriptor for the existing file `path` while it is read, and the size of the file."""
    fd = open_private(path, writing=False)
    try:
        yield fd, os.fstat(fd).st_size
    finally:
        os.close(fd)


def read_from(fd: int, begin: int, end: int) -> bytes:
    """The bytes of `fd` from `begin` up to `end`, or up to the end of the file."""
    pieces = []
    while begin < end:
        piece = os.pread(fd, end - begin, begin)
        if not piece:
            break
        pieces.append(piece)
        begin += len(piece)
    return b"".join(pieces)


def pieces_of(fd: int, end: int) -> Iterator[bytes]:
    """The bytes of `fd` up to `end`, or up to the end of the file, a piece at a time."""
    begin = 0
    while piece := read_from(fd, begin, min(end, begin + _PIECE)):
        yield piece
        begin += len(piece)


def write_whole(fd: int, data: bytes) -> None:
    """Write `data` at the beginning of `fd`, however often it takes, and sync it."""
    done = 0
    while done < len(data):
        done += os.pwrite(fd, data[done:], done)
    os.fsync(fd)


def fill_new(path: Path, fd: int, fill: Callable[[int], None]) -> None:
    """Fill the file at `path`, just made and open as `fd`; none is left where that fails.

    Raises OSError.
    """
    try:
        fill(fd)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(fd)


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to the new private file `path`, whole or not at all. Raises OSError."""
    fill_new(path, create_private(path), lambda new: write_whole(new, data))


def write_new(path: Path, text: str) -> None:
    """Write `text` to a new file of the person's, whole or not at all. Raises OSError."""
    data = text.encode("utf-8", "replace")
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    fill_new(path, fd, lambda new: write_whole(new, data))


def sync_folder(path: Path) -> None:
    """Make the names in the folder `path` survive a power cut."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def objection(found: os.stat_result, *, user: int, a_folder: bool) -> str:
    """The reason why `user` must not use a file with this status; empty if there is none."""
    if stat.S_ISLNK(found.st_mode):
        return "is a symbolic link"
    if stat.S_ISDIR(found.st_mode) != a_folder or not (a_folder or stat.S_ISREG(found.st_mode)):
        return "is not a folder" if a_folder else "is not an ordinary file"
    if found.st_uid != user:
        return "belongs to another user"
    return ""


def _refuse_unless_ours(path: Path, found: os.stat_result, *, a_folder: bool) -> None:
    if reason := objection(found, user=os.geteuid(), a_folder=a_folder):
        raise _refusal(path, reason)


def _refusal(path: Path, reason: str) -> HqError:
    return HqError(
        f"{path} {reason}, so hq-tui does not touch it.",
        hint="Move it away, or point HQ_TUI_DATA_DIR at a folder of your own.",
    )
