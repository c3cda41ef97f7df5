"""`python -m benchmarks`: one table of everything, or of the parts that are named."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from benchmarks.measures import Bench
from benchmarks.programs import HELLO, HQ, REFERENCE, REFERENCE_MOST, Workshop, serving
from benchmarks.prose import SHAPES
from benchmarks.table import Figures
from benchmarks.terminal import StuckError

SLOW_START = 6.0
"""Seconds to the first picture from which a session is measured once and not three times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is measured."""

    runs: int = 3
    starts: int = 7
    opened: tuple[int, ...] = (0, 10_000)
    openings: int = 3
    rounds: int = 7
    sizes: tuple[int, ...] = (0, 1_000, 10_000)
    orders: tuple[tuple[int, int], ...] = ((60, 20), (800, 200), (2_500, 1_000))
    keys: tuple[tuple[int, int], ...] = ((700, 200), (3_000, 1_000))
    shapes: tuple[str, ...] = tuple(SHAPES)
    long_runs: int = 3
    long_seconds: float = 5.0
    idle: float = 30.0
    beside: tuple[tuple[int, int], ...] = ((100, 30), (120, 40), (160, 50))
    items: tuple[int, ...] = (0, 12)


FULL = Plan()
QUICK = Plan(
    starts=3,
    openings=1,
    rounds=3,
    sizes=(0,),
    orders=((300, 200),),
    keys=((1_500, 1_000),),
    shapes=("paragraph",),
    long_runs=1,
    long_seconds=4.0,
    idle=10.0,
    beside=((120, 40),),
)


def start(bench: Bench, plan: Plan) -> None:
    """First paint and first echo, the programs in turn."""
    for _ in range(plan.starts):
        for program in (HQ, HELLO, REFERENCE):
            bench.startup(program)


def sdk(bench: Bench, plan: Plan) -> None:
    """Keys and memory while the SDK is imported."""
    for _ in range(plan.runs):
        for program in (HQ, REFERENCE):
            bench.importing(program)


def opening(bench: Bench, plan: Plan) -> None:
    """What a long session takes to be opened, and what it holds then."""
    for _ in range(plan.openings):
        for messages in plan.opened:
            bench.opening(HQ, messages)


def stream(bench: Bench, plan: Plan) -> None:
    """Processor time, bytes and delays while replies flow."""
    for messages in plan.sizes:
        is_large = messages > REFERENCE_MOST
        for run in range(plan.runs):
            keys = plan.keys if messages != 1_000 else ()
            painted = bench.streaming(HQ, messages, plan.orders, keys)
            if not is_large:
                bench.streaming(REFERENCE, messages, plan.orders, keys if run == 0 else ())
            if painted > SLOW_START:
                break
    if len(plan.sizes) > 1:
        for _ in range(plan.runs):
            bench.streaming(REFERENCE, REFERENCE_MOST, plan.orders[1:])


def turns(bench: Bench, plan: Plan) -> None:
    """A long session beside an empty one, in turns; the same of the start."""
    most = max(plan.opened)
    bench.openings_in_turns(most, plan.rounds)
    bench.in_turns(most, plan.rounds, *next(order for order in plan.orders if order[1] == 200))


def stepwise(bench: Bench, plan: Plan) -> None:
    """Bytes in stepwise following."""
    for _ in range(plan.runs):
        bench.stepwise(HQ, *next(order for order in plan.orders if order[1] == 200))


def beside(bench: Bench, plan: Plan) -> None:
    """Bytes where a panel stands beside the text; at 100 columns there is none."""
    for _ in range(plan.long_runs):
        for size, items, following in product(plan.beside, plan.items, ("smooth", "stepwise")):
            for has_margins in (False, True):
                bench.beside(size, items, following, has_margins=has_margins, amount=800)


def long(bench: Bench, plan: Plan) -> None:
    """The longest wait of a key while a long message flows."""
    for _ in range(plan.long_runs):
        bench.long_messages(HQ, plan.shapes, plan.long_seconds)


def idle(bench: Bench, plan: Plan) -> None:
    """What is done while nothing happens."""
    bench.idle(plan.idle, plan.runs)


PARTS: dict[str, Callable[[Bench, Plan], None]] = {
    "start": start,
    "sdk": sdk,
    "open": opening,
    "stream": stream,
    "turns": turns,
    "stepwise": stepwise,
    "beside": beside,
    "long": long,
    "idle": idle,
}
"""What can be measured, in the order of the table."""


def compile_all(bench: Bench) -> None:
    """Start every program once, so that its byte-code is there, the SDK's too."""
    for program in (HELLO, REFERENCE, HQ):
        with bench.start(program) as terminal:
            terminal.wait_for(program.painted)
            terminal.settle()
            if program is not HELLO:
                bench.stream(terminal, bench.order(20, 100))


def machine() -> str:
    """Where and when this is, in words."""
    today = datetime.now(tz=UTC).date()
    return f"{today}, Python {platform.python_version()}, {os.cpu_count()} cores"


def main() -> int:
    """Measure, print, and say what failed; 0 when nothing did."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in five minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", default=list(PARTS))
    words = parser.parse_args()
    plan, figures, failed = QUICK if words.quick else FULL, Figures(), 0
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        workshop = Workshop(Path(folder))
        with serving(workshop) as server:
            bench = Bench(workshop, server, figures)
            compile_all(bench)
            for name in words.only:
                began = time.monotonic()
                try:
                    PARTS[name](bench, plan)
                except StuckError as error:
                    failed = 1
                    print(f"{name}: {error}", file=sys.stderr)
                print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(f"{machine()}, load {load:.1f} at the start and {os.getloadavg()[0]:.1f} at the end\n")
    print(figures.table())
    return failed


if __name__ == "__main__":
    sys.exit(main())
