"""Effective settings, validated before anything is drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping

from hq_tui.cli.options import SessionOptions
from hq_tui.settings import Settings, default_places, load


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

        check_base_url(settings.base_url, settings.allow_plain_http)


def check_proxy(settings: Settings) -> None:
    """Raise UsageError for a proxy of the server that cannot be used."""
    from hq_tui.claude.base_url import DEFAULT_BASE_URL
    from hq_tui.claude.proxies import proxy_for

    proxy_for(settings.base_url or DEFAULT_BASE_URL, os.environ)


def check_way(settings: Settings, options: SessionOptions) -> None:
    """Raise UsageError for an address or proxy that cannot be used, if one is needed.

    The partner of an existing session is known only once it is open.
    """
    check_address(settings)
    if options.rehearse is None and options.is_new:
        check_proxy(settings)
