"""Reach the server as a session would: same key, same proxy, same certificates.

It is asked for the list of its models, which costs no tokens.
"""

from __future__ import annotations

import os
import time

from hq_tui.cli.doctor.checks import DEFAULT_URL, Said
from hq_tui.cli.wiring import find_key
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.text.sanitize import counted
from hq_tui.errors import HqError
from hq_tui.settings import Settings

PATIENCE = 6.0
"""Seconds for the server to answer."""


async def reach(settings: Settings) -> Said:
    """Connect to the server and list its models."""
    from hq_tui.claude.base_url import check_base_url
    from hq_tui.claude.client import ClientTimeouts
    from hq_tui.claude.credentials import NO_CREDENTIALS
    from hq_tui.claude.partner import ClaudePartner
    from hq_tui.claude.proxies import proxy_for

    try:
        url = check_base_url(settings.base_url or DEFAULT_URL, settings.allow_plain_http)
        proxy_for(url, os.environ)
    except HqError:
        return "note", "not tried: the address or the proxy cannot be used", ""
    try:
        key = find_key(settings)
    except HqError:
        key = None
    timeouts = ClientTimeouts(connect=PATIENCE / 2, facts=PATIENCE)
    partner = ClaudePartner(
        key or NO_CREDENTIALS,
        base_url=url,
        plain_hosts=settings.allow_plain_http,
        timeouts=timeouts,
    )
    await partner.warm()
    began = time.perf_counter()
    try:
        models = await partner.listed()
    except PartnerFailed as failed:
        failure = failed.failure
        is_bad = failure.status is None or (key is not None and failure.status in (401, 403))
        return "bad" if is_bad else "note", failure.message, failure.hint
    finally:
        await partner.close()
    return (
        "ok",
        f"{counted(len(models), 'model')} in {1000 * (time.perf_counter() - began):.0f} ms",
        "",
    )
