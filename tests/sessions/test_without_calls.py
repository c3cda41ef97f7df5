"""A session on whose board the model writes nothing: it has no tools, or makes no use of them."""

from __future__ import annotations

import pytest

from hq_tui.core.failure import Failure, FailureKind
from hq_tui.inquiry.card import CardState
from hq_tui.ui.screens.text import TextScreen
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing

NO_TOOLS = Failure(kind=FailureKind.NO_TOOLS, message="The server takes no tools.", status=400)


async def sees(driver: AppDriver, key: str, *words: str) -> None:
    """The page that a key brings shows these words."""
    await driver.presses(key)
    assert isinstance(driver.app.screen, TextScreen)
    for word in words:
        assert word in driver.screen_text
    await driver.presses("escape")


@pytest.mark.parametrize("refuses", [True, False], ids=["a 400 on tools", "never a call"])
async def test_talk_question_summary_and_brief_work_and_one_sentence_says_what_is_missing(
    playing: Playing, refuses: bool
) -> None:
    async with playing(size=(160, 50)) as driver:
        await driver.asks("We should rewrite the parser in Rust")
        if refuses:
            assert "tools" in driver.partner.requests[-1].params
            await driver.says(NO_TOOLS)
        await driver.replies("“in Rust” is a means. What is slow today?")
        await driver.talks("Parsing takes 400 ms a file", "Is 400 ms too slow? For whom?")
        card = driver.app.view.session.inquiry.card
        assert (card.text, card.state) == ("For whom?", CardState.OPEN)
        assert card.held == ("Is 400 ms too slow?",)
        await driver.asks("for the night run")
        last = driver.partner.requests[-1].params
        assert ("tools" in last) is not refuses
        assert ('board="off"' in str(last["messages"][-1])) is refuses
        assert 'ask="one"' in str(last["messages"][-1])
        await driver.replies("So be it.")
        assert driver.app.view.session.inquiry.card.state is not CardState.OPEN
        said = " ".join(driver.screen_text.split())
        assert ("takes no tools" in said) is refuses
        await sees(driver, "f8", "1. “We should rewrite the parser in Rust”", "Which line is wrong")
        await sees(driver, "f10", "We should rewrite the parser in Rust")
        assert len(driver.partner.requests) == 3 + refuses
