"""Many sessions: how long it takes until they are listed, filtered, searched and indexed.

Makes 5,000 sessions with 100,000 messages in a folder of its own, in the format of the
journal, and prints one figure a line. Run it with `python -m benchmarks.sessions`.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from textual.app import App
from textual.geometry import Region
from textual.widgets import Input

from hq_tui.app.picker_source import PickerSource
from hq_tui.core.partner import Partner
from hq_tui.engine import SystemClock
from hq_tui.sessions.catalog import Catalogue
from hq_tui.sessions.manager import SessionManager
from hq_tui.sessions.partner_router import PartnerFactories, PartnerRouter
from hq_tui.settings import Settings
from hq_tui.store.record import Record, encode
from hq_tui.ui.screens.session_list import SessionList
from hq_tui.ui.screens.session_picker import SessionPicker

SESSIONS = 5_000
TURNS = 10
WORDS = (
    "why does the service stall when a queue grows and who would notice first because nobody "
    "measured it before the release which assumption fails if the cost doubles next year I think "
    "we should rewrite the parser in Rust instead of Python but the team knows Python better what "
    "would change your mind about the deadline the user sees nothing until the answer is whole"
).split()
ASKED = ("rewrite", "nobody", "needle", "cost doubles", "serv", "東京")


def words(rng: Random, count: int) -> str:
    """So many words, now and then one that is nowhere else."""
    text = " ".join(rng.choices(WORDS, k=count))
    return f"{text} x{rng.randrange(10**6):06d}"


def journal(number: int, rng: Random) -> list[Record]:
    """The records of one session."""
    at = 1_700_000_000.0 + number * 3600
    rows: list[Record] = [
        {"t": "session", "v": 1, "id": f"s{number:05d}", "mode": "examine",
         "model": "claude-sonnet-5-5", "at": at, "system": ["Ask one question at a time."]}
    ]  # fmt: skip
    for turn in range(TURNS):
        now = at + turn * 60
        asked = words(rng, 25) + (" the needle" if number % 1000 == 7 and turn == 3 else "")
        asked += " 昨日は東京で会いました" if number % 100 == 0 else ""
        rows += [
            {"t": "user", "text": asked, "at": now},
            {"t": "attempt", "number": 1, "how": "fresh", "model": "m", "at": now},
            {"t": "message", "message_id": f"msg_{number}_{turn}", "model": "m", "usage": {}},
            {"t": "block", "index": 0, "data": {"type": "text", "text": ""}},
            *({"t": "text", "index": 0, "text": words(rng, 15) + " "} for _ in range(5)),
            {"t": "end", "index": 0},
            {"t": "report", "usage": {"output_tokens": 90}, "stop_reason": "end_turn"},
            {"t": "stop"},
            {"t": "done", "at": now + 9},
        ]
    return rows


def make(folder: Path, count: int) -> int:
    """Write the sessions; how many bytes they are."""
    rng, size = Random(7), 0
    folder.mkdir(parents=True, mode=0o700)
    for number in range(count):
        data = b"".join(encode(seq, row) for seq, row in enumerate(journal(number, rng), 1))
        path = folder / f"s{number:05d}.jsonl"
        path.write_bytes(data)
        path.chmod(0o600)
        os.utime(path, (1_700_000_000 + number * 3600,) * 2)
        size += len(data)
    return size


def best(action: Callable[[], object], times: int = 7) -> tuple[float, float]:
    """Median and worst of some runs, in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken), max(taken)


def say(what: str, figure: float, unit: str, worst: float | None = None) -> None:
    """One line."""
    tail = "" if worst is None else f"   (worst {worst:.1f})"
    print(f"{what:<52} {figure:>10.1f} {unit}{tail}", flush=True)


def measure_index(home: Path) -> Catalogue:
    """Index, rows and search; the catalogue that knows everything."""
    catalogue = Catalogue(home / "sessions", home / "cache")
    start = time.perf_counter()
    say("rows of a folder never seen", *_ms(catalogue.rows))
    longest, more, cpu = 0.0, True, time.process_time()
    while more:
        begun = time.perf_counter()
        more = catalogue.refresh()
        longest = max(longest, time.perf_counter() - begun)
    say("index built from nothing", time.perf_counter() - start, "s")
    say("processor time of that", time.process_time() - cpu, "s")
    say("longest slice of that", longest * 1000, "ms")
    catalogue.close()
    (file,) = (home / "cache").iterdir()
    say("index file", file.stat().st_size / 2**20, "MB")
    start = time.perf_counter()
    catalogue = Catalogue(home / "sessions", home / "cache")
    catalogue.refresh_all()
    rows = catalogue.rows()
    say(f"{len(rows)} rows in a new process", (time.perf_counter() - start) * 1000, "ms")
    median, worst = best(lambda: (catalogue.refresh(), catalogue.rows()))
    say("looked at again, nothing new", median, "ms", worst)
    for typed in ASKED:
        median, worst = best(lambda typed=typed: catalogue.search(typed))  # type: ignore[misc]
        say(f"search {typed!r}: {len(catalogue.search(typed))} hits", median, "ms", worst)
    return catalogue


def _ms(action: Callable[[], object]) -> tuple[float, str]:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000, "ms"


def a_desk(home: Path) -> SessionManager:
    """A session manager whose data and cache are in `home`, with nobody to talk to."""

    async def nobody() -> tuple[Partner, Callable[[], Any]]:
        raise AssertionError("nobody is asked")

    settings = Settings(data_dir=home, cache_dir=home / "cache", config_path=home / "none.toml")
    partners = PartnerRouter(PartnerFactories(claude=lambda _: None, rehearsal=nobody))
    return SessionManager(
        settings, partners=partners, clock=SystemClock(), rng=Random(1), model="m"
    )


async def measure_picker(home: Path) -> None:
    """First paint of the picker, and a keystroke in its filter."""
    manager = a_desk(home)
    app: App[None] = App()
    async with app.run_test(size=(120, 40)) as pilot:
        start = time.perf_counter()
        picker = SessionPicker(PickerSource(manager, manager.new(), time.time))
        await app.push_screen(picker)
        await app.workers.wait_for_complete()
        picker.refresh()
        await pilot.pause()
        say("picker: key to its rows on screen", (time.perf_counter() - start) * 1000, "ms")
        field, keys = picker.query_one(Input), []
        for typed in ("r", "re", "rew", "rewr", "rewri", "rewrit", "rwrt", "needle", ""):
            start = time.perf_counter()
            with picker.prevent(Input.Changed):
                field.value = typed
            picker.on_input_changed(Input.Changed(field, typed))
            picker.query_one(SessionList).render_lines(Region(0, 0, 116, 25))
            keys.append((time.perf_counter() - start) * 1000)
            await app.workers.wait_for_complete()
        say("picker: a key until the rows are narrowed", statistics.median(keys), "ms", max(keys))
        picker.dismiss(None)


def main() -> None:
    """Make the sessions and print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        size = make(home / "sessions", count)
        print(f"{count} sessions, {count * TURNS * 2} messages, {size / 2**20:.0f} MB of journals")
        catalogue = measure_index(home)
        catalogue.close()
        asyncio.run(measure_picker(home))
    say("memory at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


if __name__ == "__main__":
    main()
