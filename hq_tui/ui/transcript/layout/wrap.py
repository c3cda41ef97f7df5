"""Breaking text into rows, greedily and by columns.

Words stay whole where they can; a word longer than the row is folded; wide letters of the
East may break between any two. What the greedy way does after a break depends only on what
comes after it, which is what lets a growing paragraph keep all rows but its last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size

from hq_tui.ui.transcript.layout.rows import Span

_WIDE = "\u2e80-\u2fdf\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_WORD = re.compile(rf"[{_WIDE}] *|[^ {_WIDE}]+ *| +")
_JOINER = "\u200d"
_LONGEST_SIGN = 32


class WrappedLine(NamedTuple):
    """One wrapped row: its text, and the white space that the break before it took."""

    spans: tuple[Span, ...]
    join: str


def columns(text: str) -> int:
    """The number of columns that `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def fold_points(text: str, width: int) -> list[int]:
    """The beginnings of rows when `text` is folded at every `width` columns, words or not."""
    if text.isascii():
        return list(range(0, len(text), width)) or [0]
    starts, used, place = [0], 0, 0
    while place < len(text):
        end = _sign_end(text, place)
        size = (
            get_character_cell_size(text[place]) if end == place + 1 else cell_len(text[place:end])
        )
        if used + size > width and used:
            starts.append(place)
            used = 0
        used += size
        place = end
    return starts


def _sign_end(text: str, place: int) -> int:
    """One after the last character that shows as one sign with the one at `place`."""
    end = place + 1
    limit = min(len(text), place + _LONGEST_SIGN)
    while end < limit and (text[end - 1] == _JOINER or not get_character_cell_size(text[end])):
        end += 1
    return end


def break_points(text: str, width: int) -> list[int]:
    """The beginnings of rows when `text` is wrapped to `width` columns."""
    if len(text) <= width and text.isascii():
        return [0]
    starts, used = [0], 0
    for match in _WORD.finditer(text):
        word = match[0]
        size = columns(word)
        solid = size - (len(word) - len(word.rstrip(" ")))
        if used + solid > width:
            if used:
                starts.append(match.start())
            if solid > width:
                folds = fold_points(word, width)
                starts.extend(match.start() + fold for fold in folds[1:])
                used = columns(word[folds[-1] :])
                continue
            used = 0
        used += size
    return starts


def cut(spans: Sequence[Span], points: Sequence[int]) -> list[tuple[Span, ...]]:
    """`spans` cut before the characters `points`, of which the first is 0."""
    if len(points) == 1:
        return [tuple(spans)]
    pieces: list[tuple[Span, ...]] = []
    ends = iter([*points[1:], None])
    end = next(ends)
    piece: list[Span] = []
    place = 0
    for text, style in spans:
        left = text
        while end is not None and place + len(left) > end:
            if end > place:
                piece.append((left[: end - place], style))
                left = left[end - place :]
                place = end
            pieces.append(tuple(piece))
            piece = []
            end = next(ends)
        if left:
            piece.append((left, style))
            place += len(left)
    pieces.append(tuple(piece))
    while end is not None:
        pieces.append(())
        end = next(ends)
    return pieces


def trimmed(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """`spans` without spaces at their end."""
    kept = list(spans)
    while kept:
        text, style = kept[-1]
        if shorter := text.rstrip(" "):
            kept[-1] = (shorter, style)
            break
        kept.pop()
    return tuple(kept)


def wrap(spans: Sequence[Span], width: int) -> list[WrappedLine]:
    """`spans` as rows of at most `width` columns; a span of a lone line break is a hard break.

    The last row keeps the spaces at its end, so that more text can be put after it.
    """
    lines: list[WrappedLine] = []
    part: list[Span] = []
    join = "\n"
    for span in spans:
        if span[0] == "\n":
            lines.extend(_wrap_part(part, width, join))
            part = []
            join = "\n"
        elif span[0]:
            part.append(span)
    lines.extend(_wrap_part(part, width, join))
    return lines


def _wrap_part(spans: list[Span], width: int, join: str) -> list[WrappedLine]:
    text = "".join(text for text, _ in spans)
    points = break_points(text, width)
    pieces = cut(spans, points)
    lines = []
    for number, piece in enumerate(pieces):
        if number + 1 == len(pieces):
            lines.append(WrappedLine(piece, join))
            break
        lines.append(WrappedLine(trimmed(piece), join))
        join = " " if text[points[number + 1] - 1] == " " else ""
    return lines
