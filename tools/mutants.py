"""Makes random small mistakes in the code, and looks which of them the tests notice.

`python -m tools.mutants store --count 20 --seed 3` tells the fate of each in one package. The tests
of the package run once with `pytest-cov`, which notes the lines that each touches; then each
mutant is put into a copy of the project, before the tests that touch its line. Lines that run
only at import, or only in processes of their own, are left alone.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import coverage
import pytest

from tools.survey import ROOT

PACKAGES = ("core", "engine", "inquiry", "store")
"""The packages that are tried in `make soak`."""
MOST_TESTS = 60
"""A mutant meets this many tests; those go first that touch little besides its line."""
LARGE = 10
"""A number from here on is a limit, and nobody sees whether it is one more."""
PATIENCE = 300.0
"""Seconds after which a mutant that makes the tests hang has been noticed."""
_PAIRS = (
    (ast.Eq, ast.NotEq), (ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Is, ast.IsNot),
    (ast.In, ast.NotIn), (ast.And, ast.Or),
)  # fmt: skip
_OTHERS: Mapping[type[ast.AST], Any] = {
    one: other for pair in _PAIRS for one, other in (pair, pair[::-1])
}

Touched = Mapping[str, Mapping[int, Sequence[str]]]
"""The tests that touch each line of each file."""


class Mutant(NamedTuple):
    """One mistake: where, what it is, the code with it, the tests that touch the line."""

    path: str
    line: int
    change: str
    source: str
    tests: Sequence[str]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.change}"


def mistakes(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of `node` by mistake."""
    match node:
        case ast.Compare(left, [operator], others) if other := _OTHERS.get(type(operator)):
            yield ast.Compare(left, [other()], others)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(_OTHERS[type(operator)](), values)
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() as value) if abs(value) < LARGE:
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Expr(ast.Call() | ast.Await(ast.Call())):
            yield ast.Pass()


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else self.generic_visit(node)


def mutants(root: Path, touched: Touched, count: int, seed: int) -> list[Mutant]:
    """At most `count` different mutants on lines that are touched."""
    found = []
    for path, tests in sorted(touched.items()):
        source = (root / path).read_text("utf-8")
        for place, node in enumerate(ast.walk(ast.parse(source))):
            if tests.get(getattr(node, "lineno", 0)):
                found += [(path, source, place, new) for new in mistakes(node)]
    chosen = Random(seed).sample(found, min(count, len(found)))
    return [_mutant(*one, touched) for one in chosen]


def _mutant(path: str, source: str, place: int, new: ast.AST, touched: Touched) -> Mutant:
    tree = ast.parse(source)
    old = [*ast.walk(tree)][place]
    line: int = old.lineno  # type: ignore[attr-defined]  # what tests touch has a line
    change = f"`{ast.unparse(old)}` -> `{ast.unparse(new)}`"
    return Mutant(path, line, change, ast.unparse(_Swap(old, new).visit(tree)), touched[path][line])


class Project:
    """A copy of the project in `folder`, of which the tests of one package are run."""

    def __init__(self, folder: Path, package: str) -> None:
        self.root = folder / package
        self.tests = self.root / "tests" / package
        self.told = ""
        """What pytest said last."""
        self.package = package
        hidden = shutil.ignore_patterns(".*", "__pycache__", "__snapshots__", "dist")
        shutil.copytree(ROOT, self.root, ignore=hidden)

    def fates(self, count: int, seed: int) -> Iterator[tuple[Mutant, bool]]:
        """Random mutants, each with whether a test noticed it."""
        for mutant in mutants(self.root, self._touched(), count, seed):
            yield mutant, self._notices(mutant)

    def _touched(self) -> Touched:
        """Run the tests and see what they touched. One that fails by itself is left out."""
        noting = (f"--cov=hq_tui/{self.package}", "--cov-context=test", "--cov-report=")
        code = self._run(*noting, str(self.tests), profile="few")
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            raise RuntimeError(f"the tests cannot be run:\n{self.told[-2000:]}")
        noted = self.root / ".pytest_cache" / "v" / "cache" / "lastfailed"
        failed = {"", *(json.loads(noted.read_text("utf-8")) if noted.exists() else ())}
        data = coverage.CoverageData(str(self.root / ".coverage"))
        data.read()
        touched = {
            str(Path(path).relative_to(self.root)): {
                # A context is the name of a test and what of it ran: set-up, test or tear-down.
                line: {one.rpartition("|")[0] for one in contexts} - failed
                for line, contexts in data.contexts_by_lineno(path).items()
            }
            for path in data.measured_files()
        }
        lines = Counter(one for of in touched.values() for tests in of.values() for one in tests)
        return {
            path: {
                line: sorted(tests, key=lambda test: (lines[test], test))[:MOST_TESTS]
                for line, tests in of.items()
            }
            for path, of in touched.items()
        }

    def _notices(self, mutant: Mutant) -> bool:
        """True if a test fails, or hangs, with `mutant` in the place of its file."""
        place, chosen = self.root / mutant.path, self.root / "chosen.txt"
        before = place.read_text("utf-8")
        place.write_text(mutant.source, "utf-8")
        chosen.write_text("\n".join(mutant.tests), "utf-8")
        try:
            code = self._run("-x", f"@{chosen}")
        except subprocess.TimeoutExpired:
            return True
        finally:
            place.write_text(before, "utf-8")
        # A mistake may show while the tests are imported; without it they have to be there.
        is_odd = code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
        if is_odd and self._run("--collect-only", f"@{chosen}") != pytest.ExitCode.OK:
            raise RuntimeError(f"{mutant}: its tests cannot be run")
        return code != pytest.ExitCode.OK

    def _run(self, *words: str, profile: str = "short") -> int:
        """Run pytest in the copy; its exit code."""
        env = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
        env |= {"HYPOTHESIS_PROFILE": profile, "PYTHONDONTWRITEBYTECODE": "1"}
        env |= {"PYTHONPATH": str(self.root), "COVERAGE_CORE": "ctrace"}
        command = [sys.executable, "-m", "pytest", "-q", *words]
        patience = None if "-x" not in words else PATIENCE
        done = subprocess.run(
            command, cwd=self.root, env=env, capture_output=True, check=False, timeout=patience
        )
        self.told = done.stdout.decode()
        return done.returncode


def main() -> None:
    """Tell of random mutants of a package which of them the tests notice."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutants")
    parser.add_argument("package", choices=PACKAGES)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    noticed = []
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), asked.package)
        for mutant, is_noticed in project.fates(asked.count, asked.seed):
            noticed.append(is_noticed)
            print("noticed" if is_noticed else "ALIVE  ", mutant, flush=True)
    print(f"{sum(noticed)} of {len(noticed)} noticed, seed {asked.seed}")


if __name__ == "__main__":
    main()
