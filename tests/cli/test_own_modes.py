"""Modes and instructions of the user's own: from a file to requests, page and journal."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hq_tui.inquiry.prompts import CORE
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.reply import TextPart, ToolUsePart
from hq_tui.rehearsal.server.server import Server
from tests.cli.conftest import Do
from tests.support.gate import KEY
from tests.support.saved import folder, sessions
from tests.support.scripted import Answer, scripted_thread

MODEL = Model(id="claude-sonnet-5-5", display_name="m")
SAID = "The copy takes nine hours and nobody watches it"
FILED = (
    TextPart(text="Nine hours is long. Who would see it first?"),
    ToolUsePart(
        id="toolu_1",
        name="board_update",
        input={
            "add": [
                {"kind": "claim", "text": "Failure: the copy is slow", "quote": "takes nine hours"},
                {"kind": "claim", "text": "early sign: no watch", "quote": "nobody watches it"},
            ]
        },
    ),
)
MINIMAL = "---\npurpose: p\nopening: What?\nsections: Höhe, Weg\n---\nAsk about {both}.\n"


def server_for(*replies: Answer) -> Any:
    return scripted_thread(replies, models=[MODEL], token=KEY)


def ask(do: Do, server: Server, *words: str) -> None:
    done = do("ask", "--base-url", server.url, "--model", MODEL.id, *words)
    assert done.code == 0, done.err


def systems(server: Server) -> list[str]:
    """The instructions of each request, as they were sent."""
    sent = [one.body for one in server.requests if one.number]
    return [json.dumps(body["system"]) for body in sent if isinstance(body, dict)]


def blocks(system: str) -> list[str]:
    return [part["text"] for part in json.loads(system)]


def mode_file(home: Path, text: str | bytes, name: str = "own") -> Path:
    path = home / "modes" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_the_example_is_a_mode_and_its_sections_are_those_of_the_page(key: str, do: Do) -> None:
    made = do("config", "init", "--mode", "premortem")
    path = Path(made.out.removeprefix("written to ").strip())
    assert (made.code, path.name) == (0, "premortem.md")
    assert do("config", "init", "--mode", "premortem").code == 1
    with server_for(FILED) as server:
        ask(do, server, "--mode", "premortem", SAID)
        (system,) = systems(server)
    core, own = blocks(system)
    assert core == CORE
    assert path.read_text("utf-8").partition("\n---\n")[2] in own
    assert "only for you" not in own
    assert '"Failure:", "Early sign:", "Guard:", "Would stop us:"' in own
    page = do("brief", sessions()[0]).out
    assert page.startswith("# Premortem: ")
    assert "## Failure\n\n- the copy is slow — “takes nine hours” [message 1]\n" in page
    assert "## Early sign\n\n- no watch — “nobody watches it” [message 1]\n" in page
    assert "No line was filed on: Guard, Would stop us, " in page


def test_a_session_goes_on_the_same_where_its_mode_and_settings_are_not(
    key: str, do: Do, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mode_file(home, MINIMAL)
    (home / "config.toml").write_text('mode = "own"\ninstructions = "Ask in verse."\n')
    with server_for("And?") as server:
        ask(do, server, SAID)
        name = sessions()[0]
        ask(do, server, "--continue", "More.")
        mode_file(home, MINIMAL.replace("Ask", "Shout"))
        (home / "config.toml").write_text('instructions = "Ask in prose."\n')
        ask(do, server, "--continue", "Still more.")
        page, exported = do("brief", name).out, do("export", name, "--format", "jsonl").out
        for place in ("DATA_DIR", "CACHE_DIR", "CONFIG"):
            monkeypatch.setenv(f"HQ_TUI_{place}", str(home / "empty" / place))
        assert do("import", "-", stdin=exported).out == f"{name}\n"
        assert do("brief", name).out == page
        ask(do, server, "--continue", "Here, too.")
        ask(do, server, "--continue", "--mode", "review", "As a design.")
        sent = systems(server)
    assert len(sent) == 5
    assert len(set(sent[:4])) == 1
    core, instructions, mode = blocks(sent[0])
    assert (core, instructions.endswith(":\nAsk in verse.\n")) == (CORE, True)
    assert "Ask about {both}.\nFile each" in mode
    assert '"Höhe:", "Weg:"' in mode
    assert blocks(sent[4])[:2] == [core, instructions]
    assert blocks(sent[4])[2].startswith("Mode: design review.")


def test_the_record_of_the_beginning_holds_the_file_as_it_is(key: str, do: Do, home: Path) -> None:
    mode_file(home, MINIMAL)
    with server_for("And?") as server:
        ask(do, server, "--mode", "own", SAID)
    (path,) = folder().glob("*.jsonl")
    first = json.loads(path.read_text("utf-8").splitlines()[0])
    assert (first["mode"], first["mode_file"]) == ("own", MINIMAL)


WRONG: Sequence[tuple[str | bytes, int, str]] = (
    ("", 1, "does not begin"),
    ("purpose: p\n", 1, "does not begin"),
    ("---\npurpose: p\n", 3, "no second line"),
    ("---\npurpose: p\n---\nAsk.\n", 3, "no opening"),
    ("---\nopening: o\n# note\n\n---\nAsk.\n", 5, "no purpose"),
    (MINIMAL.replace("purpose", "purpuse"), 2, "no “purpuse”"),
    (MINIMAL.replace("purpose: p", "purpose"), 2, "not “NAME: VALUE”"),
    (MINIMAL.replace("purpose: p", "purpose:"), 2, "has no value"),
    (MINIMAL.replace("purpose: p", "purpose: " + "p" * 201), 2, "too long"),
    (MINIMAL.replace("What?", "What?\nopening: Who?"), 4, "there twice"),
    (MINIMAL.replace("sections: Höhe, Weg", "budget: some"), 4, "not a number"),
    (MINIMAL.replace("sections: Höhe, Weg", "budget: ٣"), 4, "not a number"),
    (MINIMAL.replace("sections: Höhe, Weg", "budget: 0"), 4, "not a number"),
    (MINIMAL.replace("Höhe, Weg", "Höhe,, Weg"), 4, "not a list"),
    (MINIMAL.replace("Höhe, Weg", "Höhe, höhe"), 4, "not a list"),
    (MINIMAL.replace("Höhe, Weg", "Höhe: Weg"), 4, "not a list"),
    (MINIMAL.replace("Höhe, Weg", "\n- Höhe"), 4, "has no value"),
    (MINIMAL.partition("Ask")[0], 5, "no instruction"),
    (MINIMAL.encode("latin-1"), 4, "not UTF-8"),
    (MINIMAL.encode("utf-16"), 1, "not UTF-8"),
    (MINIMAL + "\x1b]0;title\x07", 7, "control"),
    (MINIMAL.replace("What?", "What\x00?"), 3, "control"),
    (MINIMAL.replace("about", "a\u202ebout"), 6, "invisible"),
    (MINIMAL + "ö" * 20_000, 7, "beyond 32,768 bytes"),
)


@pytest.mark.parametrize(("text", "line", "why"), WRONG, ids=lambda value: str(value)[:20])
def test_a_wrong_file_is_refused_with_its_line(
    text: str | bytes, line: int, why: str, do: Do, home: Path
) -> None:
    mode_file(home, text)
    done = do("ask", "--rehearse", "--mode", "own", SAID)
    assert done.code == 2
    assert done.err.startswith(f"hq-tui: own.md, line {line}: ")
    assert why in done.err
    assert "\x1b" not in done.err
    assert not folder().exists()
    assert do("ask", "--rehearse", SAID).code == 0


@pytest.mark.parametrize("text", ["\ufeff" + MINIMAL, MINIMAL.replace("\n", "\r\n")])
def test_a_file_of_another_editor_is_the_same_mode(text: str, key: str, do: Do, home: Path) -> None:
    with server_for("And?") as server:
        for written in (text, MINIMAL):
            mode_file(home, written)
            ask(do, server, "--mode", "own", SAID)
        assert len(set(systems(server))) == 1


@pytest.mark.parametrize(
    "name", ["brief", "", "a b", "../own", "a/b", "own.md", "-own", "\x1b[2J", "x" * 31]
)
def test_a_name_that_can_be_none_is_refused(name: str, do: Do, home: Path) -> None:
    done = do("config", "init", f"--mode={name}")
    assert (done.code, list(home.rglob("*.md"))) == (2, [])
    assert "\x1b" not in done.err


def test_what_is_no_file_is_no_mode_and_not_waited_for(do: Do, home: Path) -> None:
    path = mode_file(home, MINIMAL, "pipe")
    path.unlink()
    os.mkfifo(path)
    mode_file(home, MINIMAL, "a b")
    assert "cannot be read" in do("ask", "--rehearse", "--mode", "pipe", SAID).err
    done = do("ask", "--rehearse", "--mode", "a b", SAID)
    assert (done.code, "There is no mode 'a b'" in done.err) == (2, True)


def test_instructions_come_from_a_file_beside_the_settings_and_not_from_two_places(
    key: str, do: Do, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.md").write_text("Not these.")
    config = home / "config.toml"
    config.write_text('instructions_file = "me.md"\n')
    assert "cannot be read" in do("ask", SAID).err
    (home / "me.md").write_text("I am a nurse.\n")
    with server_for("And?") as server:
        ask(do, server, SAID)
        assert blocks(systems(server)[0])[1].endswith(":\nI am a nurse.\n")
    config.write_text('instructions_file = "me.md"\ninstructions = "x"\n')
    assert do("ask", SAID).code == 2
    (home / "me.md").write_bytes(b"Fine.\n\xff\n")
    config.write_text('instructions_file = "me.md"\n')
    assert "me.md, line 2: it is not UTF-8" in do("ask", SAID).err


def test_a_log_of_another_program_begins_in_the_mode_of_the_settings(do: Do, home: Path) -> None:
    mode_file(home, MINIMAL)
    (home / "config.toml").write_text('mode = "own"\n')
    log = json.dumps([{"id": "1", "prompt": SAID, "response": "And?", "model": "claude-x"}])
    done = do("import", "-", stdin=log)
    assert done.code == 0, done.err
    assert do("brief", done.out.strip()).out.startswith("# Own: ")
