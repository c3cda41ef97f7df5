"""`hq-tui ask` against real servers: every word in order, on stdout, and in the export."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from hq_tui.rehearsal.faults.perform import refusal
from hq_tui.rehearsal.server.errors import NOT_FOUND
from hq_tui.rehearsal.server.http import HttpRequest
from hq_tui.rehearsal.server.models import Model
from hq_tui.rehearsal.server.reply import RehearsedReply, TextPart, ThinkingPart
from hq_tui.rehearsal.server.script import Send
from hq_tui.rehearsal.server.server import Server
from hq_tui.rehearsal.server.service import Service, ServiceResponse
from tests.cli.conftest import Do
from tests.support.gate import KEY, MODEL, gated_server
from tests.support.program import command, everything_in, start, surroundings
from tests.support.ready import Ready
from tests.support.samples import numbered_words
from tests.support.saved import export, last_reply, sessions
from tests.support.scripted import running, scripted, scripted_thread

CONTINUES = Model(id="claude-sonnet-5-5", display_name="continues")
PREFILLS = Model(
    id="claude-haiku-4-5",
    display_name="prefills",
    takes_prefill=True,
    thinking=frozenset({"enabled", "disabled"}),
    effort=False,
)
UNKNOWN = Model(id=MODEL, display_name="some model")
WORDS = numbered_words(3000)


def to(server: Server, model: Model = UNKNOWN) -> tuple[str, ...]:
    return "--base-url", server.url, "--model", model.id


def test_three_thousand_words_come_in_order_and_the_export_holds_the_same(
    key: str, ready: Ready
) -> None:
    reply = RehearsedReply(
        blocks=(ThinkingPart(thinking="Count.", signature="s"), TextPart(text=WORDS))
    )
    with scripted_thread([reply], models=[CONTINUES], token=key) as server:
        done = ready.do("ask", *to(server, CONTINUES), "count")
        (row,) = server.ledger.values()
    assert (done.code, done.out, done.err) == (0, WORDS + "\n", "")
    exported = ready.do("export", sessions()[0], "--format", "json").json
    assert [turn["role"] for turn in exported["turns"]] == ["user", "assistant"]
    said = exported["turns"][1]
    assert said["text"] == WORDS
    assert said["state"] == "complete"
    assert [block["type"] for block in said["blocks"]] == ["thinking", "text"]
    assert said["blocks"][1]["text"] == WORDS
    (attempt,) = said["attempts"]
    assert attempt["message_id"] == row.message_id
    assert said["usage"] == attempt["usage"]
    assert said["usage"]["input_tokens"] == row.input_tokens
    assert said["usage"]["output_tokens"] == row.output_tokens
    assert said["usage"]["cache_creation_input_tokens"] == row.cache_creation_input_tokens
    assert exported["usage"]["total"] == exported["usage"]["kept"]
    assert exported["damaged_records"] == 0


FAULTS = (
    "error_event@1:after=150",
    "reset@1:after=150",
    "cut_event@1:after=150",
    "cut@1:after=150",
    "eof@1:after=150",
    "bad_json@1:after=150",
    "stall@1:after=150",
    "overloaded@1",
    "rate_limit@1:retry_after=1",
    "error500@1",
)


@pytest.mark.parametrize("model", [CONTINUES, PREFILLS], ids=lambda model: model.display_name)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_each_kind_costs_no_word(
    fault: str, model: Model, key: str, home: Path, do: Do
) -> None:
    (home / "config.toml").write_text("first_byte = 2\nprogress = 1\n")
    words = numbered_words(400)
    with scripted_thread([words], fault, models=[model], token=key) as server:
        done = do("ask", *to(server, model), "count")
        asked = [row for row in server.requests if row.path == "/v1/messages"]
        resumed = asked[1].body
    assert (done.code, done.out) == (0, words + "\n")
    assert "Retrying in " in done.err
    assert "attempt 2/6" in done.err
    said = last_reply()
    assert said["text"] == words
    assert said["state"] == "complete"
    assert len(said["attempts"]) == len(asked) == 2
    assert said["attempts"][0]["error"]["message"]
    assert said["attempts"][0]["outcome"] != said["attempts"][1]["outcome"]
    assert isinstance(resumed, dict)
    in_the_middle = ":after" in fault
    last = resumed["messages"][-1]["role"]
    assert last == ("assistant" if in_the_middle and model is PREFILLS else "user")
    assert ("resumed · 2 attempts" in done.err) == in_the_middle
    assert all(row["usage"] or not in_the_middle for row in said["attempts"])


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("bad_request", 4),
        ("unauthorised", 3),
        ("forbidden", 3),
        ("not_found", 4),
        ("too_large", 4),
        ("redirect", 4),
        ("html:status=200", 4),
    ],
)
def test_what_asking_again_cannot_help_is_said_once(
    fault: str, code: int, key: str, home: Path, do: Do
) -> None:
    with scripted_thread(["never"], fault, models=[UNKNOWN], token=key) as server:
        done = do("ask", *to(server), "my question")
        asked = [row for row in server.requests if row.path == "/v1/messages"]
    assert (done.code, done.out) == (code, "")
    assert_one_clear_line(done.err)
    assert len(asked) == 1
    assert export()["turns"][0]["text"] == "my question"
    assert last_reply()["state"] == "failed"
    assert_no_key(home, done.out + done.err)


def assert_one_clear_line(said: str) -> None:
    """One line on stderr, with at least two sentences: what happened, and the way out."""
    (line,) = said.splitlines()
    assert line.startswith("hq-tui: ")
    assert line.count(". ") >= 1
    assert "Retrying" not in line
    assert "Traceback" not in line


def assert_no_key(home: Path, said: str, key: str = KEY) -> None:
    assert key not in said
    assert key.encode() not in everything_in(home)


def test_a_key_with_a_line_break_is_refused_before_it_is_sent(
    home: Path, monkeypatch: pytest.MonkeyPatch, do: Do
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", f"{KEY}\nx-evil: 1")
    with scripted_thread(["never"], models=[UNKNOWN], token=KEY) as server:
        done = do("ask", *to(server), "my question")
        assert not server.requests
    assert (done.code, done.out) == (3, "")
    assert_one_clear_line(done.err)
    assert export()["turns"][0]["text"] == "my question"
    assert_no_key(home, done.out + done.err)


def test_a_host_that_is_not_there_is_said_at_once(key: str, home: Path, do: Do) -> None:
    done = do("ask", "--base-url", "https://there-is-no-such-host.invalid", "my question")
    if "No network" in done.err:
        pytest.skip("this machine cannot look up names at all")
    assert (done.code, done.out) == (4, "")
    assert_one_clear_line(done.err)
    assert_no_key(home, done.err)


def test_no_key_is_said_with_the_way_out(do: Do) -> None:
    done = do("ask", "my question")
    assert (done.code, done.out) == (3, "")
    assert_one_clear_line(done.err)
    assert "ANTHROPIC_API_KEY" in done.err
    assert "--rehearse" in done.err


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "ftp://x", "https://me:secret@x.org", "nonsense"],
)
def test_an_address_that_no_key_may_go_to_is_a_usage_error(url: str, key: str, do: Do) -> None:
    done = do("ask", "--base-url", url, "hello")
    assert done.code == 2
    assert "secret" not in done.err
    assert sessions() == []


class SparseService:
    """A service that knows no list of models and never tells usage."""

    def __init__(self, service: Service) -> None:
        self.token = service.token
        self._service = service

    def answer(self, request: HttpRequest) -> ServiceResponse:
        found = self._service.answer(request)
        if request.path != "/v1/messages":
            return replace(found, performance=refusal(NOT_FOUND, "req_1"))
        told = [step for step in found.performance.steps if isinstance(step, Send)]
        steps = tuple(replace(step, data=without_usage(step.data)) for step in told)
        return replace(found, performance=replace(found.performance, steps=steps))


def without_usage(event: bytes) -> bytes:
    head, data = event.rstrip().split(b"data: ", 1)
    fields = json.loads(data)
    fields.pop("usage", None)
    fields.get("message", {}).pop("usage", None)
    return head + b"data: " + json.dumps(fields).encode() + b"\n\n"


def test_a_server_that_lacks_most_things_is_good_enough(key: str, do: Do) -> None:
    server = scripted(["Why?"], models=[UNKNOWN], token=key)
    vars(server)["service"] = SparseService(server.service)
    with running(server):
        done = do("ask", *to(server), "hello")
    assert (done.code, done.out, done.err) == (0, "Why?\n", "")
    assert last_reply()["state"] == "complete"


@pytest.mark.parametrize("words", [(), ("-",)], ids=["piped", "dash"])
def test_the_prompt_may_come_by_a_pipe(words: tuple[str, ...], do: Do) -> None:
    done = do("ask", "--rehearse", *words, stdin="Is Python slow?\nReally?\n")
    assert done.code == 0
    assert export()["turns"][0]["text"] == "Is Python slow?\nReally?"


@pytest.mark.parametrize(
    ("data", "read", "said"),
    [
        ("Où est-ce?\n".encode("cp1252"), "Où est-ce?", "The input was read as cp1252, not UTF-8."),
        ("Où?\n".encode("utf-16"), "Où?", "The input was read as utf-16, not UTF-8."),
        (b"\x89PNG\r\n\x1a\n", "\ufffdPNG", "The input is not UTF-8; what could not be read was"),
        ("Où?\n".encode(), "Où?", ""),
    ],
    ids=["one byte", "two bytes", "no text", "UTF-8"],
)
def test_input_in_another_encoding_is_read_and_that_is_said(
    data: bytes, read: str, said: str, do: Do
) -> None:
    done = do("ask", "--rehearse", "-", stdin=data)
    assert done.code == 0
    assert export()["turns"][0]["text"].startswith(read)
    assert done.err.count("UTF-8") == bool(said)
    assert said in done.err


def test_nothing_to_ask_is_a_usage_error(do: Do) -> None:
    assert do("ask", "--rehearse", stdin="  \n").code == 2


def test_bytes_that_are_no_text_are_asked_all_the_same() -> None:
    done = subprocess.run(
        [*command("ask", "--rehearse"), b"caf\xe9 is slow"],
        capture_output=True,
        env=surroundings({}),
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert export()["turns"][0]["text"] == "caf\ufffd is slow"


def test_json_is_one_object_with_the_reply_as_exported(do: Do) -> None:
    done = do("ask", "--rehearse", "--json", "Is Python slow?")
    assert done.code == 0
    assert set(done.json) == {"session", "reply"}
    assert done.json["session"] == sessions()[0]
    assert done.json["reply"] == last_reply()


def test_a_session_is_taken_up_by_continue_and_by_name(do: Do) -> None:
    first = do("ask", "--rehearse", "--json", "Is Python slow?").json["session"]
    other = do("ask", "--rehearse", "--json", "Is Rust fast?").json["session"]
    assert first != other
    assert do("ask", "--rehearse", "--continue", "Because of the GIL.").code == 0
    assert do("ask", "--rehearse", "--session", first[:15], "x").code in {0, 1}
    assert do("ask", "--rehearse", "--session", first, "Because I measured it.").code == 0
    asked = {name: [t["text"] for t in export(name)["turns"][::2]] for name in (first, other)}
    assert asked[other] == ["Is Rust fast?", "Because of the GIL."]
    assert asked[first][0] == "Is Python slow?"
    assert asked[first][-1] == "Because I measured it."


def test_a_whole_reply_is_not_continued_without_words(do: Do) -> None:
    do("ask", "--rehearse", "Is Python slow?")
    assert do("ask", "--rehearse", "--continue").code == 2
    assert do("ask", "--rehearse", "--session", "nonsense", "x").code == 1


def test_a_rehearsal_does_not_become_a_session_with_claude(key: str, do: Do) -> None:
    do("ask", "--rehearse", "Is Python slow?")
    done = do("ask", "--continue", "--model", MODEL, "hello")
    assert done.code == 2
    assert export()["model"] == "rehearsal-1"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("then", [(), ("Something else.",)], ids=["go on", "ask anew"])
def test_a_signal_keeps_what_came_and_the_session_goes_on(
    number: signal.Signals, then: tuple[str, ...], key: str, home: Path, do: Do
) -> None:
    words = numbered_words(100)
    with gated_server(words, "And then?", after=30) as (server, gate):
        with start("ask", *to(server), "count") as process:
            assert process.stdout is not None
            came = process.stdout.read(len(numbered_words(30)))
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 128 + number
        assert "stopped" in err.decode()
        partial = numbered_words(30)
        assert (came + out).decode().rstrip() == partial
        assert last_reply()["state"] == "stopped"
        assert last_reply()["text"].rstrip() == partial
        gate.open()
        done = do("ask", *to(server), "--continue", *then)
        assert done.code == 0, done.err
    assert last_reply()["text"] == ("And then?" if then else words)
    assert last_reply()["state"] == "complete"


def test_a_reader_that_goes_away_ends_it_quietly(key: str) -> None:
    with (
        gated_server(numbered_words(3000), after=30) as (server, gate),
        start("ask", *to(server), "count") as process,
    ):
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(2) == b"w1"
        process.stdout.close()
        gate.open()
        err = process.stderr.read().decode()
        assert process.wait(60) == 141
    assert "Traceback" not in err
    assert "BrokenPipe" not in err
    assert last_reply()["text"].startswith("w1 w2")
    assert last_reply()["state"] == "stopped"


def test_an_output_that_takes_no_more_is_said_and_the_words_are_saved() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no /dev/full here")
    with (
        full.open("wb") as nowhere,
        start("ask", "--rehearse", "Is it?", stdout=nowhere.fileno()) as process,
    ):
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot be written to stdout" in err.decode()
    assert "Traceback" not in err.decode()
    assert "Exception ignored" not in err.decode()
    assert last_reply()["text"]
