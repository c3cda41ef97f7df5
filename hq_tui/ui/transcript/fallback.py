"""A message that could not be drawn, as its bare text.

It uses nothing that a message is drawn with otherwise, since something of that has failed:
lines are made safe and cut at a fixed number of characters.
"""

from __future__ import annotations

from hq_tui.core.text.sanitize import sanitise
from hq_tui.ui.transcript.entries import Entry, Part
from hq_tui.ui.transcript.layout.rows import TextRow, TextStyle

NOTE = "shown plain: a defect of hq-tui keeps this message from being drawn"


class Fallback:
    """The rows of an entry, in place of all its sections."""

    def __init__(self, entry: Entry, width: int) -> None:
        self.part: Part | None = None
        self.changed = 0
        self._rows: list[TextRow] = []
        self._width = max(1, width)
        self._add(NOTE, TextStyle(role="warning"), silent=True)
        for part in entry.parts:
            for name in ("title", "input_text", "text", "note"):
                self._add(getattr(part, name, ""), TextStyle())

    def _add(self, text: str, style: TextStyle, *, silent: bool = False) -> None:
        # Half as many characters fit where each may be two columns wide.
        size = self._width if text.isascii() else max(1, self._width // 2)
        for line in sanitise(text.rstrip("\n")).split("\n") if text else ():
            for start in range(0, max(1, len(line)), size):
                spans = ((line[start : start + size], style),) if line else ()
                join = "" if start else "\n"
                self._rows.append(TextRow(spans=spans, join=join, silent=silent))

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def row(self, index: int) -> TextRow:
        """One row."""
        return self._rows[index]

    def can_become(self, _part: Part, _entry: Entry) -> bool:
        """It is made anew whenever its entry changes."""
        return False

    def update(self, *_: object, **_more: object) -> bool:
        """All of it is drawn."""
        return True
