"""Small mistakes in the code are noticed by the tests of its package."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.gates import Tally
from tools.mutants import PACKAGES, Project, mutants

SEED = 1
COUNT = 12
"""Mutants of each package, whatever part of the soak is run: the share of a few is luck."""
FLOOR = 50
"""Of a hundred mutants so many are noticed, whichever the dice choose. Some of the others change
nothing that anybody sees; over all packages it is some three quarters that are noticed."""
CALLS = """
from hq_tui.core.text.sanitize import one_line, redact, sanitise, storable

def test_nothing():
    for text in ("plain", "two\\nlines", "\\x1b[31mred", "\\ud800", "x" * 500):
        one_line(sanitise(storable(redact(text, ["secret-of-mine"]))), 20)
"""


def check(project: Project, count: int, tally: Tally) -> None:
    """Most mutants of a package are noticed."""
    fates = list(project.fates(count, SEED))
    alive = [str(mutant) for mutant, is_noticed in fates if not is_noticed]
    assert fates, "every test fails by itself"
    share = 100 * len(alive) / len(fates)
    tally.tried(len(fates))
    tally.at_most(f"of {project.package} not noticed, in a hundred,", share)
    assert share <= 100 - FLOOR, "\n".join(alive)


@pytest.mark.soak
@pytest.mark.gate("mutants")
@pytest.mark.parametrize("package", PACKAGES)
def test_small_mistakes_are_noticed(package: str, tmp_path: Path, tally: Tally) -> None:
    check(Project(tmp_path, package), COUNT, tally)


@pytest.mark.soak
@pytest.mark.twin("mutants", "tests that assert nothing")
def test_tests_that_assert_nothing_leave_mistakes_alive(tmp_path: Path) -> None:
    project = Project(tmp_path, "core")
    shutil.rmtree(project.tests)
    project.tests.mkdir()
    (project.tests / "test_calls.py").write_text(CALLS)
    with pytest.raises(AssertionError, match=r"sanitize\.py:\d+ `"):
        check(project, 3, Tally())


@pytest.mark.parametrize(
    ("code", "mistaken"),
    [
        ("a < b", ["a <= b"]),
        ("a is not None", ["a is None"]),
        ("a in b and c", ["a in b or c", "a not in b and c"]),
        ("a < b < c", []),
        ("True", ["False"]),
        ("7", ["8", "6"]),
        ("'7'", []),
        ("600", []),
        ("do(a)", ["pass"]),
        ("await do(a)", ["pass"]),
        ("b = do(a)", []),
        ("f'{a + 1:>3}'", ["f'{a + 2:>3}'", "f'{a + 0:>3}'"]),
    ],
)
def test_a_mistake_changes_one_thing(code: str, mistaken: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(code)
    made = mutants(tmp_path, {"a.py": {1: ["a test"]}}, 100, SEED)
    assert sorted(mutant.source for mutant in made) == sorted(mistaken)


def test_only_lines_that_a_test_touches_have_mistakes_and_a_seed_gives_the_same(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.py").write_text("".join(f"a{line} == {line}\n" for line in range(1, 40)))
    touched = {"a.py": {line: ["a test"] for line in range(1, 40, 2)}}
    made = mutants(tmp_path, touched, 10, SEED)
    assert {mutant.line % 2 for mutant in made} == {1}
    assert mutants(tmp_path, touched, 10, SEED) == made != mutants(tmp_path, touched, 10, SEED + 1)
