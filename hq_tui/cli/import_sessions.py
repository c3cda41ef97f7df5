"""`import`: sessions from a file, and an honest word about what it does not carry."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

from hq_tui.cli.output import notice
from hq_tui.cli.wiring import build_offline_desk
from hq_tui.core.text.sanitize import one_line, sanitise
from hq_tui.errors import HqError, UsageError
from hq_tui.formats.export import json_text
from hq_tui.formats.importer import Contents, ImportDefaults, Imported, NotASession, sessions_in
from hq_tui.formats.losses import named
from hq_tui.inquiry.modes import MODES, system_prompt
from hq_tui.settings import expanded

KNOWN = (
    "Known are our JSON and JSONL, Claude Code's JSONL, `llm logs --json`, and the"
    " conversations.json of claude.ai and ChatGPT."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Options of `import`."""

    file: str
    json: bool


def import_file(options: ImportOptions) -> int:
    """Make sessions of a file; the names they got on stdout. 1 where something was lost."""
    manager = build_offline_desk()
    setting = ImportDefaults(
        mode=manager.settings.mode,
        model=manager.model,
        systems={mode: system_prompt(mode) for mode in MODES},
        at=time.time(),
    )
    try:
        found = sessions_in(_bytes(options.file), setting)
    except NotASession as error:
        why = f": {error}" if str(error) else ""
        raise UsageError(
            sanitise(f"{options.file} holds no session in a format that is known{why}."), hint=KNOWN
        ) from None
    rows: list[dict[str, Any]] = []
    for brought in found.sessions:
        name = manager.import_session(brought)
        turns = sum(record["t"] == "user" for record in brought.records)
        rows.append({"id": name, "source": brought.source, "turns": turns})
        rows[-1]["left_out"] = brought.left_out
        rows[-1]["faults"] = list(brought.faults)
        if not options.json:
            print(name)
            notice(f"{name}: {turns} {'turn' if turns == 1 else 'turns'} from {brought.source}")
            _tell(brought)
    if options.json:
        sys.stdout.write(json_text(rows))
    _tell(found)
    return 1 if found.faults or any(brought.faults for brought in found.sessions) else 0


def _tell(found: Imported | Contents) -> None:
    """Say what is not carried over, and name what could not be read."""
    if found.left_out:
        notice(f"not carried over: {found.left_out}")
    if found.faults:
        count = len(found.faults)
        notice(f"could not be read: {count} {'thing' if count == 1 else 'things'}")
    for fault in named(found.faults):
        notice(f"  {one_line(fault)}")


def _bytes(name: str) -> bytes:
    """The content of the file, or of stdin for `-`. Raises HqError."""
    try:
        return sys.stdin.buffer.read() if name == "-" else expanded(name).read_bytes()
    except OSError as error:
        raise HqError(
            sanitise(f"{name} cannot be read: {error.strerror}."), hint="Name another file."
        ) from error
