"""The first row of each entry, when most heights are guesses and any of them can change.

A tree of partial sums (Fenwick): changing one height and finding the entry at a row both
take a number of steps that grows with the logarithm of the number of entries, so a session
of ten thousand entries costs a delta no more than an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Heights:
    """The heights of all entries, in rows, and their sums."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights: list[int] = list(heights)
        tree = [0, *self._heights]
        for place in range(1, len(tree)):
            parent = place + (place & -place)
            if parent < len(tree):
                tree[parent] += tree[place]
        self._tree = tree
        self._total = sum(self._heights)

    def __len__(self) -> int:
        return len(self._heights)

    def __iter__(self) -> Iterator[int]:
        return iter(self._heights)

    def __getitem__(self, index: int) -> int:
        return self._heights[index]

    @property
    def total(self) -> int:
        """The number of rows in all."""
        return self._total

    def append(self, height: int) -> None:
        """Add one entry at the end."""
        place = len(self._tree)
        below = place & -place
        value = height
        step = 1
        while step < below:
            value += self._tree[place - step]
            step *= 2
        self._tree.append(value)
        self._heights.append(height)
        self._total += height

    def truncate(self, count: int) -> None:
        """Keep only the first `count` entries."""
        self._total -= sum(self._heights[count:])
        del self._heights[count:]
        del self._tree[count + 1 :]

    def change(self, index: int, height: int) -> int:
        """Give the entry `index` a new height; by how much it grew."""
        growth = height - self._heights[index]
        if growth:
            self._heights[index] = height
            self._total += growth
            place = index + 1
            while place < len(self._tree):
                self._tree[place] += growth
                place += place & -place
        return growth

    def start(self, index: int) -> int:
        """The row on which the entry `index` begins."""
        total, place = 0, index
        while place:
            total += self._tree[place]
            place &= place - 1
        return total

    def locate(self, row: int) -> tuple[int, int]:
        """The entry at `row` and the row within it; clamped to what there is."""
        if not self._heights:
            return 0, 0
        row = min(max(row, 0), max(self._total - 1, 0))
        place, left = 0, row
        step = 1 << (len(self._heights).bit_length() - 1)
        while step:
            ahead = place + step
            if ahead < len(self._tree) and self._tree[ahead] <= left:
                place = ahead
                left -= self._tree[ahead]
            step >>= 1
        return min(place, len(self._heights) - 1), left
