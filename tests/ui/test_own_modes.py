"""Modes of the user's own on the screen: listed, chosen, refused, and kept by the session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hq_tui.core.conversation import EMPTY
from hq_tui.inquiry.modes import MODES
from hq_tui.inquiry.prompts import CORE
from hq_tui.sessions.own_modes import first_of
from hq_tui.settings import Settings
from hq_tui.ui.screens.picker import PickScreen
from tests.ui.conftest import Playing

OWN = "---\npurpose: {purpose}\nopening: What broke?\n---\nAsk what broke.\n"


def write(home: Path, **files: str) -> None:
    folder = home / "modes"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, "utf-8")


async def test_own_modes_are_listed_below_the_others_and_a_wrong_one_says_why(
    playing: Playing, home: Path
) -> None:
    write(home, wreck=OWN.format(purpose="[b]look[/b] back"), wrong="---\npurpose\n---\n")
    async with playing(size=(100, 40)) as stage:
        assert "wreck      [b]look[/b] back" in stage.screen_text
        assert "wrong      wrong.md, line 2: it is not “NAME: VALUE”" in stage.screen_text
        await stage.asks("/mode")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        assert isinstance(stage.app.screen, PickScreen)
        names = [choice.id for choice in stage.app.screen.choices]
        assert names == [*MODES, "wreck", "wrong"]
        await stage.presses(*"wrong", "enter")
        await stage.until(lambda: "line 2" in stage.banner)
        assert stage.app.view.session.conversation.mode == "examine"
        await stage.asks("/mode")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        await stage.presses(*"wreck", "enter")
        await stage.until(lambda: stage.app.view.session.conversation.mode == "wreck")
        assert stage.app.view.session.inquiry.card.text == "What broke?"


async def test_a_session_keeps_the_mode_that_it_was_in_and_a_new_one_takes_the_file(
    playing: Playing, home: Path
) -> None:
    write(home, wreck=OWN.format(purpose="first"))
    async with playing(instructions="Be brief.") as stage:
        await stage.talks("It broke.", "How?")
        await stage.asks("/mode wreck")
        await stage.until(lambda: "wreck with" in stage.banner)
        conversation = stage.app.view.session.conversation
        core, own, mode = conversation.system
        assert (core, own.endswith(":\nBe brief.\n")) == (CORE, True)
        assert mode == "Mode: wreck. Its purpose: first\nAsk what broke.\n"
        write(home, wreck=OWN.format(purpose="second"))
        await stage.asks("/mode debug")
        await stage.until(lambda: "debug with" in stage.banner)
        await stage.asks("/mode wreck")
        await stage.until(lambda: "wreck with" in stage.banner)
        assert stage.app.view.session.conversation.system == (core, own, mode)
        assert stage.app.view.session.inquiry.mode.purpose == "first"
        await stage.asks("/new")
        await stage.until(lambda: not stage.app.view.session.conversation.turn_count)
        assert stage.app.view.session.inquiry.mode.purpose == "second"
        (home / "modes" / "wreck.md").unlink()
        await stage.asks("/new")
        await stage.settled()
        assert stage.app.view.session.inquiry.mode.purpose == "second"


def test_after_a_session_in_a_mode_that_nothing_knows_one_can_begin_all_the_same() -> None:
    after = replace(EMPTY, mode="of-a-later-version")
    assert first_of(Settings(), after.mode, after) == first_of(Settings(), "examine", EMPTY)
