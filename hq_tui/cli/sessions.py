"""Commands on stored sessions, without the screen: list, search, show, name, export, delete.

Nothing is deleted for good unless `--prune` asks for it; `--dry-run` only lists it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from hq_tui.cli.output import print_json, print_text
from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.text.sanitize import counted, sanitise, size_words
from hq_tui.core.text.summary import DAY, speaker_of
from hq_tui.errors import HqError, UsageError
from hq_tui.runtime.crash_report import say
from hq_tui.settings import expanded
from hq_tui.store.library import Library, SessionListing
from hq_tui.store.lock import LockedElsewhere


def search(*, words: tuple[str, ...], json: bool) -> int:
    """Print the matches, newest first."""
    manager = build_offline_manager()
    with closing(manager.catalogue()) as catalogue:
        catalogue.refresh_all(say_that_it_takes_long)
        hits = catalogue.search(" ".join(words))
    if json:
        print_json([hit.as_json() for hit in hits])
        return 0
    for hit in hits:
        who = speaker_of(hit.role)
        print(sanitise(f"{hit.id}  {hit.turn:>3}. {who}: {hit.text}").replace("\n", " "))
    if not hits:
        say("Nothing found.")
    return 0


def sessions(
    *, json: bool, prune: bool, older_than: float | None, down_to: float | None, dry_run: bool
) -> int:
    """List the sessions, newest first; or make room."""
    if prune:
        return _prune(older_than, down_to, dry=dry_run)
    if dry_run or older_than is not None or down_to is not None:
        raise UsageError(
            "--older-than, --down-to and --dry-run go with --prune.", hint="Add --prune."
        )
    manager = build_offline_manager()
    rows = manager.list_sessions(say_that_it_takes_long)
    if json:
        print_json([row.as_json() for row in rows])
        return 0
    for row in rows:
        print(sanitise(row.as_line()))
    if rows:
        size = manager.library.total_size()
        say(f"{counted(len(rows), 'session')}, {size_words(size)} on disk")
    else:
        say("No session has been saved yet.")
    return 0


def say_that_it_takes_long(left: int) -> None:
    """Report progress on a terminal; nothing in scripts and pipes."""
    if sys.stderr.isatty():
        say(f"Building the index of sessions, {left} to go; this is done once.")


def show(*, id: str, json: bool) -> int:
    """Print a session to read, or as the JSON of its export."""
    found = build_offline_manager().read(id)
    if json:
        print_json(found.as_json())
    else:
        print_text(found.as_text("md"))
    return 0


def rename(*, id: str, title: tuple[str, ...]) -> int:
    """Give a session a title."""
    manager = build_offline_manager()
    words = " ".join(title)
    manager.rename(id, words)
    print(f"{manager.library.find(id)} is now called {sanitise(words)}")
    return 0


def delete(*, id: str, json: bool) -> int:
    """Move a session to the trash, from where it can be fetched back by hand."""
    library = build_offline_manager().library
    name = library.find(id)
    path = library.trash / f"{library.delete(name)}.jsonl"
    if json:
        print_json({"id": name, "trash": str(path)})
    else:
        print(f"{name} is in the trash: {path}")
    return 0


def export(*, id: str, format: str, output: str | None) -> int:
    """Write a session in one of four formats, to stdout or a file."""
    write_output(build_offline_manager().read(id).as_text(format), output)
    return 0


def write_output(text: str, output: str | None) -> None:
    """Write `text` to the file `output` atomically, or print it. Raises HqError."""
    if output is None:
        print_text(text)
        return
    path = expanded(output)
    try:
        _replace(path, text)
    except OSError as error:
        raise HqError(
            f"{path} cannot be written: {error.strerror}.", hint="Name another file with -o."
        ) from error


def _replace(path: Path, text: str) -> None:
    """Put `text` under the name `path`: all of it, or what was there before stays."""
    data = text.encode("utf-8", "replace")
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _prune(days: float | None, most: float | None, *, dry: bool) -> int:
    """Delete for good: the trash, and sessions that are too old or too many."""
    if days is not None and days < 0:
        raise UsageError("--older-than takes a number of days.", hint="For example 90.")
    if most is not None and most < 0:
        raise UsageError("--down-to takes a number of megabytes.", hint="For example 500.")
    library = build_offline_manager().library
    before = left = library.total_size()
    limit = None if days is None else time.time() - days * DAY
    for path in sorted(library.trash.glob("*.jsonl")):
        if limit is None or path.lstat().st_mtime < limit:
            left -= _remove(path, f"{path.stem} from the trash", dry=dry)
    for one in reversed(library.sessions()):
        is_old = limit is not None and one.mtime < limit * 1_000_000_000
        if is_old or (most is not None and left > most * 1_000_000):
            left -= _remove_session(library, one, dry=dry)
    for path in library.unused_contents():
        left -= _remove(path, f"the contents of an attached file: {path.name[:12]}", dry=dry)
    say(f"{size_words(before - left)} of {size_words(before)}")
    return 0


def _remove_session(library: Library, one: SessionListing, *, dry: bool) -> int:
    """Delete a session that no other program has open; how many bytes it was."""
    path = one.path
    if not dry:
        try:
            path = library.trash / f"{library.delete(one.session_id)}.jsonl"
        except LockedElsewhere as locked:
            say(f"kept {one.session_id}: {locked}")
            return 0
    return _remove(path, one.session_id, dry=dry)


def _remove(path: Path, what: str, *, dry: bool) -> int:
    """Delete a file and the copies of its damage, and say so; how many bytes they were."""
    size = 0
    for each in (path, *sorted(path.parent.glob(f"{path.name}.damaged-*"))):
        size += each.lstat().st_size
        if not dry:
            each.unlink()
    print(sanitise(f"{'would delete' if dry else 'deleted'} {what}"))
    return size
