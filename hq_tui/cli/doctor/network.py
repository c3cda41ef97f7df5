"""Reach the server as a session would: same key, same proxy, same certificates.

It is asked for the list of its models, or sent a message that it refuses: neither costs tokens.
"""

from __future__ import annotations

import asyncio
import os
import time

from hq_tui.claude.client import ClientTimeouts
from hq_tui.claude.cloud_errors import not_signed
from hq_tui.claude.credentials import NO_CREDENTIALS
from hq_tui.claude.partner import ClaudePartner
from hq_tui.claude.providers import PROVIDERS
from hq_tui.cli.configuration.effective_settings import check_provider, check_proxy, plain_hosts
from hq_tui.cli.doctor.checks import Said
from hq_tui.cli.wiring import find_key
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.text.sanitize import counted
from hq_tui.errors import HqError
from hq_tui.settings import Settings

PATIENCE = 6.0
"""Seconds for the server to answer."""


async def credentials(settings: Settings) -> Said:
    """The source of the key, or of a cloud's credentials."""
    if settings.provider == DEFAULT_PROVIDER:
        key = find_key(settings)
        if key is not None:
            return "ok", f"from {key.source}", ""
        named = f"; {settings.key_file} is missing or empty" if settings.key_file else ""
        advice = "Set ANTHROPIC_API_KEY or key_file; hq-tui --rehearse needs none."
        return "note", f"none{named}", advice
    chosen = PROVIDERS[settings.provider]
    if chosen.lacks(os.environ):
        return "note", "not looked for: a part is not installed", ""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.to_thread(chosen.credentials, os.environ)
    except TimeoutError:
        return "note", f"{chosen.title} did not say within {PATIENCE:.0f} s", chosen.sign_in
    except Exception as error:  # noqa: BLE001  # a cloud's library may raise anything
        failure = not_signed((error,), chosen)
        return "bad", failure.message if failure else type(error).__name__, chosen.sign_in
    return ("ok", f"from {found}", "") if found else ("bad", "none", chosen.sign_in)


async def reach(settings: Settings) -> Said:
    """Connect to the server and list its models, or hear that it would answer."""
    is_own = settings.provider == DEFAULT_PROVIDER
    timeouts = ClientTimeouts(connect=PATIENCE / 2, facts=PATIENCE)
    try:
        found = find_key(settings) if is_own else None
    except HqError:
        found = None
    try:
        check_provider(settings, settings.provider)
        check_proxy(settings, settings.provider)
        partner = ClaudePartner(
            found or NO_CREDENTIALS,
            provider=settings.provider,
            base_url=settings.base_url or None,
            plain_hosts=plain_hosts(settings),
            timeouts=timeouts,
        )
    except HqError:
        return "note", "not tried: the address, the proxy or the provider cannot be used", ""
    await partner.warm()
    began = time.perf_counter()
    try:
        models = await partner.listed()
    except PartnerFailed as failed:
        failure = failed.failure
        has_key = found is not None or not is_own
        is_bad = failure.status is None or (has_key and failure.status in (401, 403))
        return "bad" if is_bad else "note", failure.message, failure.hint
    finally:
        await partner.close()
    took = f"{1000 * (time.perf_counter() - began):.0f} ms"
    if models or is_own:
        return "ok", f"{counted(len(models), 'model')} in {took}", ""
    return "ok", f"{partner.host} in {took}", "It lists no models: /model has those of hq-tui."
