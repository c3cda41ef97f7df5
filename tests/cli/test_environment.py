"""Surroundings that are not as usual: no home, no name, no streams, proxies, marks of order."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq_tui.cli.configuration import environment
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.server import Server
from tests.support.gate import KEY, MODEL
from tests.support.program import REPOSITORY, Ended
from tests.support.ready import Ready
from tests.support.scripted import scripted_thread

NOBODY = 12_345
"""A user that no machine of ours knows."""
PLACES = ("HQ_TUI_DATA_DIR", "HQ_TUI_CACHE_DIR", "HQ_TUI_CONFIG")
SAID = "What do you mean by that?"


@pytest.fixture
def server() -> Iterator[Server]:
    with scripted_thread((SAID,), models=[Model(id=MODEL, display_name="x")], token=KEY) as one:
        yield one


def asked_of(server: Server, **more: str) -> dict[str, str]:
    """The least environment in which a question is answered, but for its places."""
    return {
        "PATH": os.environ["PATH"],
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": server.url,
        **more,
    }


def places_in(folder: Path) -> dict[str, str]:
    return {name: str(folder / name.lower()) for name in PLACES}


def hq(*words: str, env: dict[str, str], before: tuple[str, ...] = (), python: str = "") -> Ended:
    """Run the program in exactly this environment."""
    path = os.pathsep.join([str(REPOSITORY), *(one for one in sys.path if "-packages" in one)])
    done = subprocess.run(
        [*before, python or sys.executable, "-m", "hq_tui", *words],
        env={"PYTHONPATH": path, **env},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return Ended(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


@pytest.mark.parametrize("exempt", ["localhost,127.0.0.0/8,::1/128", "::1/128", "*"])
@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "http://127.0.0.1:1", "nonsense:x"])
def test_this_machine_is_reached_whatever_the_proxy_variables_say(
    server: Server, tmp_path: Path, ready: Ready, proxy: str, exempt: str
) -> None:
    ways = dict.fromkeys(("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"), proxy)
    env = asked_of(server, **places_in(tmp_path), **ways, NO_PROXY=exempt)
    done = ready.run("ask", "--model", MODEL, "hi", env=env)
    assert (done.code, done.out.strip()) == (0, SAID)


@pytest.mark.parametrize("words", [("ask", "hi"), ("--plain",)])
def test_a_proxy_that_cannot_be_used_is_one_sentence_and_no_question(
    tmp_path: Path, words: tuple[str, ...], ready: Ready
) -> None:
    env = {**places_in(tmp_path), "ANTHROPIC_API_KEY": KEY, "ALL_PROXY": "socks5://127.0.0.1:1"}
    env["ANTHROPIC_BASE_URL"] = "https://api.example.invalid"
    done = ready.run(*words, env=env)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("hq-tui: ALL_PROXY names a proxy that cannot be used")
    assert len(done.err.splitlines()) == 2
    rehearsed = ready.run("ask", "--rehearse", "hi", env=env)
    assert rehearsed.code == 0, rehearsed.err


def interpreter_for_all() -> str:
    """A Python of this version that any user may start; empty where there is none."""
    ours = f"python3.{sys.version_info[1]}"
    for path in (sys.executable, shutil.which(ours, path="/usr/bin:/usr/local/bin") or ""):
        if path and os.geteuid() == 0 and shutil.which("setpriv"):
            look = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", path, "-c"]
            script = f"import sys; sys.path.append({str(REPOSITORY)!r}); import hq_tui, anthropic"
            done = subprocess.run([*look, script], capture_output=True, check=False)
            if done.returncode == 0:
                return path
    return ""


@pytest.fixture(scope="module")
def python_for_all() -> str:
    found = interpreter_for_all()
    return found or pytest.skip("needs root, setpriv and a Python that any user may start")


BECOME_NOBODY = ("setpriv", f"--reuid={NOBODY}", "--clear-groups")


def test_a_user_without_a_name_and_a_home_is_told_so(server: Server, python_for_all: str) -> None:
    for home in ({}, {"HOME": ""}, {"HOME": "."}):
        done = hq(
            "ask", "hi", env=asked_of(server, **home), before=BECOME_NOBODY, python=python_for_all
        )
        assert (done.code, done.out) == (2, "")
        assert f"user {NOBODY}" in done.err
        assert "Traceback" not in done.err
        assert all(name in done.err for name in PLACES)


def test_a_user_without_a_name_works_where_the_places_are_named(
    server: Server, python_for_all: str
) -> None:
    with tempfile.TemporaryDirectory() as own:  # a test's own folder is closed to others
        os.chown(own, NOBODY, NOBODY)
        done = hq(
            *("ask", "--model", MODEL, "hi"),
            env=asked_of(server, **places_in(Path(own))),
            before=BECOME_NOBODY,
            python=python_for_all,
        )
    assert (done.code, done.out.strip()) == (0, SAID), done.err


def test_a_user_without_a_home_can_drop_files_and_is_told_by_the_doctor(
    python_for_all: str,
) -> None:
    path = os.pathsep.join([str(REPOSITORY), *(one for one in sys.path if "-packages" in one)])
    script = (
        "from pathlib import Path\n"
        "from hq_tui.attachments.paths import dropped, reference\n"
        "one = Path('/etc/passwd')\n"
        "print(dropped('~/x'), dropped(str(one)), reference(one, Path('/tmp')))"
    )
    done = subprocess.run(
        [*BECOME_NOBODY, python_for_all, "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path}, cwd="/",
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "[] [PosixPath('/etc/passwd')] @/etc/passwd\n", done.stderr
    env = {"PATH": os.environ["PATH"]}
    told = hq("doctor", "--offline", "--json", env=env, before=BECOME_NOBODY, python=python_for_all)
    rows = {row["name"]: row for row in told.json}
    assert (told.code, rows["settings"]["verdict"]) == (1, "bad")
    assert f"user {NOBODY} has no name" in rows["home"]["found"]


@pytest.mark.parametrize(
    ("home", "verdict", "words"),
    [(".", "note", "HOME is not a full path"), ("/proc/x", "note", "cannot be written")],
)
def test_the_doctor_says_of_a_home_what_is_wrong_with_it(
    home: str, verdict: str, words: str
) -> None:
    told = hq("doctor", "--offline", "--json", env={"HOME": home, "PATH": os.environ["PATH"]})
    row = next(row for row in told.json if row["name"] == "home")
    assert (row["verdict"], words in row["found"]) == (verdict, True)


def test_without_home_the_users_own_entry_is_taken() -> None:
    """Nothing is written to find that out."""
    home = pwd.getpwuid(os.getuid()).pw_dir
    for env in ({}, {"HOME": ""}):
        done = hq("config", "path", env=env)
        assert (done.code, done.out.startswith(home)) == (0, True), done.err


def test_settings_in_the_current_folder_are_not_the_homes(tmp_path: Path) -> None:
    """Where a home is only `~`, a folder of that name is somebody else's."""
    planted = tmp_path / "~" / ".config" / "hq-tui"
    planted.mkdir(parents=True)
    (planted / "config.toml").write_text('base_url = "https://evil.example"\n')
    for home in ("~", ".", "~/x"):
        done = subprocess.run(
            [sys.executable, "-m", "hq_tui", "config", "show"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(REPOSITORY), "HOME": home},
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, 2), "refused, or the home that the system knows"
        assert b"evil" not in done.stdout + done.stderr


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_of_byte_order_is_no_part_of_settings_or_key(
    server: Server, tmp_path: Path, ready: Ready, mark: bytes
) -> None:
    env = asked_of(server, **places_in(tmp_path))
    del env["ANTHROPIC_API_KEY"]
    key = tmp_path / "key"
    key.write_bytes(mark + KEY.encode() + b"\r\n")
    key.chmod(0o600)
    settings = f'model = "{MODEL}"\r\nkey_file = "{key}"\r\n'
    Path(env["HQ_TUI_CONFIG"]).write_bytes(mark + settings.encode())
    done = ready.run("ask", "hi", env=env)
    assert (done.code, done.out.strip()) == (0, SAID), done.err


def test_a_key_file_is_looked_for_beside_the_settings_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ready: Ready
) -> None:
    here, beside = tmp_path / "here", tmp_path / "settings"
    env = {**places_in(tmp_path), "HQ_TUI_CONFIG": str(beside / "config.toml")}
    for folder in (here, beside):
        folder.mkdir()
        (folder / "key").write_text(KEY)
        (folder / "key").chmod(0o600)
    (beside / "config.toml").write_text('key_file = "key"\n')
    monkeypatch.chdir(here)

    def key() -> str:
        told = ready.run("doctor", "--offline", "--json", env=env)
        return str(next(row["found"] for row in told.json if row["name"] == "key"))

    assert key() == f"from key file {beside / 'key'}"
    (beside / "key").unlink()
    assert key() == "none; key is missing or empty"


def test_a_key_file_in_an_unknown_home_is_a_sentence(tmp_path: Path, ready: Ready) -> None:
    env = places_in(tmp_path)
    Path(env["HQ_TUI_CONFIG"]).write_text('key_file = "~no-such-user/key"\n')
    done = ready.run("doctor", "--offline", "--json", env=env)
    row = next(row for row in done.json if row["name"] == "key")
    assert (row["verdict"], "no-such-user" in row["found"]) == ("bad", True)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_costs_only_its_own_words(
    server: Server, tmp_path: Path, closed: str, ready: Ready
) -> None:
    """And no file gets its number: the journal would get what is meant for the terminal."""
    env = {**asked_of(server, **places_in(tmp_path)), "PYTHONPATH": str(REPOSITORY)}
    program = f'"{sys.executable}" -m hq_tui'
    ask = f'{program} ask --model {MODEL} "hi" {closed}'
    done = subprocess.run(["sh", "-c", ask], env=env, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout.decode().strip() == ("" if ">&-" in closed.replace("2>&-", "") else SAID)
    listed = ready.run("sessions", "--json", env=env)
    assert [row["state"] for row in listed.json] == ["complete"]
    shown = ready.run("export", listed.json[0]["id"], "--format", "json", env=env)
    assert shown.json["damaged_records"] == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", [("doctor", "--offline"), ("config", "show")])
def test_output_that_cannot_be_written_is_no_defect(tmp_path: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hq_tui", *words],
            env={"PYTHONPATH": str(REPOSITORY), **places_in(tmp_path)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("hq-tui: The output cannot be written: No space")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ask", "--rehearse", "Is it?"), 0),
        (("sessions",), 0),
        (("show", "none-such"), 1),
        (("--no-such-option",), 2),
    ],
)
def test_a_stderr_that_takes_no_more_leaves_the_exit_code_as_it_is(
    tmp_path: Path, words: tuple[str, ...], code: int
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hq_tui", *words],
            env={"PYTHONPATH": str(REPOSITORY), **places_in(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )
    assert done.returncode == code


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"NO_COLOR": ""}, {}),
        ({"NO_COLOR": "1"}, {"NO_COLOR": "1"}),
        ({"HOME": ""}, {}),
        ({"HOME": "/x"}, {"HOME": "/x"}),
        ({}, {}),
        ({"AWS_BEARER_TOKEN_BEDROCK": "", "ANTHROPIC_AWS_BASE_URL": "", "AWS_REGION": "r"},
         {"AWS_REGION": "r"}),
        ({"HOMEBREW_PREFIX": ""}, {"HOMEBREW_PREFIX": ""}),
    ],
)  # fmt: skip
def test_what_is_empty_means_nothing(given: dict[str, str], left: dict[str, str]) -> None:
    environment.put_right(given)
    assert given == left


@pytest.mark.parametrize(
    ("given", "colours"),
    [
        ({"TERM": "xterm-ghostty"}, "truecolor"),
        ({"TERM": "xterm-kitty", "COLORTERM": ""}, "truecolor"),
        ({"TERM": "alacritty", "COLORTERM": "8"}, "8"),
        ({"TERM": "foot"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "xterm-256color", "WT_SESSION": "x"}, "truecolor"),
        ({"TERM": "screen-256color", "WT_SESSION": "x"}, None),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "dumb"}, None),
        ({}, None),
    ],
)
def test_a_terminal_known_by_name_has_its_colours(
    given: dict[str, str], colours: str | None
) -> None:
    environment.put_right(given)
    assert given.get("COLORTERM") == colours
