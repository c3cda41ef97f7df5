"""A defect of hq-tui itself ends in one line, an exit code and a private report."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from hq_tui.runtime import crash_report
from hq_tui.sessions.manager import SessionManager
from tests.cli.conftest import Do
from tests.support.gate import KEY
from tests.support.program import surroundings


def raised(message: str) -> Exception:
    """An error that has been raised, with a secret among its variables."""
    hidden = "what-somebody-typed"
    try:
        raise ValueError(message + hidden[:0])
    except ValueError as error:
        return error


def test_a_command_that_fails_unforeseen_ends_in_one_line(
    do: Do, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_manager: SessionManager, _waits: object) -> None:
        raise KeyError(f"what-somebody-typed {KEY}")

    monkeypatch.setattr(SessionManager, "list_sessions", fail)
    done = do("sessions")
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert line.startswith("hq-tui: something went wrong inside hq-tui (KeyError in ")
    assert "what-somebody-typed" not in line
    assert KEY not in line
    (report,) = (home / "data" / "crashes").iterdir()
    assert str(report) in line
    assert report.stat().st_mode & 0o777 == 0o600
    assert report.parent.stat().st_mode & 0o777 == 0o700
    assert KEY not in report.read_text()
    assert "KeyError" in report.read_text()


@pytest.mark.parametrize(
    "message", [f"key {KEY}", "x-api-key: abcdefgh", "https://me:abcdefgh@host", "own-secret-key"]
)
def test_no_key_gets_into_a_report(message: str, tmp_path: Path) -> None:
    environment = {"HQ_TUI_DATA_DIR": str(tmp_path), "ANTHROPIC_API_KEY": "own-secret-key"}
    path = crash_report.write_report(raised(message), environment)
    assert path is not None
    told = path.read_text()
    assert "[redacted]" in told
    assert "abcdefgh" not in told
    assert "own-secret-key" not in told
    assert "what-somebody-typed" not in told.replace('hidden = "what-somebody-typed"', "")


def test_old_reports_make_room_for_new_ones(tmp_path: Path) -> None:
    environment = {"HQ_TUI_DATA_DIR": str(tmp_path)}
    paths = [
        crash_report.write_report(raised("x"), environment)
        for _ in range(crash_report.MOST_REPORTS + 3)
    ]
    left = set((tmp_path / crash_report.FOLDER).iterdir())
    assert len(left) == crash_report.MOST_REPORTS
    assert paths[-1] in left


def test_a_folder_that_cannot_be_written_costs_the_report_and_not_the_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    line = crash_report.tell(raised("x"), {"HQ_TUI_DATA_DIR": str(tmp_path / "data")})
    assert "something went wrong" in line
    assert "report" not in line


class UnprintableError(Exception):
    """An error that cannot even say what it is."""

    def __str__(self) -> str:
        raise ValueError("no words")

    __repr__ = __str__


class NamelessType(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError("no name")


class NamelessError(Exception, metaclass=NamelessType):
    """An error whose kind has no name."""


def circular() -> Exception:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    return one


def noted() -> Exception:
    error = ValueError("x")
    error.__notes__ = 7  # type: ignore[assignment]
    return error


@pytest.mark.parametrize(
    "error",
    [
        UnprintableError(),
        pytest.param(NamelessError(), id="nameless"),
        circular(),
        noted(),
        ValueError("\ud800 \x1b[31m \x00"),
        ValueError("x" * 10_000_000),
        OSError(5, None),
        RecursionError(),
        MemoryError(),
        ExceptionGroup("many", [UnprintableError(), ValueError("\ud800")]),
        KeyboardInterrupt(),
    ],
)
def test_an_error_that_cannot_be_told_is_told_as_far_as_it_can(
    error: BaseException, tmp_path: Path
) -> None:
    line = crash_report.tell(error, {"HQ_TUI_DATA_DIR": str(tmp_path)})
    assert line.startswith("hq-tui: something went wrong inside hq-tui (")
    assert len(line) < 500
    (report,) = (tmp_path / crash_report.FOLDER).iterdir()
    assert str(report) in line
    assert "A report of a defect" in report.read_text()
    assert report.stat().st_size < 1_000_000


BROKEN = (
    "platform.platform",
    "traceback.extract_tb",
    "traceback.TracebackException.from_exception",
    "os.fdopen",
    "hq_tui.store.files.private_folder",
    "hq_tui.store.files.create_private",
    "hq_tui.core.text.sanitize.redact",
    "hq_tui.core.text.sanitize.one_line",
    "hq_tui.settings.default_places",
    "hq_tui.runtime.crash_report._report",
    "hq_tui.runtime.crash_report._data_folder",
)


@pytest.mark.parametrize("failure", [OSError(28, "No space"), RuntimeError("x"), LookupError("x")])
@pytest.mark.parametrize("part", BROKEN)
def test_whatever_fails_inside_costs_its_own_words_alone(
    part: str, failure: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotage: each thing that the handler leans on raises when it is needed."""

    def fail(*_: object, **__: object) -> None:
        raise failure

    error = raised("x")
    with monkeypatch.context() as broken:
        broken.setattr(part, fail)
        line = crash_report.tell(error, {"HOME": str(tmp_path)})
    assert line.startswith("hq-tui: something went wrong inside hq-tui (ValueError in ")
    assert line.endswith("What was said is saved: hq-tui --continue")


class Deaf(io.StringIO):
    """A stream that fails in a way of its own."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failure = failure

    def write(self, _: str) -> int:
        raise self.failure


@pytest.mark.parametrize(
    "failure", [OSError(5, "Input/output error"), ValueError("closed"), LookupError("no codec")]
)
def test_a_stream_that_fails_ends_in_silence_and_the_same_exit_code(
    failure: Exception,
    do: Do,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_manager: SessionManager, _waits: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(SessionManager, "list_sessions", fail)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "stderr", Deaf(failure))
        assert do("sessions").code == 1
    crash_report.say("x", Deaf(failure))
    monkeypatch.setattr(sys, "stderr", None)
    crash_report.say("nobody is there")
    assert capsys.readouterr().out == ""


def test_even_a_handler_that_is_gone_ends_in_an_exit_code(
    do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(SessionManager, "list_sessions", fail)
    monkeypatch.setattr(crash_report, "tell", fail)
    done = do("sessions")
    assert (done.code, done.out, done.err) == (1, "", "")


@pytest.mark.parametrize("encoding", ["ascii:strict", "latin-1", "utf-16", "utf-8:surrogateescape"])
@pytest.mark.parametrize("locale", ["C", "xx_XX.NONE", ""])
def test_a_broken_locale_leaves_the_words(encoding: str, locale: str, tmp_path: Path) -> None:
    script = (
        "from hq_tui.cli import main; from hq_tui.sessions.manager import SessionManager\n"
        "def fail(*_): raise KeyError('\\u4e2d \\ud800')\n"
        "SessionManager.list_sessions = fail; raise SystemExit(main(['sessions']))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", script],
        env=surroundings(
            {
                "HQ_TUI_DATA_DIR": str(tmp_path),
                "PYTHONIOENCODING": encoding,
                "LC_ALL": locale,
                "PYTHONCOERCECLOCALE": "0",
            }
        ),
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-16" if encoding == "utf-16" else "utf-8", "replace")
    assert done.returncode == 1
    assert "something went wrong inside hq-tui (KeyError in " in said
    assert "Traceback" not in said
    assert len(list((tmp_path / crash_report.FOLDER).iterdir())) == 1
