"""What is around the code: the locks, the package, the commands, and what may not be in a file."""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import hq_tui
from hq_tui.cli.parser import whole_parser
from tools import lowest, manual
from tools.survey import ROOT, imported_modules, python_files

LOCKS = ("build.txt", "dev.txt", "run.txt")
PROSE_AND_CODE = {".cfg", ".css", ".md", ".py", ".sh", ".tcss", ".toml", ""}

FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.~/\]}-])/(?:root|work|Users|opt/pypi|opt/wheels|tmp/v|tmp/brief)/|\.py[e]nv\b"
    ),
    "the address of a package index": re.compile(
        r"\b(?:(?:test\.)?pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b"
    ),
    "an option that names a package index": re.compile(
        r"^\s*(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", re.MULTILINE
    ),
}
LEFT_FOR_LATER = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")


@cache
def project_settings() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project; without git, every file that is not a by-product."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "-c", "-o", "--exclude-standard"]
    try:
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        made = {"__pycache__", "dist", "build"}
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
        listing = "\0".join(
            str(path)
            for path in paths
            if not any(part in made or part[:1] == "." for part in path.parts)
        )
    return tuple(path for name in listing.split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def faults_in(text: str, suffix: str) -> list[str]:
    """What `text`, the content of a file of that kind, has in it that no file may have."""
    faults = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    if suffix in PROSE_AND_CODE and LEFT_FOR_LATER.search(text):
        faults.append("something left for later")
    return faults


def pins(lock: str) -> dict[str, str]:
    """The lines of a lock: each requirement, and everything that stands beside it."""
    joined = (ROOT / "requirements" / lock).read_text().replace("\\\n", " ")
    lines = (line.strip() for line in joined.splitlines())
    return dict(line.split(maxsplit=1) for line in lines if line and line[0] != "#")


def version_in(lock: str) -> dict[str, Version]:
    return {
        canonicalize_name(name): Version(version)
        for name, _, version in (pin.partition("==") for pin in pins(lock))
    }


def test_no_file_names_a_machine_or_a_package_index_or_is_left_unfinished() -> None:
    found = {
        str(path.relative_to(ROOT)): faults
        for path in project_files()
        if (faults := faults_in(text_of(path), path.suffix))
    }
    assert found == {}
    assert ROOT / "pyproject.toml" in project_files()


@pytest.mark.parametrize(
    "line",
    [
        "data = Path('/" + "root/.local')",
        "see /" + "work/main/x",
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/packages",
        "  --find" + "-links here",
        "x = 1  # TO" + "DO",
    ],
)
def test_what_no_file_may_have_is_noticed(line: str) -> None:
    assert len(faults_in(f"one\n{line}\ntwo", ".py")) == 1


@pytest.mark.parametrize("line", ["path/work/x", "~/work/", "$HOME/.config", "the work/rest split"])
def test_an_ordinary_line_is_left_alone(line: str) -> None:
    assert faults_in(line, ".py") == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_one_release_with_its_hashes(lock: str) -> None:
    loose = [
        name
        for name, rest in pins(lock).items()
        if not re.fullmatch(r"[\w.-]+==[\w.]+", name)
        or not re.fullmatch(r"(?:; .+?)?\s*(?:--hash=sha256:[0-9a-f]{64}\s*)+", rest)
    ]
    assert loose == []
    assert pins(lock)


def test_the_locks_agree_with_each_other() -> None:
    run, dev, build = version_in("run.txt"), version_in("dev.txt"), version_in("build.txt")
    assert run.items() <= dev.items()
    assert {name: dev[name] for name in build.keys() & dev.keys()}.items() <= build.items()


@pytest.mark.parametrize(
    ("part", "lock"),
    [("dependencies", "run.txt"), ("dev", "dev.txt"), ("requires", "build.txt")],
)
def test_the_locks_hold_what_the_project_asks_for(part: str, lock: str) -> None:
    project = project_settings()["project"]
    wanted = {
        "dependencies": project["dependencies"],
        "dev": project["optional-dependencies"]["dev"],
        "requires": project_settings()["build-system"]["requires"],
    }[part]
    locked = version_in(lock)
    for requirement in map(Requirement, wanted):
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_everything_imported_is_asked_for() -> None:
    """A package that only happens to come along with another may one day not come."""
    imported = {
        module.split(".")[0]
        for path in python_files(ROOT, ["hq_tui"])
        for module in imported_modules(
            path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parent.parts)
        )
    }
    asked = {
        Requirement(line).name.replace("-py", "").replace("-", "_")
        for line in project_settings()["project"]["dependencies"]
    }
    assert imported - set(sys.stdlib_module_names) - {"hq_tui"} <= asked


def test_the_version_stands_in_one_place() -> None:
    assert project_settings()["project"]["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", hq_tui.__version__)
    source = ast.parse((ROOT / "hq_tui" / "__init__.py").read_text())
    assert [
        node.value.value
        for node in ast.walk(source)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    ] == [hq_tui.__version__]


def test_the_changelog_tells_of_this_version() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert any(hq_tui.__version__ in heading for heading in headings)


def test_the_wheel_holds_all_of_the_package_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"hq_tui-{hq_tui.__version__}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    inside = {name for name in names if ".dist-info/" not in name and ".data/" not in name}
    assert any(name.endswith(".data/data/share/man/man1/hq-tui.1") for name in names)
    package = {
        path.relative_to(ROOT).as_posix()
        for path in project_files()
        if path.is_relative_to(ROOT / "hq_tui") and "__pycache__" not in path.parts
    }
    assert inside == package


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """Every command and long option of a parser and of the parsers of its commands."""
    found: set[str] = set()
    for action in parser._actions:
        found |= {word for word in action.option_strings if word.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                found |= {name} | options_of(inner)
    return found


def test_the_manual_page_tells_every_command_and_option() -> None:
    written = manual.PAGE.read_text("utf-8").replace("\\-", "-")
    told = set(re.findall(r"--[a-z-]+|(?<=hq-tui\\fR \\fI\\,)\w+", written))
    wanted = options_of(whole_parser())
    assert {"ask", "--continue", "--older-than"} <= wanted
    assert wanted - told == {"--help"}, "run: make manual"
    assert told - wanted == set(), "run: make manual"
    assert hq_tui.__version__ in written


TOLD_IN = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "benchmarks/README.md")
PATH_IN_PROSE = re.compile(r"`(?!~)((?:[\w.-]+/)*[\w.-]+\.(?:py|tcss|toml|md|txt)|(?:[\w.-]+/)+)`")
WRITTEN_BY_HQ_TUI = {"brief.md"}


def paths_that_lead_nowhere(text: str, beside: Path) -> list[str]:
    """The paths in a text that are neither beside it nor in the project or its package."""
    places = (beside, ROOT, ROOT / "hq_tui")
    return [
        name
        for name in PATH_IN_PROSE.findall(text)
        if name not in WRITTEN_BY_HQ_TUI and not any((place / name).exists() for place in places)
    ]


def code_under(heading: str, text: str) -> list[str]:
    """The lines of the first block of code under a heading of the second level."""
    found = re.search(rf"^## {heading}\n.*?^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return found[1].splitlines() if found else []


def mapped(text: str) -> set[str]:
    """The packages and modules that the map of a text has a line for, as paths."""
    found, outer = set(), [""]
    for line in code_under("Map", text):
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        outer[depth:] = [f"{outer[depth - 1] if depth else ''}{name}"]
        found.add(outer[depth])
    return found


def packages() -> set[str]:
    """Every package of hq_tui, and the modules beside them at the top."""
    home = ROOT / "hq_tui"
    inner = {f"{one.parent.relative_to(home).as_posix()}/" for one in home.rglob("__init__.py")}
    return inner - {"./"} | {one.name for one in home.glob("*.py") if one.name[:2] != "__"}


def layers_in_words() -> list[str]:
    """The layers of the import contract, one a line, from the top; `__main__` is left out."""
    contracts = project_settings()["tool"]["importlinter"]["contracts"]
    _main, *layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [re.sub(r"[()]", "", layer) for layer in layers]


@pytest.mark.parametrize("name", TOLD_IN)
def test_every_path_in_the_documents_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert paths_that_lead_nowhere(text, (ROOT / name).parent) == []
    gone = (
        "see `engine/gone.py`, `gone.tcss` and `ui/gone/`; `engine/engine.py`, `tests/` are there"
    )
    assert paths_that_lead_nowhere(gone, ROOT) == ["engine/gone.py", "gone.tcss", "ui/gone/"]


def test_the_map_has_a_line_for_each_package_and_no_other() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert mapped(text) == packages()
    assert mapped("## Map\n```\na/  x\n  b/  y\n    c/  z\nd.py\n```\n") == {
        "a/", "a/b/", "a/b/c/", "d.py"
    }  # fmt: skip


def test_the_layers_that_are_told_are_those_that_are_held() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    assert code_under("What may import what", text) == layers_in_words()
    assert layers_in_words()[0] == "cli"


def test_the_source_archive_holds_all_of_the_project(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        inside = {name.partition("/")[2] for name in opened.getnames()}
    project = {path.relative_to(ROOT).as_posix() for path in project_files()}
    assert project - inside <= {".gitattributes", ".git-blame-ignore-revs"}
    assert {name for name in inside - project if name[:1] != "."} <= {"PKG-INFO"}


@cache
def commands() -> dict[str, str]:
    """The commands of the Makefile and the line each is given in."""
    lines = (ROOT / "Makefile").read_text().splitlines()
    return {match[1]: line for line in lines if (match := re.match(r"([a-z]\w*):(?!=)", line))}


def test_make_help_lists_every_command() -> None:
    help_text = subprocess.run(
        ["make", "-C", str(ROOT)], capture_output=True, text=True, check=True
    ).stdout
    listed = set(re.findall(r"^  (\w+) {2,}\S", help_text, re.MULTILINE))
    assert listed == set(commands())
    assert {"run", "test", "check", "soak", "screenshots", "bench", "build", "clean"} <= listed


@pytest.fixture
def hollow_venv(tmp_path: Path) -> Path:
    """An environment that counts as ready, and whose hq-tui only says how it was started."""
    folder = tmp_path / "venv" / "bin"
    folder.mkdir(parents=True)
    for name, script in (("python", "exit 0"), ("hq-tui", 'echo "$@"')):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    (tmp_path / "venv" / ".ready-to-run").touch()
    return tmp_path / "venv"


@pytest.mark.parametrize(
    ("arguments", "environment", "started_with"),
    [
        ([], {}, "--rehearse"),
        (["ARGS=--mode decide"], {}, "--rehearse --mode decide"),
        ([], {"ANTHROPIC_API_KEY": "a key"}, ""),
        ([], {"ANTHROPIC_AUTH_TOKEN": "a token"}, ""),
        (["ARGS=--rehearse=seed=7"], {}, "--rehearse=seed=7"),
        (["ARGS=--base-url http://localhost:1"], {}, "--base-url http://localhost:1"),
    ],
)
def test_make_run_rehearses_only_when_nobody_else_can_answer(
    arguments: list[str], environment: dict[str, str], started_with: str, hollow_venv: Path
) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT), "run", f"VENV={hollow_venv}", *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == started_with


@pytest.mark.parametrize("name", ["splitlines", "read_text"])
def test_no_text_of_somebody_is_torn_at_what_only_looks_like_the_end_of_a_line(name: str) -> None:
    """`splitlines` ends lines at ten characters, and `read_text` changes two of them.

    What may be read as text is ours or a setting, in which a line end is one.
    """
    allowed = {"startup.py", "settings.py", "bound_keys.py", "credentials.py", "lock.py"}
    used = [
        path.name
        for path in python_files(ROOT, ["hq_tui"])
        if f".{name}(" in path.read_text(encoding="utf-8") and path.name not in allowed
    ]
    assert used == []


def test_every_requirement_has_a_lower_bound_that_a_run_at_the_lowest_can_take() -> None:
    pins = lowest.pins((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {"rich==14.3.2", "textual==8.2.5", "syrupy==7.0.2"} <= set(pins)
    assert all(re.fullmatch(r"[\w.-]+(\[\w+\])?==[\d.]+", pin) for pin in pins)
    assert lowest.lowest("a[b]>=1.2,<3; python_version > '3'") == "a[b]==1.2"


@pytest.mark.parametrize("requirement", ["a", "a<2", "a!=1", "a>1"])
def test_a_requirement_without_a_lower_bound_is_noticed(requirement: str) -> None:
    with pytest.raises(ValueError, match="has no lower bound"):
        lowest.lowest(requirement)
