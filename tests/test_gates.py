"""Every gate has a sweep and a twin, and the table says so when one has not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.gates import GATES, Book, Row, Tally

TESTS = Path(__file__).parent
_MARK = re.compile(r'^\s*@pytest\.mark\.(gate|twin)\(\s*"([^"]+)"', re.MULTILINE)


def marks(folder: Path) -> dict[str, Counter[str]]:
    """How many gates and twins of each name the tests below `folder` have."""
    found: dict[str, Counter[str]] = {"gate": Counter(), "twin": Counter()}
    for path in folder.rglob("test_*.py"):
        for kind, name in _MARK.findall(path.read_text()):
            found[kind][name] += 1
    return found


def unheld(folder: Path) -> list[str]:
    """The gates that nothing tries or that nothing shows to be able to fail."""
    found = marks(folder)
    return [name for name in GATES if not (found["gate"][name] and found["twin"][name])]


def test_every_gate_is_tried_and_has_a_twin_that_fails() -> None:
    assert unheld(TESTS) == []


def test_no_mark_names_a_gate_that_is_not_in_the_table() -> None:
    found = marks(TESTS)
    assert (found["gate"] + found["twin"]).keys() <= GATES.keys()


def test_a_gate_without_a_twin_is_noticed(tmp_path: Path) -> None:
    source = "".join(
        f'@pytest.mark.gate("{name}")\n@pytest.mark.twin("{name}", "x")\n' for name in GATES
    )
    (tmp_path / "test_some.py").write_text(source.replace('twin("kill"', 'gate("kill"'))
    assert unheld(tmp_path) == ["kill"]


def told(*properties: tuple[str, object], outcome: str = "passed") -> pytest.TestReport:
    """The last report of a test."""
    return pytest.TestReport(
        nodeid="a test",
        location=("", None, ""),
        keywords={},
        outcome=outcome,  # type: ignore[arg-type]  # one of three words
        longrepr=None,
        when="teardown",
        user_properties=list(properties),
    )


def figures(**known: object) -> tuple[str, object]:
    """What the fixture `tally` leaves in a report."""
    tally = Tally(**known)  # type: ignore[arg-type]  # the fields by name
    return "tally", {name: getattr(tally, name) for name in Tally.__slots__}


def test_the_table_adds_up_cases_and_keeps_the_worst() -> None:
    book = Book()
    book.enter(told(("gate", ("kill",)), figures(cases=20, gap=31.0, lost=4, lost_age=55.0)))
    book.enter(told(("gate", ("kill",)), figures(cases=5, gap=12.0)))
    book.enter(told(("twin", ("kill", "a lazy journal"))))
    row = book.rows["kill"]
    assert row.is_shown
    assert row.cells() == (
        "25", "0", "31 ms", "4 characters, shown for 55 ms", "a lazy journal: fails",
    )  # fmt: skip
    assert "kill" not in book.missing()
    assert "| kill: " in "\n".join(book.lines())


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Row(cases=3), "none: nothing shows that this can fail"),
        (Row(cases=3, twins={"x": [True, False]}), "x: DOES NOT FAIL"),
        (Row(cases=3, failures=1, twins={"x": [True]}), "x: fails"),
        (Row(twins={"x": [True]}), "x: fails"),
    ],
    ids=["no twin", "a twin that holds", "a failure", "not tried"],
)
def test_a_gate_counts_as_shown_only_with_everything(row: Row, words: str) -> None:
    assert not row.is_shown
    assert row.cells()[-1] == words


def test_a_failure_is_counted_in_the_gate_it_belongs_to() -> None:
    book = Book()
    book.enter(told(("gate", ("power",)), outcome="failed"))
    assert (book.rows["power"].failures, book.rows["kill"].failures) == (1, 0)
