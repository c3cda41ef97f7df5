"""A person at a terminal, through a storm: never without a word, and the same session in the end.

The real program on a real pty, its rehearsal partner beside it with a fault in a third of the
replies, by itself and inside tmux. The screen is looked at many times a second while a reply is
awaited; what is measured is the longest time in which it neither said what was happening nor moved.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from hq_tui.core.conversation import Conversation, Phase
from hq_tui.rehearsal.server.responder import Composed
from hq_tui.sessions.manager import StoredSession
from hq_tui.sessions.session import replay
from hq_tui.store.library import Library
from hq_tui.store.reader import read
from tests.fault_storms.held_sessions import MODELS, Papers, hold, papers_of
from tests.fault_storms.personas import PEOPLE, Said
from tests.support.program import command
from tests.support.saved import folder, sessions
from tests.support.terminal import Terminal

KINDS = (
    "overloaded+error500+rate_limit+html+bad_gzip+empty+drop+mute+max_tokens+pause_turn"
    "+unknown_events+early_usage+duplicate+gap+end_unconfirmed+error_after_stop+hang_after_stop"
    "+bad_json+bad_utf8+jsonsplit+error_event+eof+cut+cut_event+reset+stall+pings"
)
"""Everything that a retry, or one key, takes care of."""
SETTINGS = "stall_notice = 1\nfirst_byte = 3\nprogress = 3\n"
BUSY = (
    "asking",
    "connecting",
    "trying to go on",
    "thinking",
    "streaming",
    "resumed",
    "retrying in",
    "stalled",
)
BROKEN = ("cut off", "failed", "offline", "length limit")
CTRL_R, CTRL_Q = "\x12", "\x11"
SEED = 830
"""Its first reply breaks inside the board call, its second before the first byte."""
LOOK = 0.03
MOST_SILENT = 2.0
"""Seconds for which a busy machine may leave a person without a word."""
_STATE = re.compile(r"^─+ (\S.*?) ─", re.MULTILINE)
_NAMES = re.compile(r"\d{8}-\d{6}-\w{4}|\d{4}-\d\d-\d\dT[\d:.+Z-]+|\d{4}-\d\d-\d\d(?: \d\d:\d\d)?")


SIZE = 140, 45


def on_a_terminal(argv: Sequence[str]) -> Terminal:
    """The program with a terminal for itself."""
    return Terminal(argv=argv, size=SIZE)


Starter = Callable[[Sequence[str]], Terminal]
"""Starts a program on a terminal."""


class InTmux(Terminal):
    """A program in a tmux of its own; the screen is the one that tmux tells."""

    def __init__(self, argv: Sequence[str], tmux: Sequence[str]) -> None:
        self._tmux = tmux
        super().__init__(argv=[*tmux, "new-session", shlex.join(argv)], size=SIZE)

    @property
    def rows(self) -> list[str]:
        """The rows of the pane; none before there is one."""
        asked = [*self._tmux, "capture-pane", "-p"]
        told = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
        return told.stdout.split("\n")


@dataclass(slots=True)
class Watch:
    """What was seen while replies were awaited."""

    looks: int = 0
    silent: float = 0.0
    still: float = 0.0
    pressed: int = 0
    words: set[str] = field(default_factory=set)
    _screen: str = ""
    _moved: float = 0.0
    _told: float = 0.0

    def begin(self) -> None:
        """A message was sent."""
        self._moved = self._told = time.monotonic()

    def look(self, screen: str) -> str:
        """Take in the screen; the state it names."""
        now = time.monotonic()
        found = _STATE.search(screen)
        state = found[1].strip() if found else ""
        moved, self._screen = screen != self._screen, screen
        self.looks += 1
        self._moved = now if moved else self._moved
        says = any(word in state for word in (*BUSY, *BROKEN))
        self._told = now if moved or says else self._told
        self.words.add(re.sub(r"\d+", "N", state))
        self.silent = max(self.silent, now - self._told)
        self.still = max(self.still, now - self._moved)
        return state


def messages(count: int) -> list[str]:
    """So many things to say, no two alike."""
    plain = [
        one.text
        for mode in ("examine", "debug", "review")
        for one in PEOPLE[mode]
        if not one.request
    ]
    conversation = [text for text in plain if len(text) > 30]
    return [
        f"{conversation[n % len(conversation)]} Case{n}: {3 * n} of {7 * n} runs."
        for n in range(1, count + 1)
    ]


def conversation_now() -> Conversation:
    """The session on disk, beside the program that writes it."""
    (session,) = sessions()
    return replay(read(Library(folder()).path(session), live=True).records).conversation


def say(terminal: Terminal, text: str, number: int, watch: Watch) -> None:
    """Type a message and see its reply through, going on with whatever broke."""
    terminal.keys(text)
    terminal.wait_for(f"Case{number}:")
    terminal.keys("\r")
    watch.begin()
    deadline, pressed_at = time.monotonic() + 120, 0.0
    while time.monotonic() < deadline:
        state = watch.look(terminal.text)
        if state.startswith("your turn") and _is_over(conversation_now(), number):
            return
        if state.startswith(BROKEN) and time.monotonic() - pressed_at > 2:
            terminal.keys(CTRL_R)
            pressed_at = time.monotonic()
            watch.pressed += 1
        time.sleep(LOOK)
    raise AssertionError(f"turn {number} is not over:\n{terminal.text}")


def _is_over(conversation: Conversation, number: int) -> bool:
    return conversation.turn_count == number and conversation.reply.phase is Phase.COMPLETE


def at_the_keyboard(
    home: Path, model: str, spec: str, turns: int, start: Starter = on_a_terminal
) -> tuple[Papers, Watch, Conversation]:
    """A session at the terminal; its papers, names and times taken out, and what was seen."""
    place = home / "storm"
    os.environ["HQ_TUI_DATA_DIR"], os.environ["HQ_TUI_CONFIG"] = str(place), str(place / "c.toml")
    place.mkdir()
    (place / "c.toml").write_text(SETTINGS)
    watch = Watch()
    with start(command(f"--rehearse={spec}", "--model", model)) as terminal:
        terminal.wait_for("F1 help")
        for number, text in enumerate(messages(turns), start=1):
            say(terminal, text, number, watch)
        terminal.keys(CTRL_Q)
        assert terminal.wait_for_end() == 0
    (session,) = sessions()
    found = read(Library(folder()).path(session), live=True)
    told = replay(found.records)
    papers = papers_of(
        StoredSession(conversation=told.conversation, acts=told.acts, damaged=found.damaged)
    )
    return _plain(papers), watch, told.conversation


def _plain(papers: Papers) -> Papers:
    brief, shown = (_NAMES.sub("…", text) for text in (papers.brief, papers.shown))
    return replace(papers, brief=brief, shown=shown)


async def compare(
    home: Path, model: str, turns: int, seed: int, start: Starter = on_a_terminal
) -> tuple[Watch, int]:
    """The same session in calm and in storm; what was seen in the storm, and its retries."""
    said = [Said(text=text) for text in messages(turns)]
    partner = Composed(seed=str(seed))
    calm = await hold(home / "calm", "examine", model, said=said, responder=partner)
    storm = f"seed={seed},rate=0.34,reach=160,pace=300,kinds={KINDS}"
    rough, watch, conversation = await asyncio.to_thread(
        at_the_keyboard, home, model, storm, turns, start
    )
    assert rough.differences(_plain(calm.papers)) == []
    extra = sum(len(turn.reply.attempts) - 1 for turn in conversation.turns)
    return watch, extra


@pytest.fixture
def own_place(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """A home whose folders a test may choose again."""
    monkeypatch.setenv("HQ_TUI_DATA_DIR", str(home))
    monkeypatch.setenv("HQ_TUI_CONFIG", str(home))
    home.mkdir(exist_ok=True)
    return home


@pytest.fixture
def in_tmux(tmp_path: Path) -> Iterator[Starter]:
    """Has the program run in a tmux of its own, which then draws on the terminal."""
    tmux = shutil.which("tmux")
    if tmux is None:
        pytest.skip("needs tmux")
    settings = tmp_path / "tmux.conf"
    settings.write_text("set -g status off\nset -s escape-time 0\n")
    server = (tmux, "-S", str(tmp_path / "tmux"), "-f", str(settings))
    yield lambda argv: InTmux(argv, server)
    subprocess.run([*server, "kill-server"], stderr=subprocess.DEVNULL, check=False)


async def test_a_short_storm_at_the_keyboard_leaves_nobody_without_a_word(own_place: Path) -> None:
    watch, extra = await compare(own_place, MODELS[0], turns=2, seed=SEED)
    assert extra
    assert watch.silent < MOST_SILENT


async def test_a_short_storm_inside_tmux_does_neither(own_place: Path, in_tmux: Starter) -> None:
    watch, extra = await compare(own_place, MODELS[0], 2, SEED, in_tmux)
    assert extra
    assert watch.silent < MOST_SILENT


@pytest.mark.soak
@pytest.mark.parametrize("model", MODELS)
async def test_fifty_turns_in_a_storm_end_as_in_calm_weather(model: str, own_place: Path) -> None:
    watch, extra = await compare(own_place, model, turns=50, seed=7)
    tell(watch, f"{model}: 50 turns, {extra} further attempts")


@pytest.mark.soak
@pytest.mark.parametrize("model", MODELS)
async def test_fifty_turns_in_a_storm_inside_tmux_do_too(
    model: str, own_place: Path, in_tmux: Starter
) -> None:
    watch, extra = await compare(own_place, model, 50, 7, in_tmux)
    tell(watch, f"{model} in tmux: 50 turns, {extra} further attempts")


def tell(watch: Watch, what: str) -> None:
    """Print what was seen, and see that nobody was left without a word."""
    print(
        f"\n{what}, {watch.pressed} times Ctrl+R, {watch.looks} looks; longest without a word or "
        f"a movement {watch.silent:.2f} s, without a movement {watch.still:.2f} s; "
        f"states {sorted(watch.words)}"
    )
    assert watch.silent < MOST_SILENT


def test_a_screen_that_says_nothing_would_be_noticed() -> None:
    """The sabotage twin: a panel without its state, standing still."""
    watch = Watch()
    watch.begin()
    watch.look("state  streaming │")
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        watch.look("Claude")
    assert watch.silent > 0.25
