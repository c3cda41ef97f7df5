"""Scans a part of a journal for entries, and counts what is missing.

Bytes come in pieces of any size, so a long journal is never held in memory. A damaged line is
counted and skipped. The sequence numbers tell what is really missing: a damaged line and the
gap it leaves are one loss. An entry that was written twice is yielded once.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from hq_tui.store.record import JournalEntry, decode, salvage

_BOM = b"\xef\xbb\xbf"
_ORDINARY = 2**32
"""Numbers below this fit, with a check sum, into eight bytes."""


class Scanner:
    """Scans bytes that begin at a line; `after` is the sequence number before them.

    With `after=None` the first entry may have any number. With `live` an unfinished last line is
    ignored. The attributes are final once `entries` is exhausted.
    """

    def __init__(self, *, after: int | None, live: bool = False) -> None:
        self.damaged = 0
        """Number of damaged or missing entries."""
        self.used = 0
        """Bytes up to the end of the last complete line."""
        self.torn = False
        """True if the bytes end inside a line."""
        self.first: JournalEntry | None = None
        self._live = live
        self._last = after
        self._spoilt = 0
        """Damaged lines since the last entry; a gap that follows explains them."""
        self._seen = _Seen()

    @property
    def last_seq(self) -> int:
        """The highest number so far."""
        return self._last or 0

    def entries(self, pieces: Iterable[bytes]) -> Iterator[JournalEntry]:
        """The entries in `pieces`, which follow one another."""
        begun: list[bytes] = []
        for piece in pieces:
            *lines, rest = piece.split(b"\n")
            if lines:
                lines[0] = b"".join((*begun, lines[0]))
                begun.clear()
            begun.append(rest)
            for line in lines:
                self.used += len(line) + 1
                yield from self._in_line(line)
        yield from self._in_last_line(b"".join(begun))

    def _in_last_line(self, rest: bytes) -> Iterator[JournalEntry]:
        """The entries after the last newline."""
        self.torn = rest != b""
        is_whole = self.torn and decode(cleaned(rest)) is not None
        if is_whole:
            self.used += len(rest)
        if is_whole or not self._live:
            yield from self._in_line(rest)

    def _in_line(self, line: bytes) -> Iterator[JournalEntry]:
        line = cleaned(line)
        if not line:
            return
        entry = decode(line)
        if entry is not None:
            if self._accept(entry):
                yield entry
            return
        self._spoilt += 1
        self.damaged += 1
        for rescued in salvage(line):
            if self._accept(rescued):
                yield rescued

    def _accept(self, entry: JournalEntry) -> bool:
        """Count what is missing before `entry`; False when it was there before."""
        if not self._seen.add(entry):
            return False
        if self.first is None:
            self.first = entry
        if self._last is None:
            self._last = entry.seq
        if entry.seq > self._last:
            self.damaged += max(0, entry.seq - self._last - 1 - self._spoilt)
            self._last = entry.seq
        self._spoilt = 0
        return True


class _Seen:
    """The set of entries seen so far; those in order take eight bytes each."""

    def __init__(self) -> None:
        self._in_order = array("Q")
        self._others: set[int] = set()

    def add(self, entry: JournalEntry) -> bool:
        """Add `entry`; False if it was there already."""
        key = entry.seq << 32 | entry.crc
        known = self._in_order
        if 0 <= entry.seq < _ORDINARY and (not known or entry.seq > known[-1] >> 32):
            known.append(key)
            return True
        if key in self._others or self._was_in_order(key):
            return False
        self._others.add(key)
        return True

    def _was_in_order(self, key: int) -> bool:
        place = bisect_left(self._in_order, key)
        return place < len(self._in_order) and self._in_order[place] == key


def cleaned(line: bytes) -> bytes:
    """A line without the mark that some editors put at the beginning of a file."""
    return line.removeprefix(_BOM)
