"""What helps where hq-tui is installed: completion, extras by name, a word on Windows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hq_tui.cli.extras import how_to_install
from hq_tui.cli.parser import COMMANDS
from tests.cli.conftest import Do
from tools.survey import ROOT

SHELLS = ("bash", "zsh", "fish")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
FETCHED = re.compile(r"(?:pip|pipx|uv tool) (?:install|run)(?: --?[\w-]+)* '?hq-tui\b")


def completed(script: str, *words: str, folder: Path) -> set[str]:
    """What a real bash offers for the last of `words`."""
    asked = " ".join(f"'{word}'" for word in ("hq-tui", *words))
    answer = f"COMP_WORDS=({asked}); COMP_CWORD={len(words)}; _shtab_hq_tui"
    done = subprocess.run(
        ["bash", "--norc", "-c", f'{script}\n{answer}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'],
        capture_output=True, text=True, check=True, cwd=folder,
    )  # fmt: skip
    return set(done.stdout.split())


def test_bash_completes_commands_options_choices_and_files(do: Do, tmp_path: Path) -> None:
    script = do("completions", "bash").out
    (tmp_path / "brief.md").touch()
    assert completed(script, "", folder=tmp_path) >= set(COMMANDS)
    assert completed(script, "--con", folder=tmp_path) == {"--continue"}
    assert completed(script, "export", "--format", "h", folder=tmp_path) == {"html"}
    assert completed(script, "lint", "br", folder=tmp_path) == {"brief.md"}


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_is_told_every_command(shell: str, do: Do) -> None:
    done = do("completions", shell)
    assert done.code == 0
    assert [name for name in COMMANDS if name not in done.out] == []


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_takes_its_script(shell: str, do: Do, tmp_path: Path) -> None:
    if not (found := shutil.which(shell)):
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(do("completions", shell).out, encoding="utf-8")
    subprocess.run([found, "-n", str(script)], check=True)


def test_a_shell_that_is_not_known_is_named_with_those_that_are(do: Do) -> None:
    done = do("completions", "ksh")
    assert done.code == 2
    assert "ksh" in done.err
    assert "fish" in done.err


@pytest.mark.parametrize(
    ("prefix", "begins"),
    [
        ("/home/me/.local/share/pipx/venvs/hq-tui", "pipx inject hq-tui "),
        (
            "/home/me/.local/share/uv/tools/hq-tui",
            "uv pip install --python /home/me/.local/share/uv/tools/hq-tui ",
        ),
        ("/home/me/pipx/.venv", "/home/me/pipx/.venv/bin/python3 -m pip install "),
        ("/my own/venv", "'/my own/venv/bin/python3' -m pip install "),
    ],
)
def test_an_extra_is_told_as_the_tool_that_installed_us_needs_it(prefix: str, begins: str) -> None:
    for extra in (*PROJECT["optional-dependencies"].keys() - {"dev"},):
        (needs,) = PROJECT["optional-dependencies"][extra]
        assert how_to_install(extra, prefix) == f"{begins}'{needs}'"


def test_nowhere_a_package_of_our_name_is_fetched_from_an_index() -> None:
    """There is none of ours: who fetches one gets somebody else's program."""
    found = [
        f"{path.relative_to(ROOT)}: {match}"
        for folder, kind in (("hq_tui", "*.py"), ("docs", "*.md"), (".", "*.md"))
        for path in (ROOT / folder).glob(f"**/{kind}" if folder != "." else kind)
        for match in FETCHED.findall(path.read_text("utf-8"))
    ]
    assert found == []
    assert FETCHED.findall("`pip install 'hq-tui[serve]'`, uv tool install --force hq-tui.") == [
        "pip install 'hq-tui",
        "uv tool install --force hq-tui",
    ]


def test_what_the_workflow_runs_is_there() -> None:
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    commands = re.findall(r"- run: (.+)", workflow)
    assert len(commands) == workflow.count("run:") > 3
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for command in commands:
        words = [word.strip("'") for word in command.split()]
        if words[0] == "make":
            assert words[1] in targets
        assert all((ROOT / word).exists() for word in words if re.match(r"tests/|\.ci/", word))
        extras = re.findall(r"\.\[(.+)\]", command)
        assert set(extras) <= PROJECT["optional-dependencies"].keys()
    listed = re.search(r"python: \[(.+)\]", workflow)
    assert listed is not None
    tried = {f"Programming Language :: Python :: {version}" for version in eval(listed[1])}
    told = {one for one in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", one)}
    assert tried == told


def test_on_windows_there_is_one_sentence_and_no_traceback() -> None:
    started = "import sys; sys.platform = 'win32'; import hq_tui.__main__"
    done = subprocess.run(
        [sys.executable, "-c", started], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "WSL" in done.stderr
