"""The board: what needs the person first, both sides of a contradiction, and every edit undone."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

from hq_tui.core.events import MessageEnded
from hq_tui.core.user_actions import UndoEdit, read_action, wire_form
from hq_tui.inquiry.board.model import NO_BOARD, Board, By, Item, Kind, Status
from hq_tui.ui.screens.board import BoardScreen
from hq_tui.ui.screens.text import TextScreen
from hq_tui.ui.widgets.board_rows import board_rows, item_lines
from tests.ui.app_driver import AppDriver, begins, block, block_ends, reports, text, tool_input
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, TIED

SLOW = Item(id="c1", kind=Kind.CLAIM, text="Python is slow", quote="always too slow", turn=1,
            by=By.USER)  # fmt: skip
NEVER = Item(id="e1", kind=Kind.EVIDENCE, text="Never measured", turn=3, by=By.PARTNER)
BOTH = Item(id="T1", kind=Kind.TENSION, text="both may not hold", turn=3, contradicts=("c1", "e1"))
OPEN = Item(id="o1", kind=Kind.OPEN_QUESTION, text="What is slow?", turn=2)
DONE = Item(id="o2", kind=Kind.OPEN_QUESTION, text="Who?", turn=2, status=Status.ANSWERED)
BOARD = Board(items=(SLOW, OPEN, NEVER, DONE, BOTH), rev=5)


def test_contradictions_come_first_then_the_newest_then_what_is_open() -> None:
    rows = [row.text for row in board_rows(BOARD, 60)]
    marks = ("! Contradiction", "T1", "Evidence", "Claims", "Still open", "1 item settled")
    places = [next(at for at, row in enumerate(rows) if row.startswith(mark)) for mark in marks]
    assert all(before < after for before, after in pairwise(places))
    assert not any("Who?" in row for row in rows)
    assert [row.text for row in board_rows(NO_BOARD, 60)] == ["", "nothing noted yet"]


def test_both_sides_of_a_contradiction_stand_with_quote_author_and_message() -> None:
    assert item_lines(BOTH, BOARD, 80) == [
        "T1  both may not hold",
        "    c1 “always too slow” · you · message 1",
        "    e1 “Never measured” · Claude · message 3",
    ]


def test_an_edit_taken_back_is_read_as_it_was_written() -> None:
    assert read_action(*wire_form(UndoEdit())) == UndoEdit()


def board_of(stage: AppDriver) -> Board:
    return stage.app.view.session.inquiry.board


async def with_items(stage: AppDriver, *commands: str) -> None:
    """One turn, these commands, and the board on top."""
    await stage.talks(RUST, TIED)
    for command in commands:
        stage.app.view.commands.submit(command)
        await stage.settled()
    await stage.presses("tab")


async def test_every_edit_since_the_last_message_can_be_undone_and_none_before(
    playing: Playing, home: Path
) -> None:
    async with playing() as stage:
        await with_items(stage, f"/add claim {RUST}", "/add evidence 400 ms")
        before = board_of(stage).items
        await stage.presses("d", "p")
        assert board_of(stage).items != before
        await stage.presses("u", "u")
        assert board_of(stage).items == before
        edits = stage.app.view.session.inquiry.edits
        assert len(edits) == 2
        await stage.presses("escape")
        await stage.talks("And now?", TIED)
        stage.app.view.commands.submit("/undo")
        await stage.settled()
        assert board_of(stage).items == before
        assert "nothing to change" in stage.banner


async def test_enter_goes_to_the_message_of_the_item(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        await with_items(stage, f"/add claim {RUST}")
        for number in range(6):
            await stage.presses("escape")
            await stage.talks(f"Line {number}", TIED)
        await stage.presses("tab", "enter")
        assert not isinstance(stage.app.screen, BoardScreen)
        assert stage.screen_text.splitlines()[1].startswith(" ▌ We should rewrite")


async def test_two_clicks_at_once_on_an_item_go_to_its_message_once(playing: Playing) -> None:
    async with playing() as stage:
        await with_items(stage, f"/add claim {RUST}")
        await stage.bursts("enter", "enter", "escape")
        assert len(stage.app.screen_stack) == 1
        assert stage.app.crash.error is None


async def test_the_board_that_is_looked_at_is_the_present_one(playing: Playing) -> None:
    async with playing() as stage:
        await with_items(stage, f"/add claim {RUST}")
        stage.app.view.commands.submit("/add claim a later one")
        await stage.settled()
        assert isinstance(stage.app.screen, BoardScreen)
        assert "a later one" in stage.screen_text


CALL = {
    "add": [
        {"kind": "contradiction", "text": "too slow, or not", "against": ["n2", "n3"]},
        {"kind": "claim", "quote": "rewrite it in Rust"},
        {"kind": "claim", "quote": "too slow"},
    ],
    "settle": [{"id": "n2", "as": "retracted", "quote": "too slow"}],
}


async def with_a_call(stage: AppDriver, **call: object) -> None:
    """A board that the model filed, on top."""
    await stage.asks(RUST_SLOW)
    given = [block(), text("Which gives way?"), block_ends()]
    given += [block("tool_use", 1, id="t1", name="board_update", input={})]
    given += [tool_input(json.dumps(call), 1), block_ends(1)]
    await stage.says(begins(), *given, reports(stop_reason="tool_use"), MessageEnded(), None)
    await stage.presses("tab")


RUST_SLOW = "We should rewrite it in Rust. Python is too slow."


async def test_esc_leaves_the_choice_of_a_side_before_it_leaves_the_board(playing: Playing) -> None:
    async with playing() as stage:
        await with_a_call(stage, add=CALL["add"])
        await stage.presses("1")
        assert "1 drops c1  2 drops c2" in stage.screen_text
        await stage.presses("escape")
        assert isinstance(stage.app.screen, BoardScreen)
        assert "1 I drop one" in stage.screen_text
        await stage.presses("1", "2")
        assert stage.app.view.chat.composer.text.startswith("/retract c2 ✕ “too slow”")
        assert not isinstance(stage.app.screen, BoardScreen)
        await stage.presses("escape")


async def test_f10_in_the_open_board_shows_the_page_and_esc_comes_back(playing: Playing) -> None:
    async with playing() as stage:
        await with_a_call(stage, add=CALL["add"])
        await stage.presses("f10")
        assert isinstance(stage.app.screen, TextScreen)
        await stage.presses("escape")
        assert isinstance(stage.app.screen, BoardScreen)


async def test_a_proposal_is_accepted_in_place_and_makes_no_other_item(playing: Playing) -> None:
    async with playing() as stage:
        await with_a_call(stage, **CALL)
        board = stage.app.screen
        assert isinstance(board, BoardScreen)
        proposal = next(item for item in board_of(stage).items if item.kind is Kind.PROPOSAL)
        for _ in board_of(stage).items:
            if "x accept" in stage.screen_text:
                break
            await stage.presses("down")
        await stage.presses("x")
        found = board_of(stage).find(proposal.id)
        assert found is not None
        assert found.status is Status.ACCEPTED
        assert not board_of(stage).of_kind(Kind.DECISION)
        struck = board_of(stage).find(proposal.supports[0])
        assert struck is not None
        assert struck.status is Status.RETRACTED
