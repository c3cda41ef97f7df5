"""From the screen a session is written in any of the four forms, as the command line writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.app.actions.export import FORMS, form_of
from hq_tui.ui.screens.picker import PickScreen
from tests.sessions.samples import conversation, write
from tests.ui.conftest import Playing


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files are written when only a name is given."""
    write(home / "data" / "sessions", conversation("one", "why", "because"))
    out = home / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    return out


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.md", "md"),
        ("a.HTML", "html"),
        ("a.htm", "html"),
        ("a.json", "json"),
        ("a.b/c.jsonl", "jsonl"),
        ("a.txt", "md"),
        ("json", "md"),
        (".json", "md"),
        ("", "md"),
    ],
)
def test_the_ending_of_a_file_says_its_form(name: str, form: str) -> None:
    assert form_of(name) == form


@pytest.mark.parametrize("form", FORMS)
async def test_a_form_or_a_file_of_that_ending_is_written(
    playing: Playing, folder: Path, form: str
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        expected = stage.manager.read("one").as_text(form)
        await stage.app.view.commands.do("export", form)
        await stage.app.view.commands.do("export", f"named.{form}")
    assert (folder / f"one.{form}").read_text("utf-8") == expected
    assert (folder / f"named.{form}").read_text("utf-8") == expected


async def test_without_a_name_the_form_is_chosen(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("export", "")
        assert "nothing to export" in stage.banner
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("export", "")
        await stage.presses("down", "enter")
        await stage.until((folder / "one.html").exists)
        await stage.settled()
        assert "written to" in stage.banner


async def test_the_picker_asks_for_the_form_too(playing: Playing, folder: Path) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "")
        await stage.app.workers.wait_for_complete()
        await stage.presses("ctrl+e")
        await stage.until(lambda: isinstance(stage.app.screen, PickScreen))
        await stage.presses(*"jsonl", "enter")
        await stage.until((folder / "one.jsonl").exists)


async def test_a_branch_without_a_message_of_its_own_can_be_read_as_a_file(
    playing: Playing, folder: Path
) -> None:
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("fork", "1")
        await stage.app.view.commands.do("export", "fork.md")
    assert "because" in (folder / "fork.md").read_text("utf-8")


async def test_a_file_that_is_there_is_left_alone(playing: Playing, folder: Path) -> None:
    (folder / "one.md").write_text("mine")
    async with playing() as stage:
        await stage.app.view.commands.do("sessions", "one")
        await stage.app.view.commands.do("export", "md")
        assert "already exists" in stage.banner
    assert (folder / "one.md").read_text() == "mine"
