"""Text that is shown as it was typed: the user's words, thoughts, the input of tools.

Line breaks stay, nothing has a meaning, and long lines wrap. It grows the same way as
Markdown does: every row but the last is kept for good.
"""

from __future__ import annotations

from hq_tui.ui.transcript.layout.rows import PLAIN, GrowingRows, Span, TextRow, TextStyle
from hq_tui.ui.transcript.layout.wrap import break_points
from hq_tui.ui.transcript.markdown.pending import note_row, rest_of
from hq_tui.ui.transcript.markdown.state import WorkBudget

_STRETCH = 4_096

MOST = 1_000_000
"""Characters of one text that are shown; what is pasted beyond that nobody reads here."""


class PlainStream(GrowingRows):
    """The rows of one plain text at one width."""

    def __init__(self, width: int, style: TextStyle = PLAIN, *, indent: int = 0) -> None:
        super().__init__(width - indent)
        self._lead: tuple[Span, ...] = ((" " * indent, PLAIN),) if indent else ()
        self._indent = indent
        self._style = style
        self._pos = 0
        self._join = "\n"

    def update(
        self, text: str, stable: int, budget: WorkBudget, *, final: bool, asking: bool = False
    ) -> bool:
        """Draw `text`; the same bargain as with Markdown."""
        self.changed = len(self.settled)
        surplus = len(text) - MOST
        if surplus > 0:
            text, stable = text[:MOST], min(stable, MOST)
        done = False
        while not done and not budget.spent:
            start = self._pos
            done = not self._step(text, stable)
            budget.left -= max(1, self._pos - start)
        if done:
            self.tail = self._open_end(text)
            if surplus > 0:
                words = f"{surplus:,} more characters are not shown; they are kept and sent"
                self.tail.append(note_row(words, MOST))
        else:
            self.tail = rest_of(text, self.width, self._style, self._pos)
        return done

    def _step(self, text: str, stable: int) -> bool:
        """Settle one line or a stretch of a long one."""
        limit = self._pos + _STRETCH
        end = text.find("\n", self._pos, min(stable, limit))
        if end >= 0:
            self.settled.extend(self._line(text[self._pos : end], self._pos))
            self._pos, self._join = end + 1, "\n"
            return True
        if stable < limit:
            return False
        stretch = text[self._pos : limit]
        last = break_points(stretch, self.width)[-1] or len(stretch)
        self.settled.extend(self._line(stretch[:last], self._pos))
        self._pos += last
        self._join = _taken(stretch, last)
        return True

    def _open_end(self, text: str) -> list[TextRow]:
        """The rows of what is not settled."""
        rows: list[TextRow] = []
        join, at = self._join, self._pos
        for line in text[self._pos :].split("\n"):
            rows.extend(self._line(line, at))
            at += len(line) + 1
            self._join = "\n"
        self._join = join
        return rows

    def _line(self, line: str, at: int) -> list[TextRow]:
        """The rows of one line, or of what is left of it."""
        points = break_points(line, self.width)
        rows = []
        join = self._join
        for begin, end in zip(points, [*points[1:], len(line)], strict=True):
            shown = line[begin:end]
            if end < len(line) or len(shown) > self.width:
                shown = shown.rstrip(" ")
            rows.append(
                TextRow(
                    spans=(*self._lead, (shown, self._style)) if shown else (),
                    skip=self._indent if shown else 0,
                    join=_taken(line, begin) if begin else join,
                    at=at + begin,
                )
            )
        return rows


def _taken(text: str, place: int) -> str:
    """The text that a wrap before `place` took: a space, or nothing."""
    return " " if text[place - 1] == " " else ""
