"""`hq-tui ask` with servers that lack something, and with replies that are only half of one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Do
from tests.support.files import PDF, png
from tests.support.program import Ended
from tests.support.ready import Ready
from tests.support.saved import last_reply

Row = dict[str, Any]
USAGE = {"input_tokens": 9, "output_tokens": 1}


def message(*blocks: Row, reason: str = "end_turn", details: Row | None = None) -> bytes:
    """A stream with these blocks."""
    start = {"id": "m", "model": "m", "content": [], "usage": USAGE}
    rows: list[Row] = [{"type": "message_start", "message": start}]
    for index, block in enumerate(blocks):
        rows += [
            {"type": "content_block_start", "index": index, "content_block": block},
            {"type": "content_block_stop", "index": index},
        ]
    usage = {"output_tokens": 7}
    delta = {"stop_reason": reason, **({"stop_details": details} if details else {})}
    rows.append({"type": "message_delta", "delta": delta, "usage": usage})
    rows.append({"type": "message_stop"})
    return "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in rows).encode()


def text(words: str) -> Row:
    return {"type": "text", "text": words}


@dataclass(slots=True)
class Lesser:
    """A server that refuses what it lacks and else gives its answers in order."""

    answers: list[bytes]
    lacks: Callable[[Mapping[str, Any]], bool] = lambda _: False
    words: str = ""
    status: int = 400
    bodies: list[Row] = field(default_factory=list)
    refused: int = 0
    url: str = ""

    def answer(self, body: Row) -> tuple[int, str, bytes]:
        if self.lacks(body):
            self.refused += 1
            named = next((one for one in ("tools", "thinking") if one in body), "")
            said = {"type": "x", "message": self.words.replace("{}", named)}
            error = {"type": "error", "error": said}
            return self.status, "application/json", json.dumps(error).encode()
        self.bodies.append(body)
        place = min(len(self.bodies), len(self.answers)) - 1
        return 200, "text/event-stream", self.answers[place]


@contextmanager
def serving(lesser: Lesser) -> Iterator[Lesser]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self.put(404, "application/json", b"{}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.put(*lesser.answer(body))

        def put(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    lesser.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield lesser
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


LACKS: dict[str, tuple[Callable[[Mapping[str, Any]], bool], str]] = {
    "thinking": (lambda body: "thinking" in body, '"llama3.2" does not support thinking'),
    "tools": (lambda body: "tools" in body, "gemma:latest does not support tools"),
    "cache": (
        lambda body: "cache_control" in json.dumps(body),
        "cache_control: Extra inputs are not permitted",
    ),
    "system": (
        lambda body: not isinstance(body.get("system", ""), str),
        "system: Input should be a valid string",
    ),
    "max_tokens": (
        lambda body: body["max_tokens"] > 4096,
        "max_tokens is too large: 16000. This model supports at most 4096 completion tokens",
    ),
    "most": (
        lambda body: bool(body.keys() & {"thinking", "tools", "tool_choice"}),
        "{}: Extra inputs are not permitted",
    ),
}


@pytest.mark.parametrize("name", LACKS)
def test_a_server_that_lacks_something_is_asked_without_it_and_that_is_said_once(
    name: str, key: str, do: Do
) -> None:
    lacks, words = LACKS[name]
    with serving(Lesser([message(text("What next?"))], lacks, words)) as server:
        first = do("ask", "--base-url", server.url, "Hello.")
        refused = server.refused
        again = do("ask", "--base-url", server.url, "Hello again.")
    assert (first.code, first.out) == (again.code, again.out) == (0, "What next?\n")
    assert refused == server.refused > 0
    assert len(first.err.splitlines()) == refused
    assert again.err == ""


def has(body: Mapping[str, Any], kind: str) -> bool:
    return any(block["type"] == kind for one in body["messages"] for block in one["content"])


@pytest.mark.parametrize(
    ("model", "kind", "words", "place", "gone"),
    [
        ("claude-opus-5", "document", "Input tag 'document' is not supported", "text", "a.md"),
        ("some-model", "document", "this model does not support PDF input", "name", "a.pdf"),
        ("some-model", "image", "llava-less does not support image input", "name", "a.png"),
        (
            "some-model",
            "image",
            "unknown content type image",
            "name",
            "a.png",
        ),
    ],
)
def test_a_server_that_takes_no_files_gets_texts_inside_the_message_and_names_for_the_rest(
    model: str, kind: str, words: str, place: str, gone: str, key: str, do: Do, tmp_path: Path
) -> None:
    for name, data in (("a.md", b"A plan."), ("a.pdf", PDF), ("a.png", png(4, 3))):
        (tmp_path / name).write_bytes(data)
    files = [str(tmp_path / name) for name in ("a.md", "a.pdf", "a.png")]
    with serving(
        Lesser([message(text("What next?"))], lambda body: has(body, kind), words)
    ) as server:
        to = ("--base-url", server.url, "--model", model)
        first = do("ask", *to, "--attach", *files, "--", "Hello.")
        again = do("ask", *to, "--continue", "Hello again.")
        blocks = server.bodies[-1]["messages"][0]["content"]
    assert (first.code, again.code, server.refused) == (0, 0, 1)
    said = [block["text"] for block in blocks if block["type"] == "text"]
    (told,) = [one for one in said if one.startswith(f'<file name="{gone}"')]
    assert ("A plan." if place == "text" else "this server cannot take it") in told
    assert ("takes no pictures" if kind == "image" else "takes no documents") in first.err


HALVES = {
    "max_tokens": (4, "half a reply"),
    "model_context_window_exceeded": (4, "half a reply"),
    "refusal": (1, "refused by the model"),
    "tea_break": (0, "tea_break"),
    "end_turn": (0, ""),
}


@pytest.mark.parametrize("reason", HALVES)
def test_half_a_reply_is_no_success(reason: str, key: str, do: Do) -> None:
    code, words = HALVES[reason]
    with serving(Lesser([message(text("It filled"), reason=reason)])) as server:
        done = do("ask", "--base-url", server.url, "Hello.")
    assert (done.code, done.out) == (code, "It filled\n")
    assert words in done.err


def test_a_reply_of_nothing_but_a_call_gets_its_result_at_once_and_the_model_speaks(
    key: str, do: Do
) -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "board_update", "input": {"ops": []}}
    answers = [message(call, reason="tool_use"), message(text("And why?"))]
    with serving(Lesser(answers)) as server:
        done = do("ask", "--base-url", server.url, "Hello.")
    assert (done.code, done.out, done.err) == (0, "And why?\n", "")
    asked, called, result = server.bodies[-1]["messages"]
    assert (asked["role"], called["content"]) == ("user", [call])
    assert [one["tool_use_id"] for one in result["content"]] == ["toolu_1"]
    assert last_reply()["text"] == "And why?"


def test_a_reply_without_a_word_is_asked_for_once_more_and_then_said(key: str, do: Do) -> None:
    with serving(Lesser([message()])) as server:
        done = do("ask", "--base-url", server.url, "Hello.")
        assert len(server.bodies) == 2
    assert (done.code, done.out) == (4, "")
    assert "without a word" in done.err


def asked(way: str, do: Do, ready: Ready, url: str, *options: str) -> Ended:
    """A question to the server at `url`, by `ask` or by a line to `--plain`."""
    if way == "ask":
        return do("ask", "--base-url", url, *options, "Tides?")
    return ready.do("--plain", "--base-url", url, *options, stdin="Tides?\n/quit\n")


def test_what_pauses_goes_on_by_itself_and_goes_back_as_it_came(key: str, do: Do) -> None:
    search = {
        "type": "server_tool_use",
        "id": "srv_1",
        "name": "web_search",
        "input": {"query": "x"},
    }
    answers = [
        message(text("First half, "), search, reason="pause_turn"),
        message(text("and the second.")),
    ]
    with serving(Lesser(answers)) as server:
        done = do("ask", "--base-url", server.url, "Hello.")
    assert (done.code, done.out) == (0, "First half, and the second.\n")
    _, paused = server.bodies[-1]["messages"]
    assert paused == {"role": "assistant", "content": [text("First half, "), search]}


@pytest.mark.parametrize("way", ["ask", "plain"])
def test_a_reply_begun_again_is_printed_though_it_is_as_long(
    way: str, key: str, do: Do, ready: Ready
) -> None:
    first = message(text("Twice a day.")).split(b"event: content_block_stop")[0]
    again = message(text("Once a week.")).replace(b'"id": "m"', b'"id": "n"')
    with serving(Lesser([first + again])) as server:
        done = asked(way, do, ready, server.url)
    assert done.code == 0
    assert "Once a week.\n" in done.out


@pytest.mark.parametrize("way", ["ask", "plain"])
def test_who_answered_and_what_is_cited_are_told(way: str, key: str, do: Do, ready: Ready) -> None:
    handed = {
        "type": "fallback",
        "from": {"model": "claude-opus-5"},
        "to": {"model": "claude-haiku-4-5"},
    }
    cited = {"type": "web_search_result_location", "title": "Tides", "url": "https://t.example"}
    said = {**text("Twice a day."), "citations": [cited]}
    with serving(Lesser([message(handed, said)])) as server:
        done = asked(way, do, ready, server.url, "--model", "claude-opus-5")
    assert done.code == 0
    assert "Twice a day.\n" in done.out
    told = done.err if way == "ask" else done.out
    assert "hq-tui: [1] Tides · https://t.example\n" in told
    assert "hq-tui: answered by claude-haiku-4-5 in place of claude-opus-5\n" in told


@pytest.mark.parametrize("way", ["ask", "plain"])
def test_why_the_model_refused_is_told(way: str, key: str, do: Do, ready: Ready) -> None:
    details = {"type": "refusal", "explanation": "It would harm."}
    with serving(Lesser([message(reason="refusal", details=details)])) as server:
        done = asked(way, do, ready, server.url)
        again = ready.do("--plain", "--continue", "--base-url", server.url, stdin="/quit\n")
    told = done.err if way == "ask" else done.out
    assert told.count("hq-tui: refused by the model: It would harm.\n") == 1
    assert again.out.count("hq-tui: refused by the model: It would harm.\n") == 1
