"""Text that flows beside the panel: few bytes, and the panel stands as it is."""

from __future__ import annotations

import re

import pytest

from hq_tui.terminal.input_parser import MARGINS_QUESTION
from tests.support.samples import numbered_words
from tests.support.terminal import Terminal
from tests.support.vt import VirtualTerminal
from tests.terminal_e2e.conftest import Open

LEFT_RIGHT_MARGINS = 69
WORDS, PACE = 1000, 500
LEFT = 80
"""Columns of the talk at both sizes."""
_SAYS_NOTHING = re.compile(r"\x1b\[[<>=?][0-9;]*[$a-zA-Z]*[pu]|\x1b\[[0-9]n")


def seen(terminal: Terminal, size: tuple[int, int], *, has_margins: bool) -> list[str]:
    """What stands on a terminal that has margins or not, after all that was written so far."""
    screen = VirtualTerminal(*size, has_margins=has_margins)
    written = bytes(terminal.written).decode()
    screen.feed(_SAYS_NOTHING.sub("", written[written.index("\x1b[?1049h") :]))
    return screen.text()


@pytest.mark.parametrize(
    ("size", "answer"),
    [
        ((120, 40), "\x1b[?69;2$y"),
        ((160, 50), "\x1b[?69;2$y"),
        ((120, 40), ""),
        ((160, 50), ""),
        ((120, 40), "\x1b[?69;0$y"),
        ((120, 40), "\x1b[?69;4$y"),
    ],
    ids=["margins", "margins, wide", "silent", "silent, wide", "unknown", "never"],
)
def test_a_reply_beside_the_panel_costs_few_bytes_and_leaves_the_panel_as_it_is(
    open_app: Open, size: tuple[int, int], answer: str
) -> None:
    reply, last = numbered_words(WORDS), f"w{WORDS}"
    has_margins = answer.endswith("2$y")
    with open_app(replies=("Of which?", reply), size=size, pace=PACE) as terminal:
        terminal.wait_until(lambda: MARGINS_QUESTION.encode() in terminal.written, "the question")
        terminal.keys(answer)
        terminal.wait_for("F1 help")
        terminal.keys("why?\r")
        terminal.wait_for("your turn")
        before = len(terminal.written)
        terminal.keys("and then?\r")
        terminal.wait_for("streaming")
        terminal.wait_for("your turn")
        terminal.wait_until(
            lambda: any(last in row for row in seen(terminal, size, has_margins=has_margins)), last
        )
        assert len(terminal.written) - before <= 4.0 * len(reply)
        assert (LEFT_RIGHT_MARGINS in terminal.modes_touched) == has_margins
        shown = seen(terminal, size, has_margins=has_margins)
        body = shown[2 : next(y for y, row in enumerate(shown) if row.startswith("──── "))]
        assert {row[LEFT] for row in body} == {"│"}
        assert [row[LEFT + 2 :].split()[:1] for row in body].count(["Board"]) == 1
        words = [int(word) for row in body for word in re.findall(r"w(\d+)", row[:LEFT])]
        assert words == list(range(words[0], WORDS + 1))
