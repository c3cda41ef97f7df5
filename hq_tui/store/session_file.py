"""The files of one session: journal, lock, and copies of damage.

Opening takes the lock first. A damaged journal is copied once for each new damage before
anything is appended; its damaged lines stay where they are.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.files import (
    create_private,
    fill_new,
    open_private,
    pieces_of,
    private_folder,
    read_from,
    reading,
    sync_folder,
    write_private,
    write_whole,
)
from hq_tui.store.lock import SessionLock
from hq_tui.store.reader import RecordSink, Replay, replay, replay_pieces
from hq_tui.store.writer import WritePosition

SEE_SESSIONS = "`hq-tui sessions` lists them."
_SESSION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,79}(?:\.sync-conflict-[0-9A-Z-]{1,40})*")
"""The copy that Syncthing makes of a conflict is a session like any other."""


def is_session_id(text: str) -> bool:
    """True if `text` is a valid session name, and so a file name."""
    return _SESSION_ID.fullmatch(text) is not None


def session_path(folder: Path, session_id: str) -> Path:
    """The journal of `session_id`, which may not exist."""
    if not is_session_id(session_id):
        raise HqError("That cannot be the name of a session.", hint=SEE_SESSIONS)
    return folder / f"{session_id}.jsonl"


def no_such_session() -> HqError:
    """The error for a name that no session has."""
    return HqError("There is no session of that name.", hint=SEE_SESSIONS)


def free_name(folder: Path, session_id: str) -> str:
    """`session_id`, with a number appended if that is taken in `folder`."""
    name, number = session_id, 1
    while os.path.lexists(session_path(folder, name)):
        number += 1
        name = f"{session_id}-{number}"
    return name


class SessionFile:
    """The files of one session, held for writing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: SessionLock | None = None
        self._fd = -1

    def create(self) -> WritePosition:
        """A new, empty journal. After an `OSError` it may be tried again."""
        private_folder(self.path.parent)
        self._take_lock()
        if self._fd < 0:
            try:
                self._fd = create_private(self.path)
            except FileExistsError:
                self.release()
                raise HqError(
                    "There is a session of that name already.", hint="Open it, or choose another."
                ) from None
        sync_folder(self.path.parent)
        return WritePosition(fd=self._fd, offset=0, ragged=False)

    def open(self, into: RecordSink | None = None) -> tuple[WritePosition, Replay]:
        """The existing journal, locked, and what it says; `into` may take the records."""
        if not os.path.lexists(self.path):
            raise no_such_session()
        try:
            private_folder(self.path.parent)
            self._take_lock()
            self._fd = open_private(self.path, writing=True)
            size = os.fstat(self._fd).st_size
            found = replay_pieces(pieces_of(self._fd, size), into=into)
            data = read_from(self._fd, 0, size) if found.damaged else b""
        except OSError as error:
            self.release()
            raise HqError(
                f"This session cannot be written: {error.strerror}.",
                hint="It can still be read; check the disk and who owns the file.",
            ) from error
        except BaseException:
            self.release()
            raise
        if found.newer:
            self.release()
            raise HqError(
                "A later hq-tui wrote this session.",
                hint="It can be read here; to write in it, install the later version.",
            )
        if found.damaged:
            self._set_aside(data, found.damaged)
        return WritePosition(fd=self._fd, offset=size, ragged=found.torn), found

    def keep(self, fd: int, has_news: bool) -> None:
        """Make sure that `fd` has a name: ours, or another if that is another file's now.

        Without news the other file is taken for the later state of the same session.
        """
        try:
            named = self.path.lstat()
        except FileNotFoundError:
            self._bring_back(fd)
            return
        ours = os.fstat(fd)
        if has_news and (named.st_dev, named.st_ino) != (ours.st_dev, ours.st_ino):
            self._move_aside(fd)

    def release(self, *, keep: bool = True) -> None:
        """Close the file and let the next instance have the session, or remove it first."""
        if not keep:
            with suppress(OSError):
                self.path.unlink()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _take_lock(self) -> None:
        if self._lock is None:
            self._lock = SessionLock.take(self.path.with_suffix(".lock"))

    def _move_aside(self, fd: int) -> None:
        """Go on as a session of another name, beside the file that took our place."""
        name = free_name(self.path.parent, self.path.stem)
        aside = SessionFile(session_path(self.path.parent, name))
        aside._take_lock()
        try:
            aside._bring_back(fd)
        except BaseException:
            aside.release()
            raise
        if self._lock is not None:
            self._lock.release()
        self.path, self._lock = aside.path, aside._lock

    def _bring_back(self, fd: int) -> None:
        """Put a copy of the open, nameless file back under its name, behind the same number."""
        private_folder(self.path.parent)
        data = read_from(fd, 0, os.fstat(fd).st_size)
        fill_new(self.path, create_private(self.path), lambda copy: _fill(copy, data, fd))
        sync_folder(self.path.parent)

    def _set_aside(self, data: bytes, damaged: int) -> None:
        """Keep a copy of a damaged journal, unless an earlier copy covers the same damage.

        The journal only grows, so a copy that is its beginning and holds its last damaged line
        covers it. A disk without room for a copy does not prevent opening.
        """
        number = 1
        while True:
            copy = self.path.with_name(f"{self.path.name}.damaged-{number}")
            try:
                if _covers(copy, data, damaged):
                    return
            except FileNotFoundError:
                break
            except (OSError, HqError):
                pass
            number += 1
        try:
            write_private(copy, data)
        except OSError:
            return


def _covers(copy: Path, data: bytes, damaged: int) -> bool:
    """True if the file `copy` is the beginning of `data` and holds all that is `damaged`."""
    with reading(copy) as (fd, size):
        if size > len(data) or read_from(fd, 0, size) != data[:size]:
            return False
    return replay(data[:size]).damaged == damaged


def _fill(copy: int, data: bytes, fd: int) -> None:
    write_whole(copy, data)
    os.dup2(copy, fd, inheritable=False)
