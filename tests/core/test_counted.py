"""A number and what it counts agree: one turn, two turns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq_tui.core.text.sanitize import counted

SOURCE = Path(__file__).parents[2] / "hq_tui"
MANY = re.compile(
    r" (?:new |whole )?(?:attempt|branche|byte|character|claim|column|file|hit|item|key|letter|line"
    r"|matche|message|model|note|page|quotation|question|record|reply|replie|request|result|row"
    r"|second|session|thing|token|turn|word)s\b"
)


def miscounts(source: str) -> Iterator[str]:
    """Texts in which a number stands before a plural, whatever the number is."""
    for text in (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.JoinedStr)):
        for value, behind in zip(text.values, text.values[1:], strict=False):
            is_value = isinstance(value, ast.FormattedValue) and not _is_fixed(value.value)
            words = str(behind.value) if isinstance(behind, ast.Constant) else ""
            if is_value and MANY.match(words):
                yield ast.unparse(text)


def _is_fixed(value: ast.expr) -> bool:
    """Whether it is a constant, and its name says so."""
    return isinstance(value, ast.Name) and value.id.isupper()


def test_no_text_puts_a_plural_behind_a_number_that_may_be_one() -> None:
    found = {
        str(path.relative_to(SOURCE)): texts
        for path in SOURCE.rglob("*.py")
        if (texts := list(miscounts(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize("source", ['f"{n} turns"', 'f"{len(x):,} new lines · End"'])
def test_a_plural_behind_any_number_is_noticed(source: str) -> None:
    assert list(miscounts(source))
    assert not list(miscounts('f"{MOST} turns" + f"{name} means" + f"{counted(2, 1)} after"'))


def test_a_number_and_what_it_counts_agree() -> None:
    assert [counted(n, "turn") for n in (0, 1, 2, 2000)] == [
        "0 turns", "1 turn", "2 turns", "2,000 turns",
    ]  # fmt: skip
    assert (counted(1, "reply", "replies"), counted(3, "reply", "replies")) == (
        "1 reply", "3 replies",
    )  # fmt: skip
