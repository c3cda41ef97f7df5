"""`hq-tui rehearse`: the loopback API on its own, used by other programs through the SDK."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cli.conftest import Do
from tests.support.program import run, start, surroundings

CLIENT = """
import sys, anthropic
for key in sys.argv[2:]:
    client = anthropic.Anthropic(base_url=sys.argv[1], api_key=key, max_retries=0)
    try:
        with client.messages.stream(
            model="rehearsal-1", max_tokens=500,
            messages=[{"role": "user", "content": "Is Python slow?"}],
        ) as stream:
            print(repr(stream.get_final_text()))
    except anthropic.APIStatusError as error:
        print(error.status_code)
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def serving(*words: str) -> Iterator[tuple[subprocess.Popen[bytes], str, str]]:
    """The server in a process of its own; its URL and its key."""
    with start("rehearse", "--port", str(free_port()), *words) as process:
        try:
            assert process.stdout is not None
            said = [process.stdout.readline().decode().strip() for _ in range(3)]
            assert said[0] == "REHEARSAL: rule-based, not Claude"
            yield process, said[1].partition("=")[2], said[2].partition("=")[2]
        finally:
            process.kill()


def ask_with_the_sdk(url: str, *keys: str, client: str = CLIENT) -> list[str]:
    """What a program that knows the SDK alone gets, a line for each key that it asks with."""
    done = subprocess.run(
        [sys.executable, "-c", client, url, *keys],
        env=surroundings({}),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode().splitlines()


def test_another_program_talks_to_it_through_the_sdk_and_meets_the_faults() -> None:
    with serving("--faults", "overloaded@1", "--token", "a-token-of-mine") as (process, url, key):
        assert key == "a-token-of-mine"
        busy, answered, refused = ask_with_the_sdk(url, key, key, "wrong")
        assert busy == "529"
        assert answered.count("?") == 1
        assert refused == "401"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def test_whoever_types_what_it_prints_gets_an_answer() -> None:
    with serving() as (process, url, key):
        assert process.stdout is not None
        names, way = (process.stdout.readline().decode().strip() for _ in range(2))
        assert "claude-sonnet-5-5" in names
        assert "--any-model" in names
        _, _, words = way.partition(": ")
        given = dict(word.split("=", 1) for word in shlex.split(words)[:2])
        assert given == {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": key}
        program, *rest = shlex.split(words)[2:]
        assert program == "hq-tui"
        done = run(*rest, env=surroundings(given))
        assert (done.code, done.out.count("?")) == (0, 1), done.err


def test_any_model_may_be_asked_for_where_that_is_wanted() -> None:
    client = CLIENT.replace("rehearsal-1", "claude-opus-4-8")
    for words, said in ((("--any-model",), "?"), ((), "404")):
        with serving(*words) as (_, url, key):
            assert said in ask_with_the_sdk(url, key, client=client)[0]


def test_words_that_sound_like_a_continuation_are_answered_and_so_is_what_follows(do: Do) -> None:
    said = "The team picks the work up where it left off, an answer was interrupted"
    first = do("ask", "--rehearse", "--json", said)
    session = json.loads(first.out)["session"]
    then = do("ask", "--session", session, "--json", "We meet on Mondays.")
    last = do("ask", "--session", session, "--json", "Please continue from where you left off.")
    for done in (first, then, last):
        assert done.code == 0
        assert json.loads(done.out)["reply"]["text"].count("?") == 1


def test_a_port_that_is_taken_is_said(do: Do) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        done = do("rehearse", "--port", str(one.getsockname()[1]))
    assert done.code == 1
    assert "cannot be opened" in done.err


def test_faults_that_are_no_faults_are_a_usage_error(do: Do) -> None:
    done = do("rehearse", "--port", "0", "--faults", "nonsense@1")
    assert done.code == 2
    assert "Possible: " in done.err
