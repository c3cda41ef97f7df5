"""The command line with a provider: asked, gone on with, taken elsewhere, looked at by the doctor.

The clouds are loopback servers of this test; the program runs as a process of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hq_tui.claude.providers import PROVIDERS
from tests.claude.providers.clouds import on_the_wire, parts_of, signed_in, stream_of
from tests.claude.raw_server import BEGINNING, HELLO, RawServer, refused, whole
from tests.cli.conftest import Do
from tests.support.program import Ended
from tests.support.ready import Ready

Hq = Callable[..., Awaitable[Ended]]
NO_WORDS = whole(400, b'{"message": "messages: at least one message is required"}')


@pytest.fixture(autouse=True)
async def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with signed_in(tmp_path, monkeypatch):
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        yield


@pytest.fixture
def hq(ready: Ready) -> Hq:
    async def do(*words: str) -> Ended:
        return await asyncio.to_thread(ready.do, *words)

    return do


def at(monkeypatch: pytest.MonkeyPatch, **servers: RawServer) -> None:
    """Let the SDK's variables name these servers."""
    for name, server in servers.items():
        monkeypatch.setenv(f"ANTHROPIC_{name.upper()}_BASE_URL", server.url)


async def test_a_session_goes_on_with_its_provider_until_another_is_named(
    monkeypatch: pytest.MonkeyPatch,
    hq: Hq,
) -> None:
    framed, plain = stream_of("bedrock", on_the_wire("bedrock", HELLO)), stream_of("foundry", HELLO)
    async with RawServer(framed) as bedrock, RawServer(plain) as foundry:
        at(monkeypatch, bedrock=bedrock, foundry=foundry)
        first = await hq("ask", "--provider", "bedrock", "--model", "claude-opus-5-5", "one")
        assert (first.code, first.out.strip()) == (0, "Hello there"), first.err
        assert (await hq("ask", "--continue", "two")).code == 0
        assert len(bedrock.asked) == 2
        for asked in bedrock.asked:
            assert "/global.anthropic.claude-opus-5-5/" in parts_of(asked)[1]
        moved = await hq("ask", "--continue", "--provider", "foundry", "three")
        assert (moved.code, moved.out.strip()) == (0, "Hello there"), moved.err
        assert (await hq("ask", "--continue", "four")).code == 0
        models = [json.loads(parts_of(asked)[3])["model"] for asked in foundry.asked]
        assert models == ["claude-opus-5-5"] * 2
        said = json.loads(parts_of(foundry.asked[1])[3])["messages"]
        assert [len(str(one["content"])) > 0 for one in said] == [True] * 7
        assert len(bedrock.asked) == 2


async def test_a_reply_that_broke_goes_on_through_the_same_wire(
    monkeypatch: pytest.MonkeyPatch,
    hq: Hq,
) -> None:
    cut = stream_of("bedrock", on_the_wire("bedrock", BEGINNING), end="reset", finished=False)
    rest = HELLO.replace(b"Hello", b" and good").replace(b" there", b" night")
    answers = cut, stream_of("bedrock", on_the_wire("bedrock", rest))
    async with RawServer(*answers) as server:
        at(monkeypatch, bedrock=server)
        done = await hq("ask", "--provider", "bedrock", "--json", "one")
        assert (done.code, len(server.asked)) == (0, 2), done.err
    reply = done.json["reply"]
    assert reply["text"] == "Hello there and good night"
    assert [one["outcome"] for one in reply["attempts"]] == ["cut", "complete"]
    assert (reply["usage"]["input_tokens"], reply["usage"]["output_tokens"]) > (7, 0)


async def test_what_is_missing_is_said_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
    hq: Hq,
) -> None:
    monkeypatch.delenv("ANTHROPIC_FOUNDRY_RESOURCE")
    done = await hq("ask", "--provider", "foundry", "why?")
    assert (done.code, done.out) == (2, "")
    assert "ANTHROPIC_FOUNDRY_RESOURCE" in done.err
    monkeypatch.setenv("ANTHROPIC_FOUNDRY_RESOURCE", "r")
    monkeypatch.delenv("ANTHROPIC_FOUNDRY_API_KEY")
    done = await hq("ask", "--provider", "foundry", "why?")
    assert (done.code, done.out) == (3, "")
    assert "ANTHROPIC_FOUNDRY_API_KEY" in done.err


async def test_credentials_that_have_expired_end_with_the_way_to_new_ones(
    monkeypatch: pytest.MonkeyPatch,
    hq: Hq,
) -> None:
    expired = whole(403, b'{"message": "Expired."}', x_amzn_errortype="ExpiredTokenException")
    async with RawServer(expired) as server:
        at(monkeypatch, bedrock=server)
        done = await hq("ask", "--provider", "bedrock", "why?")
    assert done.code == 3
    assert "aws sso login" in done.err


def test_a_part_that_is_missing_is_told_with_the_command_that_adds_it(
    do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = replace(PROVIDERS["vertex"], module="no_such_package.at_all")
    monkeypatch.setitem(PROVIDERS, "vertex", missing)
    done = do("ask", "--provider", "vertex", "why?")
    assert done.code == 2
    assert "-m pip install 'anthropic[vertex]'" in done.err


async def test_the_doctor_tells_region_credentials_and_reach_and_no_secret(
    monkeypatch: pytest.MonkeyPatch,
    hq: Hq,
) -> None:
    async with RawServer(NO_WORDS) as server:
        at(monkeypatch, bedrock=server)
        done = await hq("doctor", "--provider", "bedrock", "--json")
    rows = {row["name"]: row for row in done.json}
    assert "AWS_REGION=eu-west-1" in rows["provider"]["found"]
    assert rows["key"]["found"] == "from env"
    assert (rows["reach"]["verdict"], "127.0.0.1" in rows["reach"]["found"]) == ("ok", True)
    assert "lists no models" in rows["reach"]["advice"]
    assert "secret/of+a/test" not in done.out + done.err


async def test_the_doctor_says_what_is_wrong_with_a_cloud(
    monkeypatch: pytest.MonkeyPatch,
    hq: Hq,
) -> None:
    async with RawServer(refused(401, "authentication_error", "No.")) as server:
        at(monkeypatch, foundry=server)
        done = await hq("doctor", "--provider", "foundry", "--json")
        rows = {row["name"]: row for row in done.json}
        assert (rows["key"]["verdict"], rows["reach"]["verdict"]) == ("ok", "bad")
        monkeypatch.setenv("AWS_PROFILE", "nobody")
        done = await hq("doctor", "--provider", "aws", "--json", "--offline")
    rows = {row["name"]: row for row in done.json}
    assert (done.code, rows["key"]["verdict"]) == (1, "bad")
    assert "ProfileNotFound" in rows["key"]["found"]
    assert "aws sso login" in rows["key"]["advice"]
