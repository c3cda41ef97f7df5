"""The board beside the transcript, where the screen is wide enough for it."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from hq_tui.inquiry.board import NO_BOARD, Board
from hq_tui.inquiry.state import Inquiry
from hq_tui.ui.board_view import BoardRow, board_rows, inquiry_lines


class BoardPanel(Static):
    """The board and where the inquiry stands. What does not fit is counted in its last row."""

    def __init__(self) -> None:
        super().__init__(Content(""), id="board")
        self._drawn: tuple[Board, list[str], int, int] = (NO_BOARD, [], 0, 0)

    def show(self, inquiry: Inquiry) -> None:
        """Draw `inquiry`; nothing is painted when nothing changed."""
        width, height = max(20, self.size.width), self.size.height
        lines = inquiry_lines(inquiry, width)
        drawn = (inquiry.board, lines, width, height)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        room = max(1, height - len(lines) - 2)
        rows = [BoardRow(text="BOARD", heading=True), *fitting(inquiry.board, width, room)]
        rows += [BoardRow(text=""), *(BoardRow(text=line) for line in lines)]
        self.update(Content("\n").join(row.content() for row in rows), layout=False)


def fitting(board: Board, width: int, room: int) -> list[BoardRow]:
    """As much of the board as `room` rows hold; the last of them says what is missing."""
    rows = board_rows(board, width)
    if len(rows) <= room:
        return rows
    left = {row.item for row in rows[room - 1 :] if row.item}
    return [*rows[: room - 1], BoardRow(text=f" … {len(left)} more · Tab shows all")]
