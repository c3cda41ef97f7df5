"""From what a person wrote to the files that it means: `~`, globs, `file://`, dropped paths.

A name is taken as it is where a file of that name exists; only otherwise is a `*` a pattern.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from glob import glob
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hq_tui.core.text.mentions import Mention, mention_of
from hq_tui.core.text.sanitize import counted, one_line
from hq_tui.errors import UsageError

MOST_BY_PATTERN = 50
"""Files that one pattern may name; more are hardly meant."""
_PATTERN = re.compile(r"[*?\[]")
_LOOKS_DROPPED = re.compile(r"['\"]?(?:/|~/|file://)")


def find(name: str, folder: Path) -> list[Path]:
    """The files that `name` means, seen from `folder`. Raises UsageError where there is none."""
    path = _path(name, folder)
    if os.path.lexists(path) or not _PATTERN.search(name):
        return [path]
    # Unlike the method of a path, this leaves out what is hidden.
    names = glob(str(_expanded(name)), root_dir=folder)  # noqa: PTH207
    found = sorted(one for one in (folder / name for name in names) if one.is_file())
    if not found:
        raise UsageError(f"{shown(name)} fits no file.", hint="Check the pattern.")
    if len(found) > MOST_BY_PATTERN:
        raise UsageError(
            f"{shown(name)} fits {counted(len(found), 'file')}; {MOST_BY_PATTERN} is the most.",
            hint="Narrow the pattern.",
        )
    return found


def meant(mentions: Iterable[Mention], folder: Path) -> list[str]:
    """The names behind an `@` that mean files: what looks like a path, and what is there."""
    return [one.name for one in mentions if one.is_path or _is_file(folder / one.name)]


def _path(name: str, folder: Path) -> Path:
    if name.startswith("file://"):
        parts = urlsplit(name)
        if parts.netloc not in ("", "localhost"):
            raise UsageError(f"{shown(name)} is on another machine.", hint="Copy it here first.")
        name = unquote(parts.path, errors="surrogateescape")
    if "\0" in name:
        raise UsageError(f"{shown(name)} is no file name.", hint="Check the name.")
    try:
        return folder / _expanded(name)
    except RuntimeError:
        raise UsageError(
            f"{shown(name)} begins with a home folder that is not known.",
            hint="Give the full path.",
        ) from None


def _expanded(name: str) -> Path:
    """The path with the home folder in it; a name behind `./` may begin with a tilde."""
    return Path(name).expanduser() if name.startswith("~") else Path(name)


def _at_home(name: str) -> Path:
    """The path with the home folder in it; a tilde stays where there is no home."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - unlike pathlib's it never raises


def shown(name: str | Path) -> str:
    """A name as it can be shown anywhere: on one line, with nothing that a terminal obeys."""
    text = os.fsencode(str(name)).decode("utf-8", "replace")
    return one_line(text, limit=120) or "(no name)"


def label(path: Path, folder: Path) -> str:
    """The name of a file from here on: its path below `folder`, else its own name."""
    try:
        return shown(path.relative_to(folder))
    except ValueError:
        return shown(path.name)


def reference(path: Path, folder: Path) -> str:
    """The `@` reference that means this file in a message."""
    home = _at_home("~")
    if path.is_relative_to(folder):
        name = str(path.relative_to(folder))
        name = f"./{name}" if name.startswith("~") else name
    elif path.is_relative_to(home):
        name = f"~/{path.relative_to(home)}"
    else:
        name = str(path)
    return mention_of(name)


def dropped(text: str) -> list[Path]:
    """The files of a pasted text that is nothing but full paths, as a terminal pastes a drop."""
    text = text.strip()
    if len(text) > 8_000 or "\n\n" in text or not _LOOKS_DROPPED.match(text):
        return []
    whole = _at_home(text) if "\n" not in text and not text.startswith("file:") else None
    if whole is not None and _is_file(whole):
        return [whole]
    try:
        words = shlex.split(text)
        paths = [_path(word, Path()) for word in words]
    except (ValueError, UsageError, RuntimeError):
        return []
    return paths if paths and all(one.is_absolute() and _is_file(one) for one in paths) else []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def completions(begun: str, folder: Path, *, most: int = 50) -> list[str]:
    """The files and folders whose names begin so, folders with a slash at the end, sorted.

    Hidden ones only where the name begins with a dot; nothing where a folder cannot be read.
    """
    head, _, start = begun.rpartition("/")
    head = f"{head}/" if "/" in begun else ""
    try:
        place = folder / Path(head).expanduser()
        with os.scandir(place) as entries:
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if entry.name.lower().startswith(start.lower())
                and (start.startswith(".") or not entry.name.startswith("."))
            )
    except (OSError, RuntimeError, ValueError):
        return []
    return [f"{head}{name}" for name in names[:most]]
