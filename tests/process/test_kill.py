"""kill -9 through the real app: what was on the screen a moment before is there again.

A session is killed again and again. Each life begins where the one before was killed, so
that every kill is also a start on what a kill left: it has to open, with the words that
were on the disk, and to go on with them. The server counts in words, `w1 w2 w3`, so that
loss and doubling are arithmetic.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest

from hq_tui.rehearsal.faults.perform import Delivery
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.server import Server
from tests.process.conftest import faulty
from tests.support.gate import KEY, MODEL
from tests.support.gates import Tally, part
from tests.support.ready import Ready
from tests.support.samples import numbered_words
from tests.support.saved import export, last_reply, sessions
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal

COUNT = 2000
WHOLE = numbered_words(COUNT)
PACE = 300.0
"""Words per second."""
MOMENT = 100.0
"""Milliseconds of shown text that a kill may cost."""
EARLY = 0.15
"""The share of kills while the program still starts and opens."""
LIVES = 25


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that speaks at an even pace."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    models = [Model(id=MODEL, display_name="Some model")]
    with scripted_thread([WHOLE], models=models, token=KEY, pace=PACE) as server:
        yield server


def shown(text: str) -> int:
    """The number of the last word on a screen."""
    return max((int(number) for number in re.findall(r"\bw(\d+)\b", text)), default=0)


def kept() -> str:
    """The words on the disk."""
    turns = export()["turns"] if sessions() else []
    text: str = turns[-1].get("text", "") if turns and turns[-1]["role"] == "assistant" else ""
    assert WHOLE.startswith(text.rstrip()), "a word is doubled, lost or altered"
    return text


def was_asked() -> bool:
    """Whether the question is on the disk."""
    return bool(sessions()) and bool(export()["turns"])


def words_in(text: str) -> int:
    """The number of whole words in a beginning of the reply."""
    is_split = WHOLE[len(text) - 1 : len(text) + 1].isalnum() and 0 < len(text) < len(WHOLE)
    return len(text.split()) - is_split


@dataclass(slots=True)
class Chain:
    """One session and its many lives."""

    server: Server
    rng: Random
    argv: Sequence[str] = ()
    """How the program is started; as usual without it."""
    ready: Ready | None = None
    """Who has imported it, where it is started often."""
    seen: list[tuple[float, int]] = field(default_factory=list)
    """In this life: when the screen changed, and the last word on it."""
    resumes: bool = False
    """Whether this life begins with a reply that broke."""
    ages: list[float] = field(default_factory=list)
    """For each kill: how long the oldest word that it cost had been shown, in milliseconds."""
    characters: list[int] = field(default_factory=list)
    openings: list[float] = field(default_factory=list)
    """Milliseconds from the start of the program to the words that were left."""
    echoes: list[float] = field(default_factory=list)

    def begin(self) -> Terminal:
        """Start the program: with the question the first time, then where it was."""
        self.seen.clear()
        words = ["--base-url", self.server.url, "--model", MODEL]
        words += ["--continue"] if sessions() else []
        self.resumes = was_asked()
        words += [] if self.resumes else ["count"]
        argv = [*self.argv, *words] if self.argv else []
        return Terminal(*words, argv=argv, ready=self.ready)

    def last_seen(self, terminal: Terminal) -> int:
        """The last word on the screen now."""
        self.seen += ((when, shown(text)) for when, text in terminal.frames)
        return self.seen[-1][1] if self.seen else 0

    def live_and_die(self) -> None:
        """One life, killed while it starts or while words come."""
        had = kept()
        began = time.perf_counter()
        with self.begin() as terminal:
            if self.rng.random() < EARLY:
                time.sleep(self.rng.uniform(0, 1))
            else:
                self.read_on(terminal, had, began)
                time.sleep(self.rng.uniform(0, 0.2))
            at = time.perf_counter()
            terminal.process.kill()
            terminal.process.wait()
            terminal.wait_for_end()
        self.count(terminal, had, at)

    def read_on(self, terminal: Terminal, had: str, began: float) -> None:
        """Have the reply go on, and watch it for some words."""
        before = words_in(had)
        if self.resumes:
            terminal.wait_for("Ctrl+R")
            terminal.wait_until(lambda: self.last_seen(terminal) == before, f"word {before}")
            self.openings.append(1000 * (time.perf_counter() - began))
            terminal.keys("\x12")
        goal = min(COUNT, before + self.rng.randint(1, 60))
        terminal.wait_until(lambda: self.last_seen(terminal) > before, "the first new word")
        self.echoes.append(1000 * terminal.echo(chr(0x2801 + len(self.echoes) % 250)))
        terminal.wait_until(lambda: self.last_seen(terminal) >= goal, f"word {goal}")

    def count(self, terminal: Terminal, had: str, at: float) -> None:
        """What the kill cost."""
        left = kept()
        assert left.startswith(had.rstrip()), "words that had been read from the disk are gone"
        words = words_in(left)
        last = self.last_seen(terminal)
        lost = (at - when for when, word in self.seen if word > words)
        self.ages.append(1000 * max(0.0, next(lost, 0.0)))
        self.characters.append(max(0, len(" ".join(WHOLE.split()[:last])) - len(left.rstrip())))

    def end(self) -> None:
        """Go on to the end, at once, and leave."""
        self.server.service.delivery = Delivery()
        with self.begin() as terminal:
            if self.resumes:
                terminal.wait_for("Ctrl+R")
                terminal.keys("\x12")
            terminal.wait_for(f"w{COUNT}")
            terminal.wait_for("your turn")
            terminal.keys("\x11")
            assert terminal.wait_for_end() == 0
        assert last_reply()["text"] == WHOLE
        assert last_reply()["state"] == "complete"

    def tell(self, tally: Tally) -> None:
        """Note the figures."""
        tally.tried(len(self.ages))
        tally.text_lost(max(self.characters), max(self.ages))
        for echo in self.echoes:
            tally.waited(echo)
        for opening in self.openings:
            tally.at_most("milliseconds from the start to the words that were left,", opening)


def test_what_was_shown_a_moment_before_a_kill_is_saved_and_goes_on(server: Server) -> None:
    chain = Chain(server, Random(7))
    for _ in range(2):
        chain.live_and_die()
    chain.end()


@pytest.mark.soak
@pytest.mark.gate("kill")
@pytest.mark.parametrize("run", range(40))
def test_a_thousand_kills_cost_no_more_than_a_moment_each(
    server: Server, tally: Tally, run: int
) -> None:
    with Ready() as ready:
        chain = Chain(server, Random(run), ready=ready)
        for _ in range(part(LIVES)):
            chain.live_and_die()
            assert words_in(kept()) < COUNT - 100, "the reply is too short for so many lives"
        chain.end()
    chain.tell(tally)
    assert max(chain.ages) <= MOMENT, chain.ages


@pytest.mark.twin("kill", "a journal that writes only when it is told to")
def test_a_journal_that_waits_would_cost_more_than_a_moment(server: Server) -> None:
    lazy = Chain(server, Random(7), argv=faulty("lazy"))
    with lazy.begin() as terminal:
        lazy.read_on(terminal, "", time.perf_counter())
        terminal.wait_until(lambda: lazy.last_seen(terminal) > 150, "half a second of words")
        at = time.perf_counter()
        terminal.process.kill()
        terminal.process.wait()
    lazy.count(terminal, "", at)
    assert max(lazy.ages) > MOMENT


def test_a_word_that_is_only_half_there_does_not_count() -> None:
    assert [words_in(WHOLE[:size]) for size in (0, 1, 2, 3, 4, 5)] == [0, 0, 1, 1, 1, 2]
    assert words_in(WHOLE) == COUNT
