"""When hq-tui itself is at fault: one line for the person, a report for whoever mends it.

The line names the kind of error and the place in our code, and nothing that anybody typed:
it may end up in a screenshot or a ticket. The report holds more, so it lies in the data
folder where only its owner can read it. It has the calls and the messages of the errors,
with keys taken out, and never the values of variables.
"""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from hq_tui import __version__

FOLDER = "crashes"
MOST_REPORTS = 20
"""Reports that are kept; a defect that strikes often must not fill a disk."""
LONGEST_LINE = 300
LONGEST_REPORT = 500
"""Lines of a report that are kept, from its end, where the error stands."""
_SECRETS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN")


def tell(error: BaseException, environment: Mapping[str, str] = os.environ) -> str:
    """Write a report and say in one line what happened, where the report is, and the way out."""
    path = write_report(error, environment)
    report = f" A report is in {path}." if path else ""
    return (
        f"hq-tui: something went wrong inside hq-tui ({type(error).__name__} in "
        f"{_place(error)}).{report} What was said is saved: hq-tui --continue"
    )


def write_report(error: BaseException, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Put a report into the data folder; its path, or None where that cannot be done."""
    from hq_tui.errors import HqError
    from hq_tui.store.files import create_private, private_folder

    now = datetime.now(UTC)
    try:
        folder = _data_folder(environment) / FOLDER
        private_folder(folder)
        earlier = sorted(folder.glob("crash-*.txt"))
        for old in earlier[: max(0, len(earlier) - MOST_REPORTS + 1)]:
            old.unlink()
        path = folder / f"crash-{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
        with os.fdopen(create_private(path), "w", encoding="utf-8", errors="replace") as file:
            file.write(_report(error, now, environment))
    except (OSError, HqError):
        return None
    return path


def _data_folder(environment: Mapping[str, str]) -> Path:
    from hq_tui.settings import default_places

    chosen = environment.get("HQ_TUI_DATA_DIR")
    return Path(chosen) if chosen else default_places()[0]


def _report(error: BaseException, now: datetime, environment: Mapping[str, str]) -> str:
    from hq_tui.core.safe_text import one_line, redact

    told = "".join(traceback.TracebackException.from_exception(error, compact=True).format())
    lines = redact(told, [environment.get(name, "") for name in _SECRETS]).splitlines()
    head = [
        "A report of a defect in hq-tui. Look through it before you pass it on: the messages",
        "of the errors may quote a word of a session.",
        "",
        f"hq-tui {__version__} · Python {platform.python_version()} · {platform.platform()}",
        f"{now.isoformat(timespec='seconds')} · {_place(error)}",
        "",
    ]
    indented = ((line, len(line) - len(line.lstrip())) for line in lines[-LONGEST_REPORT:])
    body = [" " * indent + one_line(line, LONGEST_LINE) for line, indent in indented]
    return "\n".join([*head, *body, ""])


def _place(error: BaseException) -> str:
    """The last place in our own code that the error came through, else the last of all."""
    root = Path(__file__).parents[1]
    frames = [(Path(f.filename), f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    if not frames:
        return "a place that is not known"
    ours = [frame for frame in frames if frame[0].is_relative_to(root)]
    path, line = (ours or frames)[-1]
    return f"{'/'.join(path.parts[-3:])}, line {line}"


def say(line: str) -> None:
    """Put a line on stderr, if anybody is there to read it."""
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return
