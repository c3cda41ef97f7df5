"""The last rows of a screen: what its keys do, drawn as keys are drawn everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from hq_tui.ui.actions import key_parts

PARTS = 3
"""The pieces that `key_parts` makes of each key."""
WIDEST = 1000


class KeyFoot(Static):
    """Keys, and what each does, in as many rows as they take."""

    def __init__(self, wanted: Sequence[tuple[str, str]] = (), *, id: str) -> None:
        super().__init__(Content(""), id=id)
        self._wanted = tuple(wanted)

    def show(self, wanted: Sequence[tuple[str, str]]) -> None:
        """Name other keys."""
        if tuple(wanted) != self._wanted:
            self._wanted = tuple(wanted)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of rows at this width."""
        return len(self._rows(width))

    def render(self) -> RenderResult:
        """The rows at the present width."""
        return Content("\n").join(self._rows(self.size.width))

    def _rows(self, width: int) -> list[Content]:
        rows: list[list[tuple[str, str]]] = [[]]
        for key in self._wanted:
            now = [*rows[-1], key]
            if rows[-1] and len(key_parts(now, {}, width)) < PARTS * len(now):
                rows.append([key])
            else:
                rows[-1] = now
        return [Content.assemble(*key_parts(row, {}, WIDEST)) for row in rows]
