"""A big paste is one word in the composer and every byte of itself in the message."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.pilot import Pilot

from hq_tui.terminal.input_parser import BURST, END, START, InputParser
from hq_tui.ui.screens.text import TextScreen
from hq_tui.ui.widgets.composer import Composer
from hq_tui.ui.widgets.composer_texts import BIG, MANY_LINES, Pastes, is_big
from tests.support import saved
from tests.terminal.test_input_parser import told
from tests.terminal_e2e.conftest import Open
from tests.ui.app_driver import AppDriver, set_stage

Record = Callable[[str, object], None]
UNPLEASANT = (
    "".join(map(chr, range(1, 256))).replace("\r", "") + "\x1b[31mred\x1b[0m\r\n\\ [x] 世\n"
)
LONGEST_GAP = 0.1


async def pasted(pilot: Pilot[int], text: str) -> Composer:
    """The composer after `text` was pasted into it."""
    composer = pilot.app.query_one(Composer)
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()
    await pilot.pause()
    return composer


@pytest.fixture
def stage(home: Path) -> AppDriver:
    return set_stage(home)


@pytest.mark.parametrize(
    ("text", "big"),
    [
        ("x" * BIG, False),
        ("x" * (BIG + 1), True),
        ("a\n" * (MANY_LINES - 1), False),
        ("a\n" * MANY_LINES, True),
        ("a\tb\r\nc\n", False),
        ("a\x1b[31mb", True),
        ("a\x07", True),
        ("a\x9bb", True),
    ],
)
def test_what_is_big_or_cannot_be_shown_becomes_a_chip(text: str, big: bool) -> None:
    assert is_big(text) is big


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 12, "12 bytes"),
        ("x" * 2100, "2.1 KB"),
        ("é" * 156_000, "312 KB"),
        ("x" * 10_000_000, "10 MB"),
    ],
    ids=["bytes", "small", "letters of two bytes", "large"],
)
def test_a_chip_says_how_big_it_is(text: str, words: str) -> None:
    assert Pastes().keep(text) == f"[paste 1: {words}]"


@given(st.lists(st.text(max_size=30) | st.just("[paste 1: 3 bytes]"), max_size=4), st.text())
def test_what_is_expanded_is_what_was_pasted(texts: list[str], between: str) -> None:
    pastes = Pastes()
    chips = [pastes.keep(text) for text in texts]
    if not any(chip in between for chip in chips):
        whole = pastes.whole(between.join(chips))
        assert whole == between.join(texts)


async def test_a_paste_is_sent_to_the_byte(stage: AppDriver) -> None:
    text = UNPLEASANT * 20
    async with stage.app.run_test() as pilot:
        stage.pilot = pilot
        composer = await pasted(pilot, text)
        chip = composer.text
        assert chip.startswith("[paste 1: ")
        await pilot.press("space", "w", "h", "y")
        assert composer.text == chip + " why"
        await pilot.press("enter")
        await stage.settled()
        assert stage.app.view.session.conversation.live is not None
        assert stage.app.view.session.conversation.live.asked.text == text + " why"
        assert composer.text == ""
        await pilot.press("ctrl+z")
        assert chip not in composer.text, "what it stood for is gone"
    stage.leave()


async def test_what_was_pasted_is_never_a_command(stage: AppDriver) -> None:
    text = "// a comment\n" + "x" * BIG
    async with stage.app.run_test() as pilot:
        stage.pilot = pilot
        await pasted(pilot, text)
        await pilot.press("enter")
        await stage.settled()
        assert stage.app.view.session.conversation.live is not None
        assert stage.app.view.session.conversation.live.asked.text == text
    stage.leave()


@pytest.mark.parametrize(
    ("keys", "left"),
    [
        (["backspace"], "ab"),
        (["left", "backspace"], "ab"),
        (["left", "left", "left", "x"], "a<>xb"),
        (["left"] * 4 + ["delete"], "ab"),
        (["ctrl+w"], "ab"),
        (["x", "backspace"], "a<>b"),
        (["backspace", "ctrl+underscore"], "a<>b"),
    ],
    ids=lambda case: "-".join(case) if isinstance(case, list) else case,
)
async def test_a_chip_is_whole_or_gone(stage: AppDriver, keys: list[str], left: str) -> None:
    async with stage.app.run_test() as pilot:
        await pilot.press("a", "b", "left")
        composer = await pasted(pilot, "y" * (BIG + 1))
        chip = composer.text[1:-1]
        await pilot.press(*keys)
        assert composer.text.replace(chip, "<>") == left


async def test_a_paste_can_be_looked_at(stage: AppDriver) -> None:
    async with stage.app.run_test() as pilot:
        stage.enter(pilot)
        await stage.settled()
        await pilot.press(*"/paste", "enter")
        await pilot.pause()
        assert "no big paste" in stage.app.view.view_state.message
        composer = await pasted(pilot, "\x1b[31mneedle" + "y" * BIG)
        await pilot.press(*"/paste", "enter")
        await pilot.pause()
        assert isinstance(stage.app.screen, TextScreen)
        rows = "".join(s.text for s in stage.app.screen._compositor.render_strips())
        assert "␛[31mneedle" in rows
        await pilot.press("escape")
        assert composer.message == "\x1b[31mneedle" + "y" * BIG


async def test_a_heavy_text_that_is_fetched_back_is_a_chip_too(stage: AppDriver) -> None:
    async with stage.app.run_test() as pilot:
        stage.enter(pilot)
        await stage.settled()
        composer = stage.app.view.chat.composer
        composer.put("z" * 100_000)
        assert composer.text == "[paste 1: 100 KB]"
        assert composer.message == "z" * 100_000


class Gaps:
    """The longest time in which the loop did not get its turn."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.work = 0.0
        """The longest stretch of processor time in which it did not; others do not count in it."""
        self._task: asyncio.Task[None] | None = None

    async def _run(self) -> None:
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.002)
            self.longest = max(self.longest, time.perf_counter() - began)
            self.work = max(self.work, time.thread_time() - worked)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        await asyncio.sleep(0)  # it has begun before there is anything to measure
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def parsed(text: str) -> str:
    """What the driver's thread makes of a paste that it reads in pieces."""
    data, parser = f"{START}{text}{END}", InputParser()
    reads = (data[at : at + 4096] for at in range(0, len(data), 4096))
    (event,) = (event for read in reads for event in parser.feed(read))
    assert isinstance(event, events.Paste)
    return event.text


async def test_ten_megabytes_do_not_hold_up_the_loop(
    stage: AppDriver, record_property: Record
) -> None:
    text = "some words and more of them\n" * 360_000
    assert len(text) > 10_000_000
    longest = []
    async with stage.app.run_test() as pilot:
        for _ in range(3):
            async with Gaps() as gaps:
                composer = await pasted(pilot, await asyncio.to_thread(parsed, text))
            longest.append(gaps.longest)
            assert composer.message == text
            composer.put("")
    took = f"{1000 * min(longest):.0f} ms"
    record_property("gaps", ("a paste", f"{len(text):,}", "", took, "a chip", ""))
    assert min(longest) < LONGEST_GAP, "the least of three: others use this machine too"


@pytest.mark.twin("sizes", "a paste into a bare text area")
async def test_the_same_paste_in_a_bare_text_area_would(stage: AppDriver) -> None:
    """The check above can fail."""
    async with stage.app.run_test() as pilot:
        stage.enter(pilot)
        await stage.settled()
        async with Gaps() as gaps:
            stage.app.view.chat.composer.insert("some words and more of them\n" * 36_000)
            await asyncio.sleep(0.01)
    assert gaps.longest > LONGEST_GAP


LINE = "a line of ordinary words that somebody copied somewhere\n"


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([LINE * 3], [f"<{LINE * 3}>"]),
        ([LINE.replace("\n", "\r") * 3], [f"<{LINE * 3}>"]),
        ([LINE * 2, LINE, "rest\r"], [f"<{LINE * 2}>", f"<{LINE}>", "<rest\n>"]),
        (["yes\r"], ["y", "e", "s", "enter"]),
        (["yes\rno\r"], ["y", "e", "s", "enter", "n", "o", "enter"]),
        (["x" * 2 * BURST + "\r"], ["x"] * 2 * BURST + ["enter"]),
    ],
    ids=["lines", "returns", "reads", "a line", "two lines", "a long line"],
)
def test_an_unmarked_burst_of_lines_is_a_paste_and_a_typed_line_is_not(
    reads: list[str], expected: list[str]
) -> None:
    assert told(InputParser(clock=lambda: 1.0), *reads) == expected


def test_after_a_burst_and_a_pause_keys_are_keys() -> None:
    now = [1.0]
    parser = InputParser(clock=lambda: now[0])
    assert told(parser, LINE * 3) == [f"<{LINE * 3}>"]
    now[0] += 1
    assert told(parser, "\r") == ["enter"]


def test_a_paste_over_a_real_terminal_arrives_in_the_journal(open_app: Open) -> None:
    text = UNPLEASANT.replace("\n", "\r").replace("\r\r", "\r\n") * 4
    with open_app() as terminal:
        terminal.wait_for("What are you thinking about?")
        terminal.keys(START + text + END)
        terminal.wait_for("[paste 1: ")
        terminal.keys("\r")
        terminal.wait_for("What do you mean by that?")
        terminal.wait_for("your turn")
    (asked, _reply) = saved.export()["turns"]
    assert asked["text"] == re.sub(r"\r(?!\n)", "\n", text)
