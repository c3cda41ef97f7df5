"""`hq-tui doctor`: check the surroundings and say how to fix what does not work.

It writes nothing but a temporary file in the data folder and two queries to the terminal. A
key is never shown, only where it came from.

The server is reached as a session would: same key, same proxy, same certificates. It is asked for
the list of its models, or sent a message that it refuses: neither costs tokens.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping

from hq_tui.claude.client import ClientTimeouts
from hq_tui.claude.cloud_errors import not_signed
from hq_tui.claude.credentials import NO_CREDENTIALS
from hq_tui.claude.partner import ClaudePartner
from hq_tui.claude.providers import PROVIDERS
from hq_tui.cli.configuration.effective_settings import (
    check_provider,
    check_proxy,
    plain_hosts,
    settings_for,
)
from hq_tui.cli.doctor.checks import CHECKS, WITH_SETTINGS, Said
from hq_tui.cli.output import print_json
from hq_tui.cli.wiring import find_key
from hq_tui.core import DEFAULT_PROVIDER
from hq_tui.core.partner import PartnerFailed
from hq_tui.core.text.sanitize import counted, one_line, redact
from hq_tui.errors import HqError
from hq_tui.runtime.executor import run
from hq_tui.settings import Settings

PATIENCE = 6.0
"""Seconds for the server to answer."""
MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


def doctor(*, provider: str | None, base_url: str | None, offline: bool, json: bool) -> int:
    """Run every check and print it; 0, or 1 where something is bad."""
    return run(_doctor({"provider": provider, "base_url": base_url}, offline=offline, json=json))


async def _doctor(chosen: Mapping[str, object], *, offline: bool, json: bool) -> int:
    findings = [
        {"name": name, "verdict": verdict, "found": _safe(found), "advice": _safe(advice)}
        for name, (verdict, found, advice) in await _examine(chosen, offline=offline)
    ]
    if json:
        print_json(findings)
    else:
        for finding in findings:
            print(f"{MARKS[finding['verdict']]} {finding['name']:<16} {finding['found']}")
            if finding["advice"]:
                print(f"{'':22}{finding['advice']}")
    return int(any(finding["verdict"] == "bad" for finding in findings))


async def _examine(chosen: Mapping[str, object], *, offline: bool) -> list[tuple[str, Said]]:
    """The name of every check and what it found."""
    rows = [(_name(look), look()) for look in CHECKS]
    try:
        settings = settings_for(chosen)
    except HqError as error:
        return [("settings", ("bad", str(error), error.hint)), *rows]
    rows += [(_name(look), await _said(look, settings)) for look in WITH_SETTINGS]
    rows.append(("key", await _said(credentials, settings)))
    not_tried = "note", "not tried (--offline)", ""
    return [*rows, ("reach", not_tried if offline else await reach(settings))]


def _name(look: Callable[..., object]) -> str:
    return look.__name__.replace("_", " ")


async def _said(look: Callable[[Settings], Said | Awaitable[Said]], settings: Settings) -> Said:
    try:
        said = look(settings)
        return said if isinstance(said, tuple) else await said
    except HqError as error:
        return "bad", str(error), error.hint


def _safe(text: str) -> str:
    """A text of a finding on one line, without secrets."""
    return one_line(redact(text), 300)


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
