"""The settings are loaded once: a file that can be read only once is enough."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.support.terminal import Terminal


@pytest.mark.parametrize("words", [(), ("--plain",)], ids=["screen", "lines"])
def test_settings_from_a_pipe_hold_for_the_whole_session(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "settings"
    os.mkfifo(pipe, 0o600)
    monkeypatch.setenv("HQ_TUI_CONFIG", str(pipe))
    threading.Thread(target=pipe.write_text, args=('mode = "tutor"\n',), daemon=True).start()
    with Terminal("--rehearse", *words) as terminal:
        terminal.wait_for("Mode tutor" if words else "▸ tutor")
