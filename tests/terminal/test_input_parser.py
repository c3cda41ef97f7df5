"""Pastes stay whole, Alt+Enter does not send, and half a mouse report types nothing."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver

from hq_tui.terminal import input_parser
from hq_tui.terminal.input_parser import END, PASTE_PATIENCE, REPORT_PATIENCE, START, InputParser
from tests.terminal.hostile import Hostile, corpus


class Clock:
    """Time that passes when it is told to, for the parser and for Textual's part of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch | None = None) -> None:
        self.now = 1000.0
        if monkeypatch is not None:
            monkeypatch.setattr("textual._parser.get_time", self)

    def __call__(self) -> float:
        return self.now


def told(parser: XTermParser, *reads: str) -> list[str]:
    """The events of `reads`: a paste in angle brackets, a key by its name."""
    found = []
    for read in reads:
        for event in parser.feed(read):
            if isinstance(event, events.Paste):
                found.append(f"<{event.text}>")
            elif isinstance(event, events.Key):
                found.append(event.key)
            else:
                found.append(type(event).__name__)
    return found


def ticked(parser: InputParser) -> list[str]:
    return [event.key if isinstance(event, events.Key) else str(event) for event in parser.tick()]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (f"a{START}one\ntwo{END}b", ["a", "<one\ntwo>", "b"]),
        ("a\x1b[0nb\x1b[3nc\x1b[3~", ["a", "TerminalReply", "b", "TerminalReply", "c", "delete"]),
        (f"{START}one\r\ntwo\rthree{END}", ["<one\r\ntwo\nthree>"]),
        (f"{START}\x1b[31mred\x1b[0m\r\x03{END}", ["<\x1b[31mred\x1b[0m\n\x03>"]),
        (f"{START}{END}", ["<>"]),
        (f"{START}a{END}{START}b{END}", ["<a>", "<b>"]),
        (f"{START}a{END}\r{START}b{END}", ["<a>", "enter", "<b>"]),
        (f"{START}safe{END}\nrm -rf\n{END}", ["<safe\nrm -rf\n>"]),
        ("\x1b\r", ["alt+enter"]),
        ("\x1b\n", ["alt+enter"]),
        ("\r", ["enter"]),
        ("\n", ["ctrl+j"]),
        ("\x1b[13;3u", ["alt+enter"]),
        ("\x1b[A\x1b[2~x", ["up", "insert", "x"]),
        ("\x1b[<35;10;5M", ["MouseMove"]),
        ("\x1b[<35;10M\x1b[<;;Mx", ["x"]),
        ("\x1b[<35;1a\x1b[<35;1é", ["é"]),
        (f"\x1b[{'9' * 5000}ux\x1b[<0;{'9' * 5000};1My", ["x", "y"]),
        ("ü世", ["ü", "世"]),
    ],
)
def test_input_means_what_the_person_did(read: str, expected: list[str]) -> None:
    assert told(InputParser(clock=Clock()), read) == expected


def test_textual_alone_would_send_where_a_person_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why the parser is replaced. If this fails, Textual may have been repaired."""
    found = told(XTermParser(), f"{START}a\x1b[31mb\rc{END}")
    assert "enter" in found
    assert "<a\x1b[31mb\nc>" not in found
    clock = Clock(monkeypatch)
    parser = XTermParser()
    assert told(parser, "\x1b\r") == []
    clock.now += 1
    assert [event.key for event in parser.tick() if isinstance(event, events.Key)] == ["enter"]


@given(
    st.lists(st.sampled_from([START, "\x1b", "[31m", "x", "\r", "é", "世"]), max_size=12),
    st.lists(st.integers(0, 80), max_size=6),
)
def test_a_paste_is_the_same_however_it_is_read(pieces: list[str], cuts: list[int]) -> None:
    text = "".join(pieces)
    data = f"{START}{text}{END}z"
    borders = sorted({0, len(data), *(cut % len(data) for cut in cuts)})
    reads = [data[a:b] for a, b in itertools.pairwise(borders)]
    pasted = text.replace("\r", "\n")
    assert told(InputParser(clock=Clock()), *reads) == [f"<{pasted}>", "z"]


@pytest.mark.parametrize("hostile", corpus(), ids=lambda hostile: hostile.name)
def test_no_hostile_paste_presses_a_key(hostile: Hostile) -> None:
    (event,) = told(InputParser(clock=Clock()), f"{START}{hostile.text}{END}")
    assert event.startswith("<")


def test_input_read_one_character_at_a_time_means_the_same() -> None:
    data = f"a\x1b[A\x1b[<0;3;4M\x1b\r{START}p{END}\x1b[1;5Cb"
    whole = told(InputParser(clock=Clock()), data)
    assert told(InputParser(clock=Clock()), *data) == whole
    assert whole == ["a", "up", "MouseDown", "alt+enter", "<p>", "ctrl+right", "b"]


def test_a_lone_escape_is_a_key_once_nothing_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    parser = InputParser(clock=clock)
    assert told(parser, "\x1b") == []
    assert ticked(parser) == []
    clock.now += constants.ESCAPE_DELAY
    assert ticked(parser) == ["escape"]
    assert told(parser, "x") == ["x"]


def test_two_escapes_are_two_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    parser = InputParser(clock=clock)
    keys = told(parser, "\x1b\x1b")
    for _ in range(3):
        clock.now += constants.ESCAPE_DELAY
        keys += ticked(parser)
    assert keys == ["escape", "escape"]


def test_half_a_mouse_report_is_waited_for_and_then_dropped() -> None:
    clock = Clock()
    parser = InputParser(clock=clock)
    assert told(parser, "\x1b[<35;1") == []
    clock.now += REPORT_PATIENCE / 2
    assert ticked(parser) == []
    assert told(parser, "0;5M") == ["MouseMove"]
    assert told(parser, "\x1b[<35;1") == []
    clock.now += REPORT_PATIENCE * 2
    assert ticked(parser) == []
    assert told(parser, "x") == ["x"]


def test_a_paste_that_never_ends_does_not_swallow_the_keys_for_ever() -> None:
    clock = Clock()
    parser = InputParser(clock=clock)
    assert told(parser, f"{START}half") == []
    clock.now += PASTE_PATIENCE / 2
    assert list(parser.tick()) == []
    clock.now += PASTE_PATIENCE
    (pasted,) = parser.tick()
    assert isinstance(pasted, events.Paste)
    assert pasted.text == "half"
    assert told(parser, "x") == ["x"]


def test_the_end_of_input_ends_the_parser() -> None:
    parser = InputParser(clock=Clock())
    assert told(parser, "a", "") == ["a"]
    assert parser.is_eof


def test_a_big_paste_costs_a_small_part_of_what_textual_takes() -> None:
    """A ratio in one run: the machine's speed does not matter."""
    rng = random.Random(1)
    text = "".join(rng.choices("some text\n", k=200_000))

    def seconds(parser: XTermParser) -> float:
        data = f"{START}{text}{END}"
        reads = [data[n : n + 4096] for n in range(0, len(data), 4096)]
        begun = time.process_time()
        assert told(parser, *reads) == [f"<{text}>"]
        return time.process_time() - begun

    assert seconds(InputParser()) < seconds(XTermParser()) / 10


@pytest.fixture
def driver_module() -> Iterator[None]:
    names = ("XTermParser", "getincrementaldecoder")
    before = {name: getattr(linux_driver, name) for name in names}
    yield
    for name, value in before.items():
        setattr(linux_driver, name, value)


@pytest.mark.usefixtures("driver_module")
def test_installing_makes_the_driver_read_through_it() -> None:
    input_parser.install()
    assert getattr(linux_driver, "XTermParser", None) is InputParser
    decode = getattr(linux_driver, "getincrementaldecoder", None)
    assert decode is not None
    assert decode("utf-8")().decode(b"a\xff\xc3") == "a\ufffd"


@pytest.mark.usefixtures("driver_module")
def test_a_textual_that_reads_otherwise_is_refused() -> None:
    del linux_driver.XTermParser  # type: ignore[attr-defined]  # as an update might
    with pytest.raises(ImportError, match="XTermParser"):
        input_parser.install()
    linux_driver.XTermParser = XTermParser  # type: ignore[attr-defined]


@pytest.mark.parametrize("cut", range(1, 7))
def test_an_answer_is_never_typed_however_it_is_split(cut: int) -> None:
    read = "a\x1b[0nb"
    assert told(InputParser(clock=lambda: 1.0), read[:cut], read[cut:]) == [
        "a",
        "TerminalReply",
        "b",
    ]
