"""What a certificate can be wrong in, said in words with the way out, and never asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from hq_tui.core.failure import Failure
from hq_tui.core.failure import FailureKind as Kind
from tests.claude.asking import asking, told
from tests.claude.raw_server import HELLO, RawServer, streamed
from tests.support.certificates import FUTURE, PAST, Certificate, certificate

Made = Callable[[Path], Certificate]
HERE = ("localhost", "127.0.0.1")
WRONG: list[tuple[str, Made, str, str]] = [
    (
        "other name",
        lambda at: certificate(at, "other.example"),
        "is for another name",
        "--base-url",
    ),
    ("past", lambda at: certificate(at, *HERE, valid=PAST), "has expired", "clock"),
    ("future", lambda at: certificate(at, *HERE, valid=FUTURE), "is not valid yet", "clock"),
]


async def failed(made: Certificate, *, url: str = "") -> Failure:
    """How asking a server with this certificate ended, and that no word went there."""
    async with RawServer(streamed(HELLO), tls=made.server) as server:
        async with asking(url or server.url) as partner:
            failure = (await told(partner)).failure
        assert server.asked == []
        assert failure is not None
        host = server.url.removeprefix("https://")
        assert host in failure.message or failure.kind is not Kind.TLS
        return failure


@pytest.mark.parametrize(
    ("made", "message", "hint"), [pytest.param(*row, id=name) for name, *row in WRONG]
)
async def test_what_is_wrong_with_a_certificate_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Made, message: str, hint: str
) -> None:
    shown = made(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(shown.path))
    failure = await failed(shown)
    assert (failure.kind, failure.retryable) == (Kind.TLS, False)
    assert message in failure.message
    assert hint in failure.hint


async def test_one_that_nobody_vouches_for_is_trusted_when_its_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = certificate(tmp_path, *HERE)
    failure = await failed(shown)
    assert (failure.kind, failure.retryable) == (Kind.TLS, False)
    assert "is not trusted" in failure.message
    assert "SSL_CERT_FILE" in failure.hint
    monkeypatch.setenv("SSL_CERT_FILE", str(shown.path))
    async with (
        RawServer(streamed(HELLO), tls=shown.server) as server,
        asking(server.url) as partner,
    ):
        assert (await told(partner)).text == "Hello there"


@pytest.mark.parametrize("content", [None, "not a certificate"])
async def test_a_file_of_certificates_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    named = tmp_path / "named.pem"
    if content is not None:
        named.write_text(content)
    shown = certificate(tmp_path, *HERE)
    monkeypatch.setenv("SSL_CERT_FILE", str(named))
    failure = await failed(shown)
    assert (failure.kind, failure.retryable) == (Kind.LOCAL, False)
    assert failure.message == "The certificates that SSL_CERT_FILE names cannot be read."


async def test_a_line_that_breaks_while_it_is_being_secured_is_tried_again() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with asking(f"https://127.0.0.1:{port}") as partner:
            failure = (await told(partner)).failure
    assert failure is not None
    assert (failure.kind, failure.retryable) == (Kind.NETWORK, True)
    assert "while a secure connection was being made" in failure.message
