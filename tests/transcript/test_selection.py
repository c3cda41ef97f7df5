"""What is copied is the Markdown that was sent."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from hq_tui.ui.transcript.layout.rows import TextRow
from hq_tui.ui.transcript.markdown.state import WorkBudget
from tests.transcript.drawing import ENOUGH
from tests.transcript.transcript_app import TranscriptApp, answered, asked, staged

TABLE = (
    "| Step | What |\n|:-----|------|\n| 1 | open `a \\| b`<br>and **close** it |\n"
    "| 2 | [docs](https://a.example/x) |"
)
PARAGRAPH = "The *quick* brown fox jumps over the lazy dog\nand `goes` on, and on, " + "on, " * 30
CODE = "all:\n\tgcc -o out main.c && echo " + "x" * 90 + "\n\n\t@true   "
LIST = "- one **two**\n- three\n  - four\n\n1. five"
TEXT = (
    f"Before it.\n\n{TABLE}\n\n{PARAGRAPH.strip()}\n\n```make\n{CODE}\n```\n\n{LIST}\n\nAfter it?"
)


def everything(stage: TranscriptApp) -> list[TextRow]:
    """All rows, from the first entry to the last."""
    entry_list = stage.transcript.entry_list
    return [row for _, _, _, row in entry_list.rows(0, entry_list.total, WorkBudget(ENOUGH))]


def block_end(rows: list[TextRow], number: int) -> int:
    """The last row of what ends on the row `number` or goes on below it: a block, or a line."""
    end = number
    while rows[end + 1].at == rows[number].at and rows[end + 1].spans:
        if rows[end + 1].fill is not None and rows[end + 1].join:
            break
        end += 1
    return end


def copy(stage: TranscriptApp, start: tuple[int, int], end: tuple[int, int]) -> str:
    """What a selection from `start` to `end` (column, row) gives."""
    found = stage.transcript.get_selection(Selection(Offset(*start), Offset(*end)))
    assert found is not None
    return found[0]


@pytest.mark.parametrize("width", [24, 43, 80, 140])
@pytest.mark.parametrize(
    ("first", "last", "sent"),
    [
        ("Step", "docs", TABLE),
        ("The ", "on,", PARAGRAPH.strip()),
        ("all:", "@true", CODE),
        ("Before it", "After it", TEXT),
        ("five", "five", "1. five"),
        ("gcc", "gcc", CODE.split("\n")[1]),
    ],
    ids=["table", "paragraph", "code", "everything", "item", "line of code"],
)
async def test_whole_blocks_are_copied_as_they_were_sent(
    width: int, first: str, last: str, sent: str
) -> None:
    async with staged(asked(1, "hi"), answered(1, TEXT), size=(width, 20)) as (stage, _):
        rows = everything(stage)
        begin = next(place for place, row in enumerate(rows) if first in row.text)
        end = max(place for place, row in enumerate(rows) if last in row.text)
        assert copy(stage, (0, begin), (10_000, block_end(rows, end))) == sent


async def test_words_of_a_paragraph_are_copied_as_words() -> None:
    async with staged(answered(1, "a **bold** word")) as (stage, _):
        assert copy(stage, (2, 0), (6, 0)) == "bold"


async def test_tasks_are_copied_with_their_boxes() -> None:
    text = "- [ ] to do\n- [x] done\n1. [x] counted"
    async with staged(answered(1, text)) as (stage, _):
        assert copy(stage, (0, 0), (99, len(everything(stage)) - 2)) == text
        assert copy(stage, (0, 0), (6, 0)) == "- [ ] to"
        assert copy(stage, (0, 1), (6, 1)) == "- [x] do"


async def test_a_selection_that_begins_inside_code_opens_no_fence() -> None:
    async with staged(answered(1, "```sh\none\ntwo\n```\n\nThen?")) as (stage, _):
        assert copy(stage, (0, 2), (99, 4)) == "two\n\nThen?"


async def test_code_in_an_item_is_copied_without_the_indent_of_the_item() -> None:
    text = "1. First:\n\n   ```make\n   all:\n   \tcc x.c\n   ```\n\n2. Second"
    async with staged(answered(1, text)) as (stage, _):
        rows = everything(stage)
        code = [number for number, row in enumerate(rows) if row.fill is not None]
        assert copy(stage, (0, code[1]), (99, code[-1])) == "all:\n\tcc x.c"


async def test_what_cannot_be_shown_is_copied_as_it_came() -> None:
    text = "one\r\ntwo \x1b[1m tail\r\n\r\n- a\tb\r\n- c"
    async with staged(answered(1, text)) as (stage, _):
        assert copy(stage, (0, 0), (99, len(everything(stage)) - 2)) == text
        assert copy(stage, (0, 2), (99, 2)) == "- a\tb"


async def test_what_the_person_typed_is_copied_as_it_was_typed() -> None:
    text = "first line that is long enough to wrap here\n\n\tsecond  line"
    async with staged(asked(1, text), size=(30, 20)) as (stage, _):
        assert copy(stage, (0, 0), (99, len(everything(stage)) - 2)) == text
