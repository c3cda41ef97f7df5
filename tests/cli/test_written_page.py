"""`hq-tui brief ID --written` against real servers: the page, its account, its exit code."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from hq_tui.core.codec import from_record
from hq_tui.core.events import PageEvent, UnknownEvent
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart
from hq_tui.rehearsal.server.server import Server
from hq_tui.store.reader import read
from tests.cli.conftest import Do
from tests.support.gate import KEY
from tests.support.program import Ended, start
from tests.support.saved import export, folder, sessions
from tests.support.scripted import Answer, scripted_thread

MODEL = Model(
    id="claude-haiku-4-5",
    display_name="prefills",
    takes_prefill=True,
    thinking=frozenset({"enabled", "disabled"}),
    effort=False,
)
SAID = "we keep the ferry, about 3 trips"
PAGE = (
    "# The ferry stays\n\nThe person decided: “We keep the ferry” [message 1], "
    "“about 3 trips”. Claude called it “cheap”.\n\n" + "More of the page. " * 40
)


Talk = Callable[[Server], str]


@pytest.fixture
def talk(do: Do, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Makes a session of one turn with a server; its name."""

    def one_turn(server: Server) -> str:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        assert do("ask", "--model", MODEL.id, SAID).code == 0
        (name,) = sessions()
        return name

    return one_turn


def writing(answer: Answer, *faults: str, then: str = "And so?") -> AbstractContextManager[Server]:
    """A server that asks one question, writes a page, and asks on."""
    return scripted_thread(["And?", answer, then], faults=faults, models=[MODEL], token=KEY)


def records(name: str) -> list[dict[str, object]]:
    return [dict(record) for record in read(folder() / f"{name}.jsonl", live=True).records]


def test_the_page_is_printed_looked_up_counted_and_passes_lint(
    do: Do, talk: Talk, key: str, tmp_path: Path
) -> None:
    with writing(PAGE) as server:
        name = talk(server)
        before = export(name)
        done = do("brief", name, "--written")
        assert done.code == 0, done.err
        assert "“we keep the ferry”¹, “about 3 trips”¹" in done.out
        assert "Claude called it cheap (not in the session)" in done.out
        assert "1 set right to the words that were said" in done.err
        assert "not in the session: cheap" in done.err
        assert "tokens in" in done.err
        page = tmp_path / "page.md"
        page.write_text(done.out)
        assert do("lint", str(page)).code == 0
        page.write_text(done.out.replace("about 3 trips", "about 4 trips"))
        assert do("lint", str(page)).code == 1
        after = export(name)
        assert after["turns"] == before["turns"]
        (_, row) = server.ledger.values()
        spent = after["usage"]["total"]["output_tokens"] - before["usage"]["total"]["output_tokens"]
        assert spent == row.output_tokens


def test_a_page_goes_into_a_file_and_the_talk_goes_on_without_it(
    do: Do, talk: Talk, key: str, tmp_path: Path
) -> None:
    with writing(PAGE) as server:
        name = talk(server)
        done = do("brief", name, "--written", "-o", str(tmp_path / "p.md"))
        assert (done.code, done.out) == (0, "")
        assert (tmp_path / "p.md").read_text().startswith("# The ferry stays\n")
        assert do("ask", "--session", name, "and then").code == 0
        assert not any("ferry stays" in json.dumps(turn) for turn in export(name)["turns"])


def test_its_records_are_of_one_kind_that_an_older_reader_passes_over(
    do: Do, talk: Talk, key: str
) -> None:
    with writing(PAGE) as server:
        name = talk(server)
        had = len(records(name))
        assert do("brief", name, "--written").code == 0
        added = records(name)[had:]
        assert {record["t"] for record in added} == {"page"}
        assert all(isinstance(from_record(record), PageEvent) for record in added)
        twice = {"t": "page", "event": added[0]}
        assert isinstance(from_record(twice), UnknownEvent)


def test_a_page_that_breaks_off_is_resumed(do: Do, talk: Talk, key: str) -> None:
    with writing(PAGE, "reset@2:after=60") as server:
        name = talk(server)
        done = do("brief", name, "--written")
        assert (done.code, "resumed · 2 attempts" in done.err) == (0, True), done.err
        assert done.out.count("More of the page.") == 40


def test_what_came_before_it_gave_up_is_gone_on_with_by_the_same_command(
    do: Do, talk: Talk, key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("attempts = 1\n")
    monkeypatch.setenv("HQ_TUI_CONFIG", str(config))
    with scripted_thread(
        ["And?", PAGE], faults=["reset@2:after=60"], models=[MODEL], token=key
    ) as server:
        name = talk(server)
        broke = do("brief", name, "--written")
        assert (broke.code, broke.out) == (4, "")
        assert "what came is saved" in broke.err
        done = do("brief", name, "--written")
        assert done.code == 0, done.err
        assert done.out.count("More of the page.") == 40
        assert "resumed · 2 attempts" in done.err


def test_the_exit_codes_are_those_of_ask(do: Do, talk: Talk, key: str) -> None:
    def code_of(answer: RehearsedReply) -> Ended:
        with writing(answer) as server:
            name = talk(server)
            done = do("brief", name, "--written")
            do("delete", name)
            return done

    half = code_of(RehearsedReply(blocks=(TextPart(text=PAGE),), stop_reason="max_tokens"))
    assert (half.code, half.out) == (4, "")
    refused = code_of(RehearsedReply(blocks=(TextPart(text="No."),), stop_reason="refusal"))
    assert (refused.code, refused.out) == (1, "")


def test_a_signal_ends_it_in_order_and_what_came_is_kept(do: Do, talk: Talk, key: str) -> None:
    with scripted_thread(
        ["And?", PAGE], faults=["stall@2:after=60"], models=[MODEL], token=key
    ) as server:
        name = talk(server)
        process = start("brief", name, "--written", stdout=subprocess.PIPE)
        while not any(
            record["t"] == "page" and record["event"]["t"] == "text"  # type: ignore[index]
            for record in records(name)
        ):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=40)
    assert (process.returncode, out) == (128 + signal.SIGTERM, b"")
    assert b"stopped" in err


def test_without_a_key_it_is_the_page_from_the_board_and_the_code_says_so(
    do: Do, talk: Talk, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(PAGE) as server:
        name = talk(server)
    monkeypatch.delenv("ANTHROPIC_BASE_URL")
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    done = do("brief", name, "--written")
    assert done.code == 3
    assert done.out == do("brief", name).out
    assert "page from the board" in done.err


def test_a_rehearsal_has_its_page_from_the_board(do: Do) -> None:
    assert do("ask", "--rehearse", SAID).code == 0
    (name,) = sessions()
    done = do("brief", name, "--written")
    assert done.code == 0
    assert done.out == do("brief", name).out
    assert "page from the board" in done.err
