"""The ground that the tests stand on is there, and a test that strays from it is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import pytest_textual_snapshot
import textual.constants
from hypothesis import given
from hypothesis import strategies as st

from tests.support.program import surroundings
from tests.support.ready import Ready
from tools import pictures

pytest_plugins = ["pytester"]

DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" class="terminal-123-r1"/>'


def test_textual_saw_the_settings_of_the_tests() -> None:
    assert textual.constants.TEXTUAL_ANIMATIONS == "none"
    assert textual.constants.COLOR_SYSTEM == "truecolor"


def test_no_key_and_no_setting_of_the_person_is_visible() -> None:
    foreign = ("ANTHROPIC_", "XDG_", "NO_COLOR", "SSH_", "TMUX", "http_proxy", "HTTP_PROXY")
    assert [name for name in os.environ if name.startswith(foreign)] == []


def test_a_test_has_a_home_of_its_own_with_nothing_in_it(home: Path) -> None:
    assert Path.home() == home
    assert list(home.iterdir()) == []
    (home / "left behind").touch()


def test_the_next_test_does_not_see_what_was_left_behind(home: Path) -> None:
    assert list(home.iterdir()) == []
    assert Path(os.environ["HQ_TUI_DATA_DIR"]).parent == home


def test_a_program_is_forked_only_where_a_python_of_its_own_would_import_the_same(
    ready: Ready,
) -> None:
    here = surroundings({})
    assert ready.fits(here)
    assert ready.fits({**here, "HOME": "/elsewhere", "ANTHROPIC_API_KEY": "another"})
    assert not ready.fits({**here, "LANG": "C"})
    assert not ready.fits({name: value for name, value in here.items() if name != "TERM"})


@given(st.text())
def test_properties_may_be_tested_in_such_a_home(words: str) -> None:
    assert (Path.home() / "data").exists() is False
    assert words == str(words)


def test_pictures_are_svg_files_whose_ids_do_not_follow_their_content() -> None:
    extension = pytest_textual_snapshot.SVGImageExtension
    assert extension.file_extension == "svg"
    assert "terminal-0-r1" in extension().serialize(DRAWN)


def test_a_folder_of_svg_pictures_gets_png_beside_them(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(DRAWN)
    assert pictures.main([str(tmp_path)]) == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_change_on_screen_fails_the_picture_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotage: a picture is stored, one word changes, and the comparison is red."""
    for name in ("PYTEST_XDIST_WORKER", "TEXTUAL_SNAPSHOT_TEMPDIR"):  # reports stay apart
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    shared = Path(__file__).with_name("conftest.py").read_text()
    source = """
        from textual.app import App
        from textual.widgets import Static

        class One(App):
            def compose(self):
                yield Static("{word}")

        def test_one(snap_compare):
            assert snap_compare(One(), terminal_size=(20, 4))
    """
    pytester.makeconftest(shared)
    options = ("-p", "no:textual-snapshot", "-p", "no:cacheprovider")
    for word, extra, outcome in (
        ("before", ["--snapshot-update"], {"passed": 1}),
        ("before", [], {"passed": 1}),
        ("after", [], {"failed": 1}),
    ):
        pytester.makepyfile(test_one=source.format(word=word))
        pytester.runpytest_subprocess(*options, *extra).assert_outcomes(**outcome)
    assert len(list(pytester.path.rglob("__snapshots__/**/*.svg"))) == 1
