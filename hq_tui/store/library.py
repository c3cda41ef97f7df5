"""All sessions in one folder.

Deleting moves a session into `trash/`; emptying that is a separate step.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from hq_tui.core.text.sanitize import counted
from hq_tui.errors import HqError
from hq_tui.store.contents import ContentStore, mentioned_in
from hq_tui.store.files import private_folder, sync_folder
from hq_tui.store.lock import SessionLock
from hq_tui.store.session_file import free_name, is_session_id, no_such_session, session_path

_DICE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionListing:
    """The journal of a session in a folder; `mtime` in nanoseconds since 1970."""

    session_id: str
    path: Path
    size: int
    mtime: int


def journals_in(folder: Path) -> list[SessionListing]:
    """Every journal in `folder`; none without a folder. Raises HqError."""
    found = []
    try:
        for path in folder.iterdir():
            name = path.name.removesuffix(_SUFFIX)
            if name != path.name and is_session_id(name):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    status = path.lstat()
                    size, mtime = status.st_size, status.st_mtime_ns
                    found.append(SessionListing(session_id=name, path=path, size=size, mtime=mtime))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise HqError(
            f"{folder} cannot be read: {error.strerror}.",
            hint="Check who owns the folder, or point HQ_TUI_DATA_DIR at another one.",
        ) from error
    return found


def new_session_id(now: datetime, rng: Random) -> str:
    """A name that says when, sorts by it, and is short to type: `20261122-141502-k3f9`."""
    return f"{now:%Y%m%d-%H%M%S}-{''.join(rng.choices(_DICE_LETTERS, k=4))}"


class Library:
    """The sessions in `folder`, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trash = folder / "trash"
        self.contents = ContentStore(folder / "attachments")

    def new_id(self, now: float, rng: Random) -> str:
        """A name that no session has, here or in the trash; `now` in seconds of the epoch."""
        while True:
            name = new_session_id(datetime.fromtimestamp(now, tz=UTC), rng)
            taken = (session_path(folder, name) for folder in (self.folder, self.trash))
            if not any(os.path.lexists(path) for path in taken):
                return name

    def sessions(self) -> list[SessionListing]:
        """Every session, the last written first."""
        found = journals_in(self.folder)
        return sorted(found, key=lambda each: (each.mtime, each.session_id), reverse=True)

    def latest(self) -> str | None:
        """The session that was written last, or None when there is none."""
        return next((each.session_id for each in self.sessions()), None)

    def find(self, text: str) -> str:
        """The session called `text`, or the only one whose name begins with it."""
        return _pick(self.folder, text)

    def path(self, session_id: str) -> Path:
        """The journal of a session."""
        return session_path(self.folder, session_id)

    def delete(self, session_id: str) -> str:
        """Move a session into the trash, and return the name it has there.

        Raises `LockedElsewhere` if an instance is writing it.
        """
        path = session_path(self.folder, session_id)
        if not os.path.lexists(path):
            raise no_such_session()
        lock = SessionLock.take(path.with_suffix(".lock"))
        try:
            private_folder(self.trash)
            name = free_name(self.trash, session_id)
            _move(self.folder, session_id, self.trash, name)
        finally:
            lock.release()
        return name

    def unused_contents(self) -> list[Path]:
        """The contents of attached files that no session names, nor one in the trash.

        None if a journal cannot be read, as it may name any of them.
        """
        wanted: set[str] = set()
        for folder in (self.folder, self.trash):
            for path in folder.glob(f"*{_SUFFIX}*") if folder.is_dir() else ():
                try:
                    wanted |= mentioned_in(path.read_bytes())
                except OSError:
                    return []
        return list(self.contents.unused(wanted))

    def restore(self, text: str) -> str:
        """Move a session out of the trash, and return the name it has now."""
        name = _pick(self.trash, text)
        back = free_name(self.folder, name)
        _move(self.trash, name, self.folder, back)
        return back

    def size(self, session_id: str) -> int:
        """Bytes on the disk of a session, copies of damage included."""
        return sum(_size(path) for path in _files_of(self.folder, session_id))

    def total_size(self) -> int:
        """Bytes on the disk of all sessions, the trash included."""
        if not self.folder.is_dir():
            return 0
        return sum(_size(path) for path in self.folder.rglob("*"))


def _pick(folder: Path, text: str) -> str:
    """The session in `folder` whose name is `text`, or the only one that begins with it."""
    names = [each.session_id for each in journals_in(folder)]
    if text in names:
        return text
    fitting = sorted(name for name in names if text and name.startswith(text))
    if not fitting:
        raise no_such_session()
    if len(fitting) > 1:
        some = ", ".join(fitting[:4]) + (", and more" if len(fitting) > 4 else "")
        begin = f"{counted(len(fitting), 'session')} begin like that: {some}."
        raise HqError(begin, hint="Type more of it.")
    return fitting[0]


def _files_of(folder: Path, session_id: str) -> list[Path]:
    """The journal of a session and the copies of its damage."""
    path = session_path(folder, session_id)
    return [path, *sorted(folder.glob(f"{path.name}.damaged-*"))]


def _move(source: Path, name: str, target: Path, new_name: str) -> None:
    """Move a session and its copies; the copies first, so that none is left alone."""
    for path in reversed(_files_of(source, name)):
        path.rename(target / (new_name + path.name.removeprefix(name)))
    sync_folder(target)
    sync_folder(source)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
