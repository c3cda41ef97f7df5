"""Read a journal tolerantly: torn tail, bad checksums, gaps.

Damaged content is skipped and counted, never raised. Records come all at once, or through
`into` as they are read, which keeps the memory of long sessions low. Reading needs no lock;
`live` says that the last line may still be written.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hq_tui.errors import HqError
from hq_tui.store.files import pieces_of, read_from, reading
from hq_tui.store.record import FORMAT_VERSION, JournalEntry, Record, decode
from hq_tui.store.scanner import Scanner, cleaned

RecordSink = Callable[[Iterator[Record]], None]
"""Takes the records of a journal while it is read; what it leaves is read all the same."""

_FIRST_BITE = 16 * 1024
_MOST_FIRST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A whole journal: its records in order, and what is missing."""

    records: tuple[Record, ...] = ()
    """All of them; none where they were handed on while they were read."""
    damaged: int
    """Number of damaged or missing records."""
    newer: bool
    """Written by a later format than ours: to be read only."""
    end_offset: int
    """Offset of the next record, for `follow`."""
    last_seq: int
    torn: bool
    """True if the file ends inside a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The last records of a journal."""

    records: tuple[Record, ...]
    whole: bool
    """True if `records` are all there are."""
    newer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The entries in a part of a journal, and what is missing."""

    entries: tuple[JournalEntry, ...]
    damaged: int
    used: int
    """Bytes up to the end of the last complete line."""


def scan(data: bytes, *, after: int | None, live: bool = False) -> Scan:
    """The entries in `data`, which begins at a line; the rest is as `Scanner` has it."""
    scanner = Scanner(after=after, live=live)
    entries = tuple(scanner.entries((data,)))
    return Scan(entries=entries, damaged=scanner.damaged, used=scanner.used)


def read(path: Path, *, live: bool = False, into: RecordSink | None = None) -> Replay:
    """Everything that the journal at `path` holds; with `into` the records go there."""
    with _journal(path) as (fd, size):
        return replay_pieces(pieces_of(fd, size), live=live, into=into)


def replay(data: bytes, *, live: bool = False) -> Replay:
    """Everything that the bytes of a journal say."""
    return replay_pieces((data,), live=live)


def replay_pieces(
    pieces: Iterable[bytes], *, live: bool = False, into: RecordSink | None = None
) -> Replay:
    """Everything that a journal says which comes in pieces; with `into` the records go there."""
    scanner = Scanner(after=0, live=live)
    records = (entry.record for entry in scanner.entries(pieces))
    if into is not None:
        into(records)
        deque(records, maxlen=0)  # so that the counts below are those of the whole
    kept = tuple(records)
    return Replay(
        records=kept,
        damaged=scanner.damaged,
        newer=_is_newer(scanner.first),
        end_offset=scanner.used,
        last_seq=scanner.last_seq,
        torn=scanner.torn,
    )


def read_tail(path: Path, wanted: int, *, live: bool = False) -> Tail:
    """The last `wanted` records at `path`, reading little else."""
    with _journal(path) as (fd, size):
        return _tail(fd, size, wanted, live=live)


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
    first = next(iter(found.entries), None) if begin == 0 else _first(fd, size)
    kept = tuple(entry.record for entry in found.entries[max(0, len(found.entries) - wanted) :])
    is_whole = begin == 0 and len(kept) == len(found.entries)
    return Tail(records=kept, whole=is_whole, newer=_is_newer(first))


def _first(fd: int, size: int) -> JournalEntry | None:
    """The entry in the first line, unless that is damaged or extremely long."""
    bite = 4096
    while True:
        data = read_from(fd, 0, min(size, bite))
        line, newline, _ = data.partition(b"\n")
        if newline or bite >= min(size, _MOST_FIRST_LINE):
            return decode(cleaned(line))
        bite *= 16


def _is_newer(first: JournalEntry | None) -> bool:
    """True if the first entry found names a later format; a damaged beginning counts as ours."""
    if first is None or first.seq != 1:
        return False
    stated = first.record.get("v", FORMAT_VERSION)
    return not isinstance(stated, int) or stated > FORMAT_VERSION


@contextmanager
def _journal(path: Path) -> Iterator[tuple[int, int]]:
    """The open journal at `path` and its size. Raises HqError where it cannot be read."""
    try:
        with reading(path) as journal:
            yield journal
    except FileNotFoundError as error:
        raise HqError(
            f"There is no session in {path}.", hint="`hq-tui sessions` lists them."
        ) from error
    except OSError as error:
        raise HqError(
            f"{path} cannot be read: {error.strerror}.",
            hint="Check the disk and who owns the file; nothing was changed.",
        ) from error
