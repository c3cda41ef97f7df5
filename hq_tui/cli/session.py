"""`show`, `rename`, `delete`, `export`: what is saved, read without the screen."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hq_tui.cli.wiring import build_offline_manager
from hq_tui.core.text.sanitize import sanitise
from hq_tui.errors import HqError
from hq_tui.formats.export import json_text, session_as_markdown
from hq_tui.settings import expanded


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOptions:
    """Options of `show`, `delete` and `review`: a stored session, and how to print it."""

    id: str
    json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameOptions:
    """Options of `rename`."""

    id: str
    title: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """Options of `export`."""

    id: str
    format: str
    output: str | None


def show(options: StoredOptions) -> int:
    """Print a session to read, or as the JSON of its export."""
    found = build_offline_manager().read(options.id)
    if options.json:
        _print_json(found.as_json())
    else:
        _put(session_as_markdown(found.conversation))
    return 0


def rename(options: RenameOptions) -> int:
    """Give a session a title."""
    manager = build_offline_manager()
    title = " ".join(options.title)
    manager.rename(options.id, title)
    print(f"{manager.library.find(options.id)} is now called {sanitise(title)}")
    return 0


def delete(options: StoredOptions) -> int:
    """Move a session to the trash, from where it can be fetched back by hand."""
    library = build_offline_manager().library
    name = library.find(options.id)
    kept_as = library.delete(name)
    if options.json:
        _print_json({"id": name, "trash": str(library.trash / f"{kept_as}.jsonl")})
    else:
        print(f"{name} is in the trash: {library.trash / kept_as}.jsonl")
    return 0


def export(options: ExportOptions) -> int:
    """Write a session in one of four formats, to stdout or a file."""
    found = build_offline_manager().read(options.id)
    write_output(found.as_text(options.format), options.output)
    return 0


def write_output(text: str, output: str | None) -> None:
    """Write `text` to the file `output` atomically, or print it. Raises HqError."""
    if output is None:
        _put(text)
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


def _print_json(value: Any) -> None:
    _put(json_text(value))


def _put(text: str) -> None:
    """Print text: unchanged as UTF-8 to a file or pipe, sanitized to a terminal."""
    if sys.stdout.isatty():
        sys.stdout.write(sanitise(text))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
