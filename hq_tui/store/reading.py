"""What a journal says, however it has been treated.

Content never raises: a line that cannot be trusted costs itself, is counted,
and the next one is read. The sequence numbers tell how much is really gone: a
spoilt line and the gap that it leaves are one loss, not two, and a record
that stands there twice (a write that was repeated) is read once.

Reading needs no lock. A line that its writer has not finished yet looks like
a torn one; whoever reads beside a living writer says so with `live`.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.files import open_private, read_from
from hq_tui.store.record import FORMAT_VERSION, Entry, Record, decode, salvage

_BOM = b"\xef\xbb\xbf"
_FIRST_BITE = 16 * 1024
_MOST_FIRST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A whole journal: its records in order, and what is missing from it."""

    records: tuple[Record, ...]
    damaged: int
    """Records that are spoilt or missing."""
    version: int
    newer: bool
    """Written by a later format than ours: to be read only."""
    end_offset: int
    """Where the next record will begin, for `follow`."""
    last_seq: int
    torn: bool
    """Whether the file ends inside a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The end of a journal, and its first record, without what lies between."""

    first: Record
    """The record that describes the session; empty when it is spoilt."""
    records: tuple[Record, ...]
    whole: bool
    """Whether `records` is all there is."""
    damaged: int
    """Records that are spoilt or missing in what was looked at."""
    version: int
    newer: bool
    end_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The entries in a stretch of a journal, and what it lacks."""

    entries: tuple[Entry, ...]
    damaged: int
    used: int
    """Bytes up to the end of the last line that is complete or whole."""

    @property
    def records(self) -> tuple[Record, ...]:
        """What the entries hold."""
        return tuple(entry.record for entry in self.entries)


def scan(data: bytes, *, after: int | None, live: bool = False) -> Scan:
    """The entries in `data`, which begins at a line; `after` is the number before them.

    With `after=None` the first entry found may have any number. With `live` an
    unfinished last line is left for later instead of being counted.
    """
    *lines, rest = data.split(b"\n")
    used = len(data) - len(rest)
    if rest and decode(_clean(rest)) is not None:
        lines.append(rest)
        used = len(data)
    elif rest and not live:
        lines.append(rest)
    tally = _Tally(after)
    for line in lines:
        tally.add(_clean(line))
    return Scan(entries=tuple(tally.entries), damaged=tally.damaged, used=used)


def read(path: Path, *, live: bool = False) -> Replay:
    """Everything that the journal at `path` holds."""
    fd = _open(path)
    try:
        data = read_from(fd, 0, os.fstat(fd).st_size)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(fd)
    return replay(data, live=live)


def replay(data: bytes, *, live: bool = False) -> Replay:
    """Everything that the bytes of a journal say."""
    found = scan(data, after=0, live=live)
    version, newer = _version(_opening(found.entries))
    return Replay(
        records=found.records,
        damaged=found.damaged,
        version=version,
        newer=newer,
        end_offset=found.used,
        last_seq=max((entry.seq for entry in found.entries), default=0),
        torn=data != b"" and not data.endswith(b"\n"),
    )


def read_tail(path: Path, wanted: int, *, live: bool = False) -> Tail:
    """The last `wanted` records at `path` and the first one, reading little else."""
    fd = _open(path)
    try:
        return _tail(fd, os.fstat(fd).st_size, wanted, live=live)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(fd)


def _tail(fd: int, size: int, wanted: int, *, live: bool) -> Tail:
    bite = _FIRST_BITE
    while True:
        begin = max(0, size - bite)
        data = read_from(fd, begin, size)
        skipped = data.find(b"\n") + 1 if begin else 0
        found = scan(data[skipped:], after=None if begin else 0, live=live)
        if begin == 0 or (skipped and len(found.entries) >= wanted):
            break
        per_record = bite // (len(found.entries) + 1)
        bite = max(2 * bite, min(16 * bite, per_record * wanted * 5 // 4))
    first = _opening(found.entries) if begin == 0 else _first(fd, size)
    version, newer = _version(first)
    kept = found.records[max(0, len(found.entries) - wanted) :]
    return Tail(
        first=first.record if first is not None else {},
        records=kept,
        whole=begin == 0 and len(kept) == len(found.entries),
        damaged=found.damaged,
        version=version,
        newer=newer,
        end_offset=begin + skipped + found.used,
    )


def _first(fd: int, size: int) -> Entry | None:
    """The entry in the first line, unless that is spoilt or absurdly long."""
    bite = 4096
    while True:
        data = read_from(fd, 0, min(size, bite))
        line, newline, _ = data.partition(b"\n")
        if newline or bite >= min(size, _MOST_FIRST_LINE):
            entry = decode(_clean(line))
            return _opening(() if entry is None else (entry,))
        bite *= 16


class _Tally:
    """The entries so far, and the losses between them."""

    def __init__(self, after: int | None) -> None:
        self.entries: list[Entry] = []
        self.damaged = 0
        self._last = after
        self._spoilt = 0
        """Spoilt lines since the last entry; a gap that follows explains them."""
        self._seen: set[tuple[int, int]] = set()

    def add(self, line: bytes) -> None:
        """Take one line, without its newline."""
        if not line:
            return
        entry = decode(line)
        if entry is not None:
            self._accept(entry)
            return
        self._spoilt += 1
        self.damaged += 1
        for rescued in salvage(line):
            self._accept(rescued)

    def _accept(self, entry: Entry) -> None:
        if (entry.seq, entry.crc) in self._seen:
            return
        self._seen.add((entry.seq, entry.crc))
        self.entries.append(entry)
        if self._last is None:
            self._last = entry.seq
        if entry.seq > self._last:
            self.damaged += max(0, entry.seq - self._last - 1 - self._spoilt)
            self._last = entry.seq
        self._spoilt = 0


def _clean(line: bytes) -> bytes:
    return line.removeprefix(_BOM)


def _opening(entries: tuple[Entry, ...]) -> Entry | None:
    """The record that opens the journal, when it is among these."""
    return entries[0] if entries and entries[0].seq == 1 else None


def _version(first: Entry | None) -> tuple[int, bool]:
    """The format of a journal that begins with `first`, and whether it is too new.

    A beginning that is spoilt or says nothing is ours: the lines are what they are.
    """
    stated = first.record.get("v", FORMAT_VERSION) if first is not None else FORMAT_VERSION
    if not isinstance(stated, int):
        return FORMAT_VERSION + 1, True
    return stated, stated > FORMAT_VERSION


def _open(path: Path) -> int:
    try:
        return open_private(path, writing=False)
    except FileNotFoundError as error:
        raise HqError(
            f"There is no session in {path}.", hint="`hq-tui sessions` lists those that are there."
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> HqError:
    return HqError(
        f"{path} cannot be read: {error.strerror}.",
        hint="Check the disk and who owns the file; nothing was changed.",
    )
