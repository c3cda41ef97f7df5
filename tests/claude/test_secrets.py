"""The key is seen by the server it belongs to, and by nobody else."""

from __future__ import annotations

import json
import logging
import traceback

import pytest

from hq_tui.claude.client import load_sdk
from hq_tui.claude.credentials import Credentials, CredentialsKind
from hq_tui.core.failure import FailureKind as Kind
from tests.claude.asking import CANARY, KEY, Told, asking, told
from tests.claude.raw_server import HELLO, RawServer, refused, streamed, whole
from tests.claude.test_faults import BEFORE_THE_STREAM, IN_THE_STREAM, said

REPEATS = [
    streamed(said("authentication_error", f"Wrong key: {CANARY}")),
    streamed(said("api_error", f"authorization: Bearer {CANARY}")),
    refused(401, "authentication_error", f"Incorrect API key provided: {CANARY}."),
    refused(400, f"{CANARY}", f"{CANARY}" * 40),
    whole(500, f"authorization={CANARY}".encode(), kind="text/plain"),
    whole(403, f"<html>{CANARY}</html>".encode(), kind="text/html"),
    whole(429, json.dumps({"error": CANARY, "request_id": CANARY}).encode()),
]


def seen(result: Told) -> str:
    """Everything that a screen, a record or a crash report could take from a result."""
    told_of = [repr(result.failure), repr(result.error), str(result.error)]
    if result.error is not None:
        told_of += traceback.format_exception(result.error)
        frames = traceback.StackSummary.extract(
            traceback.walk_tb(result.error.__traceback__), capture_locals=True
        )
        told_of += frames.format()
    return "\n".join(told_of)


async def test_a_key_that_a_server_repeats_is_seen_nowhere(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [row[1] for row in IN_THE_STREAM[:4] + BEFORE_THE_STREAM[:4]]
    async with RawServer(*REPEATS, *faults) as server, asking(server.url) as partner:
        for _ in (*REPEATS, *faults):
            result = await told(partner)
            assert result.failure is not None
            assert CANARY not in seen(result)
        assert all(f"Bearer {CANARY}".encode() in one for one in server.asked)
    assert CANARY not in caplog.text
    assert CANARY not in "".join(capfd.readouterr())


@pytest.mark.parametrize("middle", ["\n", "\r\n", "\x00", "\n x: y", "é", " "])
async def test_a_key_that_no_header_can_carry_is_named_and_not_shown(
    middle: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = CANARY + middle + CANARY
    broken = Credentials(kind=CredentialsKind.API_KEY, source="a test", secret=secret)
    async with RawServer(streamed(HELLO)) as server, asking(server.url, broken) as partner:
        result = await told(partner)
        assert server.asked == []
    assert result.failure is not None
    assert (result.failure.kind, result.failure.retryable) == (Kind.CREDENTIALS, False)
    assert "a test" in result.failure.message
    assert CANARY not in seen(result) + caplog.text + "".join(capfd.readouterr())


async def test_a_line_break_after_a_key_does_no_harm() -> None:
    key = Credentials(kind=CredentialsKind.API_KEY, source="a test", secret=f"{CANARY}\n")
    async with RawServer(streamed(HELLO)) as server, asking(server.url, key) as partner:
        assert (await told(partner)).failure is None


async def test_the_search_would_find_a_key() -> None:
    """The sabotage twin: an exception of the SDK's own, chain and all, shows the key."""
    import anthropic

    load_sdk()
    async with (
        RawServer(streamed(HELLO)) as server,
        anthropic.AsyncAnthropic(
            api_key=f"{CANARY}\n", base_url=server.url, max_retries=0
        ) as client,
    ):
        with pytest.raises(anthropic.APIConnectionError) as caught:
            await client.models.list()
    assert CANARY in "".join(traceback.format_exception(caught.value))


def test_credentials_hide_their_secret() -> None:
    assert CANARY not in repr(KEY)
    assert CANARY not in str(KEY)
