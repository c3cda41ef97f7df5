"""The journal of one session: what is appended here is not lost.

`append` returns at once; a thread of its own writes, and each sync has another thread, so that
writing goes on meanwhile. When `sync` returns True, everything appended before is on the disk.
While the disk refuses, records stay in memory in order, the status says why, and saving
resumes by itself. `on_status` is called from the writing thread.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.reader import RecordSink, Replay
from hq_tui.store.record import FORMAT_VERSION, Record, encode
from hq_tui.store.session_file import SessionFile, session_path
from hq_tui.store.writer import Disk, PendingLine, SyncBatch, SyncPolicy, WritePosition, Writer

NO_ANSWER = "the disk does not answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveStatus:
    """The state of saving. A few records are always in flight."""

    saved: bool
    reason: str
    """The reason why saving fails, in words; empty if it works."""
    unsaved_records: int
    name: str = ""
    """The name of the session on the disk: another one once its file was replaced."""


def ignore_status(_status: SaveStatus) -> None:
    """No-op."""


@dataclass(slots=True)
class _Sync:
    """A sync in progress, in its own thread."""

    covered: SyncBatch
    waiting: list[Future[bool]]
    """The callers waiting for its result."""
    since: float
    is_last: bool = False
    """True if it closes the session."""
    ended: bool = False
    error: Exception | None = None


class Journal:
    """A session that is open for writing; made by `create` or `open`."""

    def __init__(
        self,
        place: SessionFile,
        writer: Writer,
        *,
        last_seq: int,
        disk: Disk,
        pace: SyncPolicy,
        on_status: Callable[[SaveStatus], None],
    ) -> None:
        self._place = place
        self._writer = writer
        self._disk = disk
        self._pace = pace
        self._on_status = on_status
        self._told = SaveStatus(saved=True, reason="", unsaved_records=0, name=place.path.stem)
        self._changed = threading.Condition()
        self._last_seq = last_seq
        self._incoming: list[PendingLine] = []
        self._waiting: list[Future[bool]] = []
        self._closing = False
        self._sync: _Sync | None = None
        self._busy_since = float("inf")
        self._wakes_at = float("-inf")
        """Until when the thread sleeps by itself; earlier than any time while it works."""
        self._thread = threading.Thread(
            target=self._work, name=f"journal {self.path.stem}", daemon=True
        )

    @classmethod
    def create(
        cls,
        folder: Path,
        session_id: str,
        first_record: Record,
        *,
        disk: Disk | None = None,
        pace: SyncPolicy | None = None,
        on_status: Callable[[SaveStatus], None] = ignore_status,
    ) -> "Journal":
        """Create a session in `folder`; `first_record` is of the kind `session`.

        A full or read-only disk does not prevent it: the file is created when that becomes
        possible.
        """
        if first_record.get("t") != "session" or "v" in first_record:
            raise ValueError("a journal begins with a record of the kind session; v is our own")
        disk, pace = disk or Disk(), pace or SyncPolicy()
        place = SessionFile(session_path(folder, session_id))
        writer = Writer(place.create, place.keep, disk=disk, pace=pace)
        try:
            writer.use(place.create())
        except OSError:
            pass  # the first turn of the thread tries again and says why
        except HqError:
            place.release()
            raise
        journal = cls(place, writer, last_seq=0, disk=disk, pace=pace, on_status=on_status)
        journal._thread.start()
        journal.append({"t": "session", "v": FORMAT_VERSION} | first_record)
        return journal

    @classmethod
    def open(
        cls,
        folder: Path,
        session_id: str,
        *,
        into: RecordSink | None = None,
        disk: Disk | None = None,
        pace: SyncPolicy | None = None,
        on_status: Callable[[SaveStatus], None] = ignore_status,
    ) -> tuple["Journal", Replay]:
        """Open an existing session and read it, both under the lock.

        With `into` the records go there as they are read. Raises `LockedElsewhere` if another
        instance is writing it, and `HqError` if it is missing, not ours, not writable or of a
        later format.
        """
        disk, pace = disk or Disk(), pace or SyncPolicy()
        place = SessionFile(session_path(folder, session_id))
        position, found = place.open(into)
        writer = Writer(_only_once, place.keep, disk=disk, pace=pace, synced_seq=found.last_seq)
        writer.use(position)
        journal = cls(
            place, writer, last_seq=found.last_seq, disk=disk, pace=pace, on_status=on_status
        )
        journal._thread.start()
        return journal, found

    @property
    def path(self) -> Path:
        """The file."""
        return self._place.path

    @property
    def status(self) -> SaveStatus:
        """The state of saving; a disk that hangs is noticed here too."""
        with self._changed:
            return self._status()

    def append(self, record: Record) -> int:
        """Queue `record` for writing, and return its number. Thread-safe.

        The record is encoded before this returns, so it may be changed afterwards.
        """
        with self._changed:
            if self._closing:
                raise HqError("The session is closed.", hint="Open it again to go on.")
            line = PendingLine(self._last_seq + 1, encode(self._last_seq + 1, record))
            self._last_seq = line.seq
            self._incoming.append(line)
            if self._wakes_at > self._disk.clock() + self._pace.write:
                self._changed.notify()
            return line.seq

    async def sync(self) -> bool:
        """Wait for the next sync; True if everything appended so far is on the disk."""
        return await asyncio.wrap_future(self._ask_for_sync())

    def sync_blocking(self, timeout: float = 5.0) -> bool:
        """The same for code outside an event loop; False after `timeout` seconds too."""
        try:
            return self._ask_for_sync().result(timeout)
        except TimeoutError:
            return False

    def close(self, timeout: float = 5.0, *, keep: bool = True) -> bool:
        """Sync and release the session; True if everything is on the disk.

        Otherwise the remaining records are lost with this object. A disk that hangs keeps the
        lock until this process ends. Closing twice is harmless. Without `keep` the file is removed.
        """
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout)
        if not self._thread.is_alive():
            self._place.release(keep=keep)
        return self.status.unsaved_records == 0

    def _status(self) -> SaveStatus:
        reason = self._writer.reason
        since = min(self._busy_since, self._sync.since if self._sync else float("inf"))
        if not reason and self._disk.clock() - since > self._pace.answer:
            reason = NO_ANSWER
        unsaved = self._last_seq - self._writer.synced_seq
        return SaveStatus(
            saved=not reason, reason=reason, unsaved_records=unsaved, name=self.path.stem
        )

    def _ask_for_sync(self) -> Future[bool]:
        answer: Future[bool] = Future()
        with self._changed:
            if self._closing:
                answer.set_result(self._status().unsaved_records == 0)
            else:
                self._waiting.append(answer)
                self._changed.notify()
        return answer

    def _work(self) -> None:
        goes_on = True
        while goes_on:
            waiting, closing = self._next_job()
            if self._sync is not None and self._sync.ended:
                goes_on = not self._end_sync(self._sync)
            elif not self._safely(self._writer.write):
                _answer(waiting, well=False)
                goes_on = not closing
            elif self._sync is None and (waiting or closing or self._writer.wants_sync):
                self._begin_sync(waiting, is_last=closing)
            with self._changed:
                self._busy_since = float("inf")
            self._tell()

    def _next_job(self) -> tuple[list[Future[bool]], bool]:
        """Wait for something to do: the callers that want a sync, and whether to end.

        Both wait for a sync in progress, which does not cover what came after it began.
        """
        with self._changed:
            while True:
                self._writer.put(self._incoming)
                self._incoming.clear()
                if self._sync.ended if self._sync else self._closing or self._waiting:
                    break
                self._wakes_at = self._writer.due(syncing=self._sync is not None)
                wait = self._wakes_at - self._disk.clock()
                if wait <= 0:
                    break
                self._changed.wait(None if wait == float("inf") else wait)
            self._wakes_at = float("-inf")
            self._busy_since = self._disk.clock()
            if self._sync is not None:
                return [], False
            waiting, self._waiting = self._waiting, []
            return waiting, self._closing

    def _begin_sync(self, waiting: list[Future[bool]], *, is_last: bool) -> None:
        with self._changed:
            begun = self._writer.begin_sync()
            sync = self._sync = _Sync(begun, waiting, self._disk.clock(), is_last)
        thread = threading.Thread(target=self._run_sync, args=(sync,), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads to be had
            self._run_sync(sync)

    def _run_sync(self, sync: _Sync) -> None:
        try:
            if sync.covered.lines:
                self._disk.sync(sync.covered.fd)
        except Exception as error:  # noqa: BLE001 - told to the writing thread, which goes on
            sync.error = error
        with self._changed:
            sync.ended = True
            self._changed.notify()

    def _end_sync(self, sync: _Sync) -> bool:
        """Record the end of a sync; True if it was the last one."""
        well = self._safely(lambda: self._writer.end_sync(sync.covered, sync.error))
        with self._changed:
            self._sync = None
        _answer(sync.waiting, well)
        return sync.is_last

    def _safely(self, work: Callable[[], bool]) -> bool:
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the boundary of this thread: it must not die of anything
            self._writer.fail(str(error) or type(error).__name__)
            return False

    def _tell(self) -> None:
        status = self.status
        before = self._told
        if (status.saved, status.name) == (before.saved, before.name) and (
            status.saved or status == before
        ):
            return
        self._told = status
        try:
            self._on_status(status)
        except Exception:  # noqa: BLE001 - the listener may be gone; writing goes on
            return


def _answer(waiting: list[Future[bool]], well: bool) -> None:
    for answer in waiting:
        if answer.set_running_or_notify_cancel():
            answer.set_result(well)


def _only_once() -> WritePosition:
    raise OSError("the session's file is closed")
