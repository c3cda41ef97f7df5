"""The view follows the end, or holds still; whatever flows, what is read does not move."""

from __future__ import annotations

import pytest

from hq_tui.ui.transcript import Entry, Prose, Thought
from hq_tui.ui.transcript.entry_list import KEPT
from hq_tui.ui.transcript.follow import Mode
from hq_tui.ui.transcript.markdown.state import WorkBudget
from tests.support.transcripts import plain_lines
from tests.transcript.transcript_app import (
    STOPPED,
    THOUGHT,
    TranscriptApp,
    answered,
    asked,
    numbered,
    session,
    staged,
)
from tools.show import draw_all


def lines(stage: TranscriptApp) -> list[str]:
    """What is on screen, without the air to the left."""
    return [line.strip() for line in plain_lines(stage.transcript)]


def put(stage: TranscriptApp, index: int, entry: Entry) -> None:
    """Change an entry and draw it."""
    stage.transcript.put(index, entry)
    draw_all(stage.transcript)


async def test_a_session_opens_at_its_end_and_measures_only_what_is_seen() -> None:
    async with staged(*session(2_000)) as (stage, _):
        assert lines(stage)[-2] == "? What follows from 2000?"
        assert len(stage.transcript.entry_list._views) < 20
        assert stage.transcript.scroll_anchor.follows


async def test_a_growing_reply_is_followed() -> None:
    async with staged(asked(1, "Why")) as (stage, _):
        for count in (1, 5, 40):
            put(stage, 1, answered(1, numbered(count), still_open=True))
            assert [line for line in lines(stage) if line][-1] == f"line {count}"
        assert stage.unseen == []


async def test_the_first_change_is_drawn_at_once_and_the_next_ones_are_gathered() -> None:
    async with staged(asked(1, "Why")) as (stage, _):
        stage.clock.now = 10.0
        stage.transcript.put(1, answered(1, "one", still_open=True))
        assert "one" in lines(stage)
        stage.clock.now = 10.01
        stage.transcript.put(1, answered(1, "one two", still_open=True))
        assert "one two" not in lines(stage)
        stage.transcript.put(1, answered(1, "one two three", still_open=True))
        draw_all(stage.transcript)
        assert "one two three" in lines(stage)


async def test_scrolling_up_holds_the_view_while_text_flows() -> None:
    async with staged(*session(30), answered(31, numbered(30))) as (stage, pilot):
        await pilot.press("pageup", "up")
        assert not stage.transcript.scroll_anchor.follows
        before = lines(stage)
        for count in range(31, 60):
            put(stage, 60, answered(31, numbered(count), still_open=True))
            assert lines(stage) == before
        assert stage.transcript.scroll_anchor.unread == 58
        await pilot.pause()
        assert stage.unseen[-1] == 58
        await pilot.press("end")
        assert lines(stage)[-2] == "line 59"
        assert stage.transcript.scroll_anchor.follows
        assert stage.transcript.scroll_anchor.unread == 0


async def test_what_was_read_below_is_no_longer_new() -> None:
    async with staged(*session(10)) as (stage, pilot):
        await pilot.press("pageup")
        put(stage, 19, answered(10, numbered(40), still_open=True))
        fresh = stage.transcript.scroll_anchor.unread
        await pilot.press("pagedown", "pagedown")
        assert 0 < stage.transcript.scroll_anchor.unread < fresh
        put(stage, 19, answered(10, numbered(41), still_open=True))
        assert stage.transcript.scroll_anchor.unread > 0


async def test_scrolling_back_to_the_end_follows_again() -> None:
    async with staged(*session(10)) as (stage, pilot):
        await pilot.press("pageup")
        assert not stage.transcript.scroll_anchor.follows
        await pilot.press("pagedown")
        assert stage.transcript.scroll_anchor.follows


async def test_scrolling_up_through_entries_never_measured_moves_by_what_was_asked() -> None:
    long = [answered(turn, numbered(3 + turn % 7), "# x\n" * (turn % 5)) for turn in range(1, 200)]
    async with staged(*long) as (stage, _):
        seen = lines(stage)
        for _ in range(150):
            stage.transcript.scroll_relative(y=-3)
            now = lines(stage)
            assert now[3:] == seen[: len(seen) - 3]
            seen = now


async def test_a_view_at_the_top_is_not_moved_by_what_is_measured_below() -> None:
    async with staged(*session(50)) as (stage, pilot):
        await pilot.press("home")
        assert lines(stage)[0].startswith("▌ Question 1 about")
        before = lines(stage)
        put(stage, 99, answered(50, numbered(100)))
        assert lines(stage) == before


async def test_unfolding_above_does_not_move_what_is_read() -> None:
    thought = Thought(text=numbered(9, "idea"))
    async with staged(asked(1, "Why"), answered(1, thought, numbered(60))) as (stage, pilot):
        await pilot.press("pageup")
        before = lines(stage)
        stage.transcript.toggle_thinking()
        draw_all(stage.transcript)
        assert lines(stage) == before


async def test_a_resize_keeps_the_row_being_read() -> None:
    words = " ".join(f"w{number}" for number in range(900))
    async with staged(*session(5), answered(6, words), *session(5)) as (stage, pilot):
        for _ in range(4):
            await pilot.press("pageup")
        first = lines(stage)[0].split()[0]
        assert first.startswith("w")
        for width in (50, 120, 43, 80):
            await pilot.resize_terminal(width, 20)
            await pilot.pause()
            assert first in lines(stage)[0].split()
        assert not stage.transcript.scroll_anchor.follows


async def test_a_resize_at_the_end_stays_at_the_end() -> None:
    async with staged(*session(30)) as (stage, pilot):
        for size in ((50, 30), (120, 12), (80, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert lines(stage)[-2] == "? What follows from 30?"
            assert stage.transcript.scroll_anchor.follows


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (10, 2), (20, 5)])
async def test_the_smallest_screens_do_not_fail(size: tuple[int, int]) -> None:
    async with staged(*session(3), answered(4, THOUGHT, "text", STOPPED), size=size) as (stage, _):
        assert len(plain_lines(stage.transcript)) == size[1]


async def test_stepwise_following_stands_still_until_the_bottom_is_reached() -> None:
    async with staged(asked(1, "Why")) as (stage, _):
        stage.transcript.scroll_anchor.mode = "stepwise"
        tops = []
        for count in range(1, 80):
            put(stage, 1, answered(1, numbered(count), still_open=True))
            assert f"line {count}" in lines(stage)
            tops.append(int(stage.transcript.scroll_y))
        assert tops == sorted(tops)
        assert len(set(tops)) < 25
        assert stage.transcript.scroll_anchor.follows


@pytest.mark.parametrize(
    ("mode", "letters", "least", "most"),
    [
        ("smooth", 0, 60, 80),
        ("smooth", 100, 25, 40),
        ("smooth", 300, 10, 20),
        ("smooth", 700, 5, 12),
        ("stepwise", 0, 10, 25),
        ("stepwise", 700, 5, 12),
    ],
)
async def test_the_fuller_a_panel_that_moves_with_the_text_the_rarer_it_moves(
    mode: Mode, letters: int, least: int, most: int
) -> None:
    async with staged(asked(1, "Why")) as (stage, _):
        anchor = stage.transcript.scroll_anchor
        anchor.mode, anchor.panel_letters = mode, lambda: letters
        tops = []
        for count in range(1, 80):
            put(stage, 1, answered(1, numbered(count), still_open=True))
            assert f"line {count}" in lines(stage)
            tops.append(int(stage.transcript.scroll_y))
        assert least <= len(set(tops)) - 1 <= most
        assert anchor.follows
        stage.transcript.scroll_end()
        assert lines(stage)[-2] == "line 79"


async def test_a_text_that_gets_shorter_leaves_no_more_free_than_a_step() -> None:
    async with staged(asked(1, "Why")) as (stage, _):
        stage.transcript.scroll_anchor.panel_letters = lambda: 150
        for count in (60, 61, 40):
            put(stage, 1, answered(1, numbered(count), still_open=True))
            assert f"line {count}" in lines(stage)[-12:]


async def test_following_can_be_asked_for() -> None:
    async with staged(*session(30)) as (stage, pilot):
        await pilot.press("home")
        stage.transcript.scroll_end()
        assert lines(stage)[-2] == "? What follows from 30?"


async def test_entries_can_be_taken_back() -> None:
    async with staged(*session(3), asked(4, "wait", queued=True)) as (stage, _):
        assert any("queued" in line for line in lines(stage))
        stage.transcript.truncate(6)
        assert lines(stage)[-2] == "? What follows from 3?"


async def test_a_change_far_above_does_not_hide_a_change_that_is_looked_at() -> None:
    async with staged(*session(300)) as (stage, _):
        stage.transcript.entry_list.put(0, asked(1, "Another question."))
        put(stage, 599, answered(300, "Other words."))
        assert "Other words." in lines(stage)


async def test_more_letters_than_a_paragraph_has_are_found_at_its_last_row() -> None:
    async with staged(answered(1, "word " * 60 + "end"), size=(30, 20)) as (stage, _):
        entry_list, budget = stage.transcript.entry_list, WorkBudget(10**6)
        place = entry_list.place_after(entry_list.place(0, budget), 10**6, budget)
        assert lines(stage)[entry_list.find_place(place, budget)].endswith("end")


async def test_views_far_away_are_dropped() -> None:
    async with staged(*session(600)) as (stage, pilot):
        for _ in range(120):
            stage.transcript.scroll_page_up()
        assert len(stage.transcript.entry_list._views) <= KEPT
        await pilot.press("end")
        assert lines(stage)[-2] == "? What follows from 600?"


async def test_a_delta_draws_the_rows_it_changed_and_lays_nothing_out() -> None:
    async with staged(*session(100)) as (stage, pilot):
        transcript = stage.transcript
        put(stage, 200, answered(101, numbered(30) + "\n\nand", still_open=True))
        await pilot.pause()
        layouts = transcript._layout_updates
        transcript._exchange_repaint_regions()
        text = "and"
        for word in range(6):
            text += f" w{word}"
            put(stage, 200, answered(101, numbered(30) + "\n\n" + text, still_open=True))
            regions = transcript._exchange_repaint_regions()
            assert {region.height for region in regions} == {2}
        assert transcript._layout_updates == layouts


async def test_the_work_of_a_delta_is_the_same_in_a_long_session() -> None:
    counts = []
    for turns in (1, 3_000):
        async with staged(*session(turns)) as (stage, _):
            entry_list, index = stage.transcript.entry_list, 2 * turns
            drawn = 0
            for count in range(1, 60):
                put(stage, index, answered(turns + 1, numbered(count), still_open=True))
                drawn += len(entry_list._views)
            counts.append(drawn)
    assert counts[1] <= counts[0] + 60 * 8


async def test_a_new_theme_repaints_what_is_there() -> None:
    async with staged(*session(3)) as (stage, pilot):
        before = stage.transcript.viewport.painter()
        stage.theme = "textual-light"
        await pilot.pause()
        assert stage.transcript.viewport.painter().base != before.base
        text = stage.transcript.render_lines(stage.transcript.size.region)[-2]
        assert {segment.style.bgcolor for segment in text if segment.style} == {
            stage.transcript.viewport.painter().base.bgcolor
        }


async def test_a_reply_that_goes_on_after_it_stopped_is_the_same_text() -> None:
    async with staged(asked(1, "Why")) as (stage, _):
        put(stage, 1, answered(1, "It *starts", still_open=True))
        put(stage, 1, answered(1, "It *starts", STOPPED))
        assert any(line.startswith("■ stopped") for line in lines(stage))
        seam = (len("It *starts"),)
        put(stage, 1, answered(1, Prose(text="It *starts* again", seams=seam), still_open=True))
        assert "╌ It starts again" in lines(stage)


async def test_what_is_put_above_moves_nothing_on_the_screen() -> None:
    everything = session(300)
    for back in (0, 7):
        async with staged(*everything[-40:]) as (stage, pilot):
            if back:
                stage.transcript.scroll_to(y=stage.transcript.scroll_y - back, animate=False)
                await pilot.pause()
            before = lines(stage)
            stage.transcript.prepend(everything[:-40])
            await pilot.pause()
            assert lines(stage) == before
            assert stage.transcript.scroll_anchor.follows == (back == 0)
            assert stage.transcript.entry_list.entries == everything
            stage.transcript.scroll_home(animate=False)
            await pilot.pause()
            assert "Question 1 about the matter." in " ".join(lines(stage))


async def test_a_reader_who_looked_away_is_told_the_same_of_what_came() -> None:
    everything = session(300)
    async with staged(*everything[-40:]) as (stage, pilot):
        stage.transcript.scroll_to(y=stage.transcript.scroll_y - 30, animate=False)
        await pilot.pause()
        put(stage, 40, asked(301, "One more"))
        unseen = stage.transcript.scroll_anchor.unread
        stage.transcript.prepend(everything[:-40])
        await pilot.pause()
        assert stage.transcript.scroll_anchor.unread == unseen > 0
