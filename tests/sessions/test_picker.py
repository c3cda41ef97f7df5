"""The picker: finds, previews, opens, renames, deletes and fetches back."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widgets import Input

from hq_tui.app.picker_source import short_age
from hq_tui.store.lock import SessionLock
from hq_tui.store.reader import read
from hq_tui.ui.screens.session_list import SessionList, SessionListRow, SessionMatches, drawn
from hq_tui.ui.screens.session_picker import SessionPicker
from tests.sessions.samples import NOON, conversation, write
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing


@pytest.fixture
def folder(home: Path) -> Path:
    place = home / "data" / "sessions"
    write(
        place,
        conversation("one", "rewrite it in Rust", "What is slow? The needle.", at=NOON),
        at=100,
    )
    write(place, conversation("two", "the deadline moves", "Who says so?", at=NOON + 500), at=200)
    write(place, conversation("three", "a claim of mine", at=NOON + 900), at=300)
    return place


async def opened(stage: AppDriver) -> SessionPicker:
    """The picker, once it knows everything."""
    await stage.presses("f2")
    picker = stage.app.screen
    assert isinstance(picker, SessionPicker)
    await at_rest(stage)
    return picker


async def at_rest(stage: AppDriver) -> None:
    """Wait until the picker has been answered everything it asked."""
    await stage.pilot.pause()
    await stage.app.workers.wait_for_complete()
    await stage.pilot.pause()


def listed(picker: SessionPicker) -> list[str]:
    """The sessions in the list, by name."""
    return [
        line.id for line in picker.query_one(SessionList)._lines if isinstance(line, SessionListRow)
    ]


async def test_sessions_stand_newest_first_with_their_state(playing: Playing, folder: Path) -> None:
    lock = SessionLock.take(folder / "two.lock")
    async with playing(size=(120, 30)) as stage:
        picker = await opened(stage)
        assert listed(picker) == ["three", "two", "one"]
        rows = [line.split() for line in stage.screen_text.splitlines() if " turn" in line]
        assert [row[-2] for row in rows] == ["cut", "elsewhere", "now"]
        assert rows[2][rows[2].index("tokens") - 1] == "14"
        assert "a claim of mine" in stage.screen_text
    lock.release()


async def test_typing_narrows_and_searches_what_was_said(playing: Playing, folder: Path) -> None:
    async with playing(size=(120, 30)) as stage:
        picker = await opened(stage)
        await stage.presses(*"rust")
        assert listed(picker) == ["one"]
        await stage.presses(*["backspace"] * 4, *"needle")
        await at_rest(stage)
        assert listed(picker) == []
        assert "The needle." in stage.screen_text
        await stage.presses("enter")
        await at_rest(stage)
        assert stage.app.view.session.conversation.id == "one"
        assert "needle" in stage.app.view.view_state.hits


async def test_the_last_lines_of_a_session_are_shown_beside_it(
    playing: Playing, folder: Path
) -> None:
    async with playing(size=(100, 30)) as stage:
        await opened(stage)
        await stage.presses("down")
        await at_rest(stage)
        assert "partner: Who says so?" in stage.screen_text


async def test_enter_opens_what_the_cursor_is_on(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await opened(stage)
        await stage.presses("down", "down", "enter")
        await at_rest(stage)
        assert stage.app.view.session.conversation.id == "one"
        assert "rewrite it in Rust" in stage.screen_text


async def test_a_session_is_renamed_in_its_place(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        picker = await opened(stage)
        await stage.presses(*"dead", "ctrl+t")
        picker.query_one(Input).value = "Another name"
        await stage.presses("enter")
        await at_rest(stage)
        assert read(folder / "two.jsonl").records[-1] == {"t": "title", "title": "Another name"}
        assert picker.query_one(Input).value == "dead"
        await stage.presses(*["backspace"] * 4)
        assert "Another name" in stage.screen_text


async def test_a_name_that_is_not_wanted_is_left_with_escape(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        picker = await opened(stage)
        before = (folder / "three.jsonl").read_bytes()
        await stage.presses("ctrl+t", *"xyz", "escape")
        await at_rest(stage)
        assert stage.app.screen is picker
        assert (folder / "three.jsonl").read_bytes() == before


async def test_what_was_deleted_can_be_fetched_back(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        picker = await opened(stage)
        await stage.presses("ctrl+d")
        await at_rest(stage)
        assert listed(picker) == ["two", "one"]
        assert not (folder / "three.jsonl").exists()
        assert "Ctrl+_ fetches it back" in stage.screen_text
        await stage.presses("ctrl+underscore")
        await at_rest(stage)
        assert set(listed(picker)) == {"one", "two", "three"}
        await stage.presses("ctrl+underscore")
        await at_rest(stage)
        assert "Nothing was deleted" in stage.screen_text


async def test_one_that_is_open_elsewhere_is_not_deleted(playing: Playing, folder: Path) -> None:
    lock = SessionLock.take(folder / "three.lock")
    async with playing() as stage:
        picker = await opened(stage)
        await stage.presses("ctrl+d")
        await at_rest(stage)
        assert listed(picker) == ["three", "two", "one"]
        assert "open in another hq-tui" in stage.screen_text
    lock.release()


async def test_a_session_is_forked_from_the_list(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await opened(stage)
        await stage.presses("down", "ctrl+k")
        await at_rest(stage)
        assert stage.app.view.session.conversation.parent == "two@1"


async def test_what_stands_in_a_journal_never_commands_the_terminal(
    playing: Playing, home: Path
) -> None:
    place = home / "data" / "sessions"
    write(
        place,
        conversation("bad", "[red]hi[/red] \x1b[2J\x07 \u202eback", "and \x1b]0;x\x07 needle"),
    )
    async with playing(size=(120, 30)) as stage:
        await opened(stage)
        await stage.presses(*"needle")
        await at_rest(stage)
        assert "[red]hi[/red]" in stage.screen_text
        assert not set(stage.screen_text) & set("\x1b\x07\u202e")


async def test_without_a_session_the_list_is_empty_and_closes(playing: Playing) -> None:
    async with playing() as stage:
        picker = await opened(stage)
        await stage.presses("enter", "ctrl+d", "ctrl+t", "ctrl+k", "down", "pagedown")
        assert listed(picker) == []
        await stage.presses("escape")
        assert stage.app.screen is stage.app._front


async def test_a_key_that_opens_the_picker_does_not_open_a_second(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        picker = await opened(stage)
        await stage.presses("f2", "pagedown")
        assert stage.app.screen is picker
        assert picker._list.chosen is not None
        assert picker._list.chosen.id == "one"
        await stage.presses("pageup")
        assert picker._list.chosen is not None
        assert picker._list.chosen.id == "three"


@pytest.mark.parametrize("width", [30, 60, 110])
@pytest.mark.parametrize("at", [0, 40, 150])
def test_a_hit_is_seen_in_its_row_however_narrow(width: int, at: int) -> None:
    text = "x" * at + "needle" + " y" * 40
    row, tail = drawn(
        SessionMatches(id="a", title="A title", where="1. you", text=text, at=at), width
    )
    assert "needle" in row
    assert cell_len(row + tail) == width


@pytest.mark.parametrize(
    ("width", "shown"), [(40, "7 turns"), (95, "1,234 tokens"), (110, "examine")]
)
def test_more_is_said_of_a_session_the_more_room_there_is(width: int, shown: str) -> None:
    row = SessionListRow(
        id="a", title="A title", mode="examine", turns=7, tokens="1,234", state="elsewhere"
    )
    text, tail = drawn(row, width)
    assert "A title" in text
    assert shown in tail
    assert tail.rstrip().endswith("elsewhere")
    assert cell_len(text + tail) == width


@pytest.mark.parametrize(("width", "tail"), [(30, 10), (120, 40), (300, 40)])
def test_where_a_hit_is_from_takes_a_third_of_its_row_at_most(width: int, tail: int) -> None:
    hit = SessionMatches(id="a", title="A title " * 20, where="1. you", text="needle", at=0)
    assert cell_len(drawn(hit, width)[1]) == tail


DAYS = 86_400


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (DAYS - 1, "23 h"),
     (DAYS, "1 d"), (14 * DAYS - 1, "13 d"), (14 * DAYS, "2 weeks"), (84 * DAYS - 1, "11 weeks"),
     (84 * DAYS, "2 months"), (400 * DAYS, "13 months")],
)  # fmt: skip
def test_how_long_ago_is_told_in_one_unit(seconds: float, words: str) -> None:
    assert short_age(seconds) == words


async def test_no_thread_is_left_when_the_picker_has_closed(playing: Playing) -> None:
    before = set(threading.enumerate())
    async with playing() as stage:
        await opened(stage)
        await stage.presses("escape")
        await at_rest(stage)
        left = {one for one in set(threading.enumerate()) - before if one.name.startswith("index")}
        for one in left:
            await asyncio.to_thread(one.join, 20)
        assert not [one for one in left if one.is_alive()]
