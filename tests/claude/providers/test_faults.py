"""What goes wrong at a cloud, played by a loopback server, and the way out that is named."""

from __future__ import annotations

import base64
import json
import socket
import struct
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hq_tui.claude.exceptions import failure_of
from hq_tui.claude.partner import ClaudePartner
from hq_tui.claude.providers import PROVIDERS
from hq_tui.core.events import BlockStarted
from hq_tui.core.failure import FailureKind as Kind
from hq_tui.errors import UsageError
from tests.claude.asking import CANARY, Told, request, told
from tests.claude.providers.clouds import (
    CLOUDS,
    SECRET_KEY,
    TOKEN,
    broken_off,
    frame,
    framed,
    model_of,
    on_the_wire,
    partner_at,
    service_account,
    signed_in,
    stream_of,
)
from tests.claude.raw_server import BEGINNING, HELLO, Answer, RawServer, whole
from tests.claude.test_faults import BEFORE_THE_STREAM
from tests.claude.test_faults import IN_THE_STREAM as EVENT_FAULTS

SSO, ADC = "aws sso login", "gcloud auth application-default login"


@pytest.fixture(autouse=True)
async def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with signed_in(tmp_path, monkeypatch):
        yield


def of_amazon(status: int, kind: str, message: str = "Because.") -> Answer:
    body = json.dumps({"message": message}).encode()
    headers = {"x-amzn-ErrorType": f"{kind}:http://internal.amazon.com/", "x-amzn-RequestId": "a-1"}
    return whole(status, body, **{name.replace("-", "_"): each for name, each in headers.items()})


def of_google(status: int, kind: str, message: str = "Because.") -> Answer:
    error = {"code": status, "message": message, "status": kind}
    return whole(status, json.dumps([{"error": error}]).encode())


def of_azure(status: int, message: str = "Because.") -> Answer:
    body = json.dumps({"error": {"code": str(status), "message": message}}).encode()
    return whole(status, body, apim_request_id="z-1")


REFUSED = [
    ("bedrock", of_amazon(403, "ExpiredTokenException"), Kind.CREDENTIALS, False, SSO),
    ("aws", of_amazon(403, "UnrecognizedClientException"), Kind.CREDENTIALS, False, SSO),
    ("bedrock", of_amazon(403, "InvalidSignatureException"), Kind.CREDENTIALS, False, SSO),
    (
        "bedrock-mantle",
        whole(403, b'{"Message": "Authentication failed: is your key valid?"}'),
        Kind.CREDENTIALS,
        False,
        SSO,
    ),
    ("bedrock", of_amazon(403, "AccessDeniedException"), Kind.PERMISSION, False, "model"),
    ("bedrock", of_amazon(404, "ResourceNotFoundException"), Kind.NOT_FOUND, False, "--model"),
    ("bedrock", of_amazon(400, "ValidationException"), Kind.BAD_REQUEST, False, "model"),
    ("bedrock", of_amazon(429, "ThrottlingException"), Kind.RATE_LIMIT, True, "Wait"),
    ("bedrock", of_amazon(424, "ModelErrorException"), Kind.SERVER, True, "again"),
    ("bedrock", of_amazon(408, "ModelTimeoutException"), Kind.TIMEOUT, True, "again"),
    ("bedrock", of_amazon(503, "ServiceUnavailableException"), Kind.OVERLOADED, True, "later"),
    ("bedrock", of_amazon(500, "InternalServerException"), Kind.SERVER, True, "again"),
    ("vertex", of_google(401, "UNAUTHENTICATED"), Kind.CREDENTIALS, False, ADC),
    ("google-cloud", of_google(403, "PERMISSION_DENIED"), Kind.PERMISSION, False, "model"),
    ("vertex", of_google(404, "NOT_FOUND"), Kind.NOT_FOUND, False, "--model"),
    ("vertex", of_google(429, "RESOURCE_EXHAUSTED"), Kind.RATE_LIMIT, True, "Wait"),
    ("vertex", of_google(503, "UNAVAILABLE"), Kind.OVERLOADED, True, "later"),
    ("vertex", of_google(400, "INVALID_ARGUMENT"), Kind.BAD_REQUEST, False, "model"),
    ("foundry", of_azure(401), Kind.CREDENTIALS, False, "ANTHROPIC_FOUNDRY_API_KEY"),
    ("foundry", of_azure(404), Kind.NOT_FOUND, False, "--model"),
    ("foundry", of_azure(429), Kind.RATE_LIMIT, True, "Wait"),
]
"""What a cloud answers, and the failure that it is: kind, whether it is tried again, a way out."""
IN_THE_STREAM = [
    ("throttlingException", Kind.RATE_LIMIT, True),
    ("internalServerException", Kind.SERVER, True),
    ("modelStreamErrorException", Kind.SERVER, True),
    ("modelTimeoutException", Kind.TIMEOUT, True),
    ("serviceUnavailableException", Kind.OVERLOADED, True),
    ("validationException", Kind.BAD_REQUEST, False),
]


KINDS = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}


def held(data: bytes) -> bytes:
    return json.dumps({"bytes": base64.b64encode(data).decode()}).encode()


ODD_FRAMES = [
    (framed(b"data: {oops"), Kind.MALFORMED),
    (frame(KINDS, held(b"\xff\xfe")), Kind.MALFORMED),
    (frame(KINDS, held(b"[" * 99_999)), Kind.MALFORMED),
    (frame(KINDS, b'{"bytes":5}'), Kind.MALFORMED),
    (frame(KINDS, b"[1]"), Kind.MALFORMED),
    (b"\0" * 64, Kind.MALFORMED),
    (struct.pack("!II", 2**31, 10) + b"abcd" * 10, Kind.MALFORMED),
    (frame(KINDS, b'{"bytes":"***"}'), Kind.CUT),
    (frame(KINDS, b"{}"), Kind.CUT),
    (frame(KINDS, b""), Kind.CUT),
    (frame({}, held(b"{}")), Kind.CUT),
    (frame({**KINDS, ":event-type": "metadata"}, b"{}"), Kind.CUT),
    (broken_off("strangeException"), Kind.SERVER),
    (framed(b'data: {"type":"error","error":{"type":"overloaded_error"}}'), Kind.OVERLOADED),
]
"""Frames that came whole and are not as they should be, at the end of a stream."""


async def answered(provider: str, *answers: Answer) -> tuple[Told, int]:
    """What came of a question, and how many requests it took."""
    async with RawServer(*answers) as server, partner_at(provider, server) as partner:
        result = await told(partner, request(model_of(provider)))
        return result, len(server.asked)


@pytest.mark.parametrize(("provider", "answer", "kind", "retryable", "way_out"), REFUSED)
async def test_a_refusal_of_a_cloud_is_the_same_failure_with_its_own_way_out(
    provider: str, answer: Answer, kind: Kind, retryable: bool, way_out: str
) -> None:
    result, _ = await answered(provider, answer)
    assert result.failure is not None
    assert (result.failure.kind, result.failure.retryable) == (kind, retryable)
    assert way_out in result.failure.hint


@pytest.mark.parametrize(("name", "kind", "retryable"), IN_THE_STREAM)
async def test_a_frame_that_ends_a_stream_is_a_failure_and_the_words_stay(
    name: str, kind: Kind, retryable: bool
) -> None:
    body = on_the_wire("bedrock", BEGINNING) + broken_off(name)
    result, _ = await answered("bedrock", stream_of("bedrock", body))
    assert result.text == "Hello there"
    assert result.failure is not None
    assert (result.failure.kind, result.failure.retryable) == (kind, retryable)
    assert "Because." in result.failure.message


@pytest.mark.parametrize(("odd", "kind"), ODD_FRAMES)
async def test_an_odd_frame_costs_itself_and_is_asked_for_again(odd: bytes, kind: Kind) -> None:
    body = on_the_wire("bedrock", BEGINNING) + odd
    result, _ = await answered("bedrock", stream_of("bedrock", body))
    assert result.text == "Hello there"
    assert result.failure is not None
    assert (result.failure.kind, result.failure.retryable) == (kind, True)
    assert result.error is not None
    assert (result.error.__cause__, result.error.__context__) == (None, None)


@pytest.mark.parametrize("provider", sorted(set(CLOUDS) - {"bedrock"}))
async def test_what_breaks_in_a_stream_of_events_is_the_same_failure_everywhere(
    provider: str,
) -> None:
    async with RawServer() as server, partner_at(provider, server) as partner:
        for name, answer, kind, retryable in EVENT_FAULTS:
            server.answers = (answer,)
            result = await told(partner, request(model_of(provider)))
            assert result.failure is not None, name
            assert (result.failure.kind, result.failure.retryable) == (kind, retryable), name
            assert result.text == ("Hello there" if BEGINNING in answer.data else ""), name


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (stream_of("bedrock", b""), Kind.NOT_AN_API),
        (whole(200, b"<html>Log in</html>", kind="text/html"), Kind.NOT_AN_API),
        (whole(200, b'{"error": {"type": "overloaded_error"}}'), Kind.OVERLOADED),
        (
            stream_of("bedrock", on_the_wire("bedrock", BEGINNING), end="hold", finished=False),
            Kind.STALLED,
        ),
    ],
)
async def test_what_is_no_stream_of_frames_is_told_apart(answer: Answer, kind: Kind) -> None:
    result, _ = await answered("bedrock", answer)
    assert result.failure is not None
    assert result.failure.kind is kind


async def test_a_whole_message_in_place_of_frames_is_taken() -> None:
    content = [{"type": "text", "text": "Hello there"}]
    message = {"type": "message", "id": "m", "model": "m", "content": content}
    result, _ = await answered("bedrock", whole(200, json.dumps(message).encode()))
    assert result.failure is None
    assert [one.data for one in result.events if isinstance(one, BlockStarted)] == content


@pytest.mark.parametrize("provider", CLOUDS)
async def test_what_breaks_before_a_stream_is_the_same_failure_everywhere(provider: str) -> None:
    async with RawServer() as server, partner_at(provider, server) as partner:
        for name, answer, kind, retryable in BEFORE_THE_STREAM:
            server.answers = (answer,)
            result = await told(partner, request(model_of(provider)))
            assert result.failure is not None, name
            if kind is not None:
                assert (result.failure.kind, result.failure.retryable) == (kind, retryable), name
            assert "\n" not in result.failure.message
            assert result.error is not None
            assert (result.error.__cause__, result.error.__context__) == (None, None)


async def test_the_number_of_a_request_is_kept_under_each_name_that_it_has() -> None:
    for provider, answer, number in (
        ("bedrock", of_amazon(429, "ThrottlingException"), "a-1"),
        ("foundry", of_azure(429), "z-1"),
    ):
        bare = Answer(data=answer.data.replace(b"request-id: req_1\r\n", b""))
        result, _ = await answered(provider, bare)
        assert result.failure is not None
        assert result.failure.request_id == number


async def test_credentials_that_were_renewed_meanwhile_are_found_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hello = stream_of("bedrock", on_the_wire("bedrock", HELLO))
    expired = of_amazon(403, "ExpiredTokenException")
    async with (
        RawServer(hello, expired, hello) as server,
        partner_at("bedrock", server) as partner,
    ):
        await told(partner, request(model_of("bedrock")))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDANOTHER0000")
        result = await told(partner, request(model_of("bedrock")))
        assert (result.text, result.failure) == ("Hello there", None)
        old, refused, renewed = (b"AKIDANOTHER0000" in asked for asked in server.asked)
    assert (old, refused, renewed) == (False, False, True)


async def test_credentials_that_stay_refused_are_tried_twice_and_not_more() -> None:
    result, tried = await answered("bedrock", of_amazon(403, "ExpiredTokenException"))
    assert result.failure is not None
    assert tried == 2


@pytest.mark.parametrize("provider", ["bedrock", "bedrock-mantle", "aws"])
async def test_without_credentials_of_amazon_nothing_is_sent(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    await assert_not_signed(provider, SSO)


async def test_a_profile_that_there_is_not_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    await assert_not_signed("bedrock", SSO)


@pytest.mark.parametrize("provider", ["vertex", "google-cloud"])
async def test_without_credentials_of_google_nothing_is_sent(
    provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    await assert_not_signed(provider, ADC)


async def test_credentials_that_come_later_are_found_by_the_next_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, keys = tmp_path / "account.json", tmp_path / "aws-credentials"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    held_back = account.read_text()
    account.unlink()
    secret = f"aws_access_key_id = AKIDLATER\naws_secret_access_key = {SECRET_KEY}\n"
    for provider, file, text in (
        ("vertex", account, held_back),
        ("bedrock", keys, f"[default]\n{secret}"),
    ):
        hello = stream_of(provider, on_the_wire(provider, HELLO))
        async with RawServer(hello) as server, partner_at(provider, server) as partner:
            failure = (await told(partner, request(model_of(provider)))).failure
            assert failure is not None
            assert failure.kind is Kind.CREDENTIALS
            file.write_text(text)
            assert (await told(partner, request(model_of(provider)))).text == "Hello there"


@pytest.mark.parametrize("provider", CLOUDS)
def test_a_cloud_is_never_asked_without_encryption(provider: str) -> None:
    with pytest.raises(UsageError):
        ClaudePartner(provider=provider, base_url="http://192.168.7.20:80")


async def test_a_token_that_google_does_not_renew_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = b'{"error": "invalid_grant", "error_description": "Token has been expired."}'
    async with RawServer(whole(400, refusal, connection="close")) as tokens:
        account = tmp_path / "expired.json"
        account.write_text(json.dumps(service_account(f"{tokens.url}/token")))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
        await assert_not_signed("vertex", ADC)


async def test_a_server_of_tokens_that_is_not_reached_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = tmp_path / "away.json"
    account.write_text(json.dumps(service_account("http://127.0.0.1:9/token")))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    result, tried = await answered("vertex", whole(200, b""))
    assert result.failure is not None
    assert (result.failure.kind, result.failure.retryable, tried) == (Kind.NETWORK, True, 0)


async def assert_not_signed(provider: str, way_out: str) -> None:
    result, tried = await answered(provider, whole(200, b""))
    assert result.failure is not None
    assert (result.failure.kind, tried) == (Kind.CREDENTIALS, 0)
    assert way_out in result.failure.hint


async def test_without_a_region_amazon_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    partner = ClaudePartner(provider="bedrock")
    failure = (await told(partner, request(model_of("bedrock")))).failure
    assert failure is not None
    assert (failure.kind, failure.retryable) == (Kind.LOCAL, False)
    assert "AWS_REGION" in failure.hint


def test_a_host_that_there_is_not_may_come_of_a_wrong_region() -> None:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    failure = failure_of(unknown, host="x.example", provider=PROVIDERS["bedrock"])
    assert failure.kind is Kind.NOT_FOUND
    assert "region" in failure.hint


async def test_a_region_of_the_profile_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    (tmp_path / "aws-config").write_text("[default]\nregion = ap-south-1\n")
    partner = ClaudePartner(provider="bedrock")
    await partner.warm()
    assert partner.host == "bedrock-runtime.ap-south-1.amazonaws.com"
    await partner.close()


@pytest.mark.parametrize("provider", CLOUDS)
async def test_no_secret_is_in_what_is_said_even_when_the_server_repeats_it(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-token-of-a-test-0123")
    secrets = (SECRET_KEY, "session-token-of-a-test-0123", "foundry-key-0123456789abcdef", CANARY)
    said = json.dumps({"message": " ".join(secrets), "authorization": f"Bearer {TOKEN}"})
    result, _ = await answered(provider, whole(400, said.encode()))
    assert result.failure is not None
    for secret in (*secrets, TOKEN):
        assert secret not in f"{result.failure} {result.error!r}"


def test_no_library_of_a_cloud_is_loaded_with_the_sdk_alone() -> None:
    import subprocess

    script = (
        "import sys; from hq_tui.claude.client import load_sdk, make_client; load_sdk(); "
        "from hq_tui.claude.credentials import Credentials, CredentialsKind as K; "
        "make_client(Credentials(kind=K.API_KEY, source='', secret='k')); "
        "print([name for name in ('boto3', 'botocore', 'google.auth') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
