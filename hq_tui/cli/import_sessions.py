"""`import`: sessions from a file, and an honest word about what it does not carry."""

from __future__ import annotations

import io
import re
import sys
import time
import zipfile
import zlib
from typing import Any

from hq_tui.cli.output import notice, print_json
from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.conversation import EMPTY
from hq_tui.core.text.sanitize import counted, one_line, sanitise
from hq_tui.errors import HqError, UsageError
from hq_tui.formats.importer import Contents, ImportDefaults, Imported, NotASession, sessions_in
from hq_tui.formats.losses import named
from hq_tui.inquiry.modes import MODES, system_prompt
from hq_tui.sessions.own_modes import first_of
from hq_tui.settings import expanded

KNOWN = (
    "Known are our JSON and JSONL, Claude Code's JSONL, `llm logs --json`, and the"
    " conversations.json of claude.ai and ChatGPT, also in the zip archive that it comes in."
)

UNPACK = "Unpack it, and import the conversations.json in it."
LARGEST = 500_000_000
"""Bytes of conversations that are unpacked; a small archive can hold any number of them."""
_CONVERSATIONS = re.compile(r"(?:^|/)conversations(?:[-_]\d+)?\.json$")


def import_file(*, file: str, json: bool) -> int:
    """Make sessions of a file; the names they got on stdout. 1 where something was lost."""
    manager = build_offline_manager()
    settings = manager.settings
    mode_file, system = first_of(settings, settings.mode, EMPTY)
    systems = {mode: system_prompt(mode, "", settings.instructions) for mode in MODES}
    setting = ImportDefaults(
        mode=settings.mode,
        model=manager.model,
        systems={**systems, settings.mode: system},
        mode_file=mode_file,
        at=time.time(),
    )
    parts = [_found(file, data, setting) for data in _unpacked(file)]
    rows: list[dict[str, Any]] = []
    for brought in (brought for found in parts for brought in found.sessions):
        name = manager.import_session(brought)
        turns = sum(record["t"] == "user" for record in brought.records)
        row = {"id": name, "source": brought.source, "turns": turns, "left_out": brought.left_out}
        rows.append({**row, "faults": list(brought.faults)})
        if not json:
            print(name)
            notice(f"{name}: {counted(turns, 'turn')} from {brought.source}")
            _tell(brought)
    if json:
        print_json(rows)
    for found in parts:
        _tell(found)
    faults = [found.faults or any(one.faults for one in found.sessions) for found in parts]
    return 1 if any(faults) else 0


def _found(name: str, data: bytes, setting: ImportDefaults) -> Contents:
    """The sessions in a file. Raises UsageError."""
    try:
        return sessions_in(data, setting)
    except NotASession as error:
        why = f": {error}" if str(error) else ""
        raise UsageError(
            sanitise(f"{name} holds no session in a format that is known{why}."), hint=KNOWN
        ) from None


def _tell(found: Imported | Contents) -> None:
    """Say what is not carried over, and name what could not be read."""
    if found.left_out:
        notice(f"not carried over: {found.left_out}")
    if found.faults:
        notice(f"could not be read: {counted(len(found.faults), 'thing')}")
    for fault in named(found.faults):
        notice(f"  {one_line(fault)}")


def _bytes(name: str) -> bytes:
    """The content of the file, or of stdin for `-`. Raises HqError."""
    try:
        if name == "-":
            return sys.stdin.buffer.read()
        path = expanded(name)
        if path.is_char_device() or path.is_block_device():
            # One such as /dev/zero never ends.
            raise HqError(sanitise(f"{name} is a device, not a file."), hint="Name another file.")
        return path.read_bytes()
    except OSError as error:
        raise HqError(
            sanitise(f"{name} cannot be read: {error.strerror}."), hint="Name another file."
        ) from error


def _unpacked(name: str) -> list[bytes]:
    """The content of the file, or the conversations in an exported archive."""
    data = _bytes(name)
    if not data.startswith(b"PK\x03\x04"):
        return [data]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = [one for one in archive.infolist() if _CONVERSATIONS.search(one.filename)]
            # No more is unpacked than is said here.
            is_small = sum(one.file_size for one in found) <= LARGEST
            texts = [archive.read(one) for one in found] if is_small else []
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
        why = one_line(str(error), 100).rstrip(".") or type(error).__name__
        raise UsageError(sanitise(f"{name} cannot be unpacked: {why}."), hint=UNPACK) from error
    if not found:
        what = "is a zip archive without a conversations.json"
        raise UsageError(sanitise(f"{name} {what}."), hint=KNOWN)
    if not is_small:
        what = f"unpacks to more than {LARGEST // 1_000_000} MB"
        raise UsageError(sanitise(f"{name} {what}."), hint=UNPACK)
    return texts
