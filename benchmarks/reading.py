"""What follows from the stamps: waits, shares and sizes. Numbers in, numbers out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence

PACKET = 0.05
"""Seconds that one packet of a slow line gathers."""


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[max(0, min(len(ordered) - 1, -int(-share * len(ordered) // 1) - 1))]


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the two in the middle."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def delays(sent: Mapping[str, float], seen: Mapping[str, float]) -> list[float]:
    """Seconds from sending to showing, for every word that was shown."""
    return [seen[word] - at for word, at in sent.items() if word in seen]


def missing(sent: Mapping[str, float], seen: Mapping[str, float]) -> int:
    """How many words were sent and never stood on the screen."""
    return sum(word not in seen for word in sent)


def echoes(pressed: Sequence[tuple[float, int]], shown: Sequence[tuple[float, int]]) -> list[float]:
    """Seconds from each key to its echo.

    `pressed` holds the time of each key and the letters that stand on the screen once it
    has taken effect; `shown` how many stood there from which time on. Keys take effect in
    their order and several may do so at once; where a number fits more than one key, the
    earlier is meant. A key that never took effect waits for ever.
    """
    waits: list[float] = []
    for at, letters in shown:
        for place in range(len(waits), len(pressed)):
            if pressed[place][0] > at:
                break
            if pressed[place][1] == letters:
                waits.extend(at - when for when, _ in pressed[len(waits) : place + 1])
                break
    return waits + [float("inf")] * (len(pressed) - len(waits))


def compressed(chunks: Iterable[tuple[float, bytes]]) -> int:
    """Bytes on a line that compresses, as `ssh -C` does: one stream, flushed per packet."""
    packer = zlib.compressobj(6)
    size, packet = 0, None
    for at, data in chunks:
        if packet is not None and int(at / PACKET) != packet:
            size += len(packer.flush(zlib.Z_PARTIAL_FLUSH))
        packet = int(at / PACKET)
        size += len(packer.compress(data))
    return size + len(packer.flush(zlib.Z_PARTIAL_FLUSH))
