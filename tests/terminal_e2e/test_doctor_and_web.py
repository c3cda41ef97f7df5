"""The doctor tells what is so, and the browser is let in only where that was meant."""

from __future__ import annotations

import os
import pty
import threading
from pathlib import Path

import pytest

from hq_tui.cli.doctor.checks import TMUX_LINES
from hq_tui.terminal.capabilities import QUESTIONS, CapabilityAnswer, ask_terminal
from tests.support.gate import KEY
from tests.support.program import run
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal

NAMES = (
    "versions clock home terminal size colours locale tmux answers clipboard|data folder|"
    "file system|disk saving provider address proxy key reach"
)
EXPECTED = [
    part
    for group in NAMES.split("|")
    for part in ([group] if group in ("data folder", "file system") else group.split())
]


def verdicts(*words: str) -> tuple[int, dict[str, str], dict[str, str]]:
    """The exit code, every verdict, and what was found."""
    done = run("doctor", "--json", *words)
    rows = done.json
    return (
        done.code,
        {row["name"]: row["verdict"] for row in rows},
        {row["name"]: f"{row['found']} {row['advice']}" for row in rows},
    )


def test_everything_is_looked_at_and_nothing_is_bad_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with scripted_thread(token=KEY) as server:
        code, found, said = verdicts("--base-url", server.url)
    assert list(found) == EXPECTED
    assert code == 0
    assert found["reach"] == "ok", said["reach"]
    assert said["key"].startswith("from ANTHROPIC_API_KEY")


def test_what_is_bad_is_named_with_a_way_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "two words")
    monkeypatch.setenv("LANG", "de_DE.ISO-8859-1")
    code, found, said = verdicts("--base-url", "http://example.invalid")
    assert code == 1
    assert (found["key"], found["address"], found["locale"]) == ("bad", "bad", "note")
    assert "two words" not in str(said)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with scripted_thread(token="another") as server:
        _code, found, said = verdicts("--base-url", server.url)
    assert found["reach"] == "bad"
    assert KEY not in str(said)
    (home / "config.toml").write_text("nonsense = 1")
    assert verdicts("--offline")[1]["settings"] == "bad"


def test_the_surroundings_are_told_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TERM", "xterm-ghostty")
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("ALL_PROXY", "socks5://me:hush@127.0.0.1:1")
    code, found, said = verdicts("--base-url", "https://api.example.invalid")
    assert (code, found["proxy"], found["reach"]) == (1, "bad", "note")
    assert "ALL_PROXY" in said["proxy"]
    assert "hush" not in str(said)
    assert said["colours"].startswith("16 million (TERM=xterm-ghostty)")
    assert said["home"].startswith(str(Path.home()))
    monkeypatch.setenv("NO_PROXY", "example.invalid")
    assert "none for api.example.invalid" in verdicts("--offline", "--base-url",
        "https://api.example.invalid")[2]["proxy"]  # fmt: skip
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    _code, found, said = verdicts("--base-url", "https://other.invalid")
    assert (found["proxy"], found["reach"]) == ("ok", "bad")
    assert "HTTPS_PROXY" in said["proxy"]
    assert "HTTPS_PROXY" in said["reach"]
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    (tmp_path / "file").touch()
    assert "cannot be written" in verdicts("--offline")[2]["home"]


def test_offline_asks_nobody() -> None:
    code, found, said = verdicts("--offline", "--base-url", "https://example.invalid")
    assert (code, found["reach"]) == (0, "note")
    assert "your key go there" in said["address"]


def test_tmux_gets_the_exact_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "tmux"
    tool.write_text("#!/bin/sh\necho off\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("TMUX", "x")
    _code, found, said = verdicts("--offline")
    assert found["tmux"] == "note"
    assert TMUX_LINES in said["tmux"]


def test_on_a_terminal_it_is_asked_and_left_as_it_was() -> None:
    with Terminal("doctor", "--offline") as terminal:
        assert terminal.wait_for_end() == 0
        assert "gave no answer" in terminal.text
        terminal.assert_as_found()


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (
            b"\x1b[?2026;2$y\x1b[?0u\x1b]11;rgb:fafa/fafa/fafa\x07\x1b[?62;c",
            CapabilityAnswer(synchronises=True, reports_keys=True, is_light=True),
        ),
        (
            b"\x1b]11;rgb:1e/1e/2e\x1b\\\x1b[?62;c",
            CapabilityAnswer(synchronises=False, reports_keys=False, is_light=False),
        ),
        (
            b"\x1b[?2026;0$y\x1b[?1;2c",
            CapabilityAnswer(synchronises=False, reports_keys=False, is_light=None),
        ),
        (b"", None),
    ],
    ids=["modern", "dark", "old", "mute"],
)
def test_what_a_terminal_says_is_understood(reply: bytes, answer: CapabilityAnswer | None) -> None:
    ours, theirs = pty.openpty()

    def speak() -> None:
        heard = b""
        while QUESTIONS not in heard:
            heard += os.read(ours, 100)
        if reply:
            os.write(ours, reply)

    speaker = threading.Thread(target=speak)
    speaker.start()
    try:
        assert ask_terminal(theirs, theirs) == answer
    finally:
        speaker.join()
        os.close(ours)
        os.close(theirs)


def test_the_browser_is_not_let_in_from_elsewhere_by_accident() -> None:
    done = run("serve", "--host", "0.0.0.0")
    assert done.code == 2
    assert "--anyone" in done.err
