"""`--attach`: the blocks that go out, the same in every later request, on any machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.server import Server
from tests.cli.conftest import Do
from tests.support.files import PDF, png
from tests.support.gate import gated_server
from tests.support.program import start
from tests.support.ready import Ready
from tests.support.saved import export, folder, sessions
from tests.support.scripted import scripted_thread

MODEL = Model(id="claude-sonnet-5-5", display_name="continues")
DESIGN = "We rewrite the service in Rust.\nParsing takes 400 ms per file.\n"
FILES = ("design.md", "notes.txt", "src/plan.md", "paper.pdf", "shot.png")


def to(server: Server, model: str = MODEL.id) -> tuple[str, ...]:
    return "--base-url", server.url, "--model", model


def bodies(server: Server) -> list[dict[str, Any]]:
    return [
        row.body
        for row in server.requests
        if row.path == "/v1/messages" and isinstance(row.body, dict)
    ]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of each kind, and the place where the program runs."""
    place = tmp_path / "here"
    (place / "src").mkdir(parents=True)
    (place / "design.md").write_text(DESIGN)
    (place / "notes.txt").write_bytes("Größe und Straße\n".encode("cp1252"))
    (place / "src" / "plan.md").write_text("One thing after the other.\n")
    (place / "paper.pdf").write_bytes(PDF)
    (place / "shot.png").write_bytes(png(40, 30))
    monkeypatch.chdir(place)
    return place


def assert_grown(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What was sent once stays as it was sent, marks for the cache included."""
    assert json.dumps(after["system"]) == json.dumps(before["system"])
    assert json.dumps(after["tools"]) == json.dumps(before["tools"])
    kept = after["messages"][: len(before["messages"])]
    assert json.dumps(kept) == json.dumps(before["messages"])


def test_files_go_in_front_of_the_question_and_stay_as_they_were_sent(
    key: str, here: Path, do: Do
) -> None:
    with scripted_thread(["One?", "Two?", "Three?"], models=[MODEL], token=key) as server:
        first = do("ask", *to(server), "--attach", *FILES, "--mode", "review", "what now?")
        assert (first.code, first.out) == (0, "One?\n"), first.err
        for name in FILES:
            (here / name).write_text("changed since")
        assert do("ask", *to(server), "--continue", "and then?").out == "Two?\n"
        moved = do("export", sessions()[0], "--format", "jsonl").out
        shutil.rmtree(os.environ["HQ_TUI_DATA_DIR"])
        assert do("import", "-", stdin=moved).code == 0
        third = do("ask", *to(server), "--continue", "at last?")
        assert (third.code, third.out, third.err) == (0, "Three?\n", "")
        one, two, three = bodies(server)
    assert_grown(one, two)
    assert_grown(two, three)
    assert "hq-tui: notes.txt: read as cp1252, not UTF-8\n" in first.err
    assert f"hq-tui: design.md · {len(DESIGN)} bytes · ~19 tokens\n" in first.err
    *files, tag, quoting, question = one["messages"][0]["content"]
    assert question == {"type": "text", "text": "what now?"}
    assert tag["text"].startswith("<session ")
    assert quoting["text"].startswith("<files>")
    assert [block["type"] for block in files] == [*["document"] * 4, "text", "image"]
    assert [block.get("title") for block in files[:4]] == list(FILES[:4])
    assert all(block["citations"] == {"enabled": True} for block in files[:4])
    assert [block["source"]["data"] for block in files[:3]] == [
        DESIGN,
        "Größe und Straße\n",
        "One thing after the other.\n",
    ]
    assert files[3]["source"]["media_type"] == "application/pdf"
    assert b64decode(files[3]["source"]["data"]) == PDF
    assert files[4]["text"] == '<file name="shot.png"/>'
    assert files[5]["source"]["media_type"] == "image/png"
    assert b64decode(files[5]["source"]["data"]) == png(40, 30)
    marked = [block.get("cache_control") for block in files]
    assert marked == [*[None] * 5, {"type": "ephemeral"}]


def test_a_session_killed_in_its_reply_goes_on_with_the_same_files(
    key: str, here: Path, ready: Ready
) -> None:
    with gated_server("One two three four five six seven eight nine ten.") as (server, gate):
        child = start("ask", *to(server, "some-unknown"), "--attach", "design.md", "--", "why?")
        while not (sessions() and any("One two" in row["text"] for row in export()["turns"])):
            gate.wait_a_moment()
        child.send_signal(signal.SIGKILL)
        child.communicate()
        gate.open()
        (here / "design.md").unlink()
        done = ready.do("ask", *to(server, "some-unknown"), "--continue")
        first, *_, last = bodies(server)
    assert done.code == 0, done.err
    assert last["messages"][0] == first["messages"][0]
    assert first["messages"][0]["content"][0] == {
        "type": "text",
        "text": f'<file name="design.md">\n{DESIGN}\n</file>',
    }
    assert export()["turns"][0]["files"][0]["name"] == "design.md"


def test_contents_are_private_kept_once_and_there_before_the_request(
    key: str, here: Path, do: Do
) -> None:
    with scripted_thread(["One?"], models=[MODEL], token=key) as server:
        for name in ("a.md", "b.md"):
            (here / name).write_text(DESIGN)
            assert do("ask", *to(server), "--attach", name, "--", "why?").code == 0
    place = folder() / "attachments"
    (kept,) = place.iterdir()
    assert kept.read_text() == DESIGN
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {
        row["files"][0]["sha256"] for one in sessions() for row in export(one)["turns"][:1]
    } == {kept.name}


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["missing.md"], "There is no file missing.md."),
        (["src"], "src is a folder."),
        (["design.md", ".env"], ".env looks like a secret."),
        (["*.nothing"], "*.nothing fits no file."),
        (["design.md", "what would you ask?"], "put the message before it, or after --."),
        (["evil\x1b[31m\n.md"], "evil␛[31m ⏎ .md fits no file."),
    ],
)
def test_what_cannot_be_attached_is_said_before_anything_is_sent(
    names: list[str], words: str, key: str, here: Path, do: Do
) -> None:
    (here / ".env").write_text("KEY=1")
    with scripted_thread(["never"], models=[MODEL], token=key) as server:
        done = do("ask", *to(server), "--attach", *names, "--mode", "review", "why?")
        assert bodies(server) == []
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert sessions() == []
    assert "\x1b" not in done.err


def test_a_secret_goes_when_that_was_said(key: str, here: Path, do: Do) -> None:
    (here / ".env").write_text("KEY=1")
    with scripted_thread(["One?"], models=[MODEL], token=key) as server:
        done = do("ask", *to(server), "--allow-secrets", "--attach", ".env", "--", "why?")
        (body,) = bodies(server)
    assert done.code == 0
    assert body["messages"][0]["content"][0]["source"]["data"] == "KEY=1"


def test_missing_contents_are_said_and_the_session_goes_on_with_the_name(
    key: str, here: Path, do: Do
) -> None:
    with scripted_thread(["One?", "Two?"], models=[MODEL], token=key) as server:
        do("ask", *to(server), "--attach", "design.md", "shot.png", "--", "why?")
        shutil.rmtree(folder() / "attachments")
        done = do("ask", *to(server), "--continue", "and then?")
        content = bodies(server)[1]["messages"][0]["content"]
    assert (done.code, done.out) == (0, "Two?\n")
    assert "hq-tui: Contents missing: design.md, shot.png." in done.err
    assert [block["text"].partition(">")[0] for block in content[:2]] == [
        '<file name="design.md"',
        '<file name="shot.png"',
    ]


def test_what_is_attached_already_is_not_sent_twice(key: str, here: Path, do: Do) -> None:
    with scripted_thread(["One?", "Two?"], models=[MODEL], token=key) as server:
        do("ask", *to(server), "--attach", "design.md", "--", "why?")
        done = do("ask", *to(server), "--continue", "--attach", "design.md", "--", "again?")
        content = bodies(server)[1]["messages"][2]["content"]
    assert "design.md is attached already" in done.err
    assert [block["type"] for block in content] == ["text", "text"]


def test_an_import_without_the_contents_says_which_are_missing(
    key: str, here: Path, do: Do
) -> None:
    with scripted_thread(["One?"], models=[MODEL], token=key) as server:
        do("ask", *to(server), "--attach", "design.md", "--", "why?")
    name = sessions()[0]
    whole = do("export", name, "--format", "jsonl").out
    bare = "".join(line for line in whole.splitlines(True) if '"t": "content"' not in line)
    spoilt = whole.replace('"data": "', '"data": "QQ==')
    as_json = do("export", name, "--format", "json").out
    for text, lost in ((whole, False), (as_json, False), (bare, True), (spoilt, True)):
        shutil.rmtree(os.environ["HQ_TUI_DATA_DIR"])
        done = do("import", "-", stdin=text)
        assert ("not carried over: contents of design.md" in done.err) == lost
        assert (folder() / "attachments").exists() != lost
        assert export()["turns"][0]["files"][0]["name"] == "design.md"
    assert do("export", name).out.count("*attached: design.md · 63 bytes · ~19 tokens*") == 1


def test_lines_attach_files_too_and_say_what_went_wrong(key: str, here: Path, ready: Ready) -> None:
    (here / ".env").write_text("KEY=1")
    lines = ["why?", "see @missing.md", "/attach design.md shot.png", "and @notes.txt?"]
    lines += ["see @.env", "see @.env", "/attach", "/quit"]
    with scripted_thread(["One?", "Two?", "Three?"], models=[MODEL], token=key) as server:
        done = ready.do(
            "--plain", *to(server), "--attach", "src/plan.md", stdin="\n".join(lines) + "\n"
        )
        asked = [body["messages"][-1]["content"] for body in bodies(server)]
    assert done.code == 0, done.err
    titles = [[one["title"] for one in each if one["type"] == "document"] for each in asked]
    assert titles == [["src/plan.md"], ["design.md", "notes.txt"], [".env"]]
    assert "hq-tui: There is no file missing.md. Check the name.\n" in done.out
    assert "goes with your next message\n" in done.out
    assert ".env looks like a secret. Send it again to attach it all the same.\n" in done.out
    assert "shot.png · 98 bytes" in done.out.partition("Say the command again")[2]


def test_pruning_deletes_the_contents_that_no_session_names(key: str, here: Path, do: Do) -> None:
    with scripted_thread(["One?"], models=[MODEL], token=key) as server:
        for name in ("design.md", "notes.txt"):
            do("ask", *to(server), "--attach", name, "--", "why?")
    place = folder() / "attachments"
    do("delete", sessions()[0])
    do("sessions", "--prune")
    assert len(list(place.iterdir())) == 2, "what was put here just now stays"
    for path in place.iterdir():
        os.utime(path, (0, 0))
    assert (
        "would delete the contents of an attached file"
        in do("sessions", "--prune", "--dry-run").out
    )
    done = do("sessions", "--prune")
    assert "deleted the contents of an attached file" in done.out
    (kept,) = place.iterdir()
    assert kept.name == export(sessions()[0])["turns"][0]["files"][0]["sha256"]
