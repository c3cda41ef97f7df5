"""What is offered while a command or a file name is typed, and what the keys then do."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.ui.actions import ACTIONS, commands_like, parse_command
from hq_tui.ui.widgets.completion import Completer, OfferList, Offers
from tests.ui.app_driver import AppDriver
from tests.ui.conftest import Playing
from tests.ui.scenes import RUST, TIED

COMMANDS = set(
    "/help /new /sessions /mode /model /effort /attach /hint /tell /skip /why /board /summary "
    "/finish /brief /review /edit /again /retry /drop /branches /suppose /find /copy /export "
    "/rename /theme /rehearse /quit".split()
)


def offered(stage: AppDriver) -> list[str]:
    """The rows of the list, as they stand on the screen."""
    found = stage.app.screen.query_one(OfferList)
    return str(found.content).split("\n") if found.display else []


def lit(stage: AppDriver) -> str:
    """The word that is lit."""
    (row,) = [row for row in offered(stage) if row.startswith("▸")]
    return row.split()[1]


def slashes(typed: str) -> list[str]:
    return [action.slash for action in commands_like(typed)]


def test_a_slash_alone_lists_the_commands_of_every_day() -> None:
    assert set(slashes("/")) == COMMANDS


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("/re", ["/retry", "/review", "/rename", "/rehearse", "/retract", "/refine"]),
        ("/edit", ["/edit", "/editor"]),
        ("/copy ", ["/copy code", "/copy all"]),
        ("/rnm", ["/rename"]),
        ("/fi", ["/find", "/finish"]),
    ],
)
def test_what_begins_so_comes_before_what_is_like_it(typed: str, first: list[str]) -> None:
    assert sorted(slashes(typed)[: len(first)]) == sorted(first)
    assert slashes(typed)[0] == first[0]


@pytest.mark.parametrize("action", [each for each in ACTIONS if each.slash], ids=lambda a: a.name)
def test_every_command_is_found_by_each_of_its_beginnings(action: object) -> None:
    slash = getattr(action, "slash", "")
    for end in range(2, len(slash) + 1):
        assert slash in slashes(slash[:end])
    assert slashes(slash)[0] == slash


@pytest.mark.parametrize(
    ("typed", "meant"), [("/retri", "/retry"), ("/expord", "/export"), ("/sesions", "/sessions")]
)
def test_an_unknown_command_suggests_the_nearest(typed: str, meant: str) -> None:
    said = parse_command(typed)
    assert isinstance(said, str)
    assert f"{meant}?" in said


@pytest.mark.parametrize(
    ("typed", "name", "argument"),
    [
        ("/copy code", "copy_code", ""),
        ("/copy all", "copy_all", ""),
        ("/copy", "copy", ""),
        ("/copycode", "copy_code", ""),
        ("/close now", "close", "now"),
        ("/edit-turn 3", "edit_turn", "3"),
    ],
)
def test_words_of_two_and_words_of_before_are_understood(
    typed: str, name: str, argument: str
) -> None:
    command = parse_command(typed)
    assert not isinstance(command, str)
    assert command is not None
    assert (command.action.name, command.argument) == (name, argument)


async def test_the_list_narrows_and_enter_runs_what_is_lit(playing: Playing) -> None:
    async with playing(size=(80, 24)) as stage:
        await stage.talks(RUST, TIED)
        await stage.presses("/")
        assert len(offered(stage)) == 8
        await stage.presses(*"re")
        assert lit(stage) == "/retry"
        assert "Ctrl+R" in offered(stage)[0]
        await stage.presses("down", "down", "up")
        assert lit(stage) == "/rename"
        await stage.presses("enter")
        assert stage.app.view.chat.composer.text.startswith("/rename ")
        assert offered(stage) == []


async def test_tab_completes_and_opens_no_board(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses(*"/expo", "tab")
        assert stage.app.view.chat.composer.text == "/export "
        assert len(stage.app.screen_stack) == 1
        assert offered(stage) == []
        await stage.presses("ctrl+u", "tab")
        assert len(stage.app.screen_stack) == 2


@pytest.mark.parametrize(
    ("keys", "text", "screens"),
    [
        pytest.param([*"/expo", "tab"], "/export ", 1, id="what Tab completes"),
        pytest.param([*"/expo", "tab", "m", "d"], "/export md", 1, id="and what comes after"),
        pytest.param([*"/re", "escape", "x"], "/rex", 1, id="what Esc closes"),
        pytest.param([*"ab", "f5"], "ab", 1, id="what another key waits for"),
        pytest.param([*"ab", "tab"], "ab", 2, id="nothing to complete"),
    ],
)
async def test_keys_that_come_at_once_do_what_they_do_one_by_one(
    playing: Playing, keys: list[str], text: str, screens: int
) -> None:
    async with playing() as stage:
        await stage.bursts(*keys)
        assert stage.app.view.chat.composer.text == text
        assert len(stage.app.screen_stack) == screens


async def test_a_message_that_is_edited_takes_no_place_of_words_typed_at_once(
    playing: Playing,
) -> None:
    async with playing() as stage:
        await stage.talks(RUST, TIED)
        await stage.bursts(*"my words", "f3")
        assert stage.app.view.chat.composer.text == "my words"


async def test_escape_closes_the_list_alone_until_another_word_is_begun(playing: Playing) -> None:
    async with playing() as stage:
        await stage.asks(RUST)
        await stage.presses(*"/re", "escape")
        assert offered(stage) == []
        assert stage.app.view.session.engine.is_running
        await stage.presses("t")
        assert stage.app.view.chat.composer.text == "/ret"
        assert offered(stage) == []
        await stage.presses("ctrl+u", "/")
        assert offered(stage)
        await stage.presses("ctrl+u", "escape")
        await stage.until(lambda: not stage.app.view.session.engine.is_running)


async def test_enter_runs_nothing_that_is_merely_like_what_was_typed(playing: Playing) -> None:
    async with playing() as stage:
        await stage.presses(*"/rnm")
        assert lit(stage) == "/rename"
        await stage.presses("enter")
        assert "/rnm is not a command · /rename?" in stage.banner


@pytest.mark.parametrize("typed", ["//re", "a /re", "/re\n/x", "/usr/li", "5/"])
async def test_a_slash_elsewhere_is_a_slash(playing: Playing, typed: str) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        composer.insert(typed)
        await stage.settled()
        assert offered(stage) == []


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "plan.md").write_text("x")
    (tmp_path / "a plan").mkdir()
    (tmp_path / "a plan" / "of mine.md").write_text("x")
    (tmp_path / "nothing.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_an_at_sign_lists_files_and_tab_goes_down_the_folders(
    playing: Playing, files: Path
) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await stage.presses(*"see @no")
        await stage.until(lambda: len(offered(stage)) == 2)
        await stage.presses("tab")
        assert composer.text == "see @notes/"
        await stage.until(lambda: "plan.md" in "".join(offered(stage)))
        await stage.presses("tab")
        assert composer.text == "see @notes/plan.md "
        await stage.settled()
        assert offered(stage) == []


async def test_a_name_with_blanks_is_put_in_quotes(playing: Playing, files: Path) -> None:
    async with playing() as stage:
        composer = stage.app.view.chat.composer
        await stage.presses(*"@a")
        await stage.until(lambda: len(offered(stage)) == 1)
        await stage.presses("tab")
        await stage.until(lambda: "of mine" in "".join(offered(stage)))
        await stage.presses("down", "enter")
        assert composer.text == '@"a plan/of mine.md" '
        assert stage.app.view.session.conversation.turn_count == 0


async def test_enter_sends_where_no_file_was_chosen(playing: Playing, files: Path) -> None:
    async with playing() as stage:
        await stage.presses(*"ask me @n")
        await stage.until(lambda: len(offered(stage)) == 2)
        await stage.presses("enter")
        assert stage.app.view.session.conversation.turn(1).asked.text == "ask me @n"
        await stage.presses("escape")


def test_paths_that_come_late_are_not_offered_for_another_word() -> None:
    shown: list[Offers] = []
    completer = Completer({}, shown.append)
    completer.look("@no", "@no")
    completer.offer_paths("n", ["nothing.txt"])
    completer.look("plain", "plain")
    completer.offer_paths("no", ["nothing.txt"])
    assert shown == []
    assert not completer.is_open


@pytest.mark.parametrize("size", [(20, 5), (60, 12), (80, 24), (160, 50)])
async def test_the_list_fits_every_screen(playing: Playing, size: tuple[int, int]) -> None:
    async with playing(size=size) as stage:
        await stage.presses("/")
        found = stage.app.screen.query_one(OfferList)
        assert all(len(row) <= size[0] for row in offered(stage))
        for _ in ACTIONS:
            assert len([row for row in offered(stage) if row.startswith("▸")]) == 1
            await stage.presses("down")
        assert found.region.height <= max(1, size[1] // 2)
