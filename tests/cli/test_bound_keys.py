"""Keys of the person's own: names as people write them, and what is refused, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.cli.configuration.bound_keys import key_name
from hq_tui.cli.configuration.effective_settings import settings_for
from hq_tui.errors import UsageError
from hq_tui.ui.actions import ACTIONS
from tests.support.program import run


def bind(home: Path, *lines: str) -> None:
    """Write a settings file whose third line is `[keys]`."""
    text = "\n".join(["# mine", 'theme = "dark"', "[keys]", *lines])
    (home / "config.toml").write_text(f"{text}\n")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ctrl+PgUp", "ctrl+pageup"),
        ("shift+CTRL+x", "ctrl+shift+x"),
        ("ctrl+_", "ctrl+underscore"),
        ("alt++", "alt+plus"),
        ("Esc", "escape"),
        ("F7", "f7"),
        (" alt+Enter ", "alt+enter"),
    ],
)
def test_a_key_may_be_written_as_help_shows_it(written: str, name: str) -> None:
    assert key_name(written) == name


@pytest.mark.parametrize("action", [each.name for each in ACTIONS])
def test_any_action_can_be_bound(home: Path, action: str) -> None:
    bind(home, f'{action} = "Ctrl+X, f7"')
    assert settings_for().keys == {action: "ctrl+x,f7"}


@pytest.mark.parametrize("written", ["finish", '"/finish"', "close"])
def test_an_action_may_be_called_by_its_command(home: Path, written: str) -> None:
    bind(home, f'{written} = "f7"')
    assert settings_for().keys == {"close": "f7"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('sumary = "f7"', "there is no action 'sumary'. Is it summary?"),
        ('previous_branch = "f7"', "there is no action 'previous_branch'"),
        ('hint = "x"', "types a character"),
        ('hint = "?"', "types a character"),
        ('hint = "shift+a"', "types a character"),
        ('hint = "space"', "types a character"),
        ('hint = "cmd+x"', "no terminal sends that"),
        ('hint = "ctrl+ctrl+x"', "no terminal sends that"),
        ('hint = "f25"', "there is no such key"),
        ('hint = "ctrl+"', "there is no such key"),
        ('hint = ""', "there is no such key"),
        ('hint = "f7,"', "there is no such key"),
        ('hint = "f 7"', "there is no such key"),
        ('hint = "ctrl+i"', "a terminal sends tab for it"),
        ('hint = "ctrl+m"', "a terminal sends enter for it"),
        ('hint = "enter"', "is needed to write"),
        ('hint = "backspace"', "is needed to write"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(home: Path, line: str, said: str) -> None:
    bind(home, 'retry = "f9"', line)
    with pytest.raises(UsageError) as refused:
        settings_for()
    assert "config.toml, line 5: " in str(refused.value)
    assert said in f"{refused.value} {refused.value.hint}"


def test_one_key_for_two_actions_is_refused(home: Path) -> None:
    bind(home, 'retry = "f7"', 'again = "Ctrl+X, F7"')
    with pytest.raises(UsageError, match=r"line 5: .* is the key of retry already"):
        settings_for()


@pytest.mark.parametrize("line", ['keys.hint = "x"', 'keys = {hint = "x"}'])
def test_the_line_is_found_in_every_form_of_the_table(home: Path, line: str) -> None:
    (home / "config.toml").write_text(f'# hint = "f7"\n{line}\n')
    with pytest.raises(UsageError, match="line 2: "):
        settings_for()


def test_the_program_says_it_and_does_not_start(home: Path) -> None:
    bind(home, 'hint = "x"')
    done = run("config", "show")
    assert done.code == 2
    assert "line 4: hint cannot be at 'x': it types a character." in done.err


def test_enter_can_be_a_new_line(home: Path) -> None:
    bind(home, 'newline = "enter"', 'send = "ctrl+enter"')
    assert settings_for().keys == {"newline": "enter", "send": "ctrl+enter"}
