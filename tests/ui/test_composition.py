"""Where things stand: the talk has the room, and every question is there once."""

from __future__ import annotations

import pytest

from tests.ui.app_driver import RESET, AppDriver, begins, block, text
from tests.ui.conftest import Playing
from tests.ui.scenes import BEGUN, PARSING, REST, RUST, TIED, long_conversation

ASKED = "? What would have to be true"


def rows_with(stage: AppDriver, words: str) -> list[int]:
    """The rows on which `words` stand."""
    return [at for at, row in enumerate(stage.screen_text.splitlines()) if words in row]


async def test_at_80x24_the_talk_has_17_rows_and_all_else_has_7(playing: Playing) -> None:
    async with playing() as stage:
        await long_conversation(stage)
        assert stage.app.view.chat.transcript.size.height >= 17


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (120, 40)])
async def test_the_question_stands_once_in_the_talk_or_above_the_rule(
    playing: Playing, size: tuple[int, int]
) -> None:
    async with playing(size=size) as stage:
        await long_conversation(stage)
        rule = rows_with(stage, "your turn")[0]
        assert not stage.screen_text.splitlines()[rule - 1].strip("│ ").startswith("?")
        assert rows_with(stage, ASKED)
        await stage.presses("pageup", "pageup")
        rule = rows_with(stage, "your turn")[0]
        row = stage.screen_text.splitlines()[rule - 1]
        assert row.startswith(f" {ASKED}")
        assert "End shows it" in row
        await stage.presses("end")
        assert rows_with(stage, "End shows it") == []


async def test_where_nothing_was_asked_nothing_is_shown_as_asked(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks(RUST, "You said it twice. That is all.")
        assert not any(row.lstrip().startswith("?") for row in stage.screen_text.splitlines())
        assert "F5" not in stage.screen_text


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
async def test_model_cost_and_tokens_are_there_at_every_width_and_none_is_zero(
    playing: Playing, width: int
) -> None:
    async with playing(size=(width, 30)) as stage:
        assert "$" not in stage.screen_text.replace("in, $", "").replace("· $", "")
        await stage.talks(RUST, TIED)
        for words in ("claude-sonnet-5-5", "$0.001", "402 in", "61 out"):
            assert words in stage.screen_text
        assert "0 % from cache" not in stage.screen_text


async def test_resumed_is_said_when_the_first_new_word_has_come(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        await stage.asks(RUST)
        await stage.says(begins(), block(), text(BEGUN), RESET)
        await stage.waits(30)
        assert "resumed" not in stage.screen_text
        await stage.says(begins(480), block())
        assert "trying to go on" in stage.banner
        assert "resumed" not in stage.screen_text
        await stage.says(text(REST))
        assert stage.banner.startswith("resumed")
        assert "resumed · attempt 2" in stage.screen_text
        await stage.presses("escape")


async def test_a_notice_goes_with_the_next_key_that_is_written(playing: Playing) -> None:
    async with playing() as stage:
        await stage.talks(RUST, TIED)
        await stage.presses("ctrl+c")
        assert "Ctrl+C again" in stage.banner
        await stage.presses("x")
        assert stage.banner == "your turn"
        await stage.presses("ctrl+c")
        assert not stage.app._exit, "it is asked anew"


async def test_without_a_key_the_first_sentence_stays_until_it_is_practised(
    playing: Playing,
) -> None:
    async with playing(key=False) as stage:
        await stage.asks(PARSING)
        assert stage.app.composer.text == PARSING
        assert "no API key" in stage.banner
        assert stage.app.view.session.conversation.turn_count == 0
        await stage.presses("enter")
        await stage.until(lambda: stage.app.view.session.conversation.turn_count == 1)
        assert stage.app.view.session.conversation.turn(1).asked.text == PARSING
        assert "REHEARSAL" in stage.screen_text
        await stage.presses("escape")


async def test_a_window_that_is_nearly_full_is_said_before_it_is(playing: Playing) -> None:
    async with playing(size=(100, 30)) as stage:
        await stage.talks(RUST, TIED, tokens=790_000)
        assert stage.banner.startswith("your turn")
        assert "% of the context" not in stage.banner
        await stage.talks(RUST, TIED, tokens=810_000)
        assert "81 % of the context used" in stage.banner


@pytest.mark.parametrize("width", [100, 119, 120, 160])
async def test_a_row_of_the_panel_is_one_row_at_every_width(playing: Playing, width: int) -> None:
    async with playing(size=(width, 30)) as stage:
        await stage.talks(RUST, TIED, tokens=124_000, output=9_999)
        if width < 120:
            await stage.presses("alt+p")
        rows = [row.rstrip() for row in stage.screen_text.splitlines()]
        used = [row for row in rows if "124,000 in" in row]
        assert len(used) == 2
        assert all(row.endswith(" 9,999 out") for row in used)
