"""A slow line is noticed and spared, an idle screen is silent, and a long reply rings."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.color import Color

from hq_tui.app.terminal_policy import LONG, TerminalPolicy
from hq_tui.core.conversation import Conversation
from hq_tui.core.events import Event, GaveUp, MessageSent, ReplyDone, ReplyStopped
from hq_tui.core.failure import Failure, FailureKind
from hq_tui.terminal import ascii_filter
from hq_tui.terminal.ascii_filter import AsciiFilter
from hq_tui.terminal.driver import DiffDriver
from hq_tui.terminal.link_monitor import LinkMonitor
from hq_tui.terminal.link_speed import LinkMeter
from hq_tui.terminal.round_trip import QUESTION
from hq_tui.terminal.writer import Backpressure
from tests.support.readable import is_readable
from tests.support.samples import numbered_words
from tests.support.terminal import Terminal
from tests.terminal_e2e.conftest import Open
from tests.ui.app_driver import set_stage

IDLE = 2.5


class Line(DiffDriver):
    """A driver whose terminal is as slow as the test says."""

    def __init__(self) -> None:
        self.blocked = 0.0
        self.asked = 0
        self.on_written = lambda: None

    def ask(self) -> None:
        """Count the questions."""
        self.asked += 1

    def pressure(self) -> Backpressure:
        """How slow it was."""
        return Backpressure(written=1, blocked=self.blocked, waiting=0)


class Loop:
    """A loop whose time passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.due.append((self.now + seconds, call))

    def run(self, seconds: float) -> None:
        """Let `seconds` pass, a second at a time."""
        for _ in range(int(seconds)):
            self.now += 1
            due, self.due = self.due, []
            for when, call in due:
                assert when <= self.now
                call()


def test_a_line_is_looked_at_only_while_something_is_sent_or_it_is_slow() -> None:
    loop, line = Loop(), Line()
    changes: list[str] = []
    LinkMonitor(line, LinkMeter(lambda: loop.now), later=loop.later, on_change=changes.append)
    assert loop.due == []
    line.on_written()
    line.on_written()
    assert len(loop.due) == 1, "one look for however many writes"
    assert line.asked == 1, "with the first of them, so that none comes later"
    loop.run(1)
    assert (loop.due, changes) == ([], []), "a fast line is left alone at once"
    line.blocked = 0.9
    for _ in range(2):
        line.on_written()
        loop.run(1)
    assert changes == ["slow"]
    line.blocked = 0.0
    loop.run(20)
    assert changes == ["slow", "fast"], "without another write"
    assert (loop.due, line.asked) == ([], 3)


def test_a_terminal_that_answers_late_makes_a_line_slow_until_it_answers_soon() -> None:
    loop, line = Loop(), Line()
    changes: list[str] = []
    LinkMonitor(line, LinkMeter(lambda: loop.now), later=loop.later, on_change=changes.append)
    for seconds in (0.01, 0.9, 0.9, 0.3, 0.01, 0.01):
        line.on_written()
        loop.run(1)
        line.on_answered(seconds)
    assert changes == ["slow"]
    assert loop.due == [], "a distance does not pass by itself; nobody is woken for it"
    line.on_answered(0.01)
    assert changes == ["slow", "fast"]


def test_nothing_is_sent_while_a_finished_session_is_on_screen(open_app: Open) -> None:
    with open_app("why?") as terminal:
        terminal.wait_for("What do you mean by that?")
        terminal.wait_for("your turn")
        quiet_since, seen = time.monotonic(), len(terminal.written)
        deadline = quiet_since + 20
        while time.monotonic() - quiet_since < 1.0:
            assert time.monotonic() < deadline, "it never came to rest"
            if len(terminal.written) != seen:
                quiet_since, seen = time.monotonic(), len(terminal.written)
            time.sleep(0.05)
        time.sleep(IDLE)
        assert len(terminal.written) == seen
        terminal.keys("x")
        terminal.wait_until(lambda: len(terminal.written) > seen, "an echo, or this proves nothing")


class FarTerminal(Terminal):
    """A terminal that takes what is written at once, and whose answers are long on their way."""

    delay = 0.7
    asked = 0

    def _read(self) -> None:
        due: list[float] = []
        while not self._closing:
            ready = is_readable(self.master, 0.02)
            if ready:
                data = os.read(self.master, 65536)
                with self._lock:
                    self.written += data
                self.asked += data.count(QUESTION.encode())
                due += [time.monotonic() + self.delay] * data.count(QUESTION.encode())
            while due and due[0] <= time.monotonic():
                due.pop(0)
                os.write(self.master, b"\x1b[0n")


def test_a_line_that_is_far_is_said_and_forgotten_and_its_answers_are_never_typed(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.terminal_e2e.conftest.Terminal", FarTerminal)
    with open_app("why?") as terminal:
        assert isinstance(terminal, FarTerminal)
        terminal.wait_for("your turn")

        def typing(until: Callable[[], bool]) -> Callable[[], bool]:
            def is_so() -> bool:
                terminal.keys("z")
                time.sleep(0.2)
                return until()

            return is_so

        terminal.wait_until(typing(lambda: "slow" in terminal.text), "link: slow")
        terminal.delay = 0.0
        terminal.wait_until(typing(lambda: "slow" not in terminal.text), "the end of it")
        typed = next(row for row in terminal.rows if "❯" in row)
        assert set(typed) <= set(" ❯z")
        terminal.delay = 0.3
        terminal.keys("z")
        time.sleep(1.1)
        terminal.keys("z\x11")
        assert terminal.wait_for_end() == 0
        terminal.assert_as_found()
        assert not is_readable(terminal._slave, 0.5), "no answer for the shell"


def test_a_terminal_that_does_not_answer_is_asked_once(open_app: Open) -> None:
    with open_app("why?") as terminal:
        terminal.wait_for("your turn")
        for _ in range(6):
            time.sleep(0.4)
            terminal.keys("z")
        terminal.wait_for("zzzzzz")
        assert bytes(terminal.written).count(QUESTION.encode()) == 1


class SlowTerminal(Terminal):
    """A terminal behind a line of a few kilobytes a second, where it answers what comes through."""

    pace = 2500

    def _read(self) -> None:
        while not self._closing:
            ready = is_readable(self.master, 0.1)
            if ready:
                data = os.read(self.master, max(1, self.pace // 10))
                with self._lock:
                    self.written += data
                    asked = self.written.count(
                        QUESTION.encode(), max(0, len(self.written) - len(data) - 3)
                    )
                os.write(self.master, b"\x1b[0n" * asked)
                time.sleep(0.1 if self.pace < 10_000 else 0)


@pytest.mark.soak
def test_a_slow_line_is_said_and_spared_and_forgotten_when_it_is_fast(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.terminal_e2e.conftest.Terminal", SlowTerminal)
    long = "\n\n".join(f"Paragraph {n}. " + numbered_words(200) for n in range(300))
    with open_app("why?", replies=(long,), pace=400.0) as terminal:
        assert isinstance(terminal, SlowTerminal)
        terminal.wait_until(lambda: "slow" in terminal.text, "link: slow")
        terminal.pace = 1_000_000
        terminal.wait_until(lambda: " slow" not in terminal.text, "the end of it")


@pytest.mark.parametrize(
    ("words", "stepwise"),
    [
        pytest.param(("--slow",), True, id="slow"),
        pytest.param((), False, id="usual", marks=pytest.mark.soak),
    ],
)
def test_a_line_that_is_called_slow_is_spared(
    open_app: Open, words: tuple[str, ...], stepwise: bool
) -> None:
    with open_app(*words, "why?", replies=(numbered_words(3000),), size=(90, 24)) as terminal:
        shown = terminal.wait_for("w3000")
        assert ("link: slow" in shown) is stepwise


@pytest.mark.parametrize(
    ("slow", "following", "mode", "rate"),
    [
        (False, "auto", "smooth", 20.0),
        (True, "auto", "stepwise", 10.0),
        (True, "smooth", "smooth", 10.0),
        (False, "stepwise", "stepwise", 20.0),
    ],
)
async def test_the_settings_say_how_the_end_is_followed(
    home: Path, slow: bool, following: str, mode: str, rate: float
) -> None:
    stage = set_stage(home)
    changed = stage.manager.settings._replace(slow=slow, following=following)
    stage.manager.settings = changed
    async with stage.app.run_test() as pilot:
        stage.enter(pilot)
        await stage.settled()
        transcript = stage.app.view.chat.transcript
        assert (transcript.scroll_anchor.mode, transcript.pace.rate) == (mode, rate)
        assert stage.app.view.view_state.slow_link is slow


GAVE_UP = GaveUp(at=0, failure=Failure(kind=FailureKind.CUT))


@pytest.mark.parametrize(
    ("seconds", "end", "focus", "rings"),
    [
        (LONG + 1, ReplyDone(at=0), [], True),
        (LONG + 1, GAVE_UP, [], True),
        (LONG - 1, ReplyDone(at=0), [], False),
        (LONG + 1, ReplyStopped(at=0), [], False),
        (LONG + 1, ReplyDone(at=0), [False], True),
        (LONG + 1, ReplyDone(at=0), [False, True], False),
    ],
)
async def test_the_end_of_a_long_reply_is_called_out_unless_somebody_looks(
    home: Path, seconds: float, end: Event, focus: list[bool], rings: bool
) -> None:
    stage = set_stage(home)
    called: list[str] = []

    class Listening(TerminalPolicy):
        def _call(self, what: str) -> None:
            called.append(what)

    async with stage.app.run_test() as pilot:
        stage.enter(pilot)
        await stage.settled()
        policy = Listening(stage.app, stage.app.view.chat, stage.manager, {})
        policy.begin(None, lambda **_: None)
        for focused in focus:
            stage.app.app_focus = focused
            await pilot.pause()
        policy.happened(MessageSent(at=0, text="x"), Conversation())
        stage.clock.pass_by(seconds)
        policy.happened(end, Conversation())
        policy.happened(end, Conversation())
    assert len(called) == int(rings)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        ({"LANG": "en_GB.utf8", "LC_CTYPE": "POSIX"}, False),
    ],
)
def test_the_locale_says_whether_signs_can_be_shown(
    environment: dict[str, str], expected: bool
) -> None:
    assert ascii_filter.is_utf8(environment, overruled=False) is expected


def test_what_python_makes_of_the_c_locale_is_not_taken_for_the_terminals() -> None:
    assert not ascii_filter.is_utf8({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, overruled=True)


def test_plain_signs_are_as_wide_as_what_they_stand_for() -> None:
    line = [Segment("· … ▸ “x” ─ ━ ↓ ü 世")]
    (after,) = AsciiFilter().apply(line, Color(0, 0, 0))
    assert after.text == '- . > "x" - - v ü 世'
    assert after.cell_length == line[0].cell_length


@pytest.mark.parametrize("lang", ["C", "C.UTF-8"])
def test_a_terminal_without_utf8_gets_ascii_only(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setenv("LANG", lang)
    monkeypatch.setenv("PYTHONCOERCECLOCALE", "0")  # which the launcher would hand on
    reply = (
        "1. one\n2. two\n\n- a\n- [x] done\n- [ ] open\n\n> said\n\n| d | e |\n|---|---|\n| f | g |"
        "\n\n---\n\nWhat do you mean by that?"
    )
    rows = ["1. one", "• a", "• ☑ done", "• ☐ open", "▎ said", "d   │ e", "────┼────"]
    if lang == "C":
        rows = ["1. one", "- a", "- x done", "- o open", "| said", "d   | e", "----+----"]
    with open_app("why?", replies=(reply,)) as terminal:
        for row in rows:
            terminal.wait_for(row)
        terminal.keys("\x1bOP")
        terminal.wait_for("Keys")
        shown = re.sub(rb"\x1b\][^\x07\x1b]*|\x1b\[[0-9;?<>]*[a-z]", b"", bytes(terminal.written))
    assert shown.isascii() is (lang == "C")
