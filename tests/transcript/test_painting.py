"""What was painted of a row is kept while it may be looked at again, and no longer."""

from __future__ import annotations

import pytest
from rich.style import Style

from hq_tui.ui.transcript import painter as paint
from hq_tui.ui.transcript.entries import Entry, Role
from hq_tui.ui.transcript.layout.rows import PLAIN, TextRow
from hq_tui.ui.transcript.markdown import parser as markdown
from hq_tui.ui.transcript.painter import KEPT_STRIPS, ROLES, Margins, Painter
from tests.transcript.drawing import at_once

markdown.load()

ENTRY = Entry(key="t1", role=Role.ASSISTANT, turn=1, parts=())


def painted(count: int) -> tuple[Painter, list[TextRow]]:
    """So many rows, each painted once."""
    painter = Painter(Style(), {role: Style() for role in ROLES}, Margins.of(60))
    rows = [TextRow(spans=((f"row {number}", PLAIN),)) for number in range(count)]
    for row in rows:
        painter.strip(row, ENTRY)
    return painter, rows


def kept(rows: list[TextRow]) -> int:
    return sum(row.painted is not None and row.painted.strip is not None for row in rows)


def test_only_the_rows_painted_last_keep_their_strips() -> None:
    painter, rows = painted(3 * KEPT_STRIPS)
    assert kept(rows) == kept(rows[-KEPT_STRIPS:]) == KEPT_STRIPS
    assert painter.strip(rows[-1], ENTRY) is painter.strip(rows[-1], ENTRY)


def test_a_row_that_is_seen_again_is_painted_again() -> None:
    painter, rows = painted(3 * KEPT_STRIPS)
    assert "row 0 " in painter.strip(rows[0], ENTRY).text
    assert kept(rows) == KEPT_STRIPS


def test_equal_rows_that_share_a_strip_lose_it_together() -> None:
    painter, rows = painted(1)
    again = TextRow(spans=rows[0].spans, painted=rows[0].painted)
    assert painter.strip(again, ENTRY) is painter.strip(rows[0], ENTRY)
    for number in range(KEPT_STRIPS):
        painter.strip(TextRow(spans=((f"other {number}", PLAIN),)), ENTRY)
    assert kept([again, rows[0]]) == 0


def test_strips_that_are_never_let_go_of_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paint, "KEPT_STRIPS", 10**9)
    _, rows = painted(3 * KEPT_STRIPS)
    assert kept(rows) == 3 * KEPT_STRIPS


LONG = "https://example.org/" + "a-long/path_of/it/" * 9 + "?q=1#é"


@pytest.mark.parametrize("text", [f"See {LONG}, and", f"[some words of it]({LONG})", f"<{LONG}>"])
def test_a_terminal_is_told_the_whole_address_on_each_row_of_it(text: str) -> None:
    painter = Painter(Style(), {role: Style() for role in ROLES}, Margins.of(40))
    rows = [row for row in at_once(text, 36) if any(text_style.href for _, text_style in row.spans)]
    links = [
        {segment.style.link for segment in painter.strip(row, ENTRY) if segment.style}
        for row in rows
    ]
    assert len(rows) > 4
    assert all(found - {None} == {LONG.replace("é", "%C3%A9")} for found in links)
    ids = {part.style.link_id for row in rows for part in painter.strip(row, ENTRY) if part.style}
    assert len(ids - {""}) <= 2, "a terminal shows the rows of one link as one"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "file:///etc/passwd", "x\x1b]8;;y", "/a"])
def test_only_addresses_that_a_terminal_opens_are_given_to_it(href: str) -> None:
    painter = Painter(Style(), {role: Style() for role in ROLES}, Margins.of(40))
    row = TextRow(spans=(("words", PLAIN._replace(role="link", href=href)),))
    assert {part.style.link for part in painter.strip(row, ENTRY) if part.style} == {None}


def test_a_console_that_would_print_addresses_is_given_none() -> None:
    roles = {role: Style() for role in ROLES}
    painter = Painter(Style(), roles, Margins.of(40), links=False)
    row = TextRow(spans=(("words", PLAIN._replace(href="https://a.example")),))
    assert {part.style.link for part in painter.strip(row, ENTRY) if part.style} == {None}
