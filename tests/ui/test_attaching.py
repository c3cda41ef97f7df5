"""Files at the keyboard: chips, mentions, drops, and what is asked before they go."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from textual import events

from hq_tui.attachments import shown
from hq_tui.ui.screens.picker import PickScreen
from hq_tui.ui.screens.text import TextScreen
from tests.support.files import png
from tests.ui.app_driver import AppDriver, begins, block, text
from tests.ui.conftest import Playing

DESIGN = "We rewrite the service in Rust.\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a few files, where the app runs."""
    place = tmp_path / "here"
    place.mkdir()
    (place / "design.md").write_text(DESIGN)
    (place / "two words.md").write_text("Two words.\n")
    (place / "shot.png").write_bytes(png(4, 3))
    (place / ".env").write_text("KEY=1\n")
    (place / "big.txt").write_text("words and words\n" * 8_000)
    monkeypatch.chdir(place)
    return place


async def writes(stage: AppDriver, line: str) -> None:
    """The person writes a line and presses Enter; what that begins is waited for."""
    stage.app.view.chat.composer.insert(line)
    await stage.presses("enter")
    await stage.until(lambda: not any(one.group != "reply" for one in stage.app.workers))
    await stage.settled()


def composed(stage: AppDriver) -> str:
    return stage.app.view.chat.composer.text


def files_of(stage: AppDriver, turn: int) -> list[str]:
    asked = stage.app.view.session.conversation.turn(turn).asked
    return [one.name for one in asked.files]


def content(stage: AppDriver, message: int = 0, request: int = -1) -> list[dict[str, Any]]:
    messages = stage.partner.requests[request].params["messages"]
    found: list[dict[str, Any]] = messages[message]["content"]
    return found


async def test_an_attached_file_is_a_chip_then_a_line_in_the_talk_then_a_document(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await writes(stage, '/attach design.md "two words.md"')
        assert composed(stage) == "[file 1: design.md] [file 2: two words.md] "
        assert "design.md · 32 bytes · ~10 tokens" in stage.banner
        await writes(stage, "why?")
        asked = stage.app.view.session.conversation.turn(1).asked
        assert asked.text == '@design.md @"two words.md" why?'
        assert files_of(stage, 1) == ["design.md", "two words.md"]
        assert [one["source"]["data"] for one in content(stage)[:2]] == [DESIGN, "Two words.\n"]
        assert "two words.md · 11 bytes · ~4 tokens" in stage.screen_text


async def test_backspace_takes_a_chip_off_as_a_whole(playing: Playing) -> None:
    async with playing() as stage:
        await writes(stage, "/attach design.md")
        await stage.presses("backspace", "backspace")
        assert composed(stage) == ""
        await writes(stage, "why?")
        assert files_of(stage, 1) == []


async def test_a_mention_is_read_when_it_is_sent_and_never_again(
    playing: Playing, here: Path
) -> None:
    async with playing() as stage:
        await writes(stage, "see @design.md, @alice and @property")
        await stage.replies("Which part?")
        (here / "design.md").write_text("changed")
        await writes(stage, "and?")
        assert files_of(stage, 1) == ["design.md"]
        assert files_of(stage, 2) == []
        first, second = content(stage, request=0), content(stage, request=1)
        assert first == second
        assert first[0]["source"]["data"] == DESIGN


async def test_a_mention_inside_a_big_paste_attaches_nothing(playing: Playing) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        stage.app.post_message(events.Paste("@design.md\n" * 300))
        await stage.settled()
        assert composer.text.startswith("[paste 1: ")
        await writes(stage, " see @shot.png")
        assert files_of(stage, 1) == ["shot.png"]


async def test_what_cannot_be_attached_comes_back_as_it_was_written(playing: Playing) -> None:
    async with playing() as stage:
        stage.app.post_message(events.Paste("line\n" * 300))
        await stage.settled()
        written = composed(stage)
        await writes(stage, " see @missing.md")
        assert "There is no file missing.md. Check the name." in stage.banner
        assert composed(stage) == f"{written} see @missing.md"
        assert stage.app.view.session.conversation.turn_count == 0
        stage.app.view.chat.composer.put("")
        await writes(stage, "/attach design.md nowhere/*.md")
        assert stage.banner == "nowhere/*.md fits no file. Check the pattern."
        assert composed(stage) == "/attach design.md nowhere/*.md"


@pytest.mark.parametrize(
    ("name", "question"),
    [
        (".env", ".env looks like a secret. Enter sends it all the same."),
        ("big.txt", "Large: 128 KB · ~37k tokens · ~$0.09. Enter sends it all the same."),
    ],
)
async def test_a_secret_and_something_large_are_asked_about_first(
    name: str, question: str, playing: Playing
) -> None:
    async with playing(size=(100, 24)) as stage:
        await writes(stage, f"see @{name}")
        assert stage.banner == question
        assert composed(stage) == f"see @{name}"
        assert stage.app.view.session.conversation.turn_count == 0
        await writes(stage, "")
        assert files_of(stage, 1) == [name]
        await stage.replies("Which part?")
        await writes(stage, f"again @{name}")
        assert stage.app.view.session.conversation.turn_count == 2


async def test_the_path_of_a_dropped_file_becomes_a_chip_and_other_paths_stay(
    playing: Playing, here: Path
) -> None:
    async with playing() as stage:
        stage.app.post_message(events.Paste(f"'{here}/two words.md' {here}/shot.png"))
        await stage.until(lambda: composed(stage).count("[file") == 2)
        assert composed(stage) == "[file 1: two words.md] [file 2: shot.png] "
        stage.app.post_message(events.Paste("/usr/bin is a folder"))
        await stage.settled()
        assert composed(stage).endswith("] /usr/bin is a folder")
        await stage.presses("enter")
        await stage.until(lambda: stage.app.view.session.conversation.turn_count == 1)
        assert files_of(stage, 1) == ["two words.md", "shot.png"]


async def test_the_disk_is_looked_at_beside_the_loop_that_takes_the_keys(
    playing: Playing, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[threading.Thread] = []
    watching = [True]

    def watch(event: str, _arguments: tuple[object, ...]) -> None:
        if watching and event == "glob.glob":
            looked.append(threading.current_thread())

    sys.addaudithook(watch)
    async with playing() as stage:
        await writes(stage, "/attach *.md")
        assert composed(stage) == "[file 1: design.md] [file 2: two words.md] "
        stage.app.view.commands.files.begin(["*.md"], allow_secrets=False)
        await writes(stage, "see @missing.md")
        assert composed(stage).count("[file") == 4
    watching.clear()
    assert len(looked) >= 4
    assert threading.main_thread() not in looked


@pytest.mark.parametrize("name", ["it's.md", 'so "quoted".md', 'it\'s "both".md', "tab\there.md"])
async def test_a_file_goes_whatever_quotes_its_name_has(
    name: str, playing: Playing, here: Path
) -> None:
    (here / name).write_text(DESIGN)
    async with playing() as stage:
        stage.app.view.chat.composer.insert(f"see @{name[:2]}")
        await stage.until(lambda: stage.app.view.chat.completer.is_open)
        await stage.presses("tab")
        await writes(stage, "and?")
        assert files_of(stage, 1) == [shown(name)]
        await stage.replies("Which part?")
        await stage.presses("f3")
        await stage.until(lambda: bool(stage.app.view.chat.composer.text))
        await writes(stage, " again")
        assert files_of(stage, 1) == [shown(name)]


async def test_a_queued_message_takes_its_files_along(playing: Playing, here: Path) -> None:
    async with playing() as stage:
        await writes(stage, "first")
        await stage.says(begins(), block(), text("One"))
        await writes(stage, "then @design.md")
        assert stage.app.view.session.conversation.queued == ("then @design.md",)
        (here / "design.md").unlink()
        assert "design.md · 32 bytes · ~10 tokens" in stage.screen_text
        await stage.replies("?")
        await stage.until(lambda: stage.app.view.session.conversation.turn_count == 2)
        assert files_of(stage, 2) == ["design.md"]


async def test_a_message_that_is_edited_keeps_the_files_as_they_were_sent(
    playing: Playing, here: Path
) -> None:
    async with playing() as stage:
        await writes(stage, "see @design.md")
        await stage.replies("Which part?")
        (here / "design.md").write_text("changed since")
        await stage.presses("f3")
        await stage.until(lambda: "@design.md" in stage.app.view.chat.composer.message)
        await writes(stage, " again")
        assert stage.app.view.session.conversation.parent
        assert files_of(stage, 1) == ["design.md"]
        assert content(stage)[0]["source"]["data"] == DESIGN


async def test_the_files_of_a_session_are_listed_and_shown(playing: Playing) -> None:
    async with playing() as stage:
        await writes(stage, "/attach")
        assert "No file is attached yet" in stage.banner
        await writes(stage, "see @design.md")
        await stage.replies("Which part?")
        stage.app.view.chat.composer.insert("/attach")
        await stage.presses("enter")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        await stage.presses("enter")
        await stage.until(lambda: isinstance(stage.app.screen, TextScreen))
        assert isinstance(stage.app.screen, TextScreen)
        assert stage.app.screen.text == DESIGN
