"""Resolve --continue/--session, and read the tail that is shown first.

It imports little, so that the end of a long session is on the screen at once.
"""

from __future__ import annotations

from pathlib import Path

from hq_tui.cli.options import SessionOptions
from hq_tui.core.conversation import Turn
from hq_tui.errors import HqError
from hq_tui.sessions.tail_preview import last_turns
from hq_tui.store.library import Library


def session_named(library: Library, options: SessionOptions) -> str:
    """The session that these options continue; empty for a new one."""
    latest = library.latest() if options.go_on else None
    return options.session or latest or ""


def glimpse_of(folder: Path, options: SessionOptions) -> tuple[Turn, ...]:
    """The end of the session in `folder` that these options go on with, if worth a preview."""
    try:
        library = Library(folder)
        name = session_named(library, options)
        return last_turns(library.path(library.find(name))) if name else ()
    except (HqError, OSError):
        return ()  # opening it will fail for the same reason, and say why
