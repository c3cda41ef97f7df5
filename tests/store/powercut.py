"""What a disk may hold after the power goes: a model of a page cache.

Every write and every sync is recorded. After a cut, each sector holds any of
the contents that it had since it was last made safe, chosen by dice, each by
itself; the length of the file likewise. A sync that works makes safe what was
changed since the last sync, whether that one worked or not: after one that
failed, the kernel calls its pages clean, and nobody writes them again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from random import Random

from hq_tui.store.writer import Disk

SECTOR = 512
_LENGTH = -1
"""The length of the file, treated like one more sector."""


@dataclass
class PowerCutDisk:
    """A real file underneath, and a memory of all that it ever held."""

    failing_syncs: frozenset[int] = frozenset()
    short_writes: bool = False
    images: list[bytes] = field(default_factory=lambda: [b""])
    floors: list[dict[int, int]] = field(default_factory=lambda: [{}])
    """For each image: since which image each sector is safe."""
    dirty: set[int] = field(default_factory=set)
    syncs: int = 0

    def disk(self, clock: object) -> Disk:
        assert callable(clock)
        return Disk(write=self.write, sync=self.sync, truncate=self.truncate, clock=clock)

    def write(self, fd: int, data: memoryview, offset: int) -> int:
        data = data[: 1 + len(data) // 2] if self.short_writes else data
        count = os.pwrite(fd, data, offset)
        self._changed(fd, offset, offset + count)
        return count

    def truncate(self, fd: int, size: int) -> None:
        os.ftruncate(fd, size)
        self._changed(fd, size, len(self.images[-1]))

    def sync(self, _fd: int) -> None:
        self.syncs += 1
        changed, self.dirty = self.dirty, set()
        if self.syncs in self.failing_syncs:
            raise OSError(5, "Input/output error")
        now = len(self.images) - 1
        self.images.append(self.images[-1])
        self.floors.append(self.floors[-1] | dict.fromkeys(changed, now))

    def after_cut(self, moment: int, rng: Random) -> bytes:
        """What the disk may hold when the power goes after the step `moment`."""
        floor = self.floors[moment]

        def some(sector: int) -> bytes:
            return self.images[rng.randint(floor.get(sector, 0), moment)]

        size = len(some(_LENGTH))
        sectors = []
        for number in range(-(-size // SECTOR)):
            begin = number * SECTOR
            sectors.append(some(number)[begin : begin + SECTOR].ljust(SECTOR, b"\0"))
        return b"".join(sectors)[:size]

    def _changed(self, fd: int, begin: int, end: int) -> None:
        size = os.fstat(fd).st_size
        self.dirty |= {_LENGTH, *range(begin // SECTOR, -(-end // SECTOR))}
        self.images.append(os.pread(fd, size, 0))
        self.floors.append(self.floors[-1])
