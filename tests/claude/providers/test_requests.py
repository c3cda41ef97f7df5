"""What each provider is asked: the address, the path, the credentials, and nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hq_tui.claude.partner import ClaudePartner
from tests.claude.asking import CANARY, request, told
from tests.claude.providers.clouds import (
    ACCESS_KEY,
    CLOUDS,
    FOUNDRY_KEY,
    OF_AMAZON,
    SECRET_KEY,
    TOKEN,
    model_of,
    on_the_wire,
    partner_at,
    parts_of,
    signature_for,
    signed_in,
    stream_of,
)
from tests.claude.raw_server import HELLO, RawServer, whole

VERTEX = "/v1/projects/project-1/locations/global/publishers/anthropic/models"
ASKED_AT = {
    "bedrock": "/model/global.anthropic.claude-sonnet-5-5/invoke-with-response-stream",
    "bedrock-mantle": "/anthropic/v1/messages",
    "aws": "/v1/messages",
    "vertex": f"{VERTEX}/claude-sonnet-5-5:streamRawPredict",
    "google-cloud": "/v1/messages",
    "foundry": "/anthropic/v1/messages",
}
HOSTS = {
    "bedrock": "bedrock-runtime.eu-west-1.amazonaws.com",
    "bedrock-mantle": "bedrock-mantle.eu-west-1.api.aws",
    "aws": "aws-external-anthropic.eu-west-1.api.aws",
    "vertex": "aiplatform.googleapis.com",
    "google-cloud": "claude.googleapis.com",
    "foundry": "resource-1.services.ai.azure.com",
}


@pytest.fixture(autouse=True)
async def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with signed_in(tmp_path, monkeypatch):
        yield


async def asked_of(provider: str, model: str = "") -> bytes:
    """The one request that a provider gets for a question."""
    answer = stream_of(provider, on_the_wire(provider, HELLO))
    async with RawServer(answer) as server, partner_at(provider, server) as partner:
        result = await told(partner, request(model or model_of(provider)))
        assert (result.text, result.failure) == ("Hello there", None)
        (asked,) = server.asked
    return asked


@pytest.mark.parametrize("provider", CLOUDS)
async def test_each_provider_is_asked_at_its_own_path(provider: str) -> None:
    method, path, _, body = parts_of(await asked_of(provider))
    assert (method, path) == ("POST", ASKED_AT[provider])
    said = json.loads(body)
    assert said["messages"] == [{"role": "user", "content": "Why?"}]
    assert ("model" in said) == (provider not in {"bedrock", "vertex"})


@pytest.mark.parametrize("provider", CLOUDS)
async def test_the_key_of_anthropic_goes_to_no_other_provider(provider: str) -> None:
    assert CANARY.encode() not in await asked_of(provider)


@pytest.mark.parametrize("provider", OF_AMAZON)
async def test_what_amazon_gets_is_signed_as_its_own_library_would(provider: str) -> None:
    asked = await asked_of(provider)
    headers = parts_of(asked)[2]
    scope = f"Credential={ACCESS_KEY}/{headers['x-amz-date'][:8]}/eu-west-1/{OF_AMAZON[provider]}/"
    assert scope in headers["authorization"]
    assert headers["authorization"].endswith(signature_for(asked, OF_AMAZON[provider]))
    assert SECRET_KEY.encode() not in asked


async def test_a_changed_request_has_another_signature() -> None:
    asked = await asked_of("bedrock")
    right = parts_of(asked)[2]["authorization"]
    assert not right.endswith(signature_for(asked.replace(b"Why?", b"Who?"), "bedrock"))
    assert not right.endswith(signature_for(asked, "bedrock", "us-east-1"))


async def test_a_name_with_a_colon_or_a_path_in_it_is_signed_too() -> None:
    profile = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-opus-4-6-v1:0"
    asked = await asked_of("bedrock", profile)
    assert "%2F" in parts_of(asked)[1]
    assert parts_of(asked)[2]["authorization"].endswith(signature_for(asked, "bedrock"))


@pytest.mark.parametrize("provider", ["vertex", "google-cloud"])
async def test_google_gets_a_token_of_its_own(provider: str) -> None:
    assert parts_of(await asked_of(provider))[2]["authorization"] == f"Bearer {TOKEN}"


async def test_foundry_gets_its_own_key() -> None:
    headers = parts_of(await asked_of("foundry"))[2]
    assert headers["x-api-key"] == FOUNDRY_KEY
    assert "authorization" not in headers


async def test_a_key_of_bedrock_signs_in_place_of_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-key-0123456789")
    for provider in ("bedrock", "bedrock-mantle"):
        headers = parts_of(await asked_of(provider))[2]
        assert headers["authorization"] == "Bearer bedrock-key-0123456789"


@pytest.mark.parametrize("provider", CLOUDS)
async def test_the_host_is_the_one_of_the_region_or_the_resource(provider: str) -> None:
    partner = ClaudePartner(provider=provider)
    await partner.warm()
    assert partner.host == HOSTS[provider]
    await partner.close()


@pytest.mark.parametrize("provider", ["aws", "google-cloud"])
async def test_a_provider_with_a_list_of_models_is_asked_for_it(provider: str) -> None:
    row = {"id": "claude-new-9", "type": "model", "max_input_tokens": 77}
    listed = json.dumps({"data": [row], "has_more": False, "first_id": None, "last_id": None})
    async with RawServer(whole(200, listed.encode())) as server:
        async with partner_at(provider, server) as partner:
            assert [one.id for one in await partner.models()] == ["claude-new-9"]
        assert parts_of(server.asked[0])[1].startswith("/v1/models")


@pytest.mark.parametrize("provider", ["bedrock", "bedrock-mantle", "vertex", "foundry"])
async def test_a_provider_without_one_is_not_and_is_asked_whether_it_would_answer(
    provider: str,
) -> None:
    refused = whole(400, b'{"message": "messages: at least one message is required"}')
    async with RawServer(refused) as server, partner_at(provider, server) as partner:
        assert await partner.models() == ()
        facts = await partner.facts(model_of(provider))
        assert (facts.window, facts.price is None) == (1_000_000, False)
        assert server.asked == []
        assert await partner.listed() == ()
        (asked,) = server.asked
    assert json.loads(parts_of(asked)[3])["messages"] == []
