"""A defect of hq-tui itself ends in one line, an exit code and a private report."""

from __future__ import annotations

from pathlib import Path

import pytest

from hq_tui.cli import crash
from hq_tui.desk import Desk
from tests.cli.conftest import Do
from tests.support.gate import KEY


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
    def fail(_desk: Desk, _waits: object) -> None:
        raise KeyError(f"what-somebody-typed {KEY}")

    monkeypatch.setattr(Desk, "list_sessions", fail)
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
    path = crash.write_report(raised(message), environment)
    assert path is not None
    told = path.read_text()
    assert "[redacted]" in told
    assert "abcdefgh" not in told
    assert "own-secret-key" not in told
    assert "what-somebody-typed" not in told.replace('hidden = "what-somebody-typed"', "")


def test_old_reports_make_room_for_new_ones(tmp_path: Path) -> None:
    environment = {"HQ_TUI_DATA_DIR": str(tmp_path)}
    paths = [crash.write_report(raised("x"), environment) for _ in range(crash.MOST_REPORTS + 3)]
    left = set((tmp_path / crash.FOLDER).iterdir())
    assert len(left) == crash.MOST_REPORTS
    assert paths[-1] in left


def test_a_folder_that_cannot_be_written_costs_the_report_and_not_the_words(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    line = crash.tell(raised("x"), {"HQ_TUI_DATA_DIR": str(tmp_path / "data")})
    assert "something went wrong" in line
    assert "report" not in line
