"""Which provider is chosen, what it needs, and the names that its models have."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path

import pytest

from hq_tui.claude.client import make_client
from hq_tui.claude.models import facts_for, plain_name
from hq_tui.claude.providers import PROVIDERS
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.errors import CredentialsError, UsageError
from hq_tui.settings import PROVIDERS as ADDRESSES
from hq_tui.settings import load
from tests.claude.providers.clouds import CLOUDS, signed_in
from tools.survey import ROOT

NEEDED = {
    "bedrock-mantle": {"AWS_DEFAULT_REGION": "r"},
    "aws": {"AWS_REGION": "r", "ANTHROPIC_AWS_WORKSPACE_ID": "w"},
    "vertex": {"CLOUD_ML_REGION": "r", "ANTHROPIC_VERTEX_PROJECT_ID": "p"},
    "google-cloud": {
        "GOOGLE_CLOUD_PROJECT": "p",
        "ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID": "w",
    },
    "foundry": {"ANTHROPIC_FOUNDRY_RESOURCE": "r", "ANTHROPIC_FOUNDRY_API_KEY": "k"},
}


def settings_of(folder: Path, text: str, env: Mapping[str, str], **options: str) -> tuple[str, str]:
    """Provider and address of a settings file, an environment and options."""
    (folder / "config.toml").write_text(text)
    settings = load(env, options, (folder, folder, folder))
    return settings.provider, settings.base_url


def test_the_tables_know_the_same_providers_and_the_sdk_has_a_client_for_each() -> None:
    import anthropic

    assert set(PROVIDERS) == set(ADDRESSES) == {DEFAULT_PROVIDER, *CLOUDS}
    clients = {name for name in dir(anthropic) if name.startswith("AsyncAnthropic")}
    assert {row.client for row in PROVIDERS.values()} == clients


def test_each_extra_is_the_one_of_the_sdk() -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    theirs = metadata.metadata("anthropic").get_all("Provides-Extra") or []
    for extra in {row.extra for row in PROVIDERS.values() if row.extra}:
        assert ours[extra] == [f"anthropic[{extra}]"]
        assert extra in theirs


@pytest.mark.parametrize("provider", CLOUDS)
async def test_each_address_is_read_from_the_variable_that_the_sdk_reads(
    provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with signed_in(tmp_path, monkeypatch):
        monkeypatch.delenv("ANTHROPIC_FOUNDRY_RESOURCE")
        monkeypatch.setenv(ADDRESSES[provider], "http://127.0.0.1:1/x/")
        client = make_client(provider=provider)
    assert str(client.base_url) == "http://127.0.0.1:1/x/"
    await client.close()


def test_an_address_goes_with_the_provider_beside_it(tmp_path: Path) -> None:
    env = {"ANTHROPIC_BASE_URL": "http://a", "ANTHROPIC_AWS_BASE_URL": "http://b"}
    own = 'base_url = "http://file"'
    cloud = 'provider = "vertex"\nbase_url = "http://file"'
    told = partial(settings_of, tmp_path)
    assert told("", {}) == (DEFAULT_PROVIDER, "")
    assert told(own, {}) == (DEFAULT_PROVIDER, "http://file")
    assert told(own, env) == (DEFAULT_PROVIDER, "http://a")
    assert told(own, {}, provider="vertex") == ("vertex", "")
    assert told(own, env, provider="aws") == ("aws", "http://b")
    assert told(own, env, provider="aws", base_url="http://c") == ("aws", "http://c")
    assert told(cloud, env) == ("vertex", "http://file")
    assert told(cloud, {}, provider="vertex") == ("vertex", "http://file")
    assert told(cloud, {}, provider="anthropic") == ("anthropic", "")


@pytest.mark.parametrize("name", ["azure", ["aws"], True])
def test_a_provider_that_there_is_not_is_refused_with_those_there_are(
    name: object, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        load({}, {"provider": name}, (tmp_path, tmp_path, tmp_path))
    assert "provider" in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(("provider", "env"), NEEDED.items())
def test_what_is_not_set_is_named_and_one_of_two_names_is_enough(
    provider: str, env: dict[str, str]
) -> None:
    row = PROVIDERS[provider]
    row.check(env, "")
    for name in env:
        with pytest.raises((UsageError, CredentialsError)) as refused:
            row.check({**env, name: ""}, "")
        assert name in f"{refused.value} {refused.value.hint}"


def test_with_another_address_its_parts_need_not_be_set() -> None:
    PROVIDERS["google-cloud"].check({}, "http://127.0.0.1:1")
    PROVIDERS["foundry"].check({"ANTHROPIC_FOUNDRY_API_KEY": "k"}, "http://127.0.0.1:1")


NAMING = {
    "bedrock": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "bedrock-mantle": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "aws": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "vertex": ("CLOUD_ML_REGION",),
    "foundry": ("ANTHROPIC_FOUNDRY_RESOURCE",),
}
"""The variables that name the host of a provider."""
HOSTS = [(provider, name) for provider, names in NAMING.items() for name in names]


def address_with(provider: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The host that the SDK makes of a value."""
    import anthropic

    for one in ("AWS_REGION", "AWS_DEFAULT_REGION", *ADDRESSES.values()):
        monkeypatch.delenv(one, raising=False)
    needed = NEEDED.get(provider, {}).items()
    beside = {one: given for one, given in needed if one not in NAMING[provider]}
    for one, given in {**beside, name: value}.items():
        monkeypatch.setenv(one, given)
    key = {} if provider == "vertex" else {"api_key": "k"}
    client = getattr(anthropic, PROVIDERS[provider].client)(**key)
    return str(client.base_url.host)


@pytest.mark.parametrize(("provider", "name"), HOSTS)
@pytest.mark.parametrize("value", ["evil.example/", "evil.example#", "evil.example?", "a@b", "a:1"])
def test_a_value_that_leads_to_another_host_is_refused_by_its_name(
    provider: str, name: str, value: str
) -> None:
    row, env = PROVIDERS[provider], {**NEEDED.get(provider, {}), name: value}
    with pytest.raises(UsageError) as refused:
        row.check(env, "")
    assert name in str(refused.value)
    assert value in str(refused.value)
    row.check(env, "http://127.0.0.1:1")


@pytest.mark.parametrize(("provider", "name"), HOSTS)
def test_the_host_that_is_spoilt_by_it_is_the_one_the_sdk_would_ask(
    provider: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = address_with(provider, name, "some-name1", monkeypatch)
    assert "some-name1" in sound
    spoilt = address_with(provider, name, "evil.example/", monkeypatch)
    assert spoilt.endswith("evil.example")


@pytest.mark.parametrize("value", ["us-east-1 ", "\x1b]0;x\x07", "r\n", "\u202er", "é", "٣", "a.b"])
def test_a_value_that_is_no_name_is_shown_and_does_nothing_to_the_terminal(value: str) -> None:
    with pytest.raises(UsageError) as refused:
        PROVIDERS["vertex"].check({**NEEDED["vertex"], "CLOUD_ML_REGION": value}, None)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    "region",
    "us-east-1 us-gov-west-1 cn-north-1 eusc-de-east-1 us-east5 europe-west1 global us eu".split(),
)
def test_the_regions_that_there_are_are_taken(region: str) -> None:
    for provider, name in HOSTS:
        PROVIDERS[provider].check({**NEEDED.get(provider, {}), name: region}, "")


def test_a_part_that_is_not_installed_is_missed_only_where_it_is_needed() -> None:
    for module in ("no_such_module", "no_such_package.at_all"):
        mantle = replace(PROVIDERS["bedrock-mantle"], module=module)
        assert mantle.lacks({})
        assert not mantle.lacks({"AWS_BEARER_TOKEN_BEDROCK": "k"})
        # Its streams are decoded by that part too.
        bedrock = replace(PROVIDERS["bedrock"], module=module)
        assert bedrock.lacks({"AWS_BEARER_TOKEN_BEDROCK": "k"})
    assert not PROVIDERS["bedrock"].lacks({})
    assert not PROVIDERS["foundry"].lacks({})


PLAIN = {
    "claude-opus-5-5": "claude-opus-5-5",
    "anthropic.claude-opus-5-5": "claude-opus-5-5",
    "global.anthropic.claude-opus-5-5": "claude-opus-5-5",
    "us-gov.anthropic.claude-haiku-4-5-20251001-v1:0": "claude-haiku-4-5-20251001",
    "eu.anthropic.claude-opus-4-6-v1": "claude-opus-4-6",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-6": (
        "claude-sonnet-4-6"
    ),
    "claude-haiku-4-5@20251001": "claude-haiku-4-5-20251001",
    "arn:aws:bedrock:us-east-1:1:application-inference-profile/ab12": (
        "arn:aws:bedrock:us-east-1:1:application-inference-profile/ab12"
    ),
    "anthropic.other-1": "anthropic.other-1",
    "qwen@v2": "qwen@v2",
}


@pytest.mark.parametrize(("name", "plain"), PLAIN.items())
def test_a_model_is_known_under_the_name_that_a_cloud_gives_to_it(name: str, plain: str) -> None:
    assert plain_name(name) == plain
    assert facts_for(name) == replace(facts_for(plain), id=name)
    assert (facts_for(name).price is None) == (not plain.startswith("claude-"))


def test_a_model_that_no_cloud_names_has_no_price() -> None:
    assert facts_for("global.anthropic.claude-new-9").price is None


@pytest.mark.parametrize(
    ("provider", "model", "named"),
    [
        ("bedrock", "claude-opus-5-5", "global.anthropic.claude-opus-5-5"),
        ("bedrock", "us.anthropic.claude-opus-5-5", "us.anthropic.claude-opus-5-5"),
        ("bedrock", "arn:aws:bedrock:x:1:p/ab12", "arn:aws:bedrock:x:1:p/ab12"),
        ("bedrock-mantle", "claude-opus-5-5", "anthropic.claude-opus-5-5"),
        ("vertex", "us.anthropic.claude-opus-5-5", "claude-opus-5-5"),
        ("vertex", "claude-haiku-4-5@20251001", "claude-haiku-4-5@20251001"),
        ("foundry", "our-deployment", "our-deployment"),
        ("anthropic", "global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
        ("aws", "", ""),
    ],
)
def test_a_model_is_asked_by_the_name_that_it_has_there(
    provider: str, model: str, named: str
) -> None:
    assert PROVIDERS[provider].fitting(model) == named


def test_the_models_of_the_table_are_offered_by_their_names_there() -> None:
    for row in PROVIDERS.values():
        names = [facts.id for facts in row.table]
        assert row.default_model in names
        assert all(name.startswith(row.prefix + "claude-") for name in names)
        assert all(facts_for(name).window or "5-2" in name or "preview" in name for name in names)
