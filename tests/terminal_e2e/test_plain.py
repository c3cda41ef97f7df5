"""A session in lines: whole sentences, nothing written twice, every command that makes sense."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_tui.cli.plain.sentence_splitter import SentenceSplitter
from hq_tui.ui.actions import BY_NAME
from tests.support import saved
from tests.support.gate import KEY, MODEL, gated_server
from tests.support.program import run
from tests.support.samples import numbered_words
from tests.support.scripted import scripted_thread
from tests.support.terminal import Terminal

TEXT = (
    "You say it is slow. What is slow, e.g. the tests? (Or is it the build?) 1. One point\n"
    "```python\nx = 1. if y else 2. # a. b. c\n```\nLast words"
)
LINES = [
    "You say it is slow.",
    "What is slow, e.g. the tests?",
    "(Or is it the build?)",
    "1. One point",
    "```python",
    "x = 1. if y else 2. # a. b. c",
    "```",
    "Last words",
]

SCREEN_ONLY = frozenset(
    "palette follow fold find paste editor theme earlier compare suppose panel".split()
)
"""Commands that are about the screen alone."""


@given(st.lists(st.integers(1, 40), max_size=30))
def test_sentences_are_whole_however_they_arrive(sizes: list[int]) -> None:
    sentences, at, found = SentenceSplitter(), 0, []
    for size in sizes:
        found += sentences.feed(TEXT[at : at + size])
        at += size
    found += sentences.feed(TEXT[at:])
    assert found + sentences.end() == LINES


@given(st.text(alphabet="ab.? \n`", max_size=80))
def test_no_letter_is_lost_or_doubled(text: str) -> None:
    sentences = SentenceSplitter()
    found = sentences.feed(text) + sentences.end()
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)


def test_a_session_can_be_held_through_a_pipe() -> None:
    lines = ["Python is slow.", "/board", "/hint", "/fold", "/nonsense", "/mode", "/help", "/quit"]
    done = run("--plain", "--rehearse=seed=7,faults=overloaded@1", stdin="\n".join(lines))
    assert (done.code, done.err) == (0, "")
    assert "\x1b" not in done.out
    said = done.out.splitlines()
    retries = [line for line in said if line.startswith("hq-tui: Retrying in ")]
    assert retries == ["hq-tui: Retrying in 1 s, attempt 2 of 6, overloaded."]
    assert "hq-tui: /fold needs the screen." in said
    assert any("/nonsense is not a command" in line for line in said)
    assert any(line.startswith("Hint 1.") for line in said)
    assert any(line.startswith("examine ") for line in said), "the modes to choose from"
    assert any(line.startswith("examine ") and line.endswith(" · now") for line in said)
    listed = {line.split(":")[0].split(" ")[0] for line in said if line.startswith("/")}
    wanted = {a.slash.split()[0] for a in BY_NAME.values() if a.slash and a.name not in SCREEN_ONLY}
    assert listed == wanted
    assert len(saved.export()["turns"]) == 4


def test_commands_of_the_screen_work_without_it(tmp_path: Path) -> None:
    commands = [f"/export {tmp_path}/out.md", "/copy", "/brief", "/review", "/sessions", "/quit"]
    done = run("--plain", "--rehearse", stdin="\n".join(["Python\\", "is slow.", *commands]))
    assert (done.code, done.err) == (0, "")
    assert "is slow." in (tmp_path / "out.md").read_text()
    assert f"hq-tui: written to {tmp_path}/out.md" in done.out.splitlines()
    assert any(line.startswith(saved.sessions()[0]) for line in done.out.splitlines())
    assert saved.export()["turns"][0]["text"] == "Python\nis slow."


def test_a_reply_that_fails_says_so_and_ends_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    with scripted_thread(faults=["unauthorised"], token=KEY) as server:
        done = run("--plain", "--base-url", server.url, "--model", MODEL, stdin="why?\n")
    assert done.code == 4
    assert "hq-tui: failed: " in done.out


def test_on_a_dumb_terminal_ctrl_c_stops_the_reply_and_then_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("TERM", "dumb")
    with gated_server(numbered_words(300).replace("\n", ". "), after=60) as (server, _gate):
        words = ("--plain", "--base-url", server.url, "--model", MODEL)
        with Terminal(*words) as terminal:
            terminal.wait_for("What are you thinking about?")
            terminal.keys("count\n")
            terminal.wait_for("w50.")
            terminal.keys("\x03")
            terminal.wait_for("hq-tui: stopped")
            terminal.keys("\x03")
            assert terminal.wait_for_end() == 130
            assert b"\x1b" not in terminal.written
