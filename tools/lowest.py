"""Runs tests with the lowest releases that pyproject.toml allows.

Each requirement is pinned to its lower bound, for the program and for its development; what
they need in turn is the newest that fits. The environment is made in a folder of its own and
thrown away. Arguments name other tests, or are options of pytest.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
MADE = 2
"""How many of the steps only bring in what others have released."""
NOT_TO_BE_HAD = 75
"""Exit code where the releases cannot be installed, which says nothing of the project."""
TESTS = ("tests/core", "tests/claude", "tests/terminal", "tests/ui")


def lowest(requirement: str) -> str:
    """The requirement with its lower bound as the one release. Raises ValueError without one."""
    wanted = Requirement(requirement)
    bounds = [one.version for one in wanted.specifier if one.operator in (">=", "==")]
    if len(bounds) != 1:
        raise ValueError(f"{requirement} has no lower bound")
    extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
    return f"{wanted.name}{extras}=={bounds[0]}"


def pins(pyproject: str) -> list[str]:
    """The lowest releases of everything that a pyproject.toml asks for to develop."""
    project = tomllib.loads(pyproject)["project"]
    asked: Iterable[str] = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [lowest(one) for one in asked]


def main(words: Sequence[str]) -> int:
    """Make the environment, look at the code and run the tests in it; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        wanted = pins((ROOT / "pyproject.toml").read_text("utf-8"))
        print(*wanted, sep="\n", flush=True)
        steps = (
            [sys.executable, "-m", "venv", folder],
            [*install, *wanted],
            [*install, "--no-deps", "--no-build-isolation", "."],
            [python, "-m", "ruff", "check", "."],
            [f"{folder}/bin/lint-imports", "--no-logo"],
            [python, "-m", "pytest", "-n", "3", "-p", "no:cacheprovider", *(words or TESTS)],
        )
        for number, step in enumerate(steps):
            code = subprocess.run(step, cwd=ROOT, check=False).returncode
            if code:
                return NOT_TO_BE_HAD if number < MADE else code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
