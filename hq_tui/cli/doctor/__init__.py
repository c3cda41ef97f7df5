"""`hq-tui doctor`: what this place can do, and the exact way to mend what it cannot.

Every check is a line: a name, a verdict, what was found, and where it helps what to do. It
reads and measures; the only things it writes are a file in the data folder that is gone
again, and two questions to the terminal, if there is one. A key is never shown, only where
it came from.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from hq_tui.cli.configuration.effective_settings import settings_for
from hq_tui.cli.doctor import checks as looking_at
from hq_tui.cli.doctor.network import reach
from hq_tui.core.text.sanitize import one_line, redact
from hq_tui.errors import HqError
from hq_tui.formats.export import json_text

MARKS = {"ok": "ok  ", "note": "note", "bad": "BAD "}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """Options of `doctor`."""

    base_url: str | None
    offline: bool
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One thing that was looked at. `verdict` is ok, note or bad; bad means it will not do."""

    name: str
    verdict: str = "ok"
    found: str
    advice: str = ""


def doctor(options: DoctorOptions) -> int:
    """Look at everything and print it; 0, or 1 where something is bad."""
    findings = list(examine(options))
    if options.json:
        sys.stdout.write(json_text([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            print(f"{MARKS[finding.verdict]} {finding.name:<16} {finding.found}")
            if finding.advice:
                print(f"{'':22}{finding.advice}")
    return int(any(finding.verdict == "bad" for finding in findings))


def examine(options: DoctorOptions) -> Iterator[CheckResult]:
    """Every finding, made safe to show."""
    looks = [*looking_at.PLACE, *looking_at.TERMINAL]
    try:
        settings = settings_for({"base_url": options.base_url})
    except HqError as error:
        yield _finding("settings", ("bad", str(error), error.hint))
        settings = None
    for name, look in looks:
        yield _finding(name, look())
    if settings is None:
        return
    for name, look_with in looking_at.WITH_SETTINGS:
        yield _finding(name, look_with(settings))
    if options.offline:
        yield _finding("reach", ("note", "not tried (--offline)", ""))
    else:
        yield _finding("reach", reach(settings))


def _finding(name: str, said: tuple[str, str, str]) -> CheckResult:
    verdict, found, advice = said
    return CheckResult(
        name=name,
        verdict=verdict,
        found=one_line(redact(found), 300),
        advice=one_line(redact(advice), 300),
    )
