"""The measurements: each drives one program once and adds its figures."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random

from benchmarks import process
from benchmarks.programs import HELLO, HQ, REFERENCE, Program, Server, Workshop
from benchmarks.prose import KEY
from benchmarks.reading import compressed, delays, echoes, missing, percentile
from benchmarks.server import LEAD, Order
from benchmarks.table import Figures
from benchmarks.terminal import PATIENCE, Terminal

RUBOUT = "\x7f"
MOST_LETTERS = 20
TOO_LATE = 0.1
"""Seconds by which a reply may end later than ordered before it is said: the machine was
busy with something else, or the program did not take what was sent."""
BEHIND = 4.0
"""Seconds of quiet after which nothing is read, folded or indexed behind the screen any more."""
IMPORT_MOST = 8.0
"""Seconds after which importing the SDK counts as over, whatever the processor says."""


class Typist:
    """Somebody who types letters and rubs them out again, and remembers when."""

    def __init__(self, terminal: Terminal, every: float, seed: int) -> None:
        self.pressed: list[tuple[float, int]] = []
        self._terminal = terminal
        self._every = every
        self._rng = Random(seed)
        self._letters = terminal.letters
        self._least = self._letters
        self._grows = True

    def press(self) -> None:
        """Press the next key and wait until the one after it is due."""
        written = self._letters - self._least
        self._grows = written < MOST_LETTERS if self._grows else written == 0
        self._letters += 1 if self._grows else -1
        at = self._terminal.keys(KEY if self._grows else RUBOUT)
        self.pressed.append((at, self._letters))
        time.sleep(self._every * self._rng.uniform(0.6, 1.4))

    def stop(self) -> list[float]:
        """Rub out what is left, when all has come; how long each echo took."""
        self._terminal.wait_a_while(lambda: self._terminal.letters == self._letters)
        self._terminal.settle()
        self._terminal.look()
        waits = echoes(self.pressed, self._terminal.seen.keys)
        self._terminal.keys(RUBOUT * (self._letters - self._least))
        self._terminal.settle(window=0.2)
        self._terminal.look()
        return waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """What one reply took. Times in seconds."""

    deltas: int
    text: int
    """Bytes of the reply itself."""
    cpu: float
    written: int
    packed: int
    delays: list[float] = field(default_factory=list)
    lost: int = 0
    waits: list[float] = field(default_factory=list)
    asked: float = 0.0
    """From Enter until the request had arrived."""


class Bench:
    """The server, the workshop, the figures, and how many times each thing is measured."""

    def __init__(self, workshop: Workshop, server: Server, figures: Figures) -> None:
        self.workshop = workshop
        self.server = server
        self.figures = figures
        self._first = 0

    def start(self, program: Program, messages: int = 0, following: str = "") -> Terminal:
        """A program that has been started, nothing more."""
        return self.workshop.start(
            program, self.server.port, messages=messages, following=following
        )

    def stream(
        self, terminal: Terminal, order: Order, *, keys_every: float = 0.0, settle: float = 0.5
    ) -> Streamed:
        """Ask for a reply, and watch it come."""
        terminal.keys(order.words)
        terminal.wait_for(order.words)
        entered = terminal.keys("\r")
        asked = float(self.server.line()["asked"])
        time.sleep(LEAD / 3)
        terminal.look()
        cpu, first = terminal.cpu, len(terminal.chunks)
        typist = Typist(terminal, keys_every, order.first)
        if keys_every:
            ends = time.monotonic() + order.amount / order.rate + LEAD / 2
            time.sleep(LEAD)
            while time.monotonic() < ends:
                typist.press()
        report = self.server.line()
        waits = typist.stop() if keys_every else []
        terminal.settle(window=settle)
        cpu = terminal.cpu - cpu
        chunks = terminal.chunks[first:]
        terminal.look()
        sent, seen = report["sent"], terminal.seen.words
        late = report["seconds"] - (order.amount - 1) / order.rate
        if late > TOO_LATE:
            print(f"the server was {late:.2f} s late with {order.words}", file=sys.stderr)
        return Streamed(
            deltas=report["deltas"],
            text=report["bytes"],
            cpu=cpu,
            written=sum(len(chunk.data) for chunk in chunks),
            packed=compressed((chunk.at, chunk.data) for chunk in chunks),
            delays=delays(sent, seen),
            lost=missing(sent, seen),
            waits=waits,
            asked=asked - entered,
        )

    def order(self, amount: int, rate: int, shape: str = "mixed") -> Order:
        """An order whose words have numbers of their own."""
        self._first += 20_000
        return Order(shape=shape, amount=amount, rate=rate, first=self._first % 1_000_000)

    # What is measured

    def startup(self, program: Program) -> None:
        """From the start to the first picture, and to the first letter that shows."""
        with self.start(program) as terminal:
            painted = terminal.wait_for(program.painted) - terminal.started
            terminal.keys(KEY)
            echoed = terminal.wait_until(lambda: terminal.letters > 0, "a letter")
            cpu = terminal.cpu
            self._add("start to first paint, ms", program, painted * 1000)
            self._add("start to first echo, ms", program, (echoed - terminal.started) * 1000)
            self._add("CPU until the first echo, ms", program, cpu * 1000)

    def importing(self, program: Program) -> None:
        """Keys from the first picture on, while the SDK is imported behind it.

        Where a session is put up first, the keys pressed until it stands are counted apart.
        """
        with self.start(program) as terminal:
            terminal.wait_for(program.painted)
            began, cpu, at = time.monotonic(), terminal.cpu, time.monotonic()
            typist, early, stands = Typist(terminal, 0.03, 1), 0, not program.stands
            while time.monotonic() - began < IMPORT_MOST:
                typist.press()
                if not stands:
                    early += 1
                    terminal.look()
                    stands = program.stands in terminal.screen.display
                now = time.monotonic()
                if now - at >= 0.4:
                    if terminal.cpu - cpu < 0.35 * (now - at):
                        break
                    cpu, at = terminal.cpu, now
            lasted = time.monotonic() - began
            waits = typist.stop()
            if early:
                self._waits("until a session stands", program, waits[:early])
            self._waits("while the SDK is imported", program, waits[early:])
            self._add("importing the SDK beside typing, s", program, lasted)
            self._memory(program, terminal)

    def opening(self, program: Program, messages: int) -> None:
        """What a session holds when all behind the screen is done; then keys while it is opened."""
        there, last = f"{messages:,} messages", f"answer {messages // 2 - 1}"
        with self.start(program, messages) as terminal:
            terminal.wait_for(program.painted)
            if messages:
                ended = terminal.wait_for(last) - terminal.started
                self._add(f"start to the end of it on screen, {there}, ms", program, ended * 1000)
            terminal.settle(window=BEHIND)
            self._add(f"CPU until all is quiet, {there}, s", program, terminal.cpu)
            self._held(program, terminal, f"{there}, all read")
            self.stream(terminal, self.order(100, 200))
            terminal.settle(window=1.0)
            self._held(program, terminal, f"{there}, and one exchange")
            peak = process.memory(terminal.pid).peak
            self._add(f"memory at most until then, {there}, MB", program, peak)
        with self.start(program, messages) as terminal:
            terminal.wait_for(program.painted)
            typist, ends = Typist(terminal, 0.03, 1), time.monotonic() + IMPORT_MOST
            while time.monotonic() < ends:
                typist.press()
            self._waits(f"while it is opened, {there}", program, typist.stop())

    def _held(self, program: Program, terminal: Terminal, when: str) -> None:
        held = process.memory(terminal.pid)
        self._add(f"memory, {when}, RSS, MB", program, held.rss)
        self._add(f"memory, {when}, PSS, MB", program, held.pss)

    def _memory(self, program: Program, terminal: Terminal) -> None:
        held = process.memory(terminal.pid)
        self._add("memory with the SDK loaded, RSS, MB", program, held.rss)
        self._add("memory with the SDK loaded, PSS, MB", program, held.pss)

    def streaming(
        self,
        program: Program,
        messages: int,
        orders: Sequence[tuple[int, int]],
        keys: Sequence[tuple[int, int]] = (),
    ) -> float:
        """Replies at several rates in one session, then replies beside typing.

        `orders` and `keys` are pairs of an amount and a rate. Returns seconds to the first
        picture of the session; infinity if there was none, and then nothing else is measured.
        """
        there = f"{messages:,} messages"
        with self.start(program, messages) as terminal:
            painted = terminal.first_paint(program.painted)
            if program.has_session or not messages:
                self._add(f"first paint of a session, {there}, ms", program, painted * 1000)
            if painted == float("inf"):
                return painted
            terminal.settle()
            for amount, rate in orders:
                got = self.stream(terminal, self.order(amount, rate))
                self._streamed(program, got, f"{rate:,}/s, {there}")
            for amount, rate in keys:
                got = self.stream(terminal, self.order(amount, rate), keys_every=0.06)
                self._waits(f"at {rate:,}/s, {there}", program, got.waits)
            peak = process.memory(terminal.pid).peak
            self._add(f"memory at most, with these replies, {there}, MB", program, peak)
        return painted

    def _streamed(self, program: Program, got: Streamed, where: str) -> None:
        add = self._add
        add(f"CPU per 1,000 deltas, {where}, s", program, 1000 * got.cpu / got.deltas)
        add(f"bytes per byte of text, {where}", program, got.written / got.text)
        add(f"the same compressed, {where}", program, got.packed / got.text)
        add(f"delta to screen p50, {where}, ms", program, 1000 * percentile(got.delays, 0.5))
        add(f"delta to screen p99, {where}, ms", program, 1000 * percentile(got.delays, 0.99))
        add(f"numbered words never shown, {where}", program, got.lost)
        add(f"Enter to request, {where}, ms", program, 1000 * got.asked)

    def in_turns(self, messages: int, rounds: int, amount: int, rate: int) -> None:
        """A long session, an empty one and the reference answer in turns, all of them running.

        A machine that is fast now and slow a minute later leaves these ratios alone.
        """
        with (
            self.start(HQ, messages) as long,
            self.start(HQ) as empty,
            self.start(REFERENCE) as ref,
        ):
            for program, terminal in ((HQ, long), (HQ, empty), (REFERENCE, ref)):
                terminal.wait_for(program.painted)
                # A cursor that blinks is never quiet for long.
                terminal.settle(window=BEHIND if program.has_session else 0.5)
                self.stream(terminal, self.order(100, rate))
            for _ in range(rounds):
                cpu = [
                    self.stream(terminal, self.order(amount, rate)).cpu
                    for terminal in (long, empty, ref)
                ]
                bare = self.bare(self.order(amount, rate))
                ratios = {
                    f"{messages:,} messages to none": cpu[0] / cpu[1],
                    "to the reference": cpu[1] / cpu[2],
                    "to the SDK alone": cpu[1] / bare,
                    "the SDK alone to the reference": bare / cpu[2],
                }
                for which, ratio in ratios.items():
                    self._add(f"CPU at {rate}/s, in turns, {which}, x", HQ, ratio)

    def bare(self, order: Order) -> float:
        """Processor seconds that the SDK takes to read a reply with which nothing is done."""
        surroundings = self.workshop.environment(self.server.port)
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.bare"],
            env={**surroundings, "BENCH_ORDER": order.words},
            check=True,
            capture_output=True,
            text=True,
        )
        for _ in range(2):  # that it was asked, and what it sent
            self.server.line()
        return float(ran.stdout)

    def openings_in_turns(self, messages: int, rounds: int) -> None:
        """First pictures of a long session, an empty one and the floor, one after the other."""
        for _ in range(rounds):
            took = []
            for program, count in ((HQ, messages), (HQ, 0), (HELLO, 0)):
                with self.start(program, count) as terminal:
                    took.append(terminal.first_paint(program.painted))
            there = f"{messages:,} messages to none"
            self._add(f"first paint, in turns, {there}, x", HQ, took[0] / took[1])
            self._add("first paint, in turns, to hello, x", HQ, took[1] / took[2])

    def stepwise(self, program: Program, amount: int, rate: int) -> None:
        """Bytes where the text stands still while it is read."""
        with self.start(program, following="stepwise") as terminal:
            terminal.wait_for(program.painted)
            terminal.settle()
            got = self.stream(terminal, self.order(amount, rate))
            where = f"stepwise, {rate:,}/s"
            self._add(f"CPU per 1,000 deltas, {where}, s", program, 1000 * got.cpu / got.deltas)
            self._add(f"bytes per byte of text, {where}", program, got.written / got.text)
            self._add(f"the same compressed, {where}", program, got.packed / got.text)
            self._add(f"numbered words never shown, {where}", program, got.lost)

    def beside(
        self, size: tuple[int, int], items: int, following: str, *, has_margins: bool, amount: int
    ) -> None:
        """Bytes and delays of a reply beside a panel, on a terminal with margins or without."""
        where = f"{size[0]}x{size[1]}, {items} items, {following}"
        where += ", margins" if has_margins else ""
        with self.workshop.start(
            HQ,
            self.server.port,
            messages=2,
            items=items,
            following=following,
            size=size,
            has_margins=has_margins,
        ) as terminal:
            terminal.wait_for(HQ.painted)
            terminal.settle(window=1.0)
            self.stream(terminal, self.order(100, 200))
            got = self.stream(terminal, self.order(amount, 200))
            self._add(f"bytes per byte of text, {where}", HQ, got.written / got.text)
            p99 = 1000 * percentile(got.delays, 0.99)
            self._add(f"delta to screen p99, {where}, ms", HQ, p99)

    def long_messages(self, program: Program, shapes: Sequence[str], seconds: float) -> None:
        """Messages of 200 KB, one after another; a gap of the loop is a key that waits."""
        with self.start(program) as terminal:
            terminal.wait_for(program.painted)
            terminal.settle()
            rate = 200
            for shape in shapes:
                order = self.order(int(seconds * rate), rate, shape)
                got = self.stream(terminal, order, keys_every=0.025)
                where = f"200 KB {shape}"
                self._waits(where, program, got.waits, longest=True)
                self._add(f"CPU with these keys, {where}, s", program, got.cpu)
                self._add(f"bytes per byte of text, {where}", program, got.written / got.text)

    def _waits(
        self, where: str, program: Program, waits: Sequence[float], *, longest: bool = False
    ) -> None:
        self._add(f"key to echo p50, {where}, ms", program, 1000 * percentile(waits, 0.5))
        self._add(f"key to echo p99, {where}, ms", program, 1000 * percentile(waits, 0.99))
        if longest:
            self._add(f"key to echo, the longest, {where}, ms", program, 1000 * max(waits))

    def idle(self, seconds: float, runs: int) -> None:
        """Nothing happens: all programs at once, each several times, after a short reply."""
        with ExitStack() as stack:
            started: list[tuple[Program, Terminal]] = []
            for program in (HQ, REFERENCE, HELLO) * runs:
                terminal = stack.enter_context(self.start(program))
                terminal.wait_for(program.painted)
                if program is not HELLO:
                    terminal.settle()
                    self.stream(terminal, self.order(20, 100))
                started.append((program, terminal))
            for _, terminal in started:
                terminal.settle()
            before = [
                (terminal.cpu, process.wakeups(terminal.pid), terminal.written)
                for _, terminal in started
            ]
            time.sleep(min(seconds, PATIENCE))
            for (program, terminal), (cpu, wakeups, written) in zip(started, before, strict=True):
                lasted = f"{seconds:g} idle seconds"
                self._add(f"CPU in {lasted}, ms", program, 1000 * (terminal.cpu - cpu))
                woken = process.wakeups(terminal.pid) - wakeups
                self._add(f"wake-ups in {lasted}", program, woken)
                self._add(f"bytes in {lasted}", program, terminal.written - written)

    def _add(self, row: str, program: Program, value: float) -> None:
        self.figures.add(row, program.name, value)
