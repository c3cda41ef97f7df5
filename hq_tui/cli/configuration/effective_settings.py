"""What was wished for: the settings in force, and whether they can be followed at all.

This much is known before anything is drawn, so that a wrong word on the command line or in
the settings file is answered on the command line.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from hq_tui.cli.options import SessionOptions
from hq_tui.settings import Settings, default_places, load


def settings_for(chosen: Mapping[str, object] | None = None) -> Settings:
    """Load the settings in force; `chosen` are those of the command line. Raises UsageError."""
    return load(os.environ, chosen or {}, default_places())


def check_address(settings: Settings) -> None:
    """Refuse an address that no key may be sent to, before anything is asked. UsageError."""
    if settings.base_url:
        from hq_tui.claude.base_url import check_base_url

        check_base_url(settings.base_url)


def check_proxy(settings: Settings) -> None:
    """Refuse a proxy on the way to the server that cannot be used. UsageError."""
    from hq_tui.claude.base_url import DEFAULT_BASE_URL
    from hq_tui.claude.proxies import proxy_for

    proxy_for(settings.base_url or DEFAULT_BASE_URL, os.environ)


def check_way(settings: Settings, options: SessionOptions) -> None:
    """Refuse an address or a proxy that cannot be used, where a server will be asked.

    Who answers in a session from before is known only once it is open.
    """
    check_address(settings)
    if options.rehearse is None and options.is_new:
        check_proxy(settings)
