"""The gates that reliability is held by, and the table of what they were put through.

A gate is a promise with a figure; the tests marked `gate("name")` try it, and note in the
fixture `tally` how much they tried and what it cost. A check that cannot fail proves
nothing, so each gate has a twin: a test marked `twin("name", "what was sabotaged")`, which
passes when the same check fails. `make soak` runs all of them and prints one table; a gate
without its twin, or one that was not tried, ends that run with an error.

This module is a pytest plugin, loaded by `tests/conftest.py`. It knows no product code.
Figures travel with the reports of the tests, so parallel workers need nothing more.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

GATES = {
    "cuts": "a reply cut at every byte, read",
    "recorded streams": "replies that others recorded, read and sent back",
    "cuts continued": "a reply cut at every byte, gone on with",
    "seam": "where a reply broke and went on",
    "resumed": "replies of every kind gone on with by every kind of partner",
    "any order": "send, break, stop, kill in any order",
    "requests": "requests after any history",
    "storm": "random faults in a third of all replies",
    "ledger": "usage beside the server's own account",
    "kill": "kill -9 of the program in a reply",
    "killed writer": "kill -9 of a journal being written",
    "power": "power cuts",
    "damage": "journals cut at any byte, any bit flipped",
    "disk": "disks that fail",
    "instances": "eight programs on one session",
    "signals": "signals and defects, terminal modes compared",
    "hang-up": "a dropped line in a reply",
    "transcript": "streamed and drawn at once",
    "layout": "long runs of every kind, laid out in pieces and at once",
    "emulator": "frames through the differ",
    "input": "reports, strings and noise at the keyboard",
    "redraw": "every kind of row, against a full redraw",
    "hostile": "hostile strings through the program",
    "sizes": "hostile sizes, a key pressed meanwhile",
    "imports": "files of others, damaged in every way",
    "memory": "long sessions folded and indexed",
    "mutants": "small mistakes in core, engine, inquiry and store",
}
"""The gates by name, in the order of the table, and what is tried in each."""

_PART = "SOAK_PART"
"""The share of each long sweep; in the environment, where parallel workers find it."""

_HEAD = ("gate", "tried", "failures", "longest gap", "text lost", "its twin, which must fail")
_NONE = "none: nothing shows that this can fail"


def part(whole: int) -> int:
    """So many of `whole` cases as `--part` asks for; all of them without it."""
    return max(1, round(whole * float(os.environ.get(_PART, "1"))))


@dataclass(slots=True)
class Tally:
    """What one test of a gate tried, and what the worst case cost."""

    cases: int = 0
    gap: float = 0.0
    lost: int = 0
    lost_age: float = 0.0
    most: dict[str, float] = field(default_factory=dict)

    def tried(self, cases: int = 1) -> None:
        """So many cases were put to the test; a test that never says so is one."""
        self.cases += cases

    def waited(self, milliseconds: float) -> None:
        """A key pressed meanwhile was answered after this time."""
        self.gap = max(self.gap, milliseconds)

    def text_lost(self, characters: int, shown_for: float = 0.0) -> None:
        """Characters that were gone afterwards, and for how many milliseconds they had stood."""
        self.lost = max(self.lost, characters)
        self.lost_age = max(self.lost_age, shown_for)

    def at_most(self, what: str, amount: float) -> None:
        """Something else whose worst figure is worth a line below the table."""
        self.most[what] = max(self.most.get(what, 0.0), amount)


@dataclass(slots=True)
class Row:
    """A gate in the table."""

    cases: int = 0
    failures: int = 0
    gap: float | None = None
    lost: int = 0
    lost_age: float = 0.0
    twins: dict[str, list[bool]] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Whether it was tried without a failure and every twin failed as it must."""
        as_meant = all(all(verdicts) for verdicts in self.twins.values())
        return self.cases > 0 and not self.failures and bool(self.twins) and as_meant

    def add(self, tally: Tally) -> None:
        """Count what one test tried."""
        self.cases += tally.cases or 1
        if tally.gap:
            self.gap = max(self.gap or 0.0, tally.gap)
        self.lost = max(self.lost, tally.lost)
        self.lost_age = max(self.lost_age, tally.lost_age)
        for what, amount in tally.most.items():
            self.most[what] = max(self.most.get(what, 0.0), amount)

    def cells(self) -> tuple[str, ...]:
        """What stands in the table behind the gate's name."""
        gap = f"{self.gap:.0f} ms" if self.gap is not None else ""
        lost = "0"
        if self.lost:
            shown = f", shown for {self.lost_age:.0f} ms" if self.lost_age else ""
            lost = f"{self.lost} characters{shown}"
        twins = "; ".join(
            f"{words}: {'fails' if all(verdicts) else 'DOES NOT FAIL'}"
            for words, verdicts in self.twins.items()
        )
        return (f"{self.cases:,}", str(self.failures), gap, lost, twins or _NONE)


class Book:
    """All rows, filled from the reports of the tests."""

    def __init__(self) -> None:
        self.rows = {name: Row() for name in GATES}
        self._failed: set[str] = set()

    def enter(self, report: pytest.TestReport) -> None:
        """Note one report; a test makes three, and its figures come with the last."""
        if report.failed:
            self._failed.add(report.nodeid)
        if report.when != "teardown" or report.skipped:
            return
        passed = report.nodeid not in self._failed
        told: list[tuple[str, Any]] = report.user_properties
        tally = next((Tally(**figures) for kind, figures in told if kind == "tally"), Tally())
        for kind, mark in told:
            if kind == "gate":
                self.rows[mark[0]].failures += not passed
                self.rows[mark[0]].add(tally)
            elif kind == "twin":
                self.rows[mark[0]].twins.setdefault(mark[1], []).append(passed)

    @property
    def is_empty(self) -> bool:
        """Whether no gate and no twin was run."""
        return not any(row.cases or row.twins for row in self.rows.values())

    def missing(self) -> list[str]:
        """The gates that were not shown to hold, or whose twin was not shown to fail."""
        return [name for name, row in self.rows.items() if not row.is_shown]

    def lines(self) -> Iterator[str]:
        """The table as Markdown, and below it what else was measured."""
        rows = [_HEAD, *((f"{n}: {GATES[n]}", *row.cells()) for n, row in self._tried())]
        widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD))]
        for number, row in enumerate(rows):
            yield _line(row, widths)
            if number == 0:
                yield _line(["-" * width for width in widths], widths)
        for name, filled in self._tried():
            for what, amount in filled.most.items():
                yield f"{name}: {what} at most {amount:,.0f}"

    def _tried(self) -> Iterable[tuple[str, Row]]:
        return ((name, row) for name, row in self.rows.items() if row.cases or row.twins)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) + " |"


BOOK = pytest.StashKey[Book]()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Where a test of a gate notes what it tried and what that cost."""
    kept = Tally()
    yield kept
    figures = {name: getattr(kept, name) for name in Tally.__slots__}
    request.node.user_properties.append(("tally", figures))


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `make soak`."""
    group = parser.getgroup("gates")
    group.addoption("--table", action="store_true", help="print the table of the gates")
    group.addoption("--part", type=float, default=1.0, help="the share of each long sweep")
    group.addoption("--only", default="", help="the gates to run, by name, with commas")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known, and hand the share to whoever asks `part`."""
    config.addinivalue_line("markers", "gate(name): tries a gate of tests/support/gates.py")
    config.addinivalue_line("markers", "twin(name, sabotage): shows that its check can fail")
    config.stash[BOOK] = Book()
    os.environ[_PART] = str(config.option.part)


def _only(config: pytest.Config) -> set[str]:
    """The gates that `--only` names; none for all."""
    return {name.strip() for name in config.option.only.split(",") if name.strip()}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write the marks into what the reports carry, and leave out what `--only` does not name."""
    only = _only(config)
    if unknown := only - GATES.keys():
        raise pytest.UsageError(f"no gate is called {', '.join(unknown)}: {', '.join(GATES)}")
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        marks = [mark for mark in item.iter_markers() if mark.name in ("gate", "twin")]
        names = {str(mark.args[0]) for mark in marks}
        if unknown := names - GATES.keys():
            raise pytest.UsageError(f"{item.nodeid}: no gate is called {', '.join(unknown)}")
        item.user_properties += ((mark.name, mark.args) for mark in marks)
        (chosen if not only or names & only else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = chosen


class Reporter:
    """Fills the book while tests run; a class of its own because a report knows no config."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what a test told."""
        self._book.enter(report)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to listen."""
    session.config.pluginmanager.register(Reporter(session.config.stash[BOOK]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With `--table`, a gate that was not shown to hold is an error of the whole run."""
    config = session.config
    if not config.option.table or hasattr(config, "workerinput"):
        return
    if _not_shown(config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table."""
    book = config.stash[BOOK]
    if not config.option.table or book.is_empty:
        return
    terminalreporter.section("gates")
    for line in book.lines():
        terminalreporter.write_line(line)
    if missing := _not_shown(config):
        terminalreporter.write_line(f"not shown: {', '.join(missing)}", red=True)


def _not_shown(config: pytest.Config) -> list[str]:
    """Which of the gates that were asked for were not shown to hold."""
    only = _only(config)
    return [name for name in config.stash[BOOK].missing() if not only or name in only]
