"""A key is used, and is found nowhere afterwards; and it goes only where its owner sent it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from hq_tui.cli.wiring import key_from_keyring
from hq_tui.rehearsal.server.models import Model
from tests.support.gate import KEY, MODEL
from tests.support.program import REPOSITORY, everything_in, run
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal
from tests.terminal_e2e.conftest import Open

FILED = "sk-ant-filed-canary-fedcba9876543210"


def test_a_key_is_found_nowhere_after_everything_that_can_be_done(
    open_app: Open,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    key_file = home / "key"
    key_file.write_text(FILED)
    key_file.chmod(0o600)
    (home / "config.toml").write_text(f'key_file = "{key_file}"\n')
    seen = bytearray()
    with open_app("why?", faults=["unauthorised@2"], forked=False) as terminal:
        terminal.wait_for("your turn")
        seen += Path(f"/proc/{terminal.process.pid}/cmdline").read_bytes()
        terminal.keys("again?\r")
        terminal.wait_for("refused the key")
        terminal.keys("\x11")
        terminal.wait_for_end()
        seen += terminal.written
    models = (Model(id=MODEL, display_name="Some model"),)
    with scripted_thread(token=FILED, models=models) as server:
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        words = ("--base-url", server.url)
        asked = run("ask", *words, "--model", MODEL, "why?")
        assert asked.code == 0, "the key of the file was used"
        for name in (
            ["doctor", *words],
            ["doctor", "--json", *words],
            ["config", "show"],
            ["sessions", "--json"],
            ["--plain", *words, "--model", MODEL],
        ):
            done = run(*name, stdin="why?\n")
            seen += done.out.encode() + done.err.encode()
    argv = [sys.executable, "-m", "tests.process.faulty_app", "handler"]
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with Terminal(argv=[*argv, "--rehearse"]) as terminal:
        terminal.wait_for("What are you thinking about?")
        terminal.keys("hello\r")
        assert terminal.wait_for_end() == 1
        seen += terminal.written
    key_file.unlink()
    left = everything_in(home)
    for place, content in (("on a terminal or a pipe", bytes(seen)), ("in a file", left)):
        hits = sum(content.count(key.encode()) for key in (KEY, FILED))
        record_property("canary", (place, f"{len(content):,}", str(hits)))
        assert hits == 0, place
    assert b"What do you mean by that?" in left, "or nothing was looked at"


def test_the_search_finds_a_key_that_is_there(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "x").write_text(f"a {KEY} b")
    assert KEY.encode() in everything_in(home)


def test_a_host_that_is_not_the_usual_one_is_always_shown(open_app: Open) -> None:
    with open_app("why?", size=(120, 30)) as terminal:
        terminal.wait_for("at 127.0.0.1:")


def test_a_folder_cannot_say_where_the_key_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = {**os.environ, "PYTHONPATH": str(REPOSITORY.resolve())}
    monkeypatch.chdir(tmp_path)
    for name in (".env", "config.toml", "hq-tui.toml", ".hq-tui.toml", "settings.json"):
        (tmp_path / name).write_text('base_url = "https://evil.invalid"\nANTHROPIC_BASE_URL=x\n')
    done = run("config", "show", env=where)
    assert done.code == 0
    assert 'base_url = ""' in done.out


class Ring(ModuleType):
    """A keyring that answers as it is told."""

    answer: str | None = None
    seconds = 0.0

    def get_password(self, service: str, account: str) -> str | None:
        """The password of an account."""
        time.sleep(self.seconds)
        if self.answer == "locked":
            raise RuntimeError(FILED)
        return self.answer


@pytest.mark.parametrize(
    ("answer", "seconds", "source"),
    [(FILED, 0.0, "the keyring"), (None, 0.0, ""), ("locked", 0.0, ""), (FILED, 5.0, "")],
    ids=["a key", "none", "locked", "slow"],
)
def test_a_keyring_is_asked_and_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, answer: str | None, seconds: float, source: str
) -> None:
    ring = Ring("some_ring")
    ring.__spec__ = __spec__
    ring.answer, ring.seconds = answer, seconds
    monkeypatch.setitem(sys.modules, "some_ring", ring)
    began = time.monotonic()
    found = key_from_keyring("some_ring", patience=0.2)
    assert time.monotonic() - began < 2
    assert (found.source if found else "") == source
    assert found is None or FILED not in repr(found)


def test_without_the_package_there_is_no_keyring() -> None:
    assert key_from_keyring("no_such_ring") is None
