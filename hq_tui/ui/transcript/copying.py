"""What is copied when rows are selected: the text, not the picture of it.

Rows that a wrap made are joined again, decoration is left out, and what stands in for a
sign of Markdown (a bullet, a quote bar) is copied as that sign.
"""

from __future__ import annotations

from collections.abc import Iterable

from .rows import Row


def copied(rows: Iterable[tuple[Row, int, int | None]]) -> str:
    """The text of `rows`, each from a first to a last character (None for its end)."""
    text: list[str] = []
    for row, start, end in rows:
        if row.silent:
            continue
        piece = row.text[max(start, row.skip) : end]
        if start <= row.skip and (end is None or end > row.skip or not row.skip):
            piece = (row.prefix if row.join == "\n" else "") + piece
        if text:
            text.append(row.join)
        text.append(piece.rstrip(" ") if end is None else piece)
    return "".join(text)
