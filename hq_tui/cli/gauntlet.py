"""`hq-tui gauntlet`: how well a partner questions, over many sessions, in one table.

The full partner is held through the program's own client path, against a loopback server
that breaks a share of the replies; its ablations are called without a server. With
`--direct` the full partner is too, which is quicker. The sessions are shared out over two
processes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from hq_tui.cli.gauntlet_work import Held, Share, held, scenarios_of
from hq_tui.cli.library import json_text
from hq_tui.cli.options import Options
from hq_tui.errors import GaveUpError, UsageError
from hq_tui.gauntlet import ABLATIONS, TURNS, Report, report_of, table
from hq_tui.gauntlet.sessions import Seen

PROCESSES = 2


def gauntlet(options: Options) -> int:
    """Hold the sessions and print the table."""
    if options.seeds < 1:
        raise UsageError("--seeds must be at least 1.", hint="Every session is held once a seed.")
    scenarios_of(options.scenarios)
    reports = reports_of(_all_held(shares(options)))
    if options.json:
        sys.stdout.write(json_text([report.as_json() for report in reports]))
    else:
        print(table(reports))
    return 0


def shares(options: Options) -> list[Share]:
    """What there is to hold, the longest first."""
    one = Share(folder=options.scenarios, seeds=options.seeds)
    if options.endpoint:
        asked = options.model or "unknown"
        return [replace(one, name="endpoint", through=options.endpoint, model=asked)]
    through = "direct" if options.direct else "server"
    parts = [(number, PROCESSES) for number in range(PROCESSES)]
    others = [replace(one, name=name, through="direct") for name in ABLATIONS if name != "full"]
    return [*(replace(one, part=part, through=through) for part in parts), *others]


def _all_held(found: Sequence[Share]) -> list[Held]:
    if len(found) == 1:
        return [held(found[0])]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(held, found))


def reports_of(all_held: Sequence[Held]) -> list[Report]:
    """One report for each name, in the order of the shares. Raises GaveUpError if one stopped."""
    for one in all_held:
        if one.error[0]:
            raise GaveUpError(one.error[0], hint=one.error[1])
    reports = []
    for name in dict.fromkeys(one.name for one in all_held):
        parts = [one for one in all_held if one.name == name]
        total = Seen()
        for part in parts:
            total.add(part.seen)
        report = report_of(name, TURNS, total)
        seconds = round(max(part.seconds for part in parts), 1)
        reports.append(replace(report, seconds=seconds, faults=sum(part.faults for part in parts)))
    return reports
