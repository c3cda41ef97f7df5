"""`search`, and `sessions` with --prune.

Nothing is deleted unless `--prune` asks for it; `--dry-run` only lists it.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.text.sanitize import counted, sanitise
from hq_tui.core.text.summary import DAY, speaker_of
from hq_tui.errors import UsageError
from hq_tui.formats.export import json_text
from hq_tui.store.library import Library, SessionListing
from hq_tui.store.lock import LockedElsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Options of `search`."""

    words: tuple[str, ...]
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsOptions:
    """Options of `sessions`."""

    json: bool
    prune: bool
    older_than: float | None
    down_to: float | None
    dry_run: bool


def search(options: SearchOptions) -> int:
    """Print the matches, newest first."""
    manager = build_offline_manager()
    with closing(manager.catalogue()) as catalogue:
        catalogue.refresh_all(say_that_it_takes_long)
        hits = catalogue.search(" ".join(options.words))
    if options.json:
        sys.stdout.write(json_text([hit.as_json() for hit in hits]))
        return 0
    for hit in hits:
        who = speaker_of(hit.role)
        print(sanitise(f"{hit.id}  {hit.turn:>3}. {who}: {hit.text}").replace("\n", " "))
    if not hits:
        print("Nothing found.", file=sys.stderr)
    return 0


def sessions(options: SessionsOptions) -> int:
    """List the sessions, newest first; or make room."""
    if options.prune:
        return _prune(options)
    if options.dry_run or options.older_than is not None or options.down_to is not None:
        raise UsageError(
            "--older-than, --down-to and --dry-run go with --prune.", hint="Add --prune."
        )
    manager = build_offline_manager()
    rows = manager.list_sessions(say_that_it_takes_long)
    if options.json:
        sys.stdout.write(json_text([row.as_json() for row in rows]))
        return 0
    for row in rows:
        print(sanitise(row.as_line()))
    if rows:
        size = manager.library.total_size()
        print(f"{counted(len(rows), 'session')}, {amount(size)} on disk", file=sys.stderr)
    else:
        print("No session has been saved yet.", file=sys.stderr)
    return 0


def say_that_it_takes_long(left: int) -> None:
    """Report progress on a terminal; nothing in scripts and pipes."""
    if sys.stderr.isatty():
        print(f"Building the index of sessions, {left} to go; this is done once.", file=sys.stderr)


def amount(size: int) -> str:
    """Bytes for people."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000 or unit == "MB":
            break
        size = round(size / 1000)
    return f"{size} {unit}"


def _prune(options: SessionsOptions) -> int:
    """Delete for good: the trash, and sessions that are too old or too many."""
    days, most = options.older_than, options.down_to
    if days is not None and days < 0:
        raise UsageError("--older-than takes a number of days.", hint="For example 90.")
    if most is not None and most < 0:
        raise UsageError("--down-to takes a number of megabytes.", hint="For example 500.")
    pruning = _Pruning(build_offline_manager().library, dry=options.dry_run)
    limit = None if days is None else time.time() - days * DAY
    if limit is not None:
        pruning.sessions_before(limit)
    pruning.trash_before(limit)
    if most is not None:
        pruning.down_to(most * 1_000_000)
    pruning.contents()
    print(f"{amount(pruning.gone)} of {amount(pruning.before)}", file=sys.stderr)
    return 0


class _Pruning:
    """One round of it. Says each thing that it deletes, or, when `dry`, would."""

    def __init__(self, library: Library, *, dry: bool) -> None:
        self._library = library
        self._dry = dry
        self._verb = "would delete" if dry else "deleted"
        self._done: set[str] = set()
        self.before = library.total_size()
        self.gone = 0

    def sessions_before(self, limit: float) -> None:
        """Delete what was last written before this time."""
        for one in self._library.sessions():
            if one.mtime < limit * 1_000_000_000:
                self._delete(one)

    def trash_before(self, limit: float | None) -> None:
        """Empty the trash, or take out of it what was last written before this time."""
        trash = self._library.trash
        for path in sorted(trash.glob("*.jsonl")) if trash.is_dir() else []:
            if limit is None or path.lstat().st_mtime < limit:
                self.gone += _remove(path, dry=self._dry)
                print(sanitise(f"{self._verb} {path.stem} from the trash"))

    def down_to(self, most: float) -> None:
        """Delete the oldest until what is left takes no more than so many bytes."""
        for one in reversed(self._library.sessions()):
            if self.before - self.gone <= most:
                return
            if one.session_id not in self._done:
                self._delete(one)

    def contents(self) -> None:
        """Delete the contents of attached files that no session needs any more."""
        for path in self._library.unused_contents():
            self.gone += _remove(path, dry=self._dry)
            print(f"{self._verb} the contents of an attached file: {path.name[:12]}")

    def _delete(self, one: SessionListing) -> None:
        name, path = one.session_id, one.path
        if not self._dry:
            try:
                kept_as = self._library.delete(name)
            except LockedElsewhere as locked:
                print(f"kept {name}: {locked}", file=sys.stderr)
                return
            path = self._library.trash / f"{kept_as}.jsonl"
        self._done.add(name)
        self.gone += _remove(path, dry=self._dry)
        print(sanitise(f"{self._verb} {name}"))


def _remove(path: Path, *, dry: bool) -> int:
    """Delete a journal and the copies of its damage; how many bytes they were."""
    size = 0
    for each in (path, *sorted(path.parent.glob(f"{path.name}.damaged-*"))):
        size += each.lstat().st_size
        if not dry:
            each.unlink()
    return size
