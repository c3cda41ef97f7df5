"""The architecture, held by measuring.

What is pure stays pure, start-up stays light, and parts stay small. Each check is also run
on a tree that breaks its rule, and has to notice.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tools.survey import (
    FILE_LIMITS,
    LIMITS,
    ROOT,
    imports_beyond,
    python_files,
    survey,
    too_large,
)

PURE = {
    "__future__", "abc", "base64", "bisect", "collections", "dataclasses", "datetime", "difflib",
    "enum", "functools", "hashlib", "heapq", "html", "itertools", "json", "math", "operator", "re",
    "string", "textwrap", "types", "typing", "unicodedata", "zlib",
}  # fmt: skip
"""What computes and does nothing else. No clock, dice, files, processes, logging or asyncio."""

FLOORS = {
    "hq_tui/core": PURE,
    "hq_tui/inquiry": PURE | {"hq_tui.core", "hq_tui.errors"},
    "hq_tui/formats": PURE | {"hq_tui.core", "hq_tui.errors", "markdown_it"},
}

CONTRACTS = FLOORED, SCREEN, SDK, SQLITE, TEXTUAL = (
    "Imports only point down, and neighbours on a floor do not know each other",
    "The screen knows core and inquiry, and nothing else of hq-tui",
    "Only hq_tui.claude knows the SDK",
    "Only hq_tui.store.index knows SQLite",
    "Only the screen and the terminal know Textual",
)

LATE = ("anthropic", "httpx2", "sqlite3", "markdown_it", "pygments")
"""What costs too much to be loaded before the first paint."""

STARTED = ("hq_tui.cli", "hq_tui.app.app")

BEHIND = (
    "hq_tui.claude", "hq_tui.app.actions", "hq_tui.attachments", "hq_tui.core.conversation",
    "hq_tui.core.events",
    "hq_tui.sessions.manager", "hq_tui.engine", "hq_tui.inquiry", "hq_tui.sessions.session",
    "hq_tui.store",
    "hq_tui.ui.transcript", "markdown_it", "pygments", "anthropic", "sqlite3", "tomllib",
    "argparse", "hq_tui.cli.parser", "email", "http", "urllib.request",
)  # fmt: skip
"""What a session needs and the first picture does not: loaded behind it."""

MOST_FILES = 16
"""Python files in one folder."""

MOST_BEFORE = 51
"""Modules of ours that may be loaded before the first picture."""

FIRST_PICTURE = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
import hq_tui.cli
from hq_tui.runtime import preload

def load():
    Path({told!r}).write_text(" ".join(sys.modules))
    raise SystemExit

preload.load_session = load
{sabotage}
hq_tui.cli.main([])
"""
"""The program as it is started without an option, until it loads what a session needs."""


def module_exists(root: Path, module: str) -> bool:
    place = root.joinpath(*module.split("."))
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def loaded_early(root: Path, module: str) -> list[str]:
    """Which of the `LATE` packages are in memory once `module` of the tree is imported."""
    script = (
        f"import sys; sys.path.insert(0, {str(root)!r}); import {module}; "
        f"print(*[name for name in {LATE!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def broken_contracts(root: Path) -> list[str]:
    """The names of the import contracts of `pyproject.toml` that the tree breaks."""
    done = subprocess.run(
        [sys.executable, "-c", "import importlinter.cli as cli; cli.lint_imports_command()",
         "--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        check=False, cwd=root, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)(?: \(.*\))?$", done.stdout, re.MULTILINE)
    broken = [name for name, verdict in verdicts if verdict == "BROKEN"]
    assert len(verdicts) == len(CONTRACTS), done.stdout + done.stderr
    assert (done.returncode != 0) == bool(broken)
    return broken


def plant(root: Path, name: str, source: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)


@pytest.mark.parametrize("folder", FLOORS)
def test_what_is_pure_imports_only_what_computes(folder: str) -> None:
    assert imports_beyond(ROOT, folder, FLOORS[folder]) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import random", "random"),
        ("import os.path", "os.path"),
        ("from time import monotonic", "time"),
        ("def late():\n    import asyncio", "asyncio"),
        ("from hq_tui.store import journal", "hq_tui.store"),
        ("from ..store import journal", "hq_tui.store"),
        ("from .. import store", "hq_tui"),
    ],
)
def test_an_impure_import_is_noticed_wherever_it_stands(
    line: str, found: str, tmp_path: Path
) -> None:
    plant(tmp_path, "hq_tui/core/retry.py", f"import re\nfrom . import usage\n{line}\n")
    noticed = imports_beyond(tmp_path, "hq_tui/core", FLOORS["hq_tui/core"])
    assert noticed == [f"hq_tui/core/retry.py imports {found}"]


@pytest.mark.parametrize(
    ("name", "line", "broken"),
    [
        ("cli.py", "import hq_tui.app.app", []),
        ("claude/adapter.py", "import anthropic, httpx2", []),
        ("store/index.py", "import sqlite3", []),
        ("ui/banner.py", "from textual.widget import Widget", []),
        ("core/retry.py", "from hq_tui.inquiry import modes", [FLOORED]),
        ("ui/banner.py", "from hq_tui import engine", [FLOORED]),
        ("store/journal.py", "def late():\n    import hq_tui.claude.adapter", [FLOORED]),
        ("ui/banner.py", "from hq_tui.terminal import clipboard", [SCREEN]),
        ("ui/banner.py", "from hq_tui.formats import export", [SCREEN]),
        ("core/retry.py", "from hq_tui.formats import export", [FLOORED]),
        ("homeless.py", "import re", [FLOORED]),
        ("engine.py", "import anthropic", [SDK]),
        ("rehearsal/server.py", "from httpx2 import Client", [SDK]),
        ("store/journal.py", "import sqlite3", [SQLITE]),
        ("engine.py", "from textual import log", [TEXTUAL]),
        ("inquiry/modes.py", "import textual.app", [TEXTUAL]),
    ],
)
def test_an_import_is_allowed_on_its_own_floor_only(
    name: str, line: str, broken: list[str], tmp_path: Path
) -> None:
    for module in (
        "__init__.py", "cli.py", "app.py", "engine.py", "ui/__init__.py", "ui/banner.py",
        "claude/__init__.py", "claude/adapter.py", "store/__init__.py", "store/index.py",
        "store/journal.py", "rehearsal/__init__.py", "rehearsal/server.py",
        "settings.py", "terminal/__init__.py", "terminal/clipboard.py",
        "inquiry/__init__.py", "inquiry/modes.py", "core/__init__.py", "core/retry.py",
        "formats/__init__.py", "formats/export.py", "attachments/__init__.py",
    ):  # fmt: skip
        plant(tmp_path, f"hq_tui/{module}", "")
    plant(tmp_path, f"hq_tui/{name}", f"{line}\n")
    assert broken_contracts(tmp_path) == broken


@pytest.mark.parametrize("module", STARTED)
def test_starting_loads_nothing_that_can_wait(module: str) -> None:
    if not module_exists(ROOT, module):
        pytest.skip(f"{module} is not written yet")
    assert loaded_early(ROOT, module) == []


def test_a_heavy_import_at_start_is_noticed(tmp_path: Path) -> None:
    plant(tmp_path, "early/__init__.py", "")
    plant(tmp_path, "early/cli.py", "from early import index\n")
    plant(tmp_path, "early/index.py", "import sqlite3\n")
    assert loaded_early(tmp_path, "early.cli") == ["sqlite3"]


def test_no_part_outgrows_its_limit() -> None:
    found = survey(ROOT)
    for kind in LIMITS:
        for size in [size for size in found if size.kind == kind][:5]:
            print(size)
    assert {size.kind for size in found} == set(LIMITS)
    assert too_large(found) == []


def _lines(count: int) -> str:
    return "\n".join(["x = 0"] * count)


def _function(lines: int) -> str:
    return "async def grown():\n" + "\n".join(["    x = 0"] * (lines - 1))


def _class(methods: int) -> str:
    return "class Grown:\n" + "\n".join(f"    def m{n}(self): ..." for n in range(methods))


@pytest.mark.parametrize(
    ("name", "source", "limit"),
    [
        ("hq_tui/core/a.py", _lines, LIMITS["file"]),
        ("hq_tui/app/app.py", _lines, FILE_LIMITS["hq_tui/app/app.py"]),
        ("tools/a.py", _function, LIMITS["function"]),
        ("hq_tui/ui/a.py", _class, LIMITS["class"]),
    ],
)
def test_a_part_is_fine_up_to_its_limit_and_noticed_beyond(
    name: str, source: Callable[[int], str], limit: int, tmp_path: Path
) -> None:
    plant(tmp_path, name, source(limit))
    assert too_large(survey(tmp_path)) == []
    plant(tmp_path, name, source(limit + 1))
    assert [size.amount for size in too_large(survey(tmp_path))] == [limit + 1]


def loaded_at_first_picture(home: Path, sabotage: str = "pass") -> list[str]:
    """Every module that a real start with a key has in memory when the first picture stands."""
    told = home / "told"
    script = FIRST_PICTURE.format(root=str(ROOT), told=str(told), sabotage=sabotage)
    env = {**os.environ, "ANTHROPIC_API_KEY": "a-key"}
    with Terminal(argv=[sys.executable, "-I", "-c", script], env=env) as terminal:
        terminal.wait_for_end()
        assert told.exists(), terminal.text
    return told.read_text().split()


def too_early(loaded: list[str]) -> list[str]:
    """What of it should have waited, or the count of our own where that is too high."""
    early = [name for name in BEHIND if name in loaded]
    ours = sum(name.split(".")[0] == "hq_tui" for name in loaded)
    return early or ([f"{ours} modules"] if ours > MOST_BEFORE else [])


def test_the_first_picture_needs_little(home: Path) -> None:
    assert too_early(loaded_at_first_picture(home)) == []


def test_what_is_loaded_before_the_first_picture_is_noticed(home: Path) -> None:
    for module in ("hq_tui.sessions.manager", "urllib.request"):
        assert module in too_early(loaded_at_first_picture(home, f"import {module}"))
    assert too_early([f"hq_tui.part{number}" for number in range(MOST_BEFORE + 1)]) != []


def class_names(root: Path) -> Counter[str]:
    """How many classes of each name stand at the top of a file of ours."""
    return Counter(
        node.name
        for path in python_files(root, ["hq_tui"])
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )


def test_a_name_means_one_class() -> None:
    assert [name for name, times in class_names(ROOT).items() if times > 1] == []


def test_a_second_class_of_a_name_is_noticed(tmp_path: Path) -> None:
    plant(tmp_path, "hq_tui/core/a.py", "class Row: ...\n")
    plant(tmp_path, "hq_tui/ui/b.py", "class Row: ...\n")
    assert class_names(tmp_path)["Row"] == 2


def test_no_folder_is_longer_than_a_screen() -> None:
    files = Counter(path.parent for path in python_files(ROOT, ["hq_tui"]))
    assert [str(folder) for folder, count in files.items() if count > MOST_FILES] == []


def imports_of(root: Path) -> dict[str, set[str]]:
    """Which modules of the package each one imports: at the top, late, or for types alone."""
    modules = {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in python_files(root, ["hq_tui"])
    }
    found: dict[str, set[str]] = {}
    for module, path in modules.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    inner = f"{node.module}.{one.name}"
                    names.add(inner if inner in modules else node.module)
        found[module] = (names & modules.keys()) - {module}
    return found


def circles(imports: dict[str, set[str]]) -> list[str]:
    """The modules that are in a circle: what is left when those that need no other are gone."""
    left = {module: set(needs) for module, needs in imports.items()}
    for _ in range(2):
        while ends := {module for module, needs in left.items() if not needs}:
            left = {one: needs - ends for one, needs in left.items() if one not in ends}
        # The same from the other side: those that no other one needs.
        left = {one: {by for by, needs in left.items() if one in needs} for one in left}
    return sorted(left)


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(imports_of(ROOT)) == []


def test_a_circle_is_noticed_whichever_way_it_is_imported(tmp_path: Path) -> None:
    for name, source in {
        "__init__": "",
        "app": "import hq_tui.view\nimport hq_tui.words",
        "view": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from hq_tui import late",
        "late": "def work():\n    from hq_tui.view import View",
        "words": "import hq_tui.plain",
        "plain": "",
    }.items():
        place = tmp_path / "hq_tui" / f"{name}.py"
        place.parent.mkdir(exist_ok=True)
        place.write_text(source, "utf-8")
    assert circles(imports_of(tmp_path)) == ["hq_tui.late", "hq_tui.view"]
