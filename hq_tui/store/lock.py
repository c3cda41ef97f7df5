"""A lock for the one writer of a session.

It is the kernel's (`flock`), so it ends with its holder. The lock file names host, process and
boot; where the file system has no locks, these decide: a holder is gone if it ran on this
machine and its process or boot is over.

The holder removes the file. An instance that had just opened it then holds a lock on a file
without a name, notices that, and tries again.
"""

import errno
import fcntl
import json
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.files import create_or_open_private, read_from, reading

_NO_LOCKS_HERE = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

Flock = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The holder of a lock; empty fields if the lock file does not say."""

    host: str = ""
    pid: int = 0
    boot_id: str = ""

    @property
    def is_here(self) -> bool:
        """True if it runs on this machine."""
        return self.host == socket.gethostname()

    @property
    def may_be_alive(self) -> bool:
        """False if it is known to be gone."""
        if not self.host or not self.is_here:
            return bool(self.host)
        return self.boot_id == _boot_id() and _process_exists(self.pid)

    def __str__(self) -> str:
        if not self.host:
            return "another hq-tui"
        where = "" if self.is_here else f" on {self.host}"
        return f"another hq-tui (process {self.pid}{where})"


class LockedElsewhere(HqError):  # noqa: N818 - says what is, as `BlockingIOError` does not
    """Another instance writes this session; `holder` says which."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(
            f"This session is open in {holder}.",
            hint="It can be read here, and it can be written here once that one is closed.",
        )
        self.holder = holder


class SessionLock:
    """A lock that is held until `release`, or until this process ends."""

    def __init__(self, path: Path, fd: int) -> None:
        self._path = path
        self._fd = fd

    @classmethod
    def take(cls, path: Path, *, flock: Flock = fcntl.flock) -> "SessionLock":
        """The lock in the file `path`, at once or not at all (`LockedElsewhere`)."""
        while True:
            fd = create_or_open_private(path)
            try:
                _lock(fd, flock)
                if _is_named(path, fd):
                    _sign(fd)
                    return cls(path, fd)
            except BaseException:
                os.close(fd)
                raise
            os.close(fd)

    @staticmethod
    def ask_holder(path: Path, *, at_once: bool = False) -> None:
        """Ask the instance that holds the lock in `path` to finish its reply and exit.

        `at_once` does not let it finish. Raises HqError if it cannot be reached.
        """
        try:
            with reading(path) as (fd, _):
                holder = _holder(fd)
        except FileNotFoundError:
            return  # it has just gone
        if not holder.is_here or not _has_open(holder.pid, path):
            where = holder.host if holder.host and not holder.is_here else "a place unknown"
            raise HqError(
                f"The session is open on {where}, out of reach from here.",
                hint="Close it there, or fork it here.",
            )
        with suppress(ProcessLookupError):
            os.kill(holder.pid, signal.SIGTERM if at_once else signal.SIGHUP)

    def release(self) -> None:
        """Let the next one have it. Releasing twice is harmless."""
        if self._fd < 0:
            return
        try:
            if _is_named(self._path, self._fd):
                self._path.unlink()
        except OSError:
            pass  # a file that stays behind unlocked does no harm
        os.close(self._fd)
        self._fd = -1


def _is_named(path: Path, fd: int) -> bool:
    """True if `fd` is the file called `path`, and not one removed since."""
    try:
        named, held = path.lstat(), os.fstat(fd)
    except FileNotFoundError:
        return False
    return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)


def _lock(fd: int, flock: Flock) -> None:
    try:
        flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockedElsewhere(_holder(fd)) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS_HERE:
            raise
        holder = _holder(fd)
        if holder.may_be_alive:
            raise LockedElsewhere(holder) from None


def _sign(fd: int) -> None:
    """Write our name into the lock file; a full disk does not cost us the lock."""
    me = Holder(host=socket.gethostname(), pid=os.getpid(), boot_id=_boot_id())
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps(asdict(me)).encode() + b"\n", 0)
    except OSError:
        pass


def _holder(fd: int) -> Holder:
    """The holder named in the lock file; an empty one if it is damaged."""
    try:
        fields = json.loads(read_from(fd, 0, 4096))
        return Holder(
            host=str(fields["host"]), pid=int(fields["pid"]), boot_id=str(fields["boot_id"])
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return Holder()


def _has_open(pid: int, path: Path) -> bool:
    """True if process `pid` has the file open; its number may have been reused."""
    if pid <= 0 or pid == os.getpid():
        return False
    if not Path("/proc/self/fd").is_dir():
        return _process_exists(pid)  # as on macOS; that it runs has to do
    try:
        theirs = [one.path for one in os.scandir(f"/proc/{pid}/fd")]
    except OSError:
        return False
    return any(_is_same(one, path) for one in theirs)


def _is_same(one: str, other: Path) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""


def _process_exists(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
