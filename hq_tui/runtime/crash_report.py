"""Reports a defect of hq-tui: one line for the person, a file for whoever repairs it.

The line names the kind of error and the place in our code, and nothing that anybody typed:
it may end up in a screenshot or a ticket. The report holds more, so it lies in the data
folder where only its owner can read it. It has the calls and the messages of the errors,
with keys taken out, and never the values of variables.

Nothing here raises. Whatever fails while a defect is told costs its own part of the words.
"""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, TypeVar

from hq_tui import __version__

FOLDER = "crashes"
MOST_REPORTS = 20
"""Reports that are kept; a defect that strikes often must not fill a disk."""
LONGEST_LINE = 300
LONGEST_REPORT = 500
"""Lines of a report that are kept, from its end, where the error stands."""
UNKNOWN_PLACE = "a place that is not known"
T = TypeVar("T")


def tell(
    error: BaseException, environment: Mapping[str, str] = os.environ, *, saved: bool = True
) -> str:
    """Write a report and say in one line what happened, where the report is, and the way out."""
    path = write_report(error, environment)
    report = f" A report is in {path}." if path else ""
    way_out = " What was said is saved: hq-tui --continue" if saved else ""
    return f"hq-tui: something went wrong inside hq-tui ({where(error)}).{report}{way_out}"


def where(error: BaseException) -> str:
    """The kind of `error` and its place in our code."""
    kind = _tried(lambda: str(type(error).__name__), "an error without a name")
    return f"{kind} in {_tried(lambda: _place(error), UNKNOWN_PLACE)}"


def write_report(error: BaseException, environment: Mapping[str, str] = os.environ) -> Path | None:
    """Put a report into the data folder; its path, or None where that cannot be done."""
    return _tried(lambda: _written(error, environment), None)


def say(line: str, stream: TextIO | None = None) -> None:
    """Put a line on stderr, if anybody is there to read it."""
    to = stream or sys.stderr
    if to is not None:
        _tried(lambda: print(line, file=to, flush=True), None)


def _tried(do: Callable[[], T], otherwise: T) -> T:
    try:
        return do()
    except Exception:  # noqa: BLE001 - where a defect is told, a second one has nobody to go to
        return otherwise


def _written(error: BaseException, environment: Mapping[str, str]) -> Path:
    from hq_tui.store.files import create_private, private_folder

    now = datetime.now(UTC)
    folder = _data_folder(environment) / FOLDER
    private_folder(folder)
    earlier = sorted(folder.glob("crash-*.txt"))
    for old in earlier[: max(0, len(earlier) - MOST_REPORTS + 1)]:
        old.unlink(missing_ok=True)
    path = folder / f"crash-{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}.txt"
    with os.fdopen(create_private(path), "w", encoding="utf-8", errors="replace") as file:
        file.write(_report(error, now, environment))
    return path


def _data_folder(environment: Mapping[str, str]) -> Path:
    """The folder for data. Raises OSError where there is no telling which."""
    from hq_tui.settings import default_places

    chosen = environment.get("HQ_TUI_DATA_DIR")
    folder = Path(chosen) if chosen else default_places()[0]
    if not folder.is_absolute() and not chosen:
        raise FileNotFoundError("there is no home folder")
    return folder


def _report(error: BaseException, now: datetime, environment: Mapping[str, str]) -> str:
    """The whole text. What cannot be told of the error is left out, not the rest."""
    system = _tried(platform.platform, "system unknown")
    head = [
        "A report of a defect in hq-tui. Look through it before you pass it on: the messages",
        "of the errors may quote a word of a session.",
        "",
        f"hq-tui {__version__} · Python {platform.python_version()} · {system}",
        f"{now.isoformat(timespec='seconds')} · {where(error)}",
        "",
    ]
    body = _tried(lambda: _calls(error, environment), ["The rest of the error cannot be told."])
    return "\n".join([*head, *body, ""])


def _calls(error: BaseException, environment: Mapping[str, str]) -> list[str]:
    """The traceback in lines, without keys."""
    from hq_tui.claude.providers import SECRETS
    from hq_tui.core.text.sanitize import one_line, redact

    told = "".join(traceback.TracebackException.from_exception(error, compact=True).format())
    lines = redact(told, [environment.get(name, "") for name in SECRETS]).split("\n")
    indented = ((line, len(line) - len(line.lstrip())) for line in lines[-LONGEST_REPORT:])
    return [" " * indent + one_line(line, LONGEST_LINE) for line, indent in indented]


def _place(error: BaseException) -> str:
    """The last place in our own code that the error came through, else the last of all."""
    root = Path(__file__).parents[1]
    frames = [(Path(f.filename), f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    if not frames:
        return UNKNOWN_PLACE
    ours = [frame for frame in frames if frame[0].is_relative_to(root)]
    path, line = (ours or frames)[-1]
    return f"{'/'.join(path.parts[-3:])}, line {line}"
