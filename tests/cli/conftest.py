"""A key to look for, and commands run where a process adds nothing."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from hq_tui.cli import main
from tests.support.gate import KEY
from tests.support.program import Ended

Do = Callable[..., Ended]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key in the environment."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    return KEY


@pytest.fixture
def do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Do:
    """Runs a command in this process, with an empty stdin unless told otherwise."""

    def run_here(*words: str, stdin: str | bytes = "") -> Ended:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        try:
            code = main(words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Ended(code=code, out=said.out, err=said.err)

    return run_here
