"""Options: what a command line says, as typed parameters or as one frozen value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from functools import partial
from typing import Any, get_type_hints

import pytest

from hq_tui.cli.options import AppOptions, SessionOptions
from hq_tui.cli.parser import COMMANDS, parse
from hq_tui.cli.run import screen
from hq_tui.core import MODE_NAMES
from hq_tui.inquiry.modes import MODES

SESSION = (
    "--mode=brief --model=m --provider=vertex --effort=low --base-url=http://localhost "
    "--rehearse=cut@1"
)
BARE = {
    "": "",
    "ask": "",
    "sessions": "",
    "search": "word",
    "show": "s",
    "rename": "s title",
    "delete": "s",
    "export": "s",
    "import": "f",
    "brief": "s",
    "lint": "f",
    "review": "s",
    "rehearse": "--port=1",
    "config": "",
    "doctor": "",
    "serve": "",
    "completions": "bash",
    "reset": "",
}
"""The fewest words of each command; the app itself has no name."""
FULL = {
    "": f"{SESSION} --attach a b --allow-secrets --session=s --slow --ascii --plain why so",
    "ask": f"{SESSION} --attach a b --allow-secrets --continue --json why so",
    "sessions": "--json --prune --older-than=1 --down-to=2.5 --dry-run",
    "search": "--json two words",
    "show": "s --json",
    "rename": "s a better title",
    "delete": "s --json",
    "export": "s --format=html -o out",
    "import": "f --json",
    "brief": "s -o out --written",
    "lint": "f --session=s",
    "review": "s --json",
    "rehearse": "--port=1 --faults=cut@1 --token=t --pace=2 --any-model",
    "config": "init --mode=m",
    "doctor": "--provider=aws --base-url=http://localhost --offline --json",
    "serve": "--host=::1 --port=1 --anyone",
    "completions": "zsh",
    "reset": "",
}
"""Every word of each command."""
KINDS: dict[object, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (float,),
    tuple[str, ...]: (tuple,),
    str | None: (str, type(None)),
    bool | None: (bool, type(None)),
    float | None: (float, type(None)),
}


def parsed(name: str, words: dict[str, str]) -> partial[int]:
    return parse(f"{name} {words[name]}".split())


@pytest.mark.parametrize("words", [BARE, FULL], ids=["bare", "full"])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_option_has_the_type_that_is_declared(name: str, words: dict[str, str]) -> None:
    call = parsed(name, words)
    hints = get_type_hints(type(call.args[0]) if call.args else call.func)
    hints.pop("return", None)
    assert set(hints) == set(options_of(call))
    for option, value in options_of(call).items():
        kind = hints[option]
        assert type(value) in KINDS[kind], option
        if isinstance(value, tuple):
            assert {type(word) for word in value} <= {str}


@pytest.mark.parametrize("name", [name for name in ("", *COMMANDS) if FULL[name]])
def test_everything_that_can_be_said_arrives_in_the_options(name: str) -> None:
    bare, full = options_of(parsed(name, BARE)), options_of(parsed(name, FULL))
    same = {option for option in full if bare[option] == full[option]}
    # One of two options that exclude each other, and what is never left out.
    assert same <= {"id", "file", "port", "session", "go_on"}
    assert same != set(full)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_command_takes_the_options_that_are_made_for_it(name: str) -> None:
    for words in (BARE, FULL):
        call = parsed(name, words)
        hints = get_type_hints(call.func)
        assert hints.pop("return") is int
        if call.args:
            assert list(hints.values()) == [type(call.args[0])]
        else:
            assert set(hints) == set(call.keywords)


def test_a_start_without_options_is_one_in_which_nothing_is_asked_for() -> None:
    call = parse([])
    assert (call.func, call.args, call.keywords) == (screen, (AppOptions(),), {})


def test_options_cannot_be_changed() -> None:
    options = parse(["--plain"]).args[0]
    with pytest.raises(FrozenInstanceError):
        options.plain = False


def test_what_the_app_was_told_of_its_settings_is_handed_on() -> None:
    options = parsed("", FULL).args[0]
    assert isinstance(options, AppOptions)
    assert options.chosen == {
        "mode": "brief", "model": "m", "provider": "vertex", "base_url": "http://localhost",
        "effort": "low", "slow": True, "ascii": True,
    }  # fmt: skip
    told = parsed("", BARE).args[0]
    assert isinstance(told, AppOptions)
    assert set(told.chosen.values()) == {None}


@pytest.mark.parametrize(
    ("words", "is_new"),
    [([], True), (["why"], True), (["--continue"], False), (["--session", "s"], False)],
)
def test_a_session_is_new_unless_one_is_named(words: list[str], is_new: bool) -> None:
    for argv in (words, ["ask", *words]):
        options = parse(argv).args[0]
        assert isinstance(options, SessionOptions)
        assert options.is_new is is_new


def test_the_modes_that_can_be_chosen_are_those_that_there_are() -> None:
    assert list(MODES) == list(MODE_NAMES)
    for name in MODES:
        options = parse(["--mode", name]).args[0]
        assert isinstance(options, SessionOptions)
        assert options.mode == name


def options_of(call: partial[int]) -> dict[str, Any]:
    return vars(call.args[0]) if call.args else call.keywords
