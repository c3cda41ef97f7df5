"""The providers through which Claude is reached, and the client of each.

Every row names a client of the SDK, which signs the requests, finds the address and decodes the
stream in its own way. Each kind of client that the SDK has is a row, under the SDK's own word
for it (its extra, or the service in its address): two of Amazon's and two of Google's speak
different wires to different hosts. Region, project and keys are the environment variables that
the SDK itself reads. No library of a cloud is loaded before its provider is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from hq_tui.claude.model_table import DEFAULT_MODEL, FAMILIES
from hq_tui.claude.models import plain_name
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.models import ModelInfo
from hq_tui.core.text.sanitize import one_line
from hq_tui.errors import CredentialsError, UsageError

_AWS_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")
_IN_HOST = (*_AWS_REGION, "CLOUD_ML_REGION", "ANTHROPIC_FOUNDRY_RESOURCE")
"""Variables whose values the SDK puts into the name of the host, as they are."""
_LABEL = re.compile(r"[A-Za-z0-9-]+")
"""A region, and the name of a resource: what may stand between two dots of a host's name."""
_AWS_SIGN_IN = "Sign in with `aws sso login`, or check AWS_PROFILE and the keys of the environment."
_GOOGLE_SIGN_IN = "Sign in with `gcloud auth application-default login`."
SECRETS = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_AWS_API_KEY",
    "ANTHROPIC_FOUNDRY_API_KEY",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)
"""Environment variables whose values are never shown."""
_DATED = ("claude-opus-4-6", "claude-mythos-preview")
"""Models whose names at a cloud are not those of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One way to Claude. Names in capitals are environment variables; of a group one is enough."""

    name: str
    title: str
    client: str
    """The SDK's class."""
    extra: str = ""
    """The extra to install for it, of hq-tui and of the SDK alike."""
    module: str = ""
    """The module that the extra brings."""
    keys: tuple[str, ...] = ()
    """Variables with a key or token that signs in place of the cloud's own credentials."""
    place: tuple[tuple[str, ...], ...] = ()
    """Variables that have to be set: region, project, workspace."""
    address: tuple[tuple[str, ...], ...] = ()
    """Variables that have to be set where no other address is given."""
    sign_in: str = ""
    """The advice for credentials that are missing, expired or refused."""
    prefix: str = ""
    """The beginning of a model's name here."""
    models: bool = False
    """True if it lists its models."""

    @property
    def default_model(self) -> str:
        """The model that is used where none is named."""
        return self.prefix + DEFAULT_MODEL

    @property
    def table(self) -> tuple[ModelInfo, ...]:
        """The models of the table, by their names here."""
        known = [facts for facts in FAMILIES if not facts.is_rehearsal]
        if self.extra:
            # The name of an old one has a date or a version there.
            known = [one for one in known if not one.prefill and one.id not in _DATED]
        return tuple(replace(facts, id=self.prefix + facts.id) for facts in known)

    def name_of(self, model: str) -> str:
        """The name that this provider gives to a model of another one."""
        plain = plain_name(model)
        return self.prefix + plain if plain.startswith("claude-") else model

    def fitting(self, model: str) -> str:
        """A model's name as it is where it may be one of this provider's, else as it is here."""
        return model if ("anthropic." in model) == bool(self.prefix) else self.name_of(model)

    def key_in(self, env: Mapping[str, str]) -> str:
        """The variable that holds a key or token; empty where there is none."""
        return next((name for name in self.keys if env.get(name)), "")

    def lacks(self, env: Mapping[str, str]) -> bool:
        """True if what the extra brings is needed and not installed."""
        if not self.module or (self.key_in(env) and self.name != "bedrock"):
            return False
        try:
            return find_spec(self.module) is None
        except ModuleNotFoundError:  # not even the package that it is in
            return True

    def credentials(self, env: Mapping[str, str]) -> str:
        """The source of the credentials, as the cloud's library names it; empty without any.

        It may ask a server of the cloud, and raise any exception of that library.
        """
        if not self.module or self.key_in(env):
            return self.key_in(env)
        if self.module == "boto3":
            found = import_module("boto3").Session().get_credentials()
            return str(found.method) if found else ""
        return type(import_module("google.auth").default()[0]).__module__

    def settings(self, env: Mapping[str, str]) -> str:
        """The region and the rest, as they are set in the environment."""
        return ", ".join(f"{name}={env[name]}" for name in self._set_in(env))

    def _set_in(self, env: Mapping[str, str]) -> list[str]:
        groups = (*self.place, *self.address, *((_AWS_REGION,) if self.name == "bedrock" else ()))
        return [name for group in groups for name in group if env.get(name)]

    def check(self, env: Mapping[str, str], base_url: str | None) -> None:
        """Raise HqError for what is not set and no request could do without, or leads elsewhere."""
        groups = self.place if base_url else self.place + self.address
        missing = [group for group in groups if not any(env.get(name) for name in group)]
        if missing:
            names = " and ".join(" or ".join(group) for group in missing)
            raise UsageError(f"{self.title} needs {names}.", hint="Set it in the environment.")
        for name in () if base_url else self._set_in(env):
            if name in _IN_HOST and not _LABEL.fullmatch(env[name]):
                raise UsageError(
                    f"{name} is {one_line(env[name], limit=60)!r}, which no host can be named by.",
                    hint="It is of letters A to Z, digits and hyphens only, without spaces.",
                )
        if self.keys and not self.module and not self.key_in(env):
            raise CredentialsError(f"There is no key for {self.title}.", hint=self.sign_in)


_AMAZON = partial(Provider, module="boto3", sign_in=_AWS_SIGN_IN)
_GOOGLE = partial(Provider, module="google.auth", sign_in=_GOOGLE_SIGN_IN)

PROVIDERS = {
    row.name: row
    for row in (
        Provider(name=DEFAULT_PROVIDER, title="Anthropic", client="AsyncAnthropic", models=True),
        _AMAZON(
            name="bedrock",
            title="Amazon Bedrock",
            client="AsyncAnthropicBedrock",
            extra="bedrock",
            keys=("AWS_BEARER_TOKEN_BEDROCK",),
            # Newer models are had through an inference profile only; this one is in every region.
            prefix="global.anthropic.",
        ),
        _AMAZON(
            name="bedrock-mantle",
            title="Amazon Bedrock (Mantle)",
            client="AsyncAnthropicBedrockMantle",
            extra="bedrock",
            keys=("AWS_BEARER_TOKEN_BEDROCK", "ANTHROPIC_AWS_API_KEY"),
            place=(_AWS_REGION,),
            prefix="anthropic.",
        ),
        _AMAZON(
            name="aws",
            title="Claude Platform on AWS",
            client="AsyncAnthropicAWS",
            extra="aws",
            keys=("ANTHROPIC_AWS_API_KEY",),
            place=(_AWS_REGION, ("ANTHROPIC_AWS_WORKSPACE_ID",)),
            models=True,
        ),
        _GOOGLE(
            name="vertex",
            title="Google Vertex AI",
            client="AsyncAnthropicVertex",
            extra="vertex",
            place=(("CLOUD_ML_REGION",), ("ANTHROPIC_VERTEX_PROJECT_ID",)),
        ),
        _GOOGLE(
            name="google-cloud",
            title="Claude on Google Cloud",
            client="AsyncAnthropicGoogleCloud",
            extra="google-cloud",
            address=(
                ("ANTHROPIC_GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_PROJECT"),
                ("ANTHROPIC_GOOGLE_CLOUD_WORKSPACE_ID",),
            ),
            models=True,
        ),
        Provider(
            name="foundry",
            title="Microsoft Foundry",
            client="AsyncAnthropicFoundry",
            keys=("ANTHROPIC_FOUNDRY_API_KEY",),
            address=(("ANTHROPIC_FOUNDRY_RESOURCE",),),
            sign_in="Set ANTHROPIC_FOUNDRY_API_KEY to a key of the resource in the Azure portal.",
        ),
    )
}
