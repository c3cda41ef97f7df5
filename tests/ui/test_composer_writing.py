"""Everything that belongs to writing is taken from the keys, not only what Python prints."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult

from hq_tui.ui.widgets.composer import Composer


class ComposerApp(App[None]):
    """Nothing but a composer."""

    def compose(self) -> ComposeResult:
        yield Composer()


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f4bb",
        "می\u200cخواهم",
        "東京\u3000大阪",
        "10\u00a0000",
        "co\u00adop",
        "e\u0301",
        "אב\u200fג",
    ],
    ids=["emoji", "joiner", "wide space", "hard space", "hyphen", "accent", "mark"],
)
async def test_what_is_typed_is_what_is_sent(text: str) -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        composer = app.query_one(Composer)
        composer.focus()
        for character in text:
            composer.post_message(events.Key(character, character))
        await pilot.pause()
        assert composer.text == text


async def test_up_and_down_without_anything_sent_change_nothing() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        composer = app.query_one(Composer)
        composer.focus()
        await pilot.press("up", "down")
        composer.put("mine")
        await pilot.press("up", "up", "down")
        assert composer.text == "mine"


async def test_keys_that_write_nothing_still_write_nothing() -> None:
    app = ComposerApp()
    async with app.run_test() as pilot:
        composer = app.query_one(Composer)
        composer.focus()
        for character in ("\x00", "\x1b", "\x07", "\x7f", "\x9b"):
            composer.post_message(events.Key("nothing", character))
        await pilot.pause()
        assert composer.text == ""


async def test_ctrl_u_takes_a_wrapped_line_whole_and_leaves_the_line_above() -> None:
    app = ComposerApp()
    async with app.run_test(size=(20, 10)) as pilot:
        composer = app.query_one(Composer)
        composer.focus()
        composer.put("above\nwords that take more than one row of twenty columns")
        await pilot.press("ctrl+u")
        assert composer.text == "above\n"
        await pilot.press("ctrl+u")
        assert composer.text == "above"
