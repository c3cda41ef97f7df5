"""Prints what hq-tui promises its terminal, as the tests that hold it have just measured it.

Each table is made of rows that tests record while they run, so that a figure here and a
promise there can never be two things. Name tables to have only those. The exit code is
pytest's: a promise that is broken is shown, and is an error.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: what it shows, its columns, and the tests that make its rows."""

    says: str
    head: Row
    made_by: tuple[str, ...]


TABLES = {
    "gaps": Table(
        says="How long the loop is kept while this arrives (least of several runs), and how "
        "it is shown",
        head=("what", "characters", "of processor time", "longest gap", "shown", ""),
        made_by=(
            "tests/terminal_e2e/test_no_freeze.py::test_how_long_the_loop_is_kept",
            "tests/terminal_e2e/test_big_pastes.py::test_ten_megabytes_do_not_hold_up_the_loop",
        ),
    ),
    "hostile": Table(
        says="Strings of tests/data/hostile.jsonl through every way in, and what of them "
        "reached the terminal as a command",
        head=("way in", "strings", "how", "commands"),
        made_by=("tests/terminal_e2e/test_hostile.py",),
    ),
    "canary": Table(
        says="A key that was used, searched for in everything that was written",
        head=("where", "bytes searched", "hits"),
        made_by=("tests/terminal_e2e/test_secrets.py",),
    ),
    "modes": Table(
        says="The terminal after each way to leave it",
        head=("way", "private modes used", "left on or off", "key modes left", "line"),
        made_by=("tests/process/test_signals.py",),
    ),
    "contrast": Table(
        says="Contrast of every word on the screens that the tests draw, in every theme; 4.5 is "
        "asked for",
        head=("screen", "drawings", "words too faint"),
        made_by=("tests/ui/test_theme.py::test_every_word_can_be_read_in_every_theme",),
    ),
}


class Rows:
    """Collects what the tests record."""

    def __init__(self) -> None:
        self.found: dict[str, list[Row]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after each part of a test."""
        if report.when == "call":
            for name, row in report.user_properties:
                if isinstance(row, tuple | list):
                    self.found[name].append(tuple(map(str, row)))


def drawn(table: Table, rows: Sequence[Row]) -> str:
    """A table in columns."""
    lines = [table.head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    told = ("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in lines)
    return "\n".join([f"\n{table.says}:\n", *(f"  {line.rstrip()}" for line in told)])


def main(names: Sequence[str]) -> int:
    """Run the tests of these tables, or of all, and print the rows."""
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        print(f"There is no table {', '.join(unknown)}. There are {', '.join(TABLES)}.")
        return 2
    wanted = {name: TABLES[name] for name in names or TABLES}
    rows = Rows()
    tests = [test for table in wanted.values() for test in table.made_by]
    code = pytest.main(["-q", "-m", "soak or not soak", *tests], plugins=[rows])
    for name, table in wanted.items():
        print(drawn(table, rows.found[name]))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
