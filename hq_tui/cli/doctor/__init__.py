"""`hq-tui doctor`: check the surroundings and say how to fix what does not work.

It writes nothing but a temporary file in the data folder and two queries to the terminal. A
key is never shown, only where it came from.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from hq_tui.cli.configuration.effective_settings import settings_for
from hq_tui.cli.doctor.checks import CHECKS, WITH_SETTINGS, Said
from hq_tui.cli.doctor.network import credentials, reach
from hq_tui.cli.output import print_json
from hq_tui.core.text.sanitize import one_line, redact
from hq_tui.errors import HqError
from hq_tui.runtime.executor import run
from hq_tui.settings import Settings

MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


def doctor(*, provider: str | None, base_url: str | None, offline: bool, json: bool) -> int:
    """Run every check and print it; 0, or 1 where something is bad."""
    return run(_doctor({"provider": provider, "base_url": base_url}, offline=offline, json=json))


async def _doctor(chosen: Mapping[str, object], *, offline: bool, json: bool) -> int:
    found = await _examine(chosen, offline=offline)
    findings = [
        {"name": name, **dict(zip(("verdict", "found", "advice"), map(_safe, said), strict=True))}
        for name, said in found
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
