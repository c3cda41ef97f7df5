"""Effective settings, validated before anything is drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from hq_tui.cli.options import SessionOptions
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.errors import UsageError
from hq_tui.settings import PROVIDERS, Settings, default_places, load


def settings_for(chosen: Mapping[str, object] | None = None) -> Settings:
    """Load the settings in force; `chosen` are those of the command line. Raises UsageError."""
    settings = load(os.environ, chosen or {}, default_places())
    if not settings.keys:
        return settings
    from hq_tui.cli.configuration.bound_keys import with_checked_keys

    return with_checked_keys(settings)


def check_address(settings: Settings) -> None:
    """Refuse an address that no key may be sent to, before anything is asked. UsageError."""
    if settings.base_url:
        from hq_tui.claude.base_url import check_base_url

        check_base_url(settings.base_url, plain_hosts(settings))


def plain_hosts(settings: Settings) -> tuple[str, ...]:
    """The hosts that are asked without encryption; none of a cloud, which always gets a key."""
    return settings.allow_plain_http if settings.provider == DEFAULT_PROVIDER else ()


def check_proxy(settings: Settings, provider: str) -> None:
    """Raise UsageError for a proxy of the server that cannot be used, where that is known."""
    if sys.platform != "darwin" and not any(name.lower().endswith("_proxy") for name in os.environ):
        return
    from hq_tui.claude.base_url import DEFAULT_BASE_URL
    from hq_tui.claude.proxies import proxy_for

    own = DEFAULT_BASE_URL if provider == DEFAULT_PROVIDER else ""
    if address := base_url_of(settings, provider) or own:
        proxy_for(address, os.environ)


def base_url_of(settings: Settings, provider: str) -> str:
    """The address of a provider that somebody set; empty for its own."""
    is_chosen = provider == settings.provider
    return settings.base_url if is_chosen else os.environ.get(PROVIDERS.get(provider, ""), "")


def check_provider(settings: Settings, provider: str) -> None:
    """Raise HqError where a provider's part of the installation or of the setting is missing."""
    if provider == DEFAULT_PROVIDER:
        return
    from hq_tui.claude.providers import PROVIDERS as KNOWN
    from hq_tui.cli.extras import how_to_install

    known = KNOWN.get(provider)
    if known is None:
        hint = "Take the newest hq-tui, or name another one with --provider."
        raise UsageError(f"This hq-tui knows no provider {provider!r}.", hint=hint)
    if known.lacks(os.environ):
        hint = how_to_install(known.extra)
        raise UsageError(f"{known.title} needs a part that is not installed.", hint=hint)
    known.check(os.environ, base_url_of(settings, provider))


def check_way(settings: Settings, options: SessionOptions) -> None:
    """Raise HqError for a provider, address or proxy that cannot be used, if one is needed.

    The partner of an existing session is known only once it is open.
    """
    check_address(settings)
    if options.rehearse is None and options.is_new:
        check_provider(settings, settings.provider)
        check_proxy(settings, settings.provider)
