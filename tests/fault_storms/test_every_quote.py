"""The page of a session that went through a storm: its journal makes it again, lint guards it.

Every byte of every quotation is changed once; lint has to name the line each time, or the
file is no text any more and is refused.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hq_tui.inquiry.brief import brief_of
from hq_tui.inquiry.review.quote_lint import SaidWords, lint, quotes_with_place
from tests.fault_storms.held_sessions import MODELS, Held, Storm, hold
from tests.fault_storms.personas import PEOPLE

_QUOTE = re.compile(r"“([^“”]*)” \[(?:board, )?(?:message|reply) \d+\]")


def names_every_changed_byte(held: Held, page: str) -> int:
    """Change each byte of each quotation; how many changes were tried, all of them named."""
    data, tried = page.encode(), 0
    words = SaidWords.of(held.found.conversation, held.found.acts)
    for quote in _QUOTE.finditer(page):
        line = page[: quote.start()].count("\n") + 1
        start, end = (len(page[:place].encode()) for place in quote.span(1))
        for place in range(start, end):
            changed = bytes([data[place] ^ 1])
            broken = data[:place] + changed + data[place + 1 :]
            tried += 1
            try:
                text = broken.decode()
            except UnicodeDecodeError:
                continue
            found = lint(text, words)
            assert line in {finding.line for finding in found}, (line, quote[0], place)
    return tried


@pytest.mark.parametrize("mode", PEOPLE)
async def test_a_changed_byte_in_any_quotation_is_named(mode: str, tmp_path: Path) -> None:
    held = await hold(tmp_path, mode, MODELS[0], Storm(seed=f"quotes/{mode}"))
    page = held.papers.brief
    assert lint(page, SaidWords.of(held.found.conversation, held.found.acts)) == ()
    assert quotes_with_place(page) >= len(_QUOTE.findall(page)) > 2
    assert names_every_changed_byte(held, page) > 60
    again = brief_of(held.found.conversation, held.live, held.found.acts)
    assert (again, held.live.board, held.live.card) == (
        page,
        held.found.inquiry.board,
        held.found.inquiry.card,
    )


async def test_a_page_that_quotes_nothing_true_would_be_noticed(tmp_path: Path) -> None:
    """The sabotage twin: the same page against the journal of somebody else."""
    held = await hold(tmp_path / "1", "debug", MODELS[0])
    other = await hold(tmp_path / "2", "brief", MODELS[0])
    found = lint(held.papers.brief, SaidWords.of(other.found.conversation, other.found.acts))
    assert len(found) >= quotes_with_place(held.papers.brief)
