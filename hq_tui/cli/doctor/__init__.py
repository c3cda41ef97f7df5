"""`hq-tui doctor`: check the surroundings and say how to fix what does not work.

It writes nothing but a temporary file in the data folder and two queries to the terminal. A
key is never shown, only where it came from.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

from hq_tui.cli.configuration.effective_settings import settings_for
from hq_tui.cli.doctor.checks import PLACE, TERMINAL, WITH_SETTINGS, Said
from hq_tui.cli.doctor.network import credentials, reach
from hq_tui.core.text.sanitize import one_line, redact
from hq_tui.errors import HqError
from hq_tui.formats.export import json_text
from hq_tui.runtime.executor import run

MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """Options of `doctor`."""

    provider: str | None
    base_url: str | None
    offline: bool
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One finding. `verdict` is ok, note or bad; bad means that something will not work."""

    name: str
    verdict: str
    found: str
    advice: str


def doctor(options: DoctorOptions) -> int:
    """Run every check and print it; 0, or 1 where something is bad."""
    return run(_doctor(options))


async def _doctor(options: DoctorOptions) -> int:
    findings = [_safe(name, *said) for name, said in await _examine(options)]
    if options.json:
        sys.stdout.write(json_text([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            print(f"{MARKS[finding.verdict]} {finding.name:<16} {finding.found}")
            if finding.advice:
                print(f"{'':22}{finding.advice}")
    return int(any(finding.verdict == "bad" for finding in findings))


async def _examine(options: DoctorOptions) -> list[tuple[str, Said]]:
    """The name of every check and what it found."""
    rows = [(name, look()) for name, look in (*PLACE, *TERMINAL)]
    try:
        settings = settings_for({"provider": options.provider, "base_url": options.base_url})
    except HqError as error:
        return [("settings", ("bad", str(error), error.hint)), *rows]
    rows += [(name, look(settings)) for name, look in WITH_SETTINGS]
    rows.append(("key", await credentials(settings)))
    not_tried = "note", "not tried (--offline)", ""
    return [*rows, ("reach", not_tried if options.offline else await reach(settings))]


def _safe(name: str, verdict: str, found: str, advice: str) -> CheckResult:
    """A finding on one line each, without secrets."""
    found, advice = one_line(redact(found), 300), one_line(redact(advice), 300)
    return CheckResult(name=name, verdict=verdict, found=found, advice=advice)
