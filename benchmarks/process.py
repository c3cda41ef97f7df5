"""What a running process has used so far, as the kernel counts it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Megabytes: all that is mapped and present, the fair share of it, and the most so far."""

    rss: float
    pss: float
    peak: float


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads, to the microsecond where the kernel tells."""
    with suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)  # the clock that Linux keeps for `pid`
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def wakeups(pid: int) -> int:
    """How often its threads that are alive went to sleep by themselves, and so woke."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def memory(pid: int) -> Memory:
    """What it holds now."""
    found = psutil.Process(pid).memory_full_info()
    peak = found.rss
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                peak = int(line.split()[1]) * 1024
    return Memory(
        rss=found.rss / MEGABYTE,
        pss=getattr(found, "pss", found.rss) / MEGABYTE,
        peak=peak / MEGABYTE,
    )
