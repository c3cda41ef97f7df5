"""Writes lines to the disk in order, and repeats what failed.

Lines are written at known offsets, so repeating a write changes nothing. A line stays in memory
until a successful sync has covered it. After a failed sync, which may have lost data that the
next one would not report, everything since the last good one is written again.

Nothing here waits or starts threads: `due` says when to call `write` again. Between `begin_sync`
and `end_sync` another thread syncs, and `write` may be called.
"""

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an error",
    errno.EFBIG: "the file has reached its size limit",
    errno.EACCES: "the folder may not be written to",
}

_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The calls that can fail, and the clock; tests put their own in their place."""

    write: Callable[[int, memoryview, int], int] = os.pwrite
    """Descriptor, bytes and offset; how many bytes were written."""
    sync: Callable[[int], None] = _fdatasync
    truncate: Callable[[int, int], None] = os.ftruncate
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPolicy:
    """Maximum delays in seconds."""

    write: float = 0.02
    sync: float = 0.25
    retry: float = 1.0
    answer: float = 5.0
    """A disk that takes longer than this for one round is reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePosition:
    """An open journal file, and where its next line goes."""

    fd: int
    offset: int
    ragged: bool
    """True if a line break is missing there."""


@dataclass(frozen=True, slots=True)
class PendingLine:
    """An encoded record."""

    seq: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncBatch:
    """The lines that a sync in progress makes safe."""

    fd: int
    seq: int
    offset: int
    lines: int
    """The number of lines; without any, the file need not be synced."""
    era: int
    """Lines of an earlier one have been put back since and are written again."""


class Writer:
    """The lines that are not safe yet, and the file they go to.

    `attach` opens the file, and is called again after an `OSError`, so that a session can start
    before its disk is ready. `keep` makes sure that the open
    file has a name, and is told if there are new lines in it.
    """

    def __init__(
        self,
        attach: Callable[[], WritePosition],
        keep: Callable[[int, bool], None],
        *,
        disk: Disk,
        pace: SyncPolicy,
        synced_seq: int = 0,
    ) -> None:
        self.reason = ""
        """The reason of the last failure; empty if all is well."""
        self.synced_seq = synced_seq
        self._attach = attach
        self._keep = keep
        self._disk = disk
        self._pace = pace
        self._fd = -1
        self._offset = 0
        self._whole = 0
        """The end of the last complete line of ours."""
        self._highest = 0
        """The end of all that we ever wrote, torn lines too."""
        self._synced_offset = 0
        self._queue: deque[PendingLine] = deque()
        self._unsynced: deque[PendingLine] = deque()
        self._next_write = float("-inf")
        self._next_sync = float("inf")
        self._retry_at = float("-inf")
        self._era = 0

    def put(self, lines: Iterable[PendingLine]) -> None:
        """Take lines that come after all those before."""
        self._queue.extend(lines)
        if self._queue and self._next_sync == float("inf"):
            self._next_sync = self._disk.clock() + self._pace.sync

    def due(self, *, syncing: bool = False) -> float:
        """The time to call again, on the disk's clock; infinity for never.

        While a sync is in progress elsewhere (`syncing`), only lines can be due.
        """
        if not self._queue and (syncing or not self._unsynced):
            return float("inf")
        if syncing:
            return max(self._next_write, self._retry_at) if self.reason else self._next_write
        if self.reason:
            return self._retry_at
        return min(self._next_write, self._next_sync) if self._queue else self._next_sync

    def write(self) -> bool:
        """Write the queue; False if that failed."""
        now = self._disk.clock()
        try:
            if self._fd < 0:
                self.use(self._attach())
            self._write_queue()
        except OSError as error:
            self.fail(_in_words(error))
            return False
        self._next_write = now + self._pace.write
        return True

    @property
    def wants_sync(self) -> bool:
        """True if a sync is due."""
        return bool(self.reason) or self._disk.clock() >= self._next_sync

    def begin_sync(self) -> SyncBatch:
        """Start a sync: the lines it will cover. Only one at a time."""
        self._next_sync = float("inf")
        seq = self._unsynced[-1].seq if self._unsynced else self.synced_seq
        return SyncBatch(
            fd=self._fd, seq=seq, offset=self._offset, lines=len(self._unsynced), era=self._era
        )

    def end_sync(self, begun: SyncBatch, error: Exception | None) -> bool:
        """Record the result of a sync; True if everything it covers is safe.

        A failed one may have cost lines that were written again meanwhile, whatever its era.
        """
        try:
            if error is not None:
                raise error
            if begun.era != self._era:
                return False
            self._keep(begun.fd, begun.lines > 0)
        except OSError as failed:
            self.fail(_in_words(failed))
            return False
        self.synced_seq = begun.seq
        for _ in range(begun.lines):
            self._unsynced.popleft()
        self._synced_offset = begun.offset
        if (self._queue or self._unsynced) and self._next_sync == float("inf"):
            self._next_sync = self._disk.clock() + self._pace.sync
        self.reason = ""
        return True

    def fail(self, reason: str) -> None:
        """Note a failure: all that is not synced will be written again."""
        self.reason = reason
        self._take_back()
        self._offset = self._synced_offset
        self._retry_at = self._disk.clock() + self._pace.retry

    def _take_back(self) -> None:
        """Have all lines that are not safe written again."""
        self._queue.extendleft(reversed(self._unsynced))
        self._unsynced.clear()
        self._era += 1

    def use(self, position: WritePosition) -> None:
        """Write into this file from now on."""
        self._fd = position.fd
        self._offset = self._whole = self._highest = self._synced_offset = position.offset
        if position.ragged:
            self._break_line()

    def _break_line(self) -> None:
        """Put a line break before our next line, as the file ends inside one."""
        self._queue.appendleft(PendingLine(self.synced_seq, b"\n"))

    def _write_queue(self) -> None:
        if not self._queue:
            return
        self._step_aside()
        data = memoryview(b"".join(line.data for line in self._queue))
        done = 0
        try:
            while done < len(data):
                count = self._disk.write(self._fd, data[done:], self._offset + done)
                if count <= 0:
                    raise OSError(errno.EIO, "nothing could be written")
                done += count
                self._highest = max(self._highest, self._offset + done)
        except OSError:
            self._settle(done)
            self._cut_back()
            raise
        self._settle(done)

    def _step_aside(self) -> None:
        """Continue at the end of the file if its size was changed by another program.

        The lock should prevent it; if it does not, none of its bytes are overwritten.
        """
        size = os.fstat(self._fd).st_size
        if self._synced_offset <= size <= self._highest:
            return
        self._take_back()
        self._offset = self._whole = self._highest = self._synced_offset = size
        self._break_line()

    def _settle(self, written: int) -> None:
        """Move the lines that are completely written out of the queue."""
        while self._queue and len(self._queue[0].data) <= written:
            line = self._queue.popleft()
            self._unsynced.append(line)
            self._offset += len(line.data)
            written -= len(line.data)
        self._whole = max(self._whole, self._offset)

    def _cut_back(self) -> None:
        """Leave no torn line behind; one that stays is overwritten or healed later."""
        try:
            self._disk.truncate(self._fd, self._whole)
        except OSError:
            return
        self._highest = self._whole


def _in_words(error: OSError) -> str:
    words = _WORDS.get(error.errno or 0, error.strerror or "the disk refuses")
    return f"{words} ({error.filename})" if error.filename else words
