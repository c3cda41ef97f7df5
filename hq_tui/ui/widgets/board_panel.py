"""The panel beside the transcript: the board, and at its foot what the session has used."""

from __future__ import annotations

from textwrap import wrap

from textual.content import Content

from hq_tui.inquiry.board.model import NO_BOARD, Board
from hq_tui.ui.view_state import ViewState
from hq_tui.ui.widgets.board_rows import HEADING, BoardRow, board_rows, who_writes
from hq_tui.ui.widgets.fitted import Fitted
from hq_tui.ui.widgets.ledger_rows import ledger_rows

EDITS = "Tab to edit"
LEAST = 24


class BoardPanel(Fitted[ViewState]):
    """The board and the ledger. What does not fit is counted in the board's last row."""

    def __init__(self) -> None:
        super().__init__(ViewState(), id="board")
        self.letters = 0
        """The number of letters that it shows."""
        self._drawn: tuple[Board, list[str], int, int] = (NO_BOARD, [], 0, 0)

    def draw(self, now: ViewState) -> None:
        """Draw `now`; nothing is painted when nothing changed."""
        board = now.inquiry.board
        width, height = max(LEAST, self.size.width), self.size.height
        said = wrap(who_writes(now.facts), width)
        foot = [*([""] if said else []), *said, *ledger_rows(now, width)]
        drawn = (board, foot, width, height)
        if drawn == self._drawn and not self.failed:
            return
        self._drawn = drawn
        head = Content.assemble(("Board", HEADING), f"{EDITS:>{width - len('Board')}}")
        room = max(1, height - len(foot) - 1)
        rows = fitting(board, width, room)
        rows += [BoardRow(text="")] * (room - len(rows))
        rows += [BoardRow(text=line) for line in foot]
        content = Content("\n").join([head, *(row.content(width) for row in rows)])
        self.letters = len("".join(content.plain.split()))
        self.update(content, layout=False)


def fitting(board: Board, width: int, room: int) -> list[BoardRow]:
    """As much of the board as `room` rows hold; the last of them says what is missing."""
    rows = board_rows(board, width)
    if len(rows) <= room:
        return rows
    left = {row.item for row in rows[room - 1 :] if row.item}
    return [*rows[: room - 1], BoardRow(text=f"… {len(left)} more · Tab shows all")]
