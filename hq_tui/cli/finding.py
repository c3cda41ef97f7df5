"""`search`, and `sessions` with its house-keeping: what is there, where a word stands.

Nothing is ever deleted by itself: `--prune` is asked for, says what it does, and with
`--dry-run` only says it.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

from hq_tui.cli.build import build_desk
from hq_tui.cli.library import json_text
from hq_tui.cli.options import Options
from hq_tui.core.safe_text import sanitise
from hq_tui.desk import Desk
from hq_tui.errors import UsageError
from hq_tui.store import LockedElsewhere

DAY = 86_400.0
SPEAKERS = {"user": "you", "assistant": "partner"}


def search(options: Options) -> int:
    """Print the places where the words stand, the newest first."""
    desk = _desk(options)
    with closing(desk.catalogue()) as catalogue:
        catalogue.refresh_all(say_that_it_takes_long)
        hits = catalogue.search(" ".join(options.words_sought))
    if options.json:
        sys.stdout.write(json_text([hit.as_json() for hit in hits]))
        return 0
    for hit in hits:
        who = SPEAKERS.get(hit.role, hit.role)
        print(sanitise(f"{hit.id}  {hit.turn:>3}. {who}: {hit.text}").replace("\n", " "))
    if not hits:
        print("Nothing found.", file=sys.stderr)
    return 0


def sessions(options: Options) -> int:
    """List the sessions, newest first; or make room."""
    if options.prune:
        return _prune(options)
    if options.dry_run or options.older_than is not None:
        raise UsageError("--older-than and --dry-run go with --prune.", hint="Add --prune.")
    desk = _desk(options)
    rows = desk.list_sessions(say_that_it_takes_long)
    if options.json:
        sys.stdout.write(json_text([row.as_json() for row in rows]))
        return 0
    for row in rows:
        print(sanitise(row.as_line()))
    if rows:
        size = desk.library.total_size()
        print(f"{len(rows)} sessions, {amount(size)} on disk", file=sys.stderr)
    else:
        print("No session has been saved yet.", file=sys.stderr)
    return 0


def say_that_it_takes_long(left: int) -> None:
    """A word to somebody at a terminal; scripts and pipes hear nothing."""
    if sys.stderr.isatty():
        print(f"Building the index of sessions, {left} to go; this is done once.", file=sys.stderr)


def amount(size: int) -> str:
    """Bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000 or unit == "MB":
            break
        size = round(size / 1000)
    return f"{size} {unit}"


def _prune(options: Options) -> int:
    """Delete for good: the trash, and with a number of days the sessions older than that."""
    library = _desk(options).library
    days = options.older_than
    if days is not None and days < 0:
        raise UsageError("--older-than takes a number of days.", hint="For example 90.")
    limit = None if days is None else time.time() - days * DAY
    before, gone = library.total_size(), 0
    verb = "would delete" if options.dry_run else "deleted"
    for name, path in _old(options, limit):
        if not options.dry_run:
            try:
                kept_as = library.delete(name)
            except LockedElsewhere as locked:
                print(f"kept {name}: {locked}", file=sys.stderr)
                continue
            path = library.trash / f"{kept_as}.jsonl"  # noqa: PLW2901 - it is there now
        gone += _remove(path, dry=options.dry_run)
        print(sanitise(f"{verb} {name}"))
    for path in sorted(library.trash.glob("*.jsonl")) if library.trash.is_dir() else []:
        if limit is None or path.lstat().st_mtime < limit:
            gone += _remove(path, dry=options.dry_run)
            print(sanitise(f"{verb} {path.stem} from the trash"))
    print(f"{amount(gone)} of {amount(before)}", file=sys.stderr)
    return 0


def _old(options: Options, limit: float | None) -> list[tuple[str, Path]]:
    """The sessions last written before `limit`."""
    if limit is None:
        return []
    library = _desk(options).library
    found = library.sessions(wanted=1)
    return [(one.session_id, one.path) for one in found if one.modified < limit]


def _remove(path: Path, *, dry: bool) -> int:
    """Delete a journal and the copies of its damage; how many bytes they were."""
    size = 0
    for each in (path, *sorted(path.parent.glob(f"{path.name}.damaged-*"))):
        size += each.lstat().st_size
        if not dry:
            each.unlink()
    return size


def _desk(options: Options) -> Desk:
    options.words.rehearse = None
    return build_desk(options, pace=0)
