"""`import`: sessions from a file, and an honest word about what it does not carry."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from hq_tui.cli.build import build_desk
from hq_tui.cli.library import json_text
from hq_tui.cli.options import Options
from hq_tui.cli.printing import notice
from hq_tui.core.safe_text import sanitise
from hq_tui.errors import HqError, UsageError
from hq_tui.formats.importer import NotASession, Setting, sessions_in
from hq_tui.inquiry.modes import MODES, system_prompt


def bring_in(options: Options) -> int:
    """Make sessions of a file; the names they got on stdout."""
    options.words.rehearse = None
    desk = build_desk(options, pace=0)
    setting = Setting(
        mode=desk.settings.mode,
        model=desk.model,
        systems={mode: system_prompt(mode) for mode in MODES},
        at=time.time(),
    )
    try:
        found = sessions_in(_text(options.file), setting)
    except NotASession:
        raise UsageError(
            f"{options.file} holds no session in a format that is known.",
            hint="Known are our JSON and JSONL, Claude Code's JSONL and `llm logs --json`.",
        ) from None
    rows: list[dict[str, Any]] = []
    for brought in found:
        name = desk.bring_in(brought)
        turns = sum(record["t"] == "user" for record in brought.records)
        rows.append({"id": name, "source": brought.source, "turns": turns})
        rows[-1]["left_out"] = brought.left_out
        if not options.json:
            print(name)
            notice(f"{name}: {turns} turns from {brought.source}")
            if brought.left_out:
                notice(f"not carried over: {brought.left_out}")
    if options.json:
        sys.stdout.write(json_text(rows))
    return 0


def _text(name: str) -> str:
    """What the file holds; half characters at a tear are replaced."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).expanduser().read_bytes()
    except OSError as error:
        raise HqError(
            sanitise(f"{name} cannot be read: {error.strerror}."), hint="Name another file."
        ) from error
    return data.decode("utf-8-sig", "replace")
