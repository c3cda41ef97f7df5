"""The commands that read, name, move and export sessions, and those about the settings."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from hq_tui import __version__
from hq_tui.cli.parser import COMMANDS
from tests.cli.conftest import Do
from tests.support.program import command, start, surroundings
from tests.support.saved import export, sessions

FIELDS = ["id", "title", "mode", "model", "created", "updated", "turns", "state"]


@pytest.fixture
def saved(do: Do) -> str:
    """A session with one exchange."""
    done = do("ask", "--rehearse", "--json", "Is Python slow?")
    assert done.code == 0
    session: str = done.json["session"]
    return session


def test_the_list_has_exactly_the_promised_fields_newest_first(saved: str, do: Do) -> None:
    later = do("ask", "--rehearse", "--json", "Is Rust fast?").json["session"]
    rows = do("sessions", "--json").json
    assert [row["id"] for row in rows] == [later, saved]
    assert list(rows[0]) == FIELDS
    assert rows[1]["title"] == "Is Python slow?"
    assert (rows[1]["turns"], rows[1]["state"]) == (1, "complete")
    assert rows[1]["model"] == "rehearsal-1"
    lines = do("sessions").out.splitlines()
    assert [line.split()[0] for line in lines] == [later, saved]


def test_without_sessions_the_list_is_empty_and_says_so(do: Do) -> None:
    assert do("sessions", "--json").json == []
    done = do("sessions")
    assert (done.code, done.out) == (0, "")
    assert "No session" in done.err


def test_a_session_is_shown_named_and_moved_to_the_trash(saved: str, do: Do) -> None:
    assert "Is Python slow?" in do("show", saved).out
    assert do("show", saved[:18], "--json").json == export(saved)
    assert do("rename", saved, "A", "better", "title").code == 0
    assert do("sessions", "--json").json[0]["title"] == "A better title"
    gone = do("delete", saved, "--json")
    assert gone.json["id"] == saved
    assert Path(gone.json["trash"]).is_file()
    assert sessions() == []
    assert do("show", saved).code == 1


@pytest.mark.parametrize("words", [("show",), ("rename",), ("delete",), ("export",)])
def test_a_session_that_is_not_there_is_said_in_words(words: tuple[str, ...], do: Do) -> None:
    more = ("title",) if words == ("rename",) else ()
    done = do(*words, "no-such", *more)
    assert (done.code, done.out) == (1, "")
    assert "There is no session of that name." in done.err
    assert "hq-tui sessions" in done.err


def test_an_export_goes_to_stdout_or_to_a_file(saved: str, do: Do, tmp_path: Path) -> None:
    there = tmp_path / "there"
    for form in ("md", "json"):
        said = do("export", saved, "--format", form).out
        assert do("export", saved, "--format", form, "-o", str(there)).out == ""
        assert there.read_text() == said
    written = json.loads(there.read_text())
    assert written.pop("records")
    assert written == export(saved)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    piped = do("export", saved, "--format", "json", "-o", "/dev/null")
    assert piped.code == 0
    assert not Path("/dev/null").is_file()


def test_a_file_that_cannot_be_written_stays_as_it_was(saved: str, do: Do, tmp_path: Path) -> None:
    done = do("export", saved, "-o", str(tmp_path / "no" / "such" / "folder"))
    assert done.code == 1
    assert "cannot be written" in done.err
    assert do("export", saved, "-o", str(tmp_path)).code == 1


def test_a_reader_that_has_had_enough_is_no_error(saved: str) -> None:
    with start("show", saved) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(60) in {0, 141}
    assert err == b""


def test_everything_on_disk_is_for_the_owner_alone() -> None:
    script = 'umask 000; exec "$@"'
    words = ["/bin/sh", "-c", script, "sh", *command("ask", "--rehearse", "Is it private?")]
    done = subprocess.run(words, env=surroundings({}), capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    data = Path(os.environ["HQ_TUI_DATA_DIR"])
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in [data, *data.rglob("*")]}
    assert modes == {True: 0o700, False: 0o600}


def test_the_settings_are_found_made_and_shown(do: Do, home: Path) -> None:
    assert do("config", "path").out.strip() == str(home / "config.toml")
    assert do("config", "init").code == 0
    assert do("config", "init").code == 1
    shown = do("config", "show").out
    assert 'mode = "examine"' in shown
    assert f"data_dir = {home / 'data'}" in shown
    (home / "config.toml").write_text('mode = "brief"\nbase_url = "https://me:word@x.org"\n')
    shown = do("config").out
    assert 'mode = "brief"' in shown
    assert "word@" not in shown


@pytest.mark.parametrize("text", ["mode = ", "mode = 3", 'nonsense = "x"'])
def test_settings_that_make_no_sense_are_refused_with_their_place(
    text: str, do: Do, home: Path
) -> None:
    (home / "config.toml").write_text(text)
    done = do("sessions")
    assert done.code == 2
    assert str(home / "config.toml") in done.err or "For example" in done.err
    assert do("config", "path").code == 0


def test_the_version_is_said(do: Do) -> None:
    done = do("--version")
    assert (done.code, done.out) == (0, f"hq-tui {__version__}\n")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str, do: Do) -> None:
    done = do(name, "--help")
    assert done.code == 0
    assert f"hq-tui {name}" in done.out
    assert name in do("--help").out


@pytest.mark.parametrize(
    "words",
    [
        ("--nonsense",),
        ("ask", "--mode", "shouting", "x"),
        ("ask", "--continue", "--session", "x", "y"),
        ("ask", "--rehearse=faults=nonsense@1", "x"),
        ("export",),
        ("export", "x", "--format", "docx"),
        ("rehearse",),
        ("rehearse", "--port", "many"),
        ("config", "burn"),
    ],
    ids=" ".join,
)
def test_what_is_not_understood_is_a_usage_error(words: tuple[str, ...], do: Do) -> None:
    done = do(*words)
    assert done.code == 2
    assert done.err.startswith("hq-tui: ")
    assert len(done.err.splitlines()) >= 2
    assert "Traceback" not in done.err


def test_without_a_terminal_the_app_says_what_to_do_instead(do: Do) -> None:
    done = do("hello")
    assert done.code == 1
    assert "not a terminal" in done.err
    assert "hq-tui ask" in done.err
    assert do("reset").code == 1
