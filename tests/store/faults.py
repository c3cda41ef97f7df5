"""Disks that fail on purpose, and clocks that do as they are told."""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hq_tui.store.files import create_private
from hq_tui.store.record import encode
from hq_tui.store.writer import Disk, PendingLine, SyncBatch, SyncPolicy, WritePosition, Writer
from tests.store.samples import records

FAST = SyncPolicy(write=0.001, sync=0.002, retry=0.002)
ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FaultyDisk:
    """A real disk on which chosen calls fail; calls are counted from 1, all kinds together."""

    fails: Callable[[int], int] = lambda _call: 0
    """The error number for a call, or 0 for a call that works."""
    most: int = 1 << 30
    """The most bytes that one write takes."""
    room: int = 1 << 60
    """The most bytes that the file may hold."""
    clock: Clock = field(default_factory=Clock)
    calls: int = 0

    @property
    def disk(self) -> Disk:
        return Disk(write=self.write, sync=self.sync, truncate=self.truncate, clock=self.clock)

    def write(self, fd: int, data: memoryview, offset: int) -> int:
        self._count()
        space = min(len(data), self.most, self.room - offset)
        if space <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.pwrite(fd, data[:space], offset)

    def sync(self, fd: int) -> None:
        self._count()
        os.fdatasync(fd)

    def truncate(self, fd: int, size: int) -> None:
        self._count()
        os.ftruncate(fd, size)

    def _count(self) -> None:
        self.calls += 1
        if error := self.fails(self.calls):
            raise OSError(error, os.strerror(error))


def no_anchor(_fd: int, _has_news: bool) -> None:
    """A file that is always still there."""


def numbered(count: int) -> list[PendingLine]:
    """The lines of a journal of `count` records."""
    return [PendingLine(seq, encode(seq, record)) for seq, record in enumerate(records(count), 1)]


class Inline(Writer):
    """A writer that is driven step by step, and syncs where it stands."""

    def turn(self, *, sync: bool = False) -> bool:
        """Write what waits, and sync it when that is due or wanted; whether all went well."""
        if not self.write():
            return False
        if not sync and not self.wants_sync:
            return True
        begun = self.begin_sync()
        return self.end_sync(begun, self.outcome(begun))

    def outcome(self, covered: SyncBatch) -> OSError | None:
        """Sync, and tell how that ended."""
        try:
            if covered.lines:
                self._disk.sync(covered.fd)
        except OSError as error:
            return error
        return None


class Overlapping(Inline):
    """A writer whose syncs come back only after the next lines are written, as from a thread."""

    late = False
    """Whether the disk does it at the end of that time, and not at the beginning."""
    _begun: tuple[SyncBatch, OSError | None] | None = None

    def turn(self, *, sync: bool = False) -> bool:
        """Write, and see a sync half way on: begin one, or end the one that is begun."""
        well = self.write()
        if self._begun is not None:
            begun, error = self._begun
            self._begun = None
            return self.end_sync(begun, self.outcome(begun) if self.late else error) and well
        if well and (sync or self.wants_sync):
            covered = self.begin_sync()
            self._begun = covered, None if self.late else self.outcome(covered)
        return well

    def due(self, *, syncing: bool = False) -> float:
        """At once, while a sync is begun."""
        return super().due(syncing=syncing) if self._begun is None else self._disk.clock()


class Late(Overlapping):
    """The same, on a disk that takes its time."""

    late = True


def writer_on(
    path: Path, disk: Disk, *, kind: type[Inline] = Inline, pace: SyncPolicy | None = None
) -> Inline:
    """A writer into the new file `path`, which is closed when the writer is forgotten."""
    fd = create_private(path)
    writer = kind(
        lambda: WritePosition(fd=fd, offset=0, ragged=False),
        no_anchor,
        disk=disk,
        pace=pace or SyncPolicy(),
    )
    weakref.finalize(writer, os.close, fd)
    return writer
