"""One session on two machines, kept alike by the commands that the documents give.

The machines are two homes. Both go on with the session from the same state, and then they are
brought together: each word of each is then a word of some session.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.program import REPOSITORY, command
from tests.support.ready import Ready
from tests.support.terminal import Terminal
from tools.survey import ROOT

HERE, THERE = "only said here", "only said there"
FIRST = "Python is slow, I think"
DOCUMENT = (ROOT / "docs/sessions.md").read_text("utf-8")
INIT, CONFLICT, RSYNC = re.findall(
    r"^```sh\n(.*?)^```$", DOCUMENT.partition("## Take leave")[0], re.MULTILINE | re.DOTALL
)
"""What the document says to type: to begin with git, after a conflict, and for rsync."""


class Host:
    """A home with its sessions."""

    def __init__(self, home: Path, ready: Ready) -> None:
        self.home = home
        self._ready = ready
        self.sessions = home / ".local/share/hq-tui/sessions"
        program = home / "bin" / "hq-tui"
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\nexec {" ".join(command())} "$@"\n')
        program.chmod(0o755)
        (home / ".gitconfig").write_text("[user]\nname = me\nemail = me@example.invalid\n")

    @property
    def env(self) -> Mapping[str, str]:
        """The environment of a login."""
        kept = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        return {**kept, "PATH": path, "HOME": str(self.home), "PYTHONPATH": str(REPOSITORY)}

    def shell(self, script: str, *, folder: Path | None = None) -> str:
        """Run a script that must succeed."""
        done = subprocess.run(
            ["sh", "-ec", script], env=self.env, cwd=folder or self.home,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, words: str, session: str = "") -> str:
        """Say something with the rehearsal partner; the name of the session."""
        named = ("--session", session) if session else ()
        done = self._ready.run("ask", "--rehearse", "--json", *named, words, env=self.env)
        assert done.code == 0, done.err
        return str(done.json["session"])

    def where(self, words: str) -> list[str]:
        """The sessions in which these words were said."""
        found = self._ready.run("search", words, env=self.env).out.splitlines()
        return [line.split()[0] for line in found if line.endswith(f"you: {words}")]


@pytest.fixture
def hosts(tmp_path: Path, ready: Ready) -> tuple[Host, Host]:
    return Host(tmp_path / "here", ready), Host(tmp_path / "there", ready)


def both_go_on(here: Host, there: Host, session: str) -> None:
    """Each goes on from the same state; here last."""
    assert there.ask(THERE, session) == here.ask(HERE, session) == session
    path = there.sessions / f"{session}.jsonl"
    os.utime(path, (path.stat().st_mtime - 60,) * 2)


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
needs_rsync = pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed")


@needs_git
def test_with_git_both_sides_of_a_conflict_are_sessions(hosts: tuple[Host, Host]) -> None:
    here, there = hosts
    session = here.ask(FIRST)
    here.shell(INIT)
    here.shell("git clone -q --bare . ~/origin.git", folder=here.sessions)
    here.shell("git remote add origin ~/origin.git && git fetch -q", folder=here.sessions)
    here.shell("git branch -q -u origin/main", folder=here.sessions)
    there.shell(f"git clone -q {here.home}/origin.git {there.sessions}")
    both_go_on(here, there, session)
    there.shell("git commit -qam there && git push -q", folder=there.sessions)
    pull = "git commit -qam here; git pull --no-rebase || echo conflict"
    assert f"CONFLICT (content): Merge conflict in {session}.jsonl" in here.shell(
        pull, folder=here.sessions
    )
    assert here.where(HERE) == [session]
    here.shell(CONFLICT.replace("ID", session) + "git push -q", folder=here.sessions)
    there.shell("git pull -q", folder=there.sessions)
    for host in hosts:
        assert host.where(HERE) == [session]
        (other,) = host.where(THERE)
        assert other != session
        host.ask("and so on", other)
        assert '"state": "damaged"' not in host.shell("hq-tui sessions --json")


@needs_rsync
def test_with_rsync_the_newer_side_stays_and_the_other_is_kept(hosts: tuple[Host, Host]) -> None:
    here, there = hosts
    session = here.ask(FIRST)
    pull = RSYNC.replace("box:", f"{there.home}/")
    push = pull.replace(f"{there.home}/", "~/ ").replace("~/.local", f"{there.home}/.local")
    push = push.replace("~/ ", "~/")
    there.shell("mkdir -p .local/share/hq-tui")
    here.shell(push)
    both_go_on(here, there, session)
    here.shell(pull)
    assert (here.where(HERE), here.where(THERE)) == ([session], [])
    here.shell(push)
    (kept,) = (there.sessions.parent / "replaced").iterdir()
    there.shell(f"hq-tui import {kept}")
    assert there.where(HERE) == [session]
    (other,) = there.where(THERE)
    here.shell(pull)
    assert here.where(THERE) == [other] != [session]


def test_the_copy_that_a_sync_tool_makes_of_a_conflict_is_a_session(
    hosts: tuple[Host, Host],
) -> None:
    here, there = hosts
    session = here.ask(FIRST)
    there.sessions.mkdir(parents=True)
    path = here.sessions / f"{session}.jsonl"
    shutil.copy2(path, there.sessions)
    both_go_on(here, there, session)
    copy = f"{session}.sync-conflict-20261130-211904-NVMXW5M"
    shutil.copy2(there.sessions / path.name, here.sessions / f"{copy}.jsonl")
    assert (here.where(HERE), here.where(THERE)) == ([session], [copy])
    assert here.ask("and so on", copy) == copy
    assert here.where("and so on") == [copy]
    here.shell(f"hq-tui delete {copy}")
    assert (here.where(HERE), here.where(THERE)) == ([session], [])


def test_a_session_whose_file_is_replaced_while_it_is_open_loses_no_word(
    home: Path, tmp_path: Path, ready: Ready
) -> None:
    session = ready.do("ask", "--rehearse", "--json", FIRST).json["session"]
    path = Path(os.environ["HQ_TUI_DATA_DIR"]) / "sessions" / f"{session}.jsonl"
    there = Host(tmp_path / "there", ready)
    there.sessions.mkdir(parents=True)
    shutil.copy2(path, there.sessions)
    there.ask(THERE, session)
    with Terminal("--rehearse", "--session", session, size=(110, 30), ready=ready) as terminal:
        terminal.wait_for("your turn")
        (there.sessions / path.name).replace(path)
        terminal.keys(f"{HERE}\r")
        terminal.wait_for(f"this goes on as {session}-2")
        terminal.keys("\x11")
        assert terminal.wait_for_end() == 0
    for words, name in ((HERE, f"{session}-2"), (THERE, session)):
        (found,) = (row for row in ready.do("search", words).out.splitlines() if " you: " in row)
        assert found.split()[0] == name
    opened = ready.do("ask", "--rehearse", "--json", "--session", f"{session}-2", "and so on").json
    assert opened["session"] == f"{session}-2"
