"""Reading along while another instance writes.

Polling instead of watching the file, because watching does not work on network
file systems, and a look at the size of a file costs next to nothing. Only
whole lines are taken; the start of one is left until its end is there.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

from hq_tui.store.files import open_private, read_from
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
    """The records that come after `from_offset`, as they come; ends when the file goes.

    Offset and number are those of a `Replay`. Should the file be cut back and written
    again, what was said before, or is not after `last_seq`, is not said again.
    Whoever stops early closes the generator (`contextlib.aclosing`).
    """
    seen: set[tuple[int, int]] = set()
    while True:
        try:
            fd = open_private(path, writing=False)
        except FileNotFoundError:
            return
        try:
            size = os.fstat(fd).st_size
            from_offset = min(from_offset, size)
            data = read_from(fd, from_offset, size)
        finally:
            os.close(fd)
        found = scan(data, after=None, live=True)
        from_offset += found.used
        for entry in found.entries:
            if entry.seq > last_seq and (entry.seq, entry.crc) not in seen:
                seen.add((entry.seq, entry.crc))
                yield entry.record
        if not found.used:
            await sleep(every)
