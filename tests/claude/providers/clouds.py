"""The clouds as loopback servers: their credentials, their frames and their signatures.

Amazon's frames are encoded here from its description of them and not by its library, which is
what decodes them; a signature is judged by that library, from the request as it came.
"""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from hq_tui.claude.partner import ClaudePartner
from hq_tui.claude.providers import PROVIDERS
from tests.claude.asking import CANARY, QUICK
from tests.claude.raw_server import SSE, Answer, RawServer, chunks, event, head, whole

CLOUDS = ("bedrock", "bedrock-mantle", "aws", "vertex", "google-cloud", "foundry")
OF_AMAZON = {
    "bedrock": "bedrock",
    "bedrock-mantle": "bedrock-mantle",
    "aws": "aws-external-anthropic",
}
"""The providers that sign each request, and the service that each signs for."""
ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE0000", "secret/of+a/test+0123456789abcdef"
TOKEN = "token-of-a-test-0123456789"
FOUNDRY_KEY = "foundry-key-0123456789abcdef"
EVENT_STREAM = "application/vnd.amazon.eventstream"
PATHS = {"vertex": "/v1", "foundry": "/anthropic", "bedrock-mantle": "/anthropic"}
"""What an address of a provider ends with."""


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message of Amazon's event stream."""
    named = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", 16 + len(named) + len(payload), len(named))
    begun = prelude + struct.pack("!I", binascii.crc32(prelude)) + named + payload
    return begun + struct.pack("!I", binascii.crc32(begun))


def framed(sse: bytes) -> bytes:
    """A server-sent event as Bedrock would send it."""
    data = sse.partition(b"data: ")[2].strip()
    payload = json.dumps({"bytes": base64.b64encode(data).decode(), "p": "abc"}).encode()
    kinds = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return frame(kinds, payload)


def broken_off(name: str, message: str = "Because.") -> bytes:
    """The frame with which Bedrock ends a stream that failed."""
    kinds = {":exception-type": name, ":content-type": "application/json"}
    payload = json.dumps({"message": message}).encode()
    return frame({**kinds, ":message-type": "exception"}, payload)


def on_the_wire(provider: str, sse: bytes) -> bytes:
    """Server-sent events as a provider sends them."""
    if provider != "bedrock":
        return sse
    return b"".join(framed(one + b"\n\n") for one in sse.split(b"\n\n")[:-1])


def stream_of(
    provider: str, body: bytes, *, end: str = "keep", finished: bool = True, **headers: str
) -> Answer:
    """A chunked stream of a provider, whose bytes are given."""
    kind = EVENT_STREAM if provider == "bedrock" else SSE
    begun = head(200, kind, transfer_encoding="chunked", **headers)
    return Answer(data=begun + chunks(body, finished=finished), end=end)


def failed_with(provider: str) -> bytes:
    """An error in the middle of a provider's stream that passes by itself."""
    if provider == "bedrock":
        return broken_off("throttlingException")
    error = {"type": "overloaded_error", "message": "Because."}
    return event({"type": "error", "error": error})


@asynccontextmanager
async def signed_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """An environment with the credentials of every cloud, and one of Google's token servers.

    It holds an Anthropic key too, which is none of theirs.
    """
    granted = json.dumps({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
    async with RawServer(whole(200, granted.encode(), connection="close")) as tokens:
        account = folder / "account.json"
        account.write_text(json.dumps(service_account(f"{tokens.url}/token")))
        values = {
            "ANTHROPIC_API_KEY": CANARY,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": "eu-west-1",
            "ANTHROPIC_AWS_WORKSPACE_ID": "wrkspc_1",
            "CLOUD_ML_REGION": "global",
            "ANTHROPIC_VERTEX_PROJECT_ID": "project-1",
            "ANTHROPIC_GOOGLE_CLOUD_PROJECT": "project-1",
            "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID": "wrkspc_1",
            "GOOGLE_APPLICATION_CREDENTIALS": str(account),
            "ANTHROPIC_FOUNDRY_API_KEY": FOUNDRY_KEY,
            "ANTHROPIC_FOUNDRY_RESOURCE": "resource-1",
        }
        with alone(folder, monkeypatch):
            for name, value in values.items():
                monkeypatch.setenv(name, value)
            yield


@contextmanager
def alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An environment without any credentials of this machine."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(folder / "gcloud"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "aws-credentials"))
    yield


@cache
def private_key() -> str:
    """A key to sign with, made once because that takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return encoded.decode()


def service_account(token_uri: str) -> dict[str, str]:
    """The key file of an account of Google's that asks `token_uri` for its tokens."""
    return {
        "type": "service_account",
        "project_id": "project-1",
        "private_key_id": "1",
        "private_key": private_key(),
        "client_email": "a@project-1.iam.gserviceaccount.com",
        "token_uri": token_uri,
    }


@asynccontextmanager
async def partner_at(provider: str, server: RawServer) -> AsyncIterator[ClaudePartner]:
    """A partner that reaches a provider at a loopback server."""
    url = server.url + PATHS.get(provider, "")
    partner = ClaudePartner(provider=provider, base_url=url, timeouts=QUICK)
    try:
        yield partner
    finally:
        await partner.close()


def model_of(provider: str) -> str:
    """The model that is asked where none is named."""
    return PROVIDERS[provider].default_model


def parts_of(request: bytes) -> tuple[str, str, dict[str, str], bytes]:
    """Method, path, headers by their names in small letters, and body of a request as it came."""
    top, _, body = request.partition(b"\r\n\r\n")
    first, *lines = top.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return method, path, {name.lower(): value for name, value in headers.items()}, body


def signature_for(request: bytes, service: str, region: str = "eu-west-1") -> str:
    """The signature that Amazon's own library makes for a request that came."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    method, path, headers, body = parts_of(request)
    signed = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    meant = AWSRequest(
        method=method,
        url=f"http://{headers['host']}{path}",
        headers={name: headers[name] for name in signed},
        data=body,
    )
    meant.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), service, region)
    text = signer.string_to_sign(meant, signer.canonical_request(meant))
    return str(signer.signature(text, meant))
