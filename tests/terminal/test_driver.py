"""The driver on a real terminal: right, quiet, and gone without a trace."""

from __future__ import annotations

import os
import re
import signal

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.strip import Strip

from hq_tui.terminal.driver import DiffDriver, PassthroughDriver, choose_driver, erases_in_colour
from tests.support.readable import is_readable
from tests.terminal.emulator import Emulator
from tests.terminal.real import Terminal, running
from tests.terminal.sample_app import FLOOD

OURS = re.compile(
    r"\x1b\[[0-9;]*m|\x1b\[\d*(;\d*)?H|\x1b\[\d*[ABCDKLMX]|\x1b\[(\d+;\d+)?r|\x1b[78M]|[\r\n]"
    r"|\x1b\[\?(1049|1000|1003|1015|1006|25|1004|2004|7|2026|2048)[hl]|\x1b\[\?(69|2026|2048)\$p"
    r"|\x1b\]8;id=[\d-]+;(?:https?://|mailto:)[!-~]*\x1b\\"
    r"|\x1b\[5n|\x1b\[>\d+u|\x1b\[<u|\x1b\]8;;\x1b\\|\x1b\]22;default(\x07|\x1b\\)"
    r"|\x1b\]11;\?\x07|[^\x00-\x1f\x7f-\x9f]+"
)
"""All that may be written to a terminal: what Textual and the driver need, links to addresses
that a terminal opens, and text."""


def foreign(output: str) -> list[str]:
    """The beginnings of what is in `output` and is not ours."""
    found = []
    at = 0
    while at < len(output):
        match = OURS.match(output, at)
        if match is None:
            found.append(output[at : at + 12])
            at += 1
        else:
            at = match.end()
    return found


def shown(terminal: Terminal) -> list[str]:
    """The rows that a person would see now."""
    emulator = Emulator(terminal.width, terminal.height)
    start = terminal.output.rfind("\x1b[?1049h")
    output = re.sub(r"\x1b\[[<>]\d*u|\x1b\[\?\d+\$p", "", terminal.output[start:])
    emulator.feed(output)
    return emulator.text()


def heard(terminal: Terminal, what: str) -> bool:
    """Wait until the app says on its first row that it heard `what`."""
    return terminal.read_until(lambda _: shown(terminal)[0].startswith(what))


def scrolled(terminal: Terminal, line: int) -> bool:
    """Wait until `line` is the first in view."""
    return terminal.read_until(lambda _: f"line {line} of" in shown(terminal)[1])


def test_no_hostile_string_reaches_the_terminal_as_a_command() -> None:
    with running("hostile", height=300) as terminal:
        terminal.send("x")
        assert heard(terminal, "key x")
        assert foreign(terminal.output) == []
        assert any("FAKE STATUS LINE" in row for row in shown(terminal)), "they were shown"


@pytest.mark.twin("hostile", "no guard before the driver")
def test_without_the_guard_hostile_strings_do_reach_it() -> None:
    with running("hostile", "unguarded", height=300) as terminal:
        terminal.read_until(lambda output: "]52;c;" in output)
        assert any("\x1b]52;c;" in start for start in foreign(terminal.output))


@pytest.fixture(params=["0", "1"], ids=["quiet", "plain"])
def plain(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_both_drivers_show_the_same_and_only_one_is_quiet() -> None:
    sizes, screens = [], []
    for plain in "01":
        with running(HQ_TUI_PLAIN_DRIVER=plain) as terminal:
            before = len(terminal.output)
            for number in range(10):
                terminal.send("s")
                assert scrolled(terminal, number + 1)
            sizes.append(len(terminal.output) - before)
            terminal.send("x")
            assert heard(terminal, "key x")
            screens.append(shown(terminal))
    assert screens[0] == screens[1]
    assert sizes[0] < sizes[1] / 5


def flooded(plain: str, patience: float) -> tuple[bool, Terminal]:
    """Whether the app gets through a flood of pictures that nobody reads."""
    ours, theirs = os.pipe()
    os.set_inheritable(theirs, True)
    try:
        with running(HQ_TUI_PLAIN_DRIVER=plain, SAMPLE_DONE=str(theirs)) as terminal:
            terminal.send("f")
            got_through = is_readable(ours, patience)
            terminal.output = "\x1b[?1049h"
            if got_through:
                assert heard(terminal, "flood over")
                assert terminal.read_until(
                    lambda _: shown(terminal)[22].startswith(f"flood {FLOOD - 1} ")
                )
            return got_through, terminal
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_terminal_that_stalls_does_not_stall_the_app() -> None:
    got_through, terminal = flooded("0", patience=20)
    assert got_through
    assert terminal.output.count("flood") < 22 * FLOOD, "pictures in between were never sent"


def test_a_driver_that_sends_every_picture_does_stall_it() -> None:
    got_through, _ = flooded("1", patience=3)
    assert not got_through


def test_after_a_resize_the_whole_screen_is_right(plain: str) -> None:
    with running(HQ_TUI_PLAIN_DRIVER=plain) as terminal:
        terminal.resize(60, 15)
        terminal.output = "\x1b[?1049h"
        assert heard(terminal, "size 60x15")
        assert terminal.read_until(lambda _: shown(terminal)[14].startswith("READY"))
        assert [row[:10] for row in shown(terminal)[1:14]] == [
            f"line {n} of "[:10] for n in range(13)
        ]


def test_after_a_sequence_nobody_knows_everything_is_drawn_again() -> None:
    with running() as terminal:
        terminal.send("w")
        assert terminal.read_until(lambda output: "\x1b[2J" in output)
        assert terminal.read_until(lambda _: shown(terminal)[23].startswith("READY"))
        assert shown(terminal)[1].startswith("line 0 of")


def test_nothing_is_written_while_nothing_happens() -> None:
    with running() as terminal:
        terminal.send("x")
        assert heard(terminal, "key x")
        before = terminal.output
        terminal.read_until(lambda _: False, patience=1.0)
        assert terminal.output == before


def test_a_paste_and_alt_enter_arrive_as_what_they_are() -> None:
    with running() as terminal:
        terminal.send("\x1b[200~one\x1b[31m\rtwo\x1b[201~")
        assert heard(terminal, "paste 12")
        terminal.send("\x1b\r")
        assert heard(terminal, "key alt+enter")
        terminal.send("\x1b[<35;1\xff")
        terminal.send("y")
        assert heard(terminal, "key y")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_hands_the_terminal_back(plain: str, number: signal.Signals) -> None:
    with running("signals", HQ_TUI_PLAIN_DRIVER=plain) as terminal:
        terminal.signal(number)
        assert terminal.exit_code() == 128 + number
        after = terminal.output[terminal.output.rfind("\x1b[?2004l") :]
        for sequence in ("\x1b[<u", "\x1b[?1049l", "\x1b[?25h", "\x1b[?1003l"):
            assert sequence in after


def test_without_the_handlers_it_would_not_be_handed_back() -> None:
    with running() as terminal:
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == -signal.SIGTERM
        assert "\x1b[?1049l" not in terminal.output


@pytest.mark.parametrize(
    ("environment", "driver"),
    [
        ({}, DiffDriver),
        ({"HQ_TUI_PLAIN_DRIVER": ""}, DiffDriver),
        ({"HQ_TUI_PLAIN_DRIVER": "0"}, DiffDriver),
        ({"HQ_TUI_PLAIN_DRIVER": "1"}, PassthroughDriver),
    ],
)
def test_the_environment_chooses_the_driver(environment: dict[str, str], driver: type) -> None:
    assert choose_driver(environment) is driver


@pytest.mark.parametrize(
    ("environment", "erases"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "screen-256color", "TMUX": "x"}, True),
        ({"TERM": "screen.xterm-256color"}, False),
    ],
)
def test_only_screen_is_not_trusted_to_erase_in_colour(
    environment: dict[str, str], erases: bool
) -> None:
    assert erases_in_colour(environment) is erases


async def test_a_terminal_that_was_not_taken_yet_is_asked_nothing() -> None:
    driver = DiffDriver(App(), size=(20, 4))
    driver.ask()
    assert not driver.has_terminal
    assert driver.bytes_written == 0


async def test_rows_that_the_driver_takes_need_not_be_sent_as_sequences_too() -> None:
    driver = DiffDriver(App(), size=(20, 4))
    row = Strip([Segment("plain words", Style(bold=True))], 11)
    assert driver.draw_strips(0, 0, [row], ColorSystem.TRUECOLOR) is False, "no full screen yet"
    driver._differ.feed("\x1b[?1049h")
    assert driver.draw_strips(0, 0, [row], ColorSystem.TRUECOLOR) is True
