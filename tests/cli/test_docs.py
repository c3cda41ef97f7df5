"""The documents are true: their commands run, their links lead somewhere, their lists are whole.

A command is run with a session's id in place of ID and with files that are there, against the
rehearsal partner. What needs another program, or does not end by itself, is named here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq_tui.cli import parser
from hq_tui.cli.parser import COMMANDS
from hq_tui.settings import Settings
from tests.cli.conftest import Do
from tools.survey import ROOT

PAGES = sorted((*(ROOT / "docs").glob("*.md"), ROOT / "README.md"))
IDS = [page.name for page in PAGES]
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
SCREEN = ("", "--continue", "--session", "--mode", "--provider", "--rehearse", "--plain")
ONLY_PARSED = {"serve", "rehearse", "reset", "ask", "doctor"}
"""Commands that never end, need a terminal, or would ask the API; their words are read."""


def command_lines(text: str) -> Iterator[str]:
    """Each line of hq-tui in the blocks of a page, without what explains it."""
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if "hq-tui" in line.split():
                yield re.split(r"\s{3,}", line.strip())[0]


def words_of(line: str) -> Iterator[list[str]]:
    """The words of each hq-tui in a pipe, without redirections."""
    for part in line.split("|"):
        words = shlex.split(part.split(">")[0])
        if "hq-tui" in words:
            yield words[words.index("hq-tui") + 1 :]


EXAMPLES = [
    pytest.param(words, id=f"{page.name}: {' '.join(words)}")
    for page in PAGES
    for line in command_lines(page.read_text("utf-8"))
    for words in words_of(line)
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30
    assert list(command_lines("```sh\nx | hq-tui ask -    why\n```\nhq-tui no\n")) == [
        "x | hq-tui ask -"
    ]
    assert list(words_of("hq-tui export ID | hq-tui import - > x")) == [
        ["export", "ID"],
        ["import", "-"],
    ]


@pytest.mark.parametrize("words", EXAMPLES)
def test_every_command_is_one_that_works(
    words: list[str],
    do: Do,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    name = words[0] if words and words[0] in COMMANDS else ""
    assert name or not words or words[0].split("=")[0] in SCREEN or " " in words[0], words
    if not name or name in ONLY_PARSED:
        assert parser.parse(words)
        return
    made = do("ask", "--rehearse", "--json", "Python is slow, I think").json["session"]
    words = [made if word == "ID" else word for word in words]
    brief = do("brief", made).out
    Path("brief.md").write_text(brief, encoding="utf-8")
    Path("conversations.json").write_text(do("export", made, "--format", "json").out, "utf-8")
    given = do("export", made, "--format", "jsonl").out if "-" in words else ""
    ended = do(*words, stdin=given)
    assert ended.code == 0, ended.err


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert LINK.findall("[a](b.md#c) ![d](e.svg)") == ["b.md", "e.svg"]


def test_every_setting_is_explained() -> None:
    told = set(
        re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE)
    )
    known = set(Settings._fields) - {"data_dir", "cache_dir", "config_path"}
    assert told & known == known


def test_every_command_is_explained() -> None:
    text = (ROOT / "docs/command-line.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"hq-tui {name}" not in text] == []


def test_the_messages_that_are_explained_are_messages_of_ours() -> None:
    sources = "\n".join(
        re.sub(r"\{[^{}]*\}", "…", path.read_text("utf-8"))
        for path in (ROOT / "hq_tui").rglob("*.py")
    )
    page = (ROOT / "docs/troubleshooting.md").read_text("utf-8")
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| ") and "`" in row]
    named = [
        part for row in rows for text in re.findall(r"`([^`]+)`", row) for part in text.split("…")
    ]
    assert len(named) > 12
    assert [part for part in named if part.strip() not in sources] == []
