"""Follows a journal that another instance is writing.

It polls, because watching files does not work on network file systems. Only complete lines
are read.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

from hq_tui.store.files import read_from, reading
from hq_tui.store.reader import scan
from hq_tui.store.record import Record


async def follow(
    path: Path,
    from_offset: int,
    *,
    last_seq: int = 0,
    every: float = 0.2,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncGenerator[Record, None]:
    """Yield the records after `from_offset` as they are written; end when the file is removed.

    Offset and number are those of a `Replay`. If the file is cut back and written again, records
    already seen are skipped. Close the generator to stop early (`contextlib.aclosing`).
    """
    seen: set[tuple[int, int]] = set()
    while True:
        try:
            with reading(path) as (fd, size):
                from_offset = min(from_offset, size)
                data = read_from(fd, from_offset, size)
        except FileNotFoundError:
            return
        found = scan(data, after=None, live=True)
        from_offset += found.used
        for entry in found.entries:
            if entry.seq > last_seq and (entry.seq, entry.crc) not in seen:
                seen.add((entry.seq, entry.crc))
                yield entry.record
        if not found.used:
            await sleep(every)
